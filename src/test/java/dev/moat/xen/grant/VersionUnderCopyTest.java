package dev.moat.xen.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A table keeps version 2 while a copy on another CPU goes by what only version 2 has ({@code nr_v2_ops} in Xen, XSA-501). */
class VersionUnderCopyTest {
    private static final String COPY = "cpu0: copy(d1, d0.r0, f1, 2048)";

    private final Machine machine = Catalog.load()
            .machine(new MachineSpec(
                    "xen-vtd",
                    Map.of(
                            "cpus", "2",
                            "frames", "3",
                            "refs", "1",
                            "handles", "1",
                            "version-2", "true",
                            "partial-grants", "true",
                            "copy", "true",
                            "granters", "all",
                            "iommu", "none",
                            "reallocation", "false"),
                    Granularity.STEP,
                    true,
                    List.of()));
    private final Stepper stepper = machine.stepper();
    private final long[] s = machine.initial();
    private final Slots second = machine.schema().family("table.version").orElseThrow();
    private final Slots pin = machine.schema().family("active.pin").orElseThrow();

    private void act(String name) {
        assertThat(stepper.apply(machine.find(name).orElseThrow(), s)).as(name).isTrue();
    }

    @Test
    void aPartOfAPageIsWaitedFor() {
        act("cpu0: set_version(d0, 2)");
        act("grant_part(d0, r0, d1, f0)");
        act(COPY);
        assertThat(pin.get(s, 0)).isNotZero();
        act("cpu1: set_version(d0, 1)");
        assertThat(second.get(s, 0)).as("refused").isOne();
        while (pin.get(s, 0) != 0) {
            act("cpu0: step");
        }
        act("cpu1: set_version(d0, 1)");
        assertThat(second.get(s, 0)).isZero();
    }
}
