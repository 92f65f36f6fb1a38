package dev.moat.dma.api;

import dev.moat.dma.FlushAtOnce;
import dev.moat.iommu.Port;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;

/**
 * Invalidations as a call makes them: asked for, driven, done and awaited before it returns, at one unit after the other. Between
 * the first store and the return the kernel does nothing else on that CPU, and a unit does what it is asked.
 */
final class ApiFlush {
    private final ApiState a;
    /** {@code invalidation.unit}: (domain, unit) to 1 when the unit may have something of the domain cached. */
    private final Decision needsUnit;

    ApiFlush(ApiState state, ModelBuilder model) {
        a = state;
        needsUnit = model.decision("invalidation.unit", (s, domain, unit, c) -> a.uses(domain, unit) ? 1 : 0);
    }

    /** At each unit that a domain uses, what is cached of some of its pages, or with {@link Port#ALL_PAGES} of all. */
    void pages(long[] s, int domain, int first, int last) {
        for (int u = 0; u < a.iommu.units().size(); u++) {
            if (needsUnit.decide(s, domain, u, 0) != 0) {
                FlushAtOnce.translations(s, a.iommu.port(u), a.tag(s, domain, u), first, last);
            }
        }
    }

    /** Everything at all units. */
    void everything(long[] s) {
        for (int u = 0; u < a.iommu.units().size(); u++) {
            FlushAtOnce.translations(s, a.iommu.port(u), Port.ALL_TAGS, Port.ALL_PAGES, Port.ALL_PAGES);
        }
    }
}
