package dev.moat.conform.viommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.conform.viommu.machine.Profile;
import dev.moat.input.InputException;
import dev.moat.iommu.vtd.deviation.Deviation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The executable unit does what is recorded, in every profile, in every row that says anything. */
class RecordedUnitTest {
    @ParameterizedTest
    @CsvSource({
        "interrupt-remapping, vtd,       1690, 0,   0,    41",
        "interrupt-remapping, qemu-7.2,  1690, 0,   0,    0",
        "interrupt-remapping, qemu-10.0, 1690, 0,   0,    0",
        "interrupt-remapping, qemu-11.1, 1690, 0,   0,    0",
        "dma-remapping,       vtd,       1701, 248, 0,    0",
        "dma-remapping,       qemu-7.2,  282,  0,   1667, 0",
        "dma-remapping,       qemu-10.0, 1949, 0,   0,    0",
        "dma-remapping,       qemu-11.1, 1949, 0,   0,    0",
        "shadow,              qemu-11.1, 881,  0,   0,    0",
        "capabilities,        vtd,       51,   0,   0,    0",
        "capabilities,        qemu-7.2,  17,   0,   34,   0",
        "capabilities,        qemu-10.0, 17,   0,   34,   0",
        "capabilities,        qemu-11.1, 17,   0,   34,   0",
    })
    void everyStatedRowAgrees(String name, String profile, int compared, int unstated, int unasked, int alternatives)
            throws IOException {
        ViommuConformance found = Recording.load(name).run(Profile.of(profile).orElseThrow());
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(compared);
        assertThat(found.unstated()).isEqualTo(unstated);
        assertThat(found.unasked()).isEqualTo(unasked);
        assertThat(found.alternatives()).isEqualTo(alternatives);
        assertThat(found.unjudged()).isEmpty();
        assertThat(found.unknown()).isEmpty();
        assertThat(found.rows()).isEqualTo(compared + unstated + unasked);
    }

    /**
     * Rows in the recorder's format that nobody has recorded: their answers follow from the table of conditions in its README, those of
     * 7.2 and of the shadow from the order in QEMU's code; those of the firmware are a real 11.1's.
     */
    @ParameterizedTest
    @CsvSource({
        "interrupt-remapping, vtd,       201",
        "interrupt-remapping, qemu-7.2,  132",
        "interrupt-remapping, qemu-10.0, 132",
        "interrupt-remapping, qemu-11.1, 132",
        "dma-remapping,       vtd,       80",
        "dma-remapping,       qemu-7.2,  175",
        "dma-remapping,       qemu-10.0, 98",
        "dma-remapping,       qemu-11.1, 109",
        "capabilities,        qemu-7.2,  8",
        "capabilities,        qemu-10.0, 9",
        "capabilities,        qemu-11.1, 22",
        "shadow,              vtd,       16",
        "shadow,              qemu-11.1, 16",
    })
    void furtherRowsAgree(String name, String profile, int compared) throws IOException {
        ViommuConformance found =
                Recording.further(name).run(Profile.of(profile).orElseThrow());
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(compared);
    }

    /** What the profile of the specification takes as all recorded units do has no code in any recorded row. */
    @Test
    void theSpecificationTakesOnlyWhatNoRowNames() throws IOException {
        Set<String> named = new TreeSet<>();
        for (String name : Recording.ALL) {
            for (String line : Recording.load(name).lines()) {
                String[] cells = line.split(",", -1);
                named.addAll(List.of(cells[cells.length - 1].split("[+; ]+")));
            }
        }
        for (Deviation taken : Deviation.values()) {
            if (Profile.SPECIFICATION.deviations().has(taken)) {
                assertThat(named).contains("LEG").doesNotContain(taken.code());
                assertThat(Profile.values())
                        .allMatch(profile -> profile.deviations().has(taken));
            }
        }
    }

    /** A shadow is judged by the specification until the recorded one leaves it. */
    @Test
    void theSpecificationJudgesAShadowUntilTheRecordedOneLeavesIt() throws IOException {
        ViommuConformance found = Recording.load(Recording.SHADOW).run(Profile.SPECIFICATION);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(680);
        assertThat(found.unjudged())
                .isEqualTo(Map.of(
                        "from DIFF on", 92,
                        "from KEEP on", 42,
                        "from SKIP on", 9,
                        "from WO on", 50,
                        "from an unaligned range on", 8));
        assertThat(found.rows()).isEqualTo(680 + 92 + 42 + 9 + 50 + 8);
    }

    /** What nobody recorded is not a success. */
    @Test
    void aProfileWithoutAComparedRowIsAnError() throws IOException {
        Recording shadow = Recording.load(Recording.SHADOW);
        assertThatThrownBy(() -> shadow.run(Profile.QEMU_10_0))
                .isInstanceOf(InputException.class)
                .hasMessage("shadow:1:1: no row could be compared under qemu-10.0, so this says nothing");
    }

    /** A unit of whose registers nothing is said is not compared. */
    @Test
    void registersOfWhichNothingIsSaidAreNotCompared() throws IOException {
        Recording one = new Recording(
                Recording.CAPABILITIES,
                new ArrayList<>(Recording.load(Recording.CAPABILITIES).lines().subList(0, 3)));
        for (String register : List.of("VER", "CAP", "ECAP", "GSTS", "FSTS", "FECTL", "IECTL", "IRTA")) {
            one.set(2, register, "");
        }
        ViommuConformance found = one.run(Profile.QEMU_7_2);
        assertThat(found.compared()).isEqualTo(1);
        assertThat(found.unstated()).isEqualTo(1);
        assertThat(found.disagreements()).isEmpty();
    }

    /** A row does not depend on the cases before its own. */
    @Test
    void casesAreIndependent() throws IOException {
        for (String name : new String[] {Recording.INTERRUPTS, Recording.DMA, Recording.SHADOW}) {
            Recording all = Recording.load(name);
            int rows = 0;
            int cases = 0;
            for (int line = 2; line <= all.lines().size(); cases++) {
                Recording alone = all.caseAt(line);
                ViommuConformance found = alone.run(Profile.QEMU_11_1);
                assertThat(found.disagreements()).isEmpty();
                assertThat(found.cases()).isEqualTo(1);
                rows += found.rows();
                line += alone.lines().size() - 1;
            }
            assertThat(rows).isEqualTo(all.lines().size() - 1);
            assertThat(cases).isEqualTo(all.run(Profile.QEMU_11_1).cases());
        }
    }
}
