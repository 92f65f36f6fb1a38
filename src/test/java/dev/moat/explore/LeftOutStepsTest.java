package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.model.Edits;
import dev.moat.scenario.MachineSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps without which an invariant would hold only if it excused too much, and settings of which nothing could be said. */
class LeftOutStepsTest {
    private static Exploration.End explored(Edits edits) {
        MachineSpec spec = Machines.spec("xen-viommu-svm operation gfns=1");
        Machine machine = new Machine(Machines.CATALOG.model(spec, edits), spec.granularity(), spec.merged());
        return Machines.exploreSmall(machine, Machines.judge(machine, "first-level-is-reachable"))
                .end();
    }

    /** A process whose PASID entry is never written is owed nothing, and not being bound either: its pages are to be reached. */
    @Test
    void aProcessThatNobodyBindsAnyMoreIsNotExcused() {
        assertThat(explored(new Edits())).isEqualTo(Exploration.End.COMPLETE);
        assertThat(explored(new Edits().drop("bind_process", "write-entry"))).isEqualTo(Exploration.End.VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "amd-vi-interrupts step entries=3",
                "iommu-dma step direct=true held-back=interrupts pages=2",
            })
    void settingsThatLeaveNothingAreRefused(String line) {
        assertThatThrownBy(() -> Machines.machine(line)).isInstanceOf(BadSettingException.class);
    }
}
