package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Capabilities.Aperture;
import dev.moat.iommu.Capabilities.Asking;
import dev.moat.iommu.Capabilities.Caching;
import dev.moat.iommu.Capabilities.Entries;
import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.Capabilities.Reach;
import dev.moat.iommu.Capabilities.Stores;
import dev.moat.iommu.Capabilities.Tagging;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.Sizes.Need;
import dev.moat.iommu.smmuv3.SmmuGeometry;
import dev.moat.iommu.smmuv3.SmmuGeometry.Part;
import dev.moat.iommu.smmuv3.SmmuGeometry.Shape;
import dev.moat.iommu.smmuv3.SmmuGeometry.Stage;
import dev.moat.iommu.smmuv3.family.InvalidatedPages.Encoding;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the SMMUv3s of a run can do, how their driver goes about it, and what of both is in the state. */
final class SmmuSetting {
    static final String RING = "ring";
    static final String STAGE = "stage";
    static final String INDEX_BITS = "index-bits";
    static final String STREAM_CACHE = "context-cache";
    static final String TABLE_CACHE = "table-cache";
    static final String WALKS = "walks";
    static final String REWALK = "rewalk";
    static final String EXECUTION = "execution";
    static final String ENCODING = "invalidation-encoding";

    /** 4 KiB, 2 MiB and 1 GiB. {@code @source} Linux arm_smmu_domain_finalise, with a granule of 4 KiB. */
    private static final long PAGE_SIZES = 1L << 12 | 1L << 21 | 1L << 30;

    private static final String FIRST = "first";
    private static final String IN_ORDER = "in-order";
    private static final String BY_PAGES = "pages";

    static final List<Parameter> ALL = List.of(
            Parameter.number(RING, "Entries of the command queue, a power of two.", 4, 2, 256),
            Parameter.choice(
                    STAGE,
                    "Which stage translates, the other one being off: a host's tables with ASIDs (first: Linux), or a hypervisor's"
                            + " with VMIDs (second: Xen, and Linux for guests).",
                    FIRST,
                    FIRST,
                    "second"),
            Parameter.number(INDEX_BITS, "Address bits that one table level decodes; 9 is real.", 1, 1, 9),
            Parameter.flag(
                    STREAM_CACHE,
                    "Whether the unit caches what streams are configured to, valid or not: stream table entry and context"
                            + " descriptor.",
                    false),
            Parameter.flag(TABLE_CACHE, "Whether cached descriptors that lead to leaf tables are in the state.", false),
            Parameter.flag(
                    WALKS, "Whether a request is in flight for a while, and what it found is cached only then.", false),
            Parameter.flag(
                            REWALK,
                            "Whether a cached page without the right has the tables walked again; otherwise it faults. The"
                                    + " specification allows both.",
                            true)
                    .asCapability(),
            Parameter.choice(
                            EXECUTION,
                            "Whether commands are executed as they are consumed, or in any order up to the next CMD_SYNC, while CONS"
                                    + " goes on. The specification allows both.",
                            IN_ORDER,
                            IN_ORDER,
                            "any-order")
                    .asCapability(),
            Parameter.choice(
                            ENCODING,
                            "How several pages are named: a command for each (pages), or one with NUM, SCALE and the level TTL (ranges:"
                                    + " units with RIL).",
                            BY_PAGES,
                            BY_PAGES,
                            "ranges")
                    .asPolicy());

    /** Whether configurations of streams are cached. */
    final boolean cachesStreams;
    /** Whether descriptors that lead to leaf tables are. */
    final boolean cachesTables;
    /** Whether requests in flight are in the state. */
    final boolean walks;
    /** Whether commands are consumed before they are executed. */
    final boolean fetches;

    final boolean rewalks;
    final Encoding encoding;
    final Shape shape;

    /** @throws BadSettingException for a setting that does not fit the others */
    SmmuSetting(Setting s) {
        int ring = s.number(RING);
        if (Integer.bitCount(ring) != 1) {
            throw new BadSettingException(RING, RING + " must be a power of two, not " + ring);
        }
        shape = new Shape(s.text(STAGE).equals(FIRST) ? Stage.FIRST : Stage.SECOND, s.number(INDEX_BITS), ring);
        cachesStreams = s.flag(STREAM_CACHE);
        cachesTables = s.flag(TABLE_CACHE);
        walks = s.flag(WALKS);
        rewalks = s.flag(REWALK);
        fetches = !s.text(EXECUTION).equals(IN_ORDER);
        encoding = s.text(ENCODING).equals(BY_PAGES) ? Encoding.PAGES : Encoding.RANGES;
    }

    /** The same in the contract's words. A stream's configuration may be cached when it aborts; no descriptor that is not valid is. */
    Capabilities capabilities() {
        boolean second = shape.stage() == Stage.SECOND;
        return new Capabilities(
                new Aperture(0, SmmuGeometry.mostPages(shape) - 1, Outside.BLOCKED, List.of()),
                new Entries(true, second, true, PAGE_SIZES),
                new Caching(false, rewalks, cachesTables),
                new Stores(true, false),
                new Asking(Reach.PAGES, true, !fetches, true),
                Tagging.FIXED);
    }

    /** The units' sizes for what software brings. */
    SmmuGeometry geometry(Sizes sizes, Sort tags) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        part(parts, Part.STREAM_CACHE, cachesStreams);
        part(parts, Part.TABLE_CACHES, cachesTables);
        part(parts, Part.WALKS, walks);
        part(parts, Part.FETCHED, fetches);
        part(parts, Part.TABLE_FRAMES, sizes.needs(Need.TABLE_FRAMES));
        part(parts, Part.SCRATCH_PAGE, sizes.needs(Need.SCRATCH_FRAME));
        return new SmmuGeometry(sizes, tags, shape, parts);
    }

    private static void part(Set<Part> parts, Part part, boolean there) {
        if (there) {
            parts.add(part);
        }
    }
}
