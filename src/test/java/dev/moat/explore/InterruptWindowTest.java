package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.state.Relation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The hardware's window of interrupts in the DMA layer: the page at 0xFEE00000 is the highest of two, and something may be mapped there. */
class InterruptWindowTest {
    private static final int WINDOW = 1;

    private static List<long[]> states(Machine machine) {
        return new NaiveExplorer(machine, Machines.judge(machine, "no-foreign-request", "no-request-strays"))
                .run()
                .states();
    }

    private static boolean anywhere(Machine machine, String relation, int... at) {
        Relation r = machine.model().abstraction().relation(relation).orElseThrow();
        return states(machine).stream().anyMatch(s -> r.code().holds(s, at[0], at[1], at[2], 0, 0));
    }

    private static String settings(String iommu, String back, String fault) {
        return "iommu-dma operation iommu=" + iommu + " levels=4 index-bits=5 pages=2 held-back=" + back + fault;
    }

    /** The tables say that the page leads to the frame, and the unit answers the device without asking them. */
    @ParameterizedTest
    @ValueSource(strings = {"vtd", "amd-vi"})
    void whatIsMappedInTheWindowIsReachedByNobody(String iommu) {
        Machine machine = Machines.machine(settings(iommu, "window", " !iova.region-handed-out"));
        for (String right : List.of("R", "W")) {
            assertThat(anywhere(machine, "map" + right, 0, WINDOW, 0)).isTrue();
            assertThat(anywhere(machine, "gets" + right, 0, WINDOW, 0)).isFalse();
            assertThat(anywhere(machine, "may" + right, 0, 1, WINDOW)).isFalse();
            assertThat(anywhere(machine, "may" + right, 0, 1, 0)).isTrue();
            assertThat(anywhere(machine, "gets" + right, 0, 0, 0))
                    .as("the page below")
                    .isTrue();
        }
    }

    /** The same fault where the highest page is like any other: the device gets the frame. */
    @ParameterizedTest
    @ValueSource(strings = {"vtd", "amd-vi"})
    void anyOtherPageIsReached(String iommu) {
        Machine machine = Machines.machine(settings(iommu, "interrupts", " !iova.region-handed-out"));
        assertThat(anywhere(machine, "getsW", 0, WINDOW, 0)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"vtd", "amd-vi"})
    void nothingIsMappedThere(String iommu) {
        Machine machine = Machines.machine(settings(iommu, "window", ""));
        assertThat(anywhere(machine, "mapR", 0, WINDOW, 0)).isFalse();
        assertThat(anywhere(machine, "mapR", 0, 0, 0)).isTrue();
    }

    @Test
    void itIsRefusedWhereTablesDoNotReachItOrHardwareHasNone() {
        for (String settings : List.of("iommu=vtd index-bits=4", "iommu=calgary", "iommu=gart")) {
            assertThatThrownBy(() -> Machines.machine("iommu-dma operation pages=2 held-back=window " + settings))
                    .as(settings)
                    .isInstanceOf(BadSettingException.class)
                    .hasMessageContaining("held-back=window is for VT-d and AMD-Vi");
        }
    }
}
