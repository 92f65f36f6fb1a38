package dev.moat.iommu.riscv;

import dev.moat.iommu.queue.Places;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.semantics.Capabilities;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Sizes of one unit of a search and of its devices and memory. Entry formats do not depend on it.
 *
 * @param parts what of the unit is in the state
 */
public record RiscvGeometry(Users users, Addresses addresses, Shape shape, Set<Part> parts, Capabilities capabilities)
        implements Places {
    private static final int FEWEST_LEVELS = 3;
    private static final int MOST_LEVELS = 5;
    private static final int DEVICE_IDS = 1 << 24;

    /** Which stage of translation spaces have; the other one is Bare. */
    public enum Stage {
        /** Tables of a host, tagged by PSCIDs. */
        FIRST,
        /** Tables of guests, tagged by GSCIDs. */
        SECOND
    }

    /** Parts of a unit that are in the state only where they are asked for. */
    public enum Part {
        /** Device contexts are cached. */
        CONTEXT_CACHE,
        /** Entries that lead to leaf tables are cached. */
        TABLE_CACHES,
        /** A request, once translated, is in flight until it is done. */
        WALKS,
        /** Requests in flight that a command covers stay in flight, but nothing of them is cached. */
        UNFENCED,
        /** Commands are fetched before they are executed, and executed in any order; a fence waits for them. */
        FETCHED,
        /** The command head keeps its place in the queue; otherwise the queue is rotated so that the head is entry 0. */
        RING_POSITION,
        /** Leaf tables lie in frames of guest memory, wherever the entries above lead: see {@link TableMap}. */
        TABLE_FRAMES,
        /** Pages may also lead to the frame after the last one, which is none of them. */
        SCRATCH_PAGE
    }

    /**
     * Who uses the unit.
     *
     * @param requesters devices
     * @param deviceIds one per requester, all different
     * @param spaces one set of page tables per element
     * @param tags PSCIDs or GSCIDs 0, 1, ...: what cached pages are indexed by
     * @param cpus CPUs that wait for commands
     */
    public record Users(Sort requesters, List<Integer> deviceIds, Sort spaces, Sort tags, Sort cpus) {
        /** Throws {@link IllegalArgumentException} unless each requester has a device id of its own. */
        public Users {
            deviceIds = List.copyOf(deviceIds);
            require(deviceIds.size() == requesters.size(), "one device id per requester");
            require(new HashSet<>(deviceIds).size() == deviceIds.size(), "device ids that differ");
            require(deviceIds.stream().allMatch(id -> id >= 0 && id < DEVICE_IDS), "device ids of 24 bits");
        }
    }

    /**
     * What there is to translate, and where it leads.
     *
     * @param pages I/O pages that devices use
     * @param firstPage 4 KiB page number of page 0; page p is {@code firstPage + p}
     * @param frames memory that translations lead to
     * @param firstFrame 4 KiB frame number of frame 0; frame f is {@code firstFrame + f}
     * @param firstTableFrame frame number of the device directory; page tables and command queue follow it
     */
    public record Addresses(Sort pages, long firstPage, Sort frames, long firstFrame, long firstTableFrame) {}

    /**
     * How tables and queue are built.
     *
     * @param indexBits address bits that one level decodes, 1 to 9; 9 is real
     * @param ring entries of the command queue, a power of two from 2 to 256; it holds one less
     */
    public record Shape(Stage stage, int indexBits, int ring) {
        /** Throws {@link IllegalArgumentException} outside of these bounds. */
        public Shape {
            require(indexBits >= 1 && indexBits <= PageTableEntry.INDEX_BITS, "1 to 9 index bits");
            require(Integer.bitCount(ring) == 1 && ring >= 2 && ring <= 256, "a queue of 2 to 256 entries");
        }
    }

    /** Throws {@link IllegalArgumentException} for pages that no mode can translate. */
    public RiscvGeometry {
        parts = Set.copyOf(parts);
        long behind = addresses.firstPage() + addresses.pages().size();
        require(addresses.firstPage() >= 0 && behind <= pages(shape, MOST_LEVELS), "pages within the width");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("the RISC-V geometry needs " + what);
        }
    }

    /** Pages that tables of so many levels translate, from page 0 on: addresses of a first stage have a sign. */
    public static long pages(Shape shape, int levels) {
        int bits = shape.indexBits() * levels + (shape.stage() == Stage.SECOND ? PageTableEntry.ROOT_BITS : -1);
        return 1L << bits;
    }

    /** Pages that tables of any mode can translate. */
    public static long mostPages(Shape shape) {
        return pages(shape, MOST_LEVELS);
    }

    /** Levels of the tables: those of the smallest mode that has all pages. */
    public int levels() {
        int levels = FEWEST_LEVELS;
        while (pages(shape, levels) < addresses.firstPage() + addresses.pages().size()) {
            levels++;
        }
        return levels;
    }

    /** The mode of these levels. */
    public int mode() {
        return PageTableEntry.SV39 + levels() - FEWEST_LEVELS;
    }

    /** Whether a part is in the state. */
    public boolean has(Part part) {
        return parts.contains(part);
    }

    /** Whether spaces have a first stage. */
    public boolean isFirst() {
        return shape.stage() == Stage.FIRST;
    }

    /** See {@link Users#tags}. */
    public Sort tags() {
        return users.tags();
    }

    /** See {@link Addresses#pages}. */
    public Sort pages() {
        return addresses.pages();
    }

    /** See {@link Shape#indexBits}. */
    @Override
    public int indexBits() {
        return shape.indexBits();
    }

    /** See {@link Shape#ring}. */
    public int ring() {
        return shape.ring();
    }

    /** 4 KiB page number of a page. */
    @Override
    public long pageNumber(int page) {
        return addresses.firstPage() + page;
    }

    /** 4 KiB frame number of a frame. */
    @Override
    public long frameNumber(int frame) {
        return addresses.firstFrame() + frame;
    }

    /** The frame with this number, or -1 when it is none of the modelled ones. */
    @Override
    public int frameAt(long number) {
        long n = number - addresses.firstFrame();
        return n >= 0 && n < addresses.frames().size() ? (int) n : -1;
    }

    /** As {@link #frameAt}, but the number of frames for the scratch page behind them, where there is one. */
    public int reachedAt(long number) {
        int frames = addresses.frames().size();
        boolean scratch = number == addresses.firstFrame() + frames && has(Part.SCRATCH_PAGE);
        return scratch ? frames : frameAt(number);
    }

    /** What {@link #reachedAt} answers, except -1. */
    Sort reached() {
        if (!has(Part.SCRATCH_PAGE)) {
            return addresses.frames();
        }
        List<String> labels = new ArrayList<>(addresses.frames().labels());
        labels.add("scratch");
        return new Sort("Reached", labels);
    }
}
