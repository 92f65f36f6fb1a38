package dev.moat.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Faults that pass over one change of an entry's rights pass over no other: which of these calls wait for an invalidation, with and
 * without each fault.
 */
class PassedOverChangesTest {
    /** The calls, each with the change of the entry that it makes. */
    private static final Map<String, String> CALLS = calls();

    private static Map<String, String> calls() {
        Map<String, String> calls = new LinkedHashMap<>();
        calls.put("none to read-only", "map_grant_ref(d1, d0, r0, host ro)");
        calls.put("read-only to all", "map_grant_ref(d1, d0, r0, host rw)");
        calls.put("all to read-only", "unmap_grant_ref(d1, h1, host)");
        calls.put("read-only to none", "unmap_grant_ref(d1, h0, host)");
        calls.put("none to all", "map_grant_ref(d1, d0, r0, host rw)");
        calls.put("all to none", "unmap_grant_ref(d1, h0, host)");
        return calls;
    }

    /** The changes whose call waits for an invalidation. */
    private static List<String> waiting(boolean cachingMode, List<String> faults) {
        Map<String, String> settings =
                Map.of("iommu", "vtd", "refs", "1", "handles", "2", "caching-mode", Boolean.toString(cachingMode));
        Machine machine = Catalog.load().machine(new MachineSpec("xen", settings, Granularity.OPERATION, true, faults));
        Stepper stepper = machine.stepper();
        long[] s = machine.initial().clone();
        apply(machine, stepper, "grant(d0, r0, d1, f0, rw)", s);
        List<String> waits = new ArrayList<>();
        CALLS.forEach((change, call) -> {
            apply(machine, stepper, "cpu0: " + call, s);
            if (stepper.lastSteps().stream().anyMatch(step -> step.endsWith("/queue-wait"))) {
                waits.add(change);
            }
        });
        return waits;
    }

    private static void apply(Machine machine, Stepper stepper, String call, long[] s) {
        assertThat(stepper.apply(machine.find(call).orElseThrow(), s)).as(call).isTrue();
    }

    /** In caching mode a refusal may be cached, too, so that every change owes something. */
    @ParameterizedTest
    @CsvSource({
        "unmap.no-invalidation-on-demotion, all to read-only",
        "promotion.not-invalidated, read-only to all",
        "map.read-only-not-invalidated, none to read-only"
    })
    void noOtherChangeIsPassedOver(String fault, String change) {
        List<String> others =
                CALLS.keySet().stream().filter(c -> !c.equals(change)).toList();
        assertThat(waiting(true, List.of(fault))).containsExactlyElementsOf(others);
        assertThat(waiting(false, List.of(fault)))
                .containsExactlyElementsOf(
                        others.stream().filter(c -> !c.startsWith("none")).toList());
    }

    @Test
    void withoutAFaultNoneIs() {
        assertThat(waiting(true, List.of())).containsExactlyElementsOf(CALLS.keySet());
        assertThat(waiting(false, List.of()))
                .containsExactly("read-only to all", "all to read-only", "read-only to none", "all to none");
    }
}
