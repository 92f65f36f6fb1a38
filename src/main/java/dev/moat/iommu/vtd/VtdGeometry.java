package dev.moat.iommu.vtd;

import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.SourceId;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sizes of one unit and of its devices and memory. Entry formats do not depend on it.
 *
 * @param requesters devices
 * @param sourceIds one source-id (bus 15:8, devfn 7:0) per requester, all different
 * @param trees one translation tree per element, usually the domains
 * @param tags DID values 0, 1, ...: the first index of the IOTLB
 * @param pages I/O pages that devices use
 * @param pageNumbers 4 KiB page numbers of the pages
 * @param frames memory that translations lead to
 * @param firstFrame 4 KiB frame number of frame 0; frame f is {@code firstFrame + f}
 * @param cpus CPUs, each with its own wait status
 * @param levels levels of the trees, 2 to 4; see {@link #walked}
 * @param indexBits address bits that one level decodes, 1 to 9; 9 is real
 * @param ring slots of the invalidation queue, a power of two from 2 to 256; it holds one descriptor less
 * @param firstTableFrame frame number of the root table; context tables, second-level tables and the page of the wait
 *     statuses follow it
 * @param options what of the unit is in the state
 * @param capabilities what the unit can do
 */
public record VtdGeometry(
        Sort requesters,
        List<Integer> sourceIds,
        Sort trees,
        Sort tags,
        Sort pages,
        PageNumbers pageNumbers,
        Sort frames,
        long firstFrame,
        Sort cpus,
        int levels,
        int indexBits,
        int ring,
        long firstTableFrame,
        Options options,
        Capabilities capabilities) {

    /**
     * Ascending 4 KiB page numbers: a run, or any. Tables have all their entries in the state if it is a run, and otherwise only
     * those through which walks of these pages go.
     */
    public static final class PageNumbers {
        private final long first;
        private final long @Nullable [] each;

        private PageNumbers(long first, long @Nullable [] each) {
            this.first = first;
            this.each = each;
        }

        /** The pages from one on, in a row. */
        public static PageNumbers from(long first) {
            return new PageNumbers(first, null);
        }

        /** Any pages, by numbers that ascend. */
        public static PageNumbers of(long[] ascending) {
            return new PageNumbers(ascending.length == 0 ? 0 : ascending[0], ascending.clone());
        }

        long of(int page) {
            return each == null ? first + page : each[page];
        }

        /** Whether they are a run. */
        public boolean isRun() {
            return each == null;
        }

        private boolean ascends(int pages) {
            boolean ascends = first >= 0 && (each == null || each.length == pages);
            for (int page = 1; ascends && each != null && page < pages; page++) {
                ascends = each[page - 1] < each[page];
            }
            return ascends;
        }

        /** How many of so many pages have a lower number than this one, which is unsigned. */
        public int below(long number, int pages) {
            if (number < 0 || number <= first) {
                return number < 0 ? pages : 0;
            } else if (each == null) {
                return (int) Math.min(number - first, pages);
            }
            int at = Arrays.binarySearch(each, number);
            return at < 0 ? -at - 1 : at;
        }
    }

    /** Parts of a unit that are in the state only where they are asked for. */
    public enum Part {
        /** Paging-structure caches: see {@link dev.moat.iommu.vtd.PagingCaches}. */
        PAGING_CACHES,
        /** Devices keep translations: {@code dev.moat.iommu.vtd.DeviceTlbs}; their entries allow it. */
        DEVICE_TLBS,
        /** Stores to tables that the walker sees late: see {@link dev.moat.iommu.vtd.LateStores}. */
        LATE_STORES,
        /** CCMD, IVA and IOTLB registers, and a queue that can be off: see {@link dev.moat.iommu.vtd.RegisterInvalidation}. */
        COMMAND_REGISTERS,
        /** Fault recording registers, CAP.NFR + 1 of them: see {@link dev.moat.iommu.vtd.FaultRecords}. */
        FAULT_RECORDS,
        /** Leaf tables lie in frames of guest memory, wherever entries of level 2 lead: see {@link TableMap}. */
        TABLE_FRAMES,
        /** Leaves may also lead to the page after the last frame, which is none of them. */
        SCRATCH_PAGE,
        /** Context entries may have FPD, or a reserved bit, set. */
        MARKED_ENTRIES,
        /** Waits carry numbers up to {@link VtdGeometry#ring} as status data, instead of 1 only. */
        WAIT_NUMBERS
    }

    /**
     * What of the unit is in the state.
     *
     * @param contextCache whether context entries are cached
     * @param walksInFlight whether a walk and its entry into the IOTLB are two steps
     * @param keepRingPosition whether the head keeps its place in the ring; otherwise the ring is rotated so that the
     *     head is slot 0
     * @param directoriesVary whether entries above level 1 may change; otherwise only their initial values are stored
     * @param parts what else there is
     */
    public record Options(
            boolean contextCache,
            boolean walksInFlight,
            boolean keepRingPosition,
            boolean directoriesVary,
            List<Part> parts) {
        public Options {
            parts = parts.stream().distinct().sorted().toList();
        }

        /** Without any further part. */
        public Options(boolean contextCache, boolean walksInFlight, boolean keepRingPosition, boolean directoriesVary) {
            this(contextCache, walksInFlight, keepRingPosition, directoriesVary, List.of());
        }

        /** The same with further parts. */
        public Options with(Part... more) {
            return new Options(
                    contextCache,
                    walksInFlight,
                    keepRingPosition,
                    directoriesVary,
                    Stream.concat(parts.stream(), Stream.of(more)).toList());
        }

        /** Whether a part is there. */
        public boolean has(Part part) {
            return parts.contains(part);
        }
    }

    /** Throws {@link IllegalArgumentException} for sizes outside the bounds above, checked in their order. */
    public VtdGeometry {
        sourceIds = List.copyOf(sourceIds);
        require(sourceIds.size() == requesters.size(), "one source-id per requester");
        require(new HashSet<>(sourceIds).size() == sourceIds.size(), "source-ids that differ");
        require(sourceIds.stream().allMatch(sid -> !SourceId.NONE_63.isSet(sid)), "source-ids of 16 bits");
        require(tags.size() <= capabilities.domainIds(), "no more tags than CAP.ND allows");
        require(
                !options.has(Part.LATE_STORES) || capabilities.buffersWrites() || !capabilities.snoops(),
                "CAP.RWBF set or ECAP.C clear for late stores");
        require(
                !options.has(Part.TABLE_FRAMES) || (options.directoriesVary() && !options.has(Part.LATE_STORES)),
                "directories that vary and no late stores for leaf tables in frames");
        require(levels >= 2 && levels <= 4, "2 to 4 levels");
        require(indexBits >= 1 && indexBits <= 9, "1 to 9 index bits");
        int walked = Math.min(levels, capabilities.largestWidth() + 2);
        require(walked >= 2 && capabilities.supportsWidth(walked - 2), "levels that CAP.SAGAW offers");
        require(pageNumbers.ascends(pages.size()), "one number per page, ascending from 0 or more");
        require(pageNumbers.of(pages.size() - 1) < 1L << (indexBits * walked), "pages within the width");
        require(
                pageNumbers.isRun() || (options.parts().isEmpty() && !options.directoriesVary()),
                "pages in a row for further parts and directories that vary");
        require(Integer.bitCount(ring) == 1 && ring >= 2 && ring <= 256, "a ring of 2 to 256 slots, a power of two");
        require(firstFrame >= 0 && firstTableFrame >= 0, "frame numbers that are not negative");
    }

    /** The same with other options. */
    public VtdGeometry with(Options others) {
        return new VtdGeometry(
                requesters,
                sourceIds,
                trees,
                tags,
                pages,
                pageNumbers,
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

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("the VT-d geometry needs " + what);
        }
    }

    /**
     * Levels that the unit walks; AW is this less 2. Where the trees have more, context entries lead past their upper ones.
     * {@code @source} Xen 4.17 drivers/passthrough/vtd/iommu.c, domain_context_mapping_one: "Skip top levels of page tables".
     */
    public int walked() {
        return Math.min(levels, capabilities.largestWidth() + 2);
    }

    /** 4 KiB page number of a page. */
    public long pageNumber(int page) {
        return pageNumbers.of(page);
    }

    /** 4 KiB page number of the first page. */
    public long firstPage() {
        return pageNumbers.of(0);
    }

    /** How many pages have a lower number than this one, which is unsigned. */
    public int pagesBelow(long number) {
        return pageNumbers.below(number, pages.size());
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

    /** As {@link #frameAt}, but the number of frames for the scratch page behind them, where there is one. */
    public int reachedAt(long number) {
        boolean scratch = number == firstFrame + frames.size() && options.has(Part.SCRATCH_PAGE);
        return scratch ? frames.size() : frameAt(number);
    }

    /** What {@link #reachedAt} answers, but for -1: the frames, and the scratch page where there is one. */
    public Sort reached() {
        if (!options.has(Part.SCRATCH_PAGE)) {
            return frames;
        }
        List<String> labels = new ArrayList<>(frames.labels());
        labels.add("scratch");
        return new Sort("Reached", labels);
    }

    /** The bus of a requester. */
    public int bus(int requester) {
        return (int) SourceId.BUS.get(sourceIds.get(requester));
    }

    /** The device and function of a requester. */
    public int devfn(int requester) {
        return (int) SourceId.DEVFN.get(sourceIds.get(requester));
    }
}
