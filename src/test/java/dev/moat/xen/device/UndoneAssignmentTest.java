package dev.moat.xen.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An assignment that fails ends, also where a fault keeps the device's entry from being put back: the code tries each entry once. */
class UndoneAssignmentTest {
    /** One more step of the call, by its CPU or by the chip that serves it; letters of machines step by step. */
    private static final List<String> GOING_ON = List.of("cpu0: step", "take_tar()");

    @ParameterizedTest
    @EnumSource
    void triesEachEntryOnce(Granularity granularity) {
        Machine machine = Catalog.load()
                .machine(new MachineSpec(
                        "xen",
                        Map.of(
                                "iommu", "calgary",
                                "refs", "1",
                                "handles", "1",
                                "assign", "true",
                                "sides", "host",
                                "failures", "true"),
                        granularity,
                        true,
                        List.of("bus.stays-on")));
        Stepper stepper = machine.stepper();
        long[] s = machine.initial();
        for (String name : List.of("cpu0: deassign_device(dev1)", "fails(iommu)", "cpu0: assign_device(dev1, d1)")) {
            assertThat(stepper.apply(machine.find(name).orElseThrow(), s))
                    .as(name)
                    .isTrue();
            int steps = 0;
            while (GOING_ON.stream().anyMatch(letter -> isTaken(machine, stepper, s, letter))) {
                assertThat(++steps).as("steps of " + name).isLessThan(100);
            }
        }
        Slots assigned = machine.schema().family("assigned").orElseThrow();
        assertThat(assigned.get(s, 0)).as("nobody has the device").isZero();
        assertThat(stepper.apply(machine.find("fails(nothing)").orElseThrow(), s))
                .isTrue();
        assertThat(stepper.apply(machine.find("cpu0: assign_device(dev1, d1)").orElseThrow(), s))
                .as("the next call begins")
                .isTrue();
    }

    private static boolean isTaken(Machine machine, Stepper stepper, long[] s, String name) {
        return machine.find(name).filter(letter -> stepper.apply(letter, s)).isPresent();
    }
}
