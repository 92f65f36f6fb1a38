package dev.moat.iommu.amdvi;

import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.queue.Places;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sizes of one unit of a search and of its devices and memory. Entry formats do not depend on it.
 *
 * @param options what of the unit is in the state
 * @param capabilities what the unit can do
 */
public record AmdViGeometry(Users users, Addresses addresses, Shape shape, Options options, Capabilities capabilities)
        implements Places {
    private static final int DEVICE_IDS = 1 << 16;
    private static final int ADDRESS_BITS = 52;

    /**
     * Who uses the unit.
     *
     * @param requesters devices
     * @param deviceIds one DevID (bus 15:8, devfn 7:0) per requester, all different
     * @param trees one set of page tables per element, usually the domains
     * @param tags DomainID values 0, 1, ...: what cached pages are indexed by
     * @param cpus CPUs, each with a word that a COMPLETION_WAIT can store to
     */
    public record Users(Sort requesters, List<Integer> deviceIds, Sort trees, Sort tags, Sort cpus) {
        /** Throws {@link IllegalArgumentException} unless each requester has a DevID of its own and tags are DomainIDs. */
        public Users {
            deviceIds = List.copyOf(deviceIds);
            require(deviceIds.size() == requesters.size(), "one DevID per requester");
            require(new HashSet<>(deviceIds).size() == deviceIds.size(), "DevIDs that differ");
            require(deviceIds.stream().allMatch(id -> id >= 0 && id < DEVICE_IDS), "DevIDs of 16 bits");
            require(tags.size() <= 1 << DeviceTableEntry.DOMAIN_ID.width(), "DomainIDs of 16 bits");
        }
    }

    /**
     * What there is to translate, and where it leads.
     *
     * @param pages I/O pages that devices use
     * @param firstPage 4 KiB page number of page 0; page p is {@code firstPage + p}
     * @param frames memory that translations lead to
     * @param firstFrame 4 KiB frame number of frame 0; frame f is {@code firstFrame + f}
     * @param firstTableFrame frame number of the device table; the page tables, the page of the CPUs' words, command buffer and
     *     event log follow it
     */
    public record Addresses(Sort pages, long firstPage, Sort frames, long firstFrame, long firstTableFrame) {
        /** Throws {@link IllegalArgumentException} for a negative frame number. */
        public Addresses {
            require(firstFrame >= 0 && firstTableFrame >= 0, "frame numbers that are not negative");
        }
    }

    /**
     * How tables and rings are built.
     *
     * @param levels levels of each tree, 1 to 6; Mode of an entry that leads to one, and no entry's Mode is higher
     * @param indexBits address bits that one level decodes, 1 to 9; 9 is real
     * @param ring entries of the command buffer, a power of two from 2 to 256; it holds one less
     */
    public record Shape(int levels, int indexBits, int ring) {
        /** Throws {@link IllegalArgumentException} outside of these bounds, checked in the order of the components. */
        public Shape {
            require(levels >= 1, "1 level up to those that HATS offers");
            require(indexBits >= 1 && indexBits <= 9, "1 to 9 index bits");
            boolean power = Integer.bitCount(ring) == 1;
            require(power && ring >= 2 && ring <= 256, "a ring of 2 to 256 entries, a power of two");
        }
    }

    /** Parts of a unit that are in the state only where they are asked for. */
    public enum Part {
        /** Device table entries are cached by DevID. */
        DEVICE_CACHE,
        /** Directory entries are cached by DomainID: see {@link TableCaches}. */
        TABLE_CACHES,
        /** A walk and the caching of its answer are two steps. */
        WALKS,
        /** Device table entries may have SE, and which devices had a page fault since theirs was forgotten is kept. */
        FIRST_FAULTS,
        /** Device table entries may have SA, so that no page fault of theirs is logged. */
        NO_FAULTS,
        /** The event log, as long as the command buffer: see {@link BlockedRequests}. */
        EVENT_LOG,
        /** The command head keeps its place in the ring; otherwise the ring is rotated so that the head is entry 0. */
        RING_POSITION,
        /** Software can switch the command buffer off and on, to restart it. */
        RESTART,
        /** Invalidations may name every page as drivers write that, in 51 bits; otherwise ranges up to the width only. */
        EVERY_PAGE,
        /** Directory entries may change; otherwise only their initial values are stored. */
        DIRECTORIES,
        /** Tables of level 1 lie in frames of guest memory, wherever entries of level 2 lead: see {@link TableMap}. */
        TABLE_FRAMES,
        /** Pages may also lead to the frame after the last one, which is none of them. */
        SCRATCH_PAGE,
        /** COMPLETION_WAITs store numbers up to {@link Shape#ring}, instead of 1 only. */
        WAIT_NUMBERS,
        /** The exclusion range is the first page, for devices whose entry has EX. */
        EXCLUSION,
        /** The exclusion range, where there is one, is for all devices. */
        EXCLUSION_ALLOWED
    }

    /** What of the unit is in the state. */
    public record Options(List<Part> parts) {
        public Options {
            parts = parts.stream().distinct().sorted(Comparator.naturalOrder()).toList();
        }

        /** These parts and no others. */
        public static Options of(Part... parts) {
            return new Options(List.of(parts));
        }

        /** The same with further parts. */
        public Options with(Part... more) {
            return new Options(Stream.concat(parts.stream(), Stream.of(more)).toList());
        }

        /** Whether a part is there. */
        public boolean has(Part part) {
            return parts.contains(part);
        }
    }

    /** Throws {@link IllegalArgumentException} for sizes that do not fit one another, checked in this order. */
    public AmdViGeometry {
        require(
                !options.has(Part.TABLE_FRAMES) || options.has(Part.DIRECTORIES),
                "directories that vary for tables in frames");
        require(shape.levels() <= capabilities.levels(), "1 level up to those that HATS offers");
        require(!options.has(Part.TABLE_FRAMES) || shape.levels() >= 2, "2 levels for tables in frames");
        int width = Math.min(shape.indexBits() * shape.levels(), ADDRESS_BITS);
        long behind = addresses.firstPage() + addresses.pages().size();
        require(addresses.firstPage() >= 0 && behind <= 1L << width, "pages within the width");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("the AMD-Vi geometry needs " + what);
        }
    }

    /** The same with other options. */
    public AmdViGeometry with(Options others) {
        return new AmdViGeometry(users, addresses, shape, others, capabilities);
    }

    /** See {@link Users#requesters}. */
    public Sort requesters() {
        return users.requesters();
    }

    /** See {@link Users#deviceIds}. */
    public List<Integer> deviceIds() {
        return users.deviceIds();
    }

    /** See {@link Users#trees}. */
    public Sort trees() {
        return users.trees();
    }

    /** See {@link Users#tags}. */
    public Sort tags() {
        return users.tags();
    }

    /** See {@link Users#cpus}. */
    public Sort cpus() {
        return users.cpus();
    }

    /** See {@link Addresses#pages}. */
    public Sort pages() {
        return addresses.pages();
    }

    /** See {@link Addresses#firstPage}. */
    public long firstPage() {
        return addresses.firstPage();
    }

    /** See {@link Addresses#frames}. */
    public Sort frames() {
        return addresses.frames();
    }

    /** See {@link Addresses#firstTableFrame}. */
    public long firstTableFrame() {
        return addresses.firstTableFrame();
    }

    /** See {@link Shape#levels}. */
    public int levels() {
        return shape.levels();
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
        boolean scratch = number == addresses.firstFrame() + frames && options.has(Part.SCRATCH_PAGE);
        return scratch ? frames : frameAt(number);
    }

    /** What {@link #reachedAt} answers, but for -1: the frames, and the scratch page where there is one. */
    Sort reached() {
        if (!options.has(Part.SCRATCH_PAGE)) {
            return addresses.frames();
        }
        List<String> labels = new ArrayList<>(addresses.frames().labels());
        labels.add("scratch");
        return new Sort("Reached", labels);
    }

    /** Whether a part is in the state. */
    public boolean has(Part part) {
        return options.has(part);
    }
}
