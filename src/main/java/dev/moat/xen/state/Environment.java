package dev.moat.xen.state;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.xen.setting.XenSetting;
import java.util.List;

/**
 * What can go wrong outside the hypervisor's own logic, and goes wrong and recovers at any time: the heap is exhausted, so
 * that no I/O page-table page can be allocated; or the IOMMU code refuses to change a table and to wait for a place in the
 * full queue; or the unit stalls, for so long that software gives a wait up where it ever does. A domain whose mapping
 * cannot be removed is crashed, except the hardware domain. Without failures and stalls there is not a single slot.
 * {@code @source} Xen 4.17 drivers/passthrough/iommu.c (domain_crash in iommu_unmap).
 */
public final class Environment {
    private static final int HEAP = 1;
    private static final int UNIT = 2;
    /** The domain that is never crashed. */
    private static final int HARDWARE_DOMAIN = 0;

    private final boolean on;
    private final boolean fails;
    private final boolean stalls;
    private final Slots failing;
    private final Slots stalled;
    private final Slots crashed;

    Environment(SchemaBuilder schema, Sort domains, XenSetting setting) {
        fails = setting.failures();
        stalls = setting.mayStall();
        on = setting.removalsMayFail();
        failing = schema.slots(
                        "failing", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("Machine", "m", fails ? 1 : 0))
                .of(new Sort("Failing", List.of("nothing", "heap", "iommu")));
        crashed = schema.slots(
                        "domain.crashed",
                        Role.HYPERVISOR,
                        Writer.HYPERVISOR,
                        on ? domains : Sort.numbered(domains.name(), "", 0))
                .bits(1);
        SchemaBuilder to = schema.onlyIf(stalls);
        stalled = to.slots("unit.stalled", Role.HYPERVISOR, Writer.IOMMU, Sort.numbered("Machine", "m", stalls ? 1 : 0))
                .bits(1);
    }

    /** Whether anything can fail. */
    public boolean on() {
        return on;
    }

    /** Declares what fails and recovers, as actions that may come at any time. */
    public void declare(ModelBuilder model) {
        if (fails) {
            declareFailures(model);
        }
        if (stalls) {
            model.rare("stalls");
            model.restsWhile(this::isStalled);
            model.action("stalls", Actor.IOMMU, List.of(), (s, a, b, c, d, e) -> setStalled(s, true));
            model.action("recovers", Actor.IOMMU, List.of(), (s, a, b, c, d, e) -> setStalled(s, false));
        }
    }

    private boolean setStalled(long[] s, boolean is) {
        if (isStalled(s) == is) {
            return false;
        }
        stalled.set(s, 0, is ? 1 : 0);
        return true;
    }

    private void declareFailures(ModelBuilder model) {
        Argument what =
                new Argument("what", java.util.Objects.requireNonNull(failing.values(), "declared with a sort"));
        // What could not be removed crashes its domain, for good.
        List.of("heap", "iommu").forEach(label -> model.rare("fails", label));
        model.action("fails", Actor.HYPERVISOR, List.of(what), (s, now, b, c, d, e) -> {
            if (failing.get(s, 0) == now) {
                return false;
            }
            failing.set(s, 0, now);
            return true;
        });
    }

    /** Whether an I/O page-table page cannot be had. */
    public boolean heapExhausted(long[] s) {
        return fails && failing.get(s, 0) == HEAP;
    }

    /** Whether the IOMMU code refuses what it is asked to do. */
    public boolean iommuFails(long[] s) {
        return fails && failing.get(s, 0) == UNIT;
    }

    /** Whether the unit takes longer than software waits. What it has been asked for it may still do. */
    public boolean isStalled(long[] s) {
        return stalls && stalled.get(s, 0) != 0;
    }

    /** A mapping of the domain could not be removed. */
    public void crash(long[] s, int domain) {
        if (domain != HARDWARE_DOMAIN) {
            crashed.set(s, domain, 1);
        }
    }

    /** Whether the domain makes no more calls and its virtual CPUs run no more. */
    public boolean hasCrashed(long[] s, int domain) {
        return on && crashed.get(s, domain) != 0;
    }
}
