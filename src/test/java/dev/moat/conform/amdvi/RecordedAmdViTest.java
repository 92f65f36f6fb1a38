package dev.moat.conform.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.request.QemuRequests;
import dev.moat.iommu.amdvi.semantics.Deviation;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The recorded answers of three QEMUs, judged by the specification and by each of them. */
class RecordedAmdViTest {
    private final RecordedAmdVi file;

    RecordedAmdViTest() throws IOException {
        file = RecordedAmdVi.load();
    }

    @Test
    void theSpecificationHasNoDisagreement() throws IOException {
        AmdViConformance found = file.judge(null);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.text()).startsWith("amdvi-qemu.csv: cases 283, rows 4021, profile specification");
        assertThat(found.judged())
                .isEqualTo(Map.of(
                        "boot", 283, "cmd", 706, "dr", 1039, "dw", 626, "mem", 1115, "reg", 98, "rmem", 46, "rreg",
                        108));
        assertThat(found.counts())
                .containsEntry("events that the sources leave open", 82)
                .containsEntry("reads without an expectation", 54)
                .containsEntry("named TLB_BY_DEVID", 17)
                .doesNotContainKey("requests without an expectation")
                .doesNotContainKey("outcomes allowed that Moat's unit does not show");
        assertThat(found.counts().keySet()).noneMatch(what -> what.startsWith("unknown"));
    }

    @Test
    void eachQemuHasNoDisagreement() throws IOException {
        int rows = 0;
        for (QemuProfile profile : QemuProfile.ALL) {
            AmdViConformance found = file.judge(profile);
            assertThat(found.disagreements()).isEmpty();
            rows += found.judged().values().stream().mapToInt(Integer::intValue).sum();
        }
        assertThat(rows).as("each row belongs to one of them").isEqualTo(4021);
    }

    /**
     * Without a deviation the recorded answers are no longer met; the kept rows do not show all of them. Of QEMU 10.0 there are only
     * a few rows, which QEMU 7.2 answered alike.
     */
    @Test
    void eachDeviationIsNeeded() throws IOException {
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
    void furtherRowsHaveNoDisagreement() throws IOException {
        RecordedAmdVi further = RecordedAmdVi.further();
        for (QemuProfile profile : QemuProfile.ALL) {
            assertThat(further.judge(profile).disagreements()).isEmpty();
        }
    }

    private Set<Deviation> unseen(String label) throws IOException {
        QemuProfile profile = QemuProfile.of(label).orElseThrow();
        Set<Deviation> unseen = new TreeSet<>();
        for (Deviation deviation : profile.deviations()) {
            Set<Deviation> others = new HashSet<>(profile.deviations());
            others.remove(deviation);
            QemuProfile without = new QemuProfile(profile.version(), profile.choices(), others);
            if (file.judge(without).disagreements().isEmpty()) {
                unseen.add(deviation);
            }
        }
        return unseen;
    }

    /** What it does within its freedom shows in the kept rows of the newest only. */
    @Test
    void theChoicesAreNeeded() throws IOException {
        for (QemuProfile profile : QemuProfile.ALL) {
            boolean newest = profile.version().equals("11.1");
            QemuRequests.Choices choices = profile.choices();
            QemuProfile keeps = new QemuProfile(
                    profile.version(),
                    new QemuRequests.Choices(!choices.keepsRefused(), choices.forgetsDevice()),
                    profile.deviations());
            assertThat(file.judge(keeps).disagreements().isEmpty()).isEqualTo(!newest);
            QemuProfile forgets = new QemuProfile(
                    profile.version(),
                    new QemuRequests.Choices(choices.keepsRefused(), !choices.forgetsDevice()),
                    profile.deviations());
            assertThat(file.judge(forgets).disagreements().isEmpty()).isEqualTo(!newest);
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
    void theTextSaysWhatWasJudged() throws IOException {
        assertThat(file.judge(QemuProfile.ALL.get(1)).text())
                .containsExactly(
                        "amdvi-qemu.csv: cases 283, rows 4021, profile qemu-10.0",
                        "  judged: rows 302 (boot 15, cmd 55, dr 70, dw 53, mem 75, reg 16, rmem 4, rreg 14)",
                        "  rows of other versions: 3719",
                        "disagreements 0");
    }
}
