package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.queue.CommandPort;
import dev.moat.iommu.queue.CommandPort.Change;
import dev.moat.iommu.smmuv3.SmmuGeometry;
import dev.moat.iommu.smmuv3.format.Commands;
import dev.moat.iommu.smmuv3.format.TableDescriptor;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a TLBI names what has to go. It may cover more than what changed, never less. {@code @source} Linux
 * __arm_smmu_tlb_inv_range, arm_smmu_tlb_inv_range_domain, arm_smmu_tlb_inv_context.
 */
final class InvalidatedPages implements CommandPort.Driver {
    /** Which commands a driver uses for several pages. */
    public enum Encoding {
        /** One command for each page: units without RIL. */
        PAGES,
        /** One command with NUM and SCALE for all of them (RIL). */
        RANGES
    }

    /** The decisions below, except that of ranges. */
    static final List<String> DECISIONS = List.of(
            "invalidation.whole-domain",
            "invalidation.page",
            "invalidation.last",
            "invalidation.leaf-only",
            "invalidation.tag",
            "invalidation.opcode");

    private static final List<String> OF_RANGES = Stream.concat(
                    DECISIONS.stream(), Stream.of("invalidation.number", "invalidation.level"))
            .toList();

    private static final int GRANULE_4K = 1;

    private final SmmuGeometry g;
    private final boolean first;
    private final long firstPage;
    private final int room;
    /** {@code invalidation.whole-domain}: (tag, first page or -1 for all, what changed) to 1 for a command without an address. */
    private final Decision wholeDomain;
    /** {@code invalidation.page}: (page) to the page that is named. */
    private final Decision page;
    /** {@code invalidation.last}: (first page, last page) to the last one that is named. */
    private final Decision last;
    /** {@code invalidation.number}: (pages of a range) to NUM + 1. */
    private final Decision number;
    /** {@code invalidation.level}: (level that changed, or 0 for any) to TTL. */
    private final Decision level;
    /** {@code invalidation.leaf-only}: (what changed) to 1 when Leaf is set, so that tables stay. */
    private final Decision leafOnly;
    /** {@code invalidation.tag}: (tag) to the one that is named. */
    private final Decision tag;
    /** {@code invalidation.opcode}: (opcode) to the one that is used. */
    private final Decision opcode;

    private final boolean ranges;
    /** Whether pages may be parts of blocks that were split and are still cached: then no level is named. */
    private final boolean blocks;

    public InvalidatedPages(ModelBuilder model, Sizes sizes, SmmuGeometry geometry, Encoding encoding) {
        g = geometry;
        first = geometry.isFirst();
        firstPage = sizes.addresses().firstPage();
        room = Math.max(1, geometry.ring() - 1);
        wholeDomain = model.decision("invalidation.whole-domain", this::needsNoAddress);
        page = model.decision("invalidation.page", (s, from, b, c) -> from);
        last = model.decision("invalidation.last", (s, from, end, c) -> end);
        ranges = encoding == Encoding.RANGES;
        blocks = sizes.needs(Sizes.Need.TABLE_FRAMES);
        Decision own = (s, n, b, c) -> n;
        number = ranges ? model.decision("invalidation.number", own) : own;
        level = ranges ? model.decision("invalidation.level", own) : own;
        leafOnly = model.decision("invalidation.leaf-only", (s, changed, b, c) -> changed == Port.LEAVES ? 1 : 0);
        tag = model.decision("invalidation.tag", own);
        opcode = model.decision("invalidation.opcode", own);
    }

    private int needsNoAddress(long[] s, int of, int from, int changed) {
        return from == Port.ALL_PAGES || changed == Port.WHOLE_SPACE ? 1 : 0;
    }

    @Override
    public List<String> decisions() {
        return ranges ? OF_RANGES : DECISIONS;
    }

    @Override
    public int count(long[] s, Change c) {
        return ranges || isWithoutAddress(s, c)
                ? 1
                : Math.max(1, last.decide(s, c.first(), c.last(), 0) - c.first() + 1);
    }

    private boolean isWithoutAddress(long[] s, Change c) {
        boolean many = !ranges && c.last() - c.first() + 1 > room;
        boolean table = c.what() != Port.LEAVES && leafOnly.decide(s, c.what(), 0, 0) != 0;
        boolean whole = wholeDomain.decide(s, c.tag(), c.first(), c.what()) != 0 && !table;
        return c.first() == Port.ALL_PAGES || many || whole;
    }

    @Override
    public long lo(long[] s, Change c) {
        boolean all = isWithoutAddress(s, c);
        int usual = first
                ? (all ? Commands.TLBI_NH_ASID : Commands.TLBI_NH_VA)
                : (all ? Commands.TLBI_S12_VMALL : Commands.TLBI_S2_IPA);
        long lo = Commands.OPCODE.set(0, opcode.decide(s, usual, 0, 0));
        int id = SmmuGeometry.id(tag.decide(s, c.tag(), 0, 0));
        lo = (first ? Commands.ASID : Commands.VMID).set(lo, id);
        if (all || !ranges) {
            return lo;
        }
        int pages = number.decide(s, last.decide(s, c.first(), c.last(), 0) - c.first() + 1, 0, 0);
        int scale = Integer.numberOfTrailingZeros(Math.max(1, pages));
        return Commands.SCALE.set(Commands.NUM.set(lo, Math.max(0, (pages >>> scale) - 1)), scale);
    }

    @Override
    public long hi(long[] s, Change c, long lo, int n) {
        int used = (int) Commands.OPCODE.get(lo);
        if (used != Commands.TLBI_NH_VA && used != Commands.TLBI_S2_IPA) {
            return 0;
        }
        long number4k = firstPage + page.decide(s, c.first() + n, 0, 0);
        boolean leaves = leafOnly.decide(s, c.what(), 0, 0) != 0;
        long hi = Commands.ADDRESS.set(leaves ? Commands.LEAF.mask() : 0, number4k);
        if (!ranges) {
            return hi;
        }
        int hint = level.decide(s, c.what() == Port.LEAVES && !blocks ? TableDescriptor.LAST_LEVEL : 0, 0, 0);
        boolean reserved = Commands.NUM.get(lo) == 0 && Commands.SCALE.get(lo) == 0 && hint == 0;
        return reserved ? hi : Commands.TG.set(Commands.TTL.set(hi, hint), GRANULE_4K);
    }

    @Override
    public long everything() {
        return Commands.TLBI_NSNH_ALL;
    }

    @Override
    public long entryLo(int requester) {
        return Commands.SID.set(Commands.CFGI_STE, g.streamId(requester));
    }

    @Override
    public long entryHi() {
        return Commands.LEAF.mask();
    }

    @Override
    public long fence() {
        return Commands.SYNC;
    }
}
