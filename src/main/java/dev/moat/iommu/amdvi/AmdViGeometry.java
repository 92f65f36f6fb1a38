package dev.moat.iommu.amdvi;

import dev.moat.state.Sort;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * Sizes of one unit of a search and of what is attached to it. Entry formats do not depend on it.
 *
 * @param requesters devices
 * @param deviceIds one DevID (bus 15:8, devfn 7:0) per requester, all different
 * @param trees one set of page tables per element, usually the domains
 * @param tags DomainID values 0, 1, ...: what cached pages are indexed by
 * @param pages I/O pages that devices use
 * @param firstPage 4 KiB page number of page 0; page p is {@code firstPage + p}
 * @param frames memory that translations lead to
 * @param firstFrame 4 KiB frame number of frame 0; frame f is {@code firstFrame + f}
 * @param cpus CPUs, each with a word that a COMPLETION_WAIT can store to
 * @param levels levels of each tree, 1 to 6; Mode of an entry that leads to one, and no entry's Mode is higher
 * @param indexBits address bits that one level decodes, 1 to 9; 9 is real
 * @param ring entries of the command buffer, a power of two from 2 to 256; it holds one less
 * @param firstTableFrame frame number of the device table; the page tables, the page of the CPUs' words, command buffer and
 *     event log follow it
 * @param options what of the unit is in the state
 * @param capabilities what the unit can do
 */
public record AmdViGeometry(
        Sort requesters,
        List<Integer> deviceIds,
        Sort trees,
        Sort tags,
        Sort pages,
        long firstPage,
        Sort frames,
        long firstFrame,
        Sort cpus,
        int levels,
        int indexBits,
        int ring,
        long firstTableFrame,
        Options options,
        Capabilities capabilities) {
    private static final int DEVICE_IDS = 1 << 16;
    private static final int ADDRESS_BITS = 52;

    /** Parts of a unit that are in the state only where they are asked for. */
    public enum Part {
        /** Device table entries are cached by DevID. */
        DEVICE_CACHE,
        /** Directory entries are cached by DomainID: see {@link TableCaches}. */
        TABLE_CACHES,
        /** A walk and the caching of its answer are two steps. */
        WALKS,
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
        /** COMPLETION_WAITs store numbers up to {@link AmdViGeometry#ring}, instead of 1 only. */
        WAIT_NUMBERS
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

    /** Throws {@link IllegalArgumentException} for sizes outside the bounds above, checked in their order. */
    public AmdViGeometry {
        deviceIds = List.copyOf(deviceIds);
        require(deviceIds.size() == requesters.size(), "one DevID per requester");
        require(new HashSet<>(deviceIds).size() == deviceIds.size(), "DevIDs that differ");
        require(deviceIds.stream().allMatch(id -> id >= 0 && id < DEVICE_IDS), "DevIDs of 16 bits");
        require(tags.size() <= 1 << DeviceTableEntry.DOMAIN_ID.width(), "DomainIDs of 16 bits");
        require(
                !options.has(Part.TABLE_FRAMES) || options.has(Part.DIRECTORIES),
                "directories that vary for tables in frames");
        require(levels >= 1 && levels <= capabilities.levels(), "1 level up to those that HATS offers");
        require(!options.has(Part.TABLE_FRAMES) || levels >= 2, "2 levels for tables in frames");
        require(indexBits >= 1 && indexBits <= 9, "1 to 9 index bits");
        int width = Math.min(indexBits * levels, ADDRESS_BITS);
        require(firstPage >= 0 && firstPage + pages.size() <= 1L << width, "pages within the width");
        require(Integer.bitCount(ring) == 1 && ring >= 2 && ring <= 256, "a ring of 2 to 256 entries, a power of two");
        require(firstFrame >= 0 && firstTableFrame >= 0, "frame numbers that are not negative");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("the AMD-Vi geometry needs " + what);
        }
    }

    /** The same with other options. */
    public AmdViGeometry with(Options others) {
        return new AmdViGeometry(
                requesters,
                deviceIds,
                trees,
                tags,
                pages,
                firstPage,
                frames,
                firstFrame,
                cpus,
                levels,
                indexBits,
                ring,
                firstTableFrame,
                others,
                capabilities);
    }

    /** 4 KiB page number of a page. */
    public long pageNumber(int page) {
        return firstPage + page;
    }

    /** 4 KiB frame number of a frame. */
    public long frameNumber(int frame) {
        return firstFrame + frame;
    }

    /** The frame with this number, or -1 when it is none of the modelled ones. */
    public int frameAt(long number) {
        long n = number - firstFrame;
        return n >= 0 && n < frames.size() ? (int) n : -1;
    }

    /** Whether a part is in the state. */
    public boolean has(Part part) {
        return options.has(part);
    }
}
