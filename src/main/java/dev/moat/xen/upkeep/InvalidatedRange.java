package dev.moat.xen.upkeep;

import dev.moat.iommu.vtd.Descriptors;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
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
    /** {@code invalidation.leaf-only}: (table unlinked) to 1 for the hint that only leaf entries changed (IH). */
    private final Decision leafOnly;

    InvalidatedRange(XenState x, ModelBuilder model) {
        this.x = x;
        wholeDomain = model.decision("invalidation.whole-domain", this::needsWhole);
        page = model.decision("invalidation.page", (s, frame, b, c) -> frame);
        Decision never = (s, unlinked, b, c) -> 0;
        leafOnly = x.pool.on() ? model.decision("invalidation.leaf-only", never) : never;
    }

    private int needsWhole(long[] s, int domain, int frame, int unlinked) {
        boolean forTable = unlinked != 0 && x.setting.ioTables().invalidatesDomain();
        return frame >= 0 && x.setting.hardware().pageSelective() && !forTable ? 0 : 1;
    }

    private int unlinked(long[] s, int cpu) {
        return x.pool.page(s, cpu) == TablePool.NONE ? 0 : 1;
    }

    /**
     * Whether the invalidation that the operation on a CPU asks for is domain-selective.
     *
     * @param frame the page, or -1 for all
     */
    boolean isWhole(long[] s, int cpu, int domain, int frame) {
        return wholeDomain.decide(s, domain, frame, unlinked(s, cpu)) != 0;
    }

    /** AM, IH and ADDR of one that is not. */
    long pages(long[] s, int cpu, int frame) {
        boolean hint = leafOnly.decide(s, unlinked(s, cpu), 0, 0) != 0;
        return Descriptors.iotlbPageHi(page.decide(s, Math.max(frame, 0), 0, 0), 0, hint);
    }
}
