package dev.moat.conform.viommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import dev.moat.iommu.vtd.format.Deviation;
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
    void everyStatedRowAgrees(String name, String profile, int compared, int unstated, int unasked, int alternatives) {
        RowTally found =
                ViommuFile.judge(ViommuFile.load(name), Profile.of(profile).orElseThrow());
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(compared);
        assertThat(found.unstated().getOrDefault("nothing stated in column vtd", 0))
                .isEqualTo(unstated);
        assertThat(found.unstated().getOrDefault("this version was not asked", 0)
                        + found.unstated().getOrDefault("row of another version", 0))
                .isEqualTo(unasked);
        assertThat(found.noted())
                .isEqualTo(
                        alternatives == 0 ? Map.of() : Map.of("row with what hardware may do otherwise", alternatives));
        assertThat(found.notJudged()).isEmpty();
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
    void furtherRowsAgree(String name, String profile, int compared) {
        RowTally found =
                ViommuFile.judge(ViommuFile.further(name), Profile.of(profile).orElseThrow());
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(compared);
    }

    /** What the profile of the specification takes as all recorded units do has no code in any recorded row. */
    @Test
    void theSpecificationTakesOnlyWhatNoRowNames() {
        Set<String> named = new TreeSet<>();
        for (String name : ViommuFile.ALL) {
            for (String line : ViommuFile.load(name).lines()) {
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
    void theSpecificationJudgesAShadowUntilTheRecordedOneLeavesIt() {
        RowTally found = ViommuFile.judge(ViommuFile.load(ViommuFile.SHADOW), Profile.SPECIFICATION);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(680);
        assertThat(found.notJudged())
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
    void aProfileWithoutAComparedRowSaysSo() {
        RowTally found = ViommuFile.judge(ViommuFile.load(ViommuFile.SHADOW), Profile.QEMU_10_0);
        assertThat(found.compared()).isZero();
        assertThat(found.notJudged()).isEqualTo(Map.of("only recorded of qemu-11.1", 881));
        assertThat(found.text("qemu-10.0"))
                .last()
                .isEqualTo("no row could be compared as qemu-10.0, so this says nothing about what was recorded");
    }

    /** A recorder that asks fewer versions, and does not know what the specification says. */
    @ParameterizedTest
    @CsvSource({"dma-remapping, 1949", "interrupt-remapping, 1690"})
    void aFileMayLackColumns(String name, int rows) {
        RecordedLines whole = ViommuFile.load(name);
        int at = List.of(whole.lines().get(0).split(",")).indexOf("vtd");
        RecordedLines file = new RecordedLines(
                name,
                whole.lines().stream()
                        .map(line -> {
                            List<String> cells = new ArrayList<>(List.of(line.split(",", -1)));
                            cells.remove(at);
                            return String.join(",", cells);
                        })
                        .toList());
        RowTally specification = ViommuFile.judge(file, Profile.SPECIFICATION);
        assertThat(specification.unstated()).isEqualTo(Map.of("no column vtd", rows));
        assertThat(specification.isMalformed()).isFalse();
        assertThat(ViommuFile.judge(file, Profile.QEMU_11_1).compared()).isEqualTo(rows);
    }

    /** Some recordings have a vertical bar between what hardware may do, others a semicolon; the order means nothing. */
    @ParameterizedTest
    @CsvSource({"1;2, true", "1|2, true", "2|1, true", "1+2, false", "1, false", "1|2|3, false"})
    void alternativesStandBetweenBarsOrSemicolons(String entries, boolean agrees) {
        String delivered = "int=0x4%1$s/d=0x%1$s/dm=0/dlm=0/tm=0/rh=0/remap";
        String alternatives = entries.replaceAll("[123]", delivered.replace("%1$s", "$0"));
        String msi = "ir,c,%d,msi,d0 0xfee00070 0x0,,,,,%s fsts=0x0 fr=-,%s,";
        String entry = "ir,c,%d,irte,A 0x3 0x%2$d00004%2$d0001 0x40020,,,,,fsts=0x0 fr=-,,";
        RowTally found = ViommuFile.judge(
                ViommuFile.load(ViommuFile.INTERRUPTS)
                        .rows(
                                "ir,c,0,irta,0x200007,,,,,irta=0x200007 fsts=0x0 fr=-,,",
                                "ir,c,1,gcmd,0x5000000,,,,,gsts=0x5000000 fsts=0x0 fr=-,,",
                                "ir,c,2,gcmd,0x6000000,,,,,gsts=0x7000000 fsts=0x0 fr=-,,",
                                entry.formatted(3, 1),
                                msi.formatted(4, delivered.formatted(1), ""),
                                entry.formatted(5, 2),
                                msi.formatted(6, delivered.formatted(2), delivered.formatted(1)),
                                entry.formatted(7, 3),
                                msi.formatted(8, delivered.formatted(3), alternatives)),
                Profile.SPECIFICATION);
        assertThat(found.compared()).isEqualTo(9);
        assertThat(found.disagreements()).hasSize(agrees ? 0 : 1);
    }

    /** A unit of whose registers nothing is said is not compared. */
    @Test
    void registersOfWhichNothingIsSaidAreNotCompared() {
        RecordedLines one = new RecordedLines(
                ViommuFile.CAPABILITIES,
                ViommuFile.load(ViommuFile.CAPABILITIES).lines().subList(0, 3));
        for (String register : List.of("VER", "CAP", "ECAP", "GSTS", "FSTS", "FECTL", "IECTL", "IRTA")) {
            one = one.with(2, register, "");
        }
        RowTally found = ViommuFile.judge(one, Profile.QEMU_7_2);
        assertThat(found.compared()).isEqualTo(1);
        assertThat(found.unstated()).isEqualTo(Map.of("no register", 1));
        assertThat(found.disagreements()).isEmpty();
    }

    /** A row does not depend on the cases before its own. */
    @Test
    void casesAreIndependent() {
        for (String name : new String[] {ViommuFile.INTERRUPTS, ViommuFile.DMA, ViommuFile.SHADOW}) {
            RecordedLines all = ViommuFile.load(name);
            int rows = 0;
            int cases = 0;
            for (int line = 2; line <= all.lines().size(); cases++) {
                RecordedLines alone = all.caseAt(line, ViommuFile.caseBy(all));
                RowTally found = ViommuFile.judge(alone, Profile.QEMU_11_1);
                assertThat(found.disagreements()).isEmpty();
                assertThat(found.cases()).isEqualTo(1);
                rows += found.rows();
                line += alone.lines().size() - 1;
            }
            assertThat(rows).isEqualTo(all.lines().size() - 1);
            assertThat(cases).isEqualTo(ViommuFile.judge(all, Profile.QEMU_11_1).cases());
        }
    }
}
