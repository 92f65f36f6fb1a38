package dev.moat.dma.api;

import dev.moat.iommu.driver.Port;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Decision;
import dev.moat.model.program.Outcome;

/**
 * Invalidations as a call makes them: asked for, driven, done and awaited before it returns, at one unit after the other. Between
 * the first store and the return the kernel does nothing else on that CPU, and a unit does what it is asked.
 */
final class ApiFlush {
    private static final int CPU = 0;

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
                forget(s, u, a.tag(s, domain, u), first, last);
            }
        }
    }

    /** Everything at all units. */
    void everything(long[] s) {
        for (int u = 0; u < a.iommu.units().size(); u++) {
            forget(s, u, Port.ALL_TAGS, Port.ALL_PAGES, Port.ALL_PAGES);
        }
    }

    /**
     * A driver that gives up has its call return as if it had not: what is cached then, properties judge.
     *
     * @throws IllegalStateException when the driver waits for something that no unit does of its own accord, so that the call
     *     would never return
     */
    private void forget(long[] s, int unit, int tag, int first, int last) {
        Port port = a.iommu.port(unit);
        while (!port.askTranslations(s, CPU, tag, first, last, Port.LEAVES)) {
            requireService(s, port, "has no room");
        }
        drive(s, port);
        while (!port.announce(s, CPU)) {
            requireService(s, port, "cannot be asked to tell");
        }
        while (!port.isDone(s, CPU)) {
            requireService(s, port, "is not done");
        }
        while (port.serve(s)) {
            // what was asked for and is not awaited
        }
    }

    private static void drive(long[] s, Port port) {
        for (int step = 0; step < port.driverSteps().size(); step++) {
            int outcome = port.drive(s, CPU, step);
            while (outcome == Outcome.LOOP || outcome == Outcome.BLOCKED) {
                if (outcome == Outcome.BLOCKED) {
                    requireService(s, port, "blocks " + port.driverSteps().get(step));
                }
                outcome = port.drive(s, CPU, step);
            }
            if (outcome == Outcome.FAIL) {
                return;
            }
        }
    }

    private static void requireService(long[] s, Port port, String why) {
        if (!port.serve(s)) {
            throw new IllegalStateException("a call of the IOMMU API never returns: the unit " + why);
        }
    }
}
