package dev.moat.xen.upkeep;

import dev.moat.iommu.vtd.Descriptors;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.state.TablePool;
import dev.moat.xen.state.XenState;

/**
 * Which translations an IOTLB invalidation names: those of a domain or of a page, and whether the tables above them go
 * too. {@code @source} Xen 4.17 drivers/passthrough/vtd/iommu.c iommu_flush_iotlb: the domain where a table was unlinked
 * (IOMMU_FLUSHF_all), never the hint IH.
 */
final class InvalidatedRange {
    private final XenState x;
    /** {@code invalidation.whole-domain}: (domain, frame or -1 for all, table unlinked) to 1 for a domain-selective one. */
    private final Decision wholeDomain;
    /** {@code invalidation.page}: (frame) to the page number in a page-selective one. */
    private final Decision page;
    /** {@code invalidation.for-table}: (table unlinked) to 1 when what leads to the table has to go with it. */
    private final Decision forTable;
    /** {@code invalidation.mask}: (AM of the range, CAP.MAMV, its pages) to the AM that is used, or -1 for the domain. */
    private final Decision mask;
    /** {@code invalidation.leaf-only}: (table unlinked) to 1 for the hint that only leaf entries changed (IH). */
    private final Decision leafOnly;

    InvalidatedRange(XenState x, ModelBuilder model) {
        this.x = x;
        wholeDomain = model.decision("invalidation.whole-domain", this::needsWhole);
        page = model.decision("invalidation.page", (s, frame, b, c) -> frame);
        Decision fitting = (s, am, largest, count) -> am <= largest ? am : -1;
        boolean ranges = x.setting.flush() == FlushPolicy.BATCH_RANGE;
        mask = ranges ? model.decision("invalidation.mask", fitting) : fitting;
        Decision never = (s, unlinked, b, c) -> 0;
        Decision says = (s, unlinked, b, c) -> unlinked;
        forTable = x.pool.on() ? model.decision("invalidation.for-table", says) : says;
        leafOnly = x.pool.on() ? model.decision("invalidation.leaf-only", never) : never;
    }

    private int needsWhole(long[] s, int domain, int frame, int unlinked) {
        boolean all = unlinked != 0 && x.setting.ioTables().invalidatesDomain();
        return frame >= 0 && x.setting.hardware().pageSelective() && !all ? 0 : 1;
    }

    private int unlinked(long[] s, int cpu) {
        return forTable.decide(s, x.pool.page(s, cpu) == TablePool.NONE ? 0 : 1, 0, 0);
    }

    /**
     * Whether the invalidation that the operation on a CPU asks for is domain-selective.
     *
     * @param first the first page that it has to cover, or -1 for all there are
     * @param last the last one
     */
    boolean isWhole(long[] s, int cpu, int domain, int first, int last) {
        return wholeDomain.decide(s, domain, first, unlinked(s, cpu)) != 0
                || (first != last && mask(s, first, last) < 0);
    }

    /** AM, IH and ADDR of one that is not. */
    long pages(long[] s, int cpu, int first, int last) {
        boolean hint = leafOnly.decide(s, unlinked(s, cpu), 0, 0) != 0;
        int named = page.decide(s, Math.max(first, 0), 0, 0);
        int am = first == last ? 0 : mask(s, first, last);
        return Descriptors.iotlbPageHi(named & -(1 << am), am, hint);
    }

    /** AM of the smallest aligned range from the first page to the last, or -1 when the unit has none as large. */
    private int mask(long[] s, int first, int last) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(first ^ last);
        return mask.decide(s, bits, x.setting.hardware().largestMask(), last - first + 1);
    }
}
