package dev.moat.xen.state;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * What can go wrong outside the hypervisor's own logic, and goes wrong and recovers at any time: the heap is exhausted, so
 * that no I/O page-table page can be allocated; or the IOMMU code refuses to change a table and to wait for a place in the
 * full queue. A domain whose mapping cannot be removed is crashed, except the hardware domain. Without failures there is
 * not a single slot. {@code @source} Xen 4.17 drivers/passthrough/iommu.c (domain_crash in iommu_unmap).
 */
public final class Environment {
    private static final int HEAP = 1;
    private static final int UNIT = 2;
    /** The domain that is never crashed. */
    private static final int HARDWARE_DOMAIN = 0;

    private final boolean on;
    private final Slots failing;
    private final Slots crashed;

    Environment(SchemaBuilder schema, Sort domains, boolean on) {
        this.on = on;
        failing = schema.slots("failing", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("Machine", "m", on ? 1 : 0))
                .of(new Sort("Failing", List.of("nothing", "heap", "iommu")));
        crashed = schema.slots(
                        "domain.crashed",
                        Role.HYPERVISOR,
                        Writer.HYPERVISOR,
                        on ? domains : Sort.numbered(domains.name(), "", 0))
                .bits(1);
    }

    public boolean on() {
        return on;
    }

    public void declare(ModelBuilder model) {
        Argument what =
                new Argument("what", java.util.Objects.requireNonNull(failing.values(), "declared with a sort"));
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
        return on && failing.get(s, 0) == HEAP;
    }

    /** Whether the IOMMU code refuses what it is asked to do. */
    public boolean iommuFails(long[] s) {
        return on && failing.get(s, 0) == UNIT;
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
