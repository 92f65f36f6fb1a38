package dev.moat.iommu.riscv.family;

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
import dev.moat.iommu.riscv.RiscvGeometry;
import dev.moat.iommu.riscv.RiscvGeometry.Part;
import dev.moat.iommu.riscv.RiscvGeometry.Shape;
import dev.moat.iommu.riscv.RiscvGeometry.Stage;
import dev.moat.iommu.riscv.family.InvalidatedPages.Encoding;
import dev.moat.iommu.riscv.format.Registers.Capability;
import dev.moat.iommu.riscv.semantics.Capabilities;
import dev.moat.model.BadSettingException;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The capabilities of a run's RISC-V units, the policies of their driver, and the parts of both that are in the state.
 */
final class RiscvSetting {
    static final String RING = "ring";
    static final String STAGE = "stage";
    static final String INDEX_BITS = "index-bits";
    static final String CONTEXT_CACHE = "context-cache";
    static final String TABLE_CACHE = "table-cache";
    static final String WALKS = "walks";
    static final String KEEP_RING_POSITION = "keep-ring-position";
    static final String REWALK = "rewalk";
    static final String EXECUTION = "execution";
    static final String FENCE = "fence";
    static final String ENCODING = "invalidation-encoding";

    /** 4 KiB, 2 MiB, 1 GiB and 512 GiB. {@code @source} Linux riscv_iommu_alloc_paging_domain. */
    private static final long PAGE_SIZES = 1L << 12 | 1L << 21 | 1L << 30 | 1L << 39;

    private static final String IN_ORDER = "in-order";
    private static final String ORDERING = "reads-and-writes";
    private static final String BY_PAGES = "pages";

    static final List<Parameter> ALL = List.of(
            Parameter.number(RING, "Entries of the command queue, a power of two; it holds one less.", 4, 2, 256),
            Parameter.choice(
                    STAGE,
                    "Which stage translates, the other one being Bare: a host's tables with PSCIDs (first: Linux), or a"
                            + " hypervisor's with GSCIDs (second).",
                    "first",
                    "first",
                    "second"),
            Parameter.number(INDEX_BITS, "Address bits that one table level decodes; 9 is real.", 1, 1, 9),
            Parameter.flag(CONTEXT_CACHE, "Whether the unit caches device contexts.", false),
            Parameter.flag(TABLE_CACHE, "Whether cached entries that lead to leaf tables are in the state.", false),
            Parameter.flag(
                    WALKS, "Whether a request is in flight for a while, and what it found is cached only then.", false),
            Parameter.flag(
                    KEEP_RING_POSITION, "Whether the head of the command queue keeps its place in the queue.", false),
            Parameter.flag(
                            REWALK,
                            "Whether a cached page without the right has the tables walked again; otherwise it faults. The"
                                    + " specification allows both.",
                            true)
                    .asCapability(),
            Parameter.choice(
                            EXECUTION,
                            "Whether commands are executed as they are fetched, or in any order up to the next IOFENCE.C, while the"
                                    + " head goes on. The specification allows both.",
                            IN_ORDER,
                            IN_ORDER,
                            "any-order")
                    .asCapability(),
            Parameter.choice(
                            FENCE,
                            "What an IOFENCE.C asks for: that requests which were translated before are done (reads-and-writes: PR"
                                    + " and PW), or nothing (Linux 6.13); it is a difference with walks.",
                            ORDERING,
                            ORDERING,
                            "nothing")
                    .asPolicy(),
            Parameter.choice(
                            ENCODING,
                            "How several pages are named: a command for each, and one without an address when a table changed (pages:"
                                    + " Linux 6.13); or one for an aligned range, with the entries above (ranges: S and NL, Linux"
                                    + " 2026).",
                            BY_PAGES,
                            BY_PAGES,
                            "ranges")
                    .asPolicy());

    /** Whether contexts are cached. */
    final boolean cachesContexts;
    /** Whether entries that lead to leaf tables are. */
    final boolean cachesTables;
    /** Whether requests in flight are in the state. */
    final boolean walks;
    /** Whether commands are fetched before they are executed. */
    final boolean fetches;
    /** Whether fences have PR and PW. */
    final boolean orders;

    final boolean rewalks;
    final Encoding encoding;
    final Shape shape;
    private final boolean keepRingPosition;

    /** @throws BadSettingException for a setting that does not fit the others */
    RiscvSetting(Setting s) {
        int ring = s.number(RING);
        if (Integer.bitCount(ring) != 1) {
            throw new BadSettingException(RING, RING + " must be a power of two, not " + ring);
        }
        Stage stage = s.text(STAGE).equals("first") ? Stage.FIRST : Stage.SECOND;
        shape = new Shape(stage, s.number(INDEX_BITS), ring);
        cachesContexts = s.flag(CONTEXT_CACHE);
        cachesTables = s.flag(TABLE_CACHE);
        walks = s.flag(WALKS);
        keepRingPosition = s.flag(KEEP_RING_POSITION);
        rewalks = s.flag(REWALK);
        fetches = !s.text(EXECUTION).equals(IN_ORDER);
        orders = s.text(FENCE).equals(ORDERING);
        encoding = s.text(ENCODING).equals(BY_PAGES) ? Encoding.PAGES : Encoding.RANGES;
    }

    /** The same in the contract's words. */
    dev.moat.iommu.Capabilities capabilities() {
        return new dev.moat.iommu.Capabilities(
                new Aperture(0, RiscvGeometry.mostPages(shape) - 1, Outside.BLOCKED, List.of()),
                new Entries(true, false, true, PAGE_SIZES),
                new Caching(false, rewalks, cachesTables),
                new Stores(true, false),
                new Asking(Reach.PAGES, true, !fetches, orders),
                Tagging.FIXED);
    }

    /** The units' sizes for what software brings. */
    RiscvGeometry geometry(Sizes sizes, Sort tags) {
        Sizes.Addresses addresses = sizes.addresses();
        return new RiscvGeometry(
                new RiscvGeometry.Users(
                        sizes.requesters().sort(),
                        sizes.requesters().sourceIds(),
                        sizes.spaces().sort(),
                        tags,
                        sizes.cpus().sort()),
                new RiscvGeometry.Addresses(
                        addresses.pages(),
                        addresses.firstPage(),
                        addresses.frames(),
                        addresses.firstFrame(),
                        addresses.firstTableFrame()),
                shape,
                parts(sizes),
                hardware());
    }

    /** Contexts in the base format; everything else as usual. */
    private static Capabilities hardware() {
        Capabilities usual = Capabilities.usual();
        return usual.with(usual.register() & ~Capability.MSI_FLAT.mask() & ~Capability.MSI_MRIF.mask());
    }

    /** What of the units is in the state. */
    private Set<Part> parts(Sizes sizes) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        part(parts, Part.CONTEXT_CACHE, cachesContexts);
        part(parts, Part.TABLE_CACHES, cachesTables);
        part(parts, Part.WALKS, walks);
        part(parts, Part.UNFENCED, walks && !orders);
        part(parts, Part.FETCHED, fetches);
        part(parts, Part.RING_POSITION, keepRingPosition);
        part(parts, Part.TABLE_FRAMES, sizes.needs(Need.TABLE_FRAMES));
        part(parts, Part.SCRATCH_PAGE, sizes.needs(Need.SCRATCH_FRAME));
        return parts;
    }

    private static void part(Set<Part> parts, Part part, boolean there) {
        if (there) {
            parts.add(part);
        }
    }
}
