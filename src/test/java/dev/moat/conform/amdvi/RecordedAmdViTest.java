package dev.moat.conform.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import dev.moat.iommu.amdvi.request.QemuRequests;
import dev.moat.iommu.amdvi.semantics.Deviation;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The recorded answers of three QEMUs, judged by the specification and by each of them. */
class RecordedAmdViTest {
    private static final RecordedLines FILE = RecordedLines.load("amdvi-oracle/amdvi-qemu.csv");

    private static RowTally judge(RecordedLines file, @Nullable QemuProfile profile) {
        return file.judge((name, in) -> AmdViRecords.run(name, in, profile));
    }

    @Test
    void theSpecificationHasNoDisagreement() {
        RowTally found = judge(FILE, null);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.rows()).isEqualTo(4021);
        assertThat(found.comparedBy())
                .isEqualTo(Map.of(
                        "boot", 283, "cmd", 706, "dr", 1039, "dw", 626, "mem", 1115, "reg", 98, "rmem", 46, "rreg",
                        54));
        assertThat(found.unstated()).isEqualTo(Map.of("no expectation", 54));
        assertThat(found.noted())
                .containsEntry("event that the sources leave open", 82)
                .containsEntry("deviation TLB_BY_DEVID", 17)
                .doesNotContainKey("outcome allowed that Moat's unit does not show");
        assertThat(found.noted().keySet()).noneMatch(what -> what.startsWith("unknown"));
    }

    @Test
    void eachQemuHasNoDisagreement() {
        int rows = 0;
        for (QemuProfile profile : QemuProfile.ALL) {
            RowTally found = judge(FILE, profile);
            assertThat(found.disagreements()).isEmpty();
            rows += found.compared();
        }
        assertThat(rows).as("each row belongs to one of them").isEqualTo(4021);
    }

    /**
     * Without a deviation the recorded answers are no longer met; the kept rows do not show all of them. Of QEMU 10.0 there are only
     * a few rows, which QEMU 7.2 answered alike.
     */
    @Test
    void eachDeviationIsNeeded() {
        assertThat(unseen("qemu-7.2")).containsExactly(Deviation.KEY_OR, Deviation.POINTERS_RAW);
        assertThat(unseen("qemu-11.1"))
                .containsExactly(
                        Deviation.EVT_EXTRA,
                        Deviation.EVT_BASE_KEPT,
                        Deviation.PTE_UNREAD,
                        Deviation.MODE0_CACHED,
                        Deviation.POINTERS_RAW,
                        Deviation.STATUS_WIDE);
    }

    /** What registers read as; pointers with reserved bits; a log that is moved while its interrupt is pending; tables, a ring and a device table that cannot be read. */
    @Test
    void furtherRowsHaveNoDisagreement() {
        RecordedLines further = RecordedLines.load("amdvi-rows/amdvi-qemu.csv");
        for (QemuProfile profile : QemuProfile.ALL) {
            assertThat(judge(further, profile).disagreements()).isEmpty();
        }
    }

    private Set<Deviation> unseen(String label) {
        QemuProfile profile = QemuProfile.of(label).orElseThrow();
        Set<Deviation> unseen = new TreeSet<>();
        for (Deviation deviation : profile.deviations()) {
            Set<Deviation> others = new HashSet<>(profile.deviations());
            others.remove(deviation);
            QemuProfile without = new QemuProfile(profile.version(), profile.choices(), others);
            if (judge(FILE, without).disagreements().isEmpty()) {
                unseen.add(deviation);
            }
        }
        return unseen;
    }

    /** What it does within its freedom shows in the kept rows of the newest only. */
    @Test
    void theChoicesAreNeeded() {
        for (QemuProfile profile : QemuProfile.ALL) {
            boolean newest = profile.version().equals("11.1");
            QemuRequests.Choices choices = profile.choices();
            QemuProfile keeps = new QemuProfile(
                    profile.version(),
                    new QemuRequests.Choices(!choices.keepsRefused(), choices.forgetsDevice()),
                    profile.deviations());
            assertThat(judge(FILE, keeps).disagreements().isEmpty()).isEqualTo(!newest);
            QemuProfile forgets = new QemuProfile(
                    profile.version(),
                    new QemuRequests.Choices(choices.keepsRefused(), !choices.forgetsDevice()),
                    profile.deviations());
            assertThat(judge(FILE, forgets).disagreements().isEmpty()).isEqualTo(!newest);
        }
    }

    @Test
    void profilesHaveTheirLabels() {
        assertThat(QemuProfile.ALL.stream().map(QemuProfile::label))
                .containsExactly("qemu-7.2", "qemu-10.0", "qemu-11.1");
        assertThat(QemuProfile.of("qemu-7.2").orElseThrow().isOf("7.2.22")).isTrue();
        assertThat(QemuProfile.of("qemu-7.2").orElseThrow().isOf("7.20.1")).isFalse();
        assertThat(QemuProfile.of("qemu-9.0")).isEmpty();
    }

    @Test
    void theTextSaysWhatWasJudged() {
        assertThat(judge(FILE, QemuProfile.ALL.get(1)).text("qemu-10.0"))
                .containsExactly(
                        "amdvi-oracle/amdvi-qemu.csv: amd-iommu (QEMU), profile qemu-10.0",
                        "  cases 283, rows 4021, compared 302 (boot 15, cmd 55, dr 70, dw 53, mem 75, reg 16, rmem 4, rreg 14)",
                        "  nothing to compare: 3719, row of another version",
                        "disagreements 0");
    }
}
