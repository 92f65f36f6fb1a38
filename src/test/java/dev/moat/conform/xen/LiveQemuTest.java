package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.moat.conform.amdvi.AmdViRecords;
import dev.moat.conform.amdvi.QemuProfile;
import dev.moat.conform.rows.RowTally;
import dev.moat.conform.viommu.Profile;
import dev.moat.conform.viommu.ViommuRecords;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real QEMU answers the recorded rows of its virtual units once more, through another harness than the recorder's, and random ones. The
 * seed of these is printed; {@code -Dlive.seed} and {@code -Dlive.cases} choose what is asked, {@code MOAT_QEMU} who.
 */
@Tag("live")
class LiveQemuTest {
    private static final LiveScript SCRIPT = new LiveScript("bench/live-qemu.sh", "QEMU");
    private static final Pattern VERSION = Pattern.compile("version (\\d+\\.\\d+)");

    @TempDir
    private Path work;

    @Test
    void interruptsAreAnsweredAsRecorded() throws IOException, InterruptedException {
        Path recorded = Path.of("src/test/resources/viommu-oracle/interrupt-remapping.csv");

        assertThat(answers(recorded.toString())).isEqualTo(Files.readAllLines(recorded));
    }

    @Test
    void registersAtResetAreAsRecorded() throws IOException, InterruptedException {
        Path recorded = Path.of("src/test/resources/viommu-oracle/capabilities.csv");

        List<String> answers = answers(recorded.toString());

        assertThat(answers).isEqualTo(ofTheSameVersion(answers, recorded));
    }

    @Test
    void amdViAnswersAsRecorded() throws IOException, InterruptedException {
        Path recorded = Path.of("src/test/resources/amdvi-oracle/amdvi-qemu.csv");

        List<String> answers = answers(recorded.toString());

        assertThat(answers).isEqualTo(ofTheSameVersion(answers, recorded));
    }

    @Test
    void aShadowIsAsRecorded() throws IOException, InterruptedException {
        requireShadows();
        Path recorded = Path.of("src/test/resources/viommu-oracle/shadow.csv");

        assertThat(answers(recorded.toString())).isEqualTo(Files.readAllLines(recorded));
    }

    @Test
    void aShadowAnswersRandomRowsAsMoatDoes() throws IOException, InterruptedException {
        requireShadows();

        assertThat(random("shadow").disagreements()).isEmpty();
    }

    /** A device can be passed through from a server where QEMU is its client. */
    private static void requireShadows() throws IOException, InterruptedException {
        assumeThat(profile()).as("which has vfio-user-pci").isEqualTo("qemu-11.1");
    }

    /** The recorded rows of the version that has answered; it is the first cell of both. */
    private static List<String> ofTheSameVersion(List<String> answers, Path recorded) throws IOException {
        assertThat(answers).hasSizeGreaterThan(1);
        String version = answers.get(1).substring(0, answers.get(1).indexOf(',') + 1);
        return Files.readAllLines(recorded).stream()
                .filter(row -> row.startsWith("qemu,") || row.startsWith(version))
                .toList();
    }

    /** Every version has what these ask for, so that each row is compared. */
    @ParameterizedTest
    @ValueSource(strings = {"interrupts", "dma", "registers", "options"})
    void answersRandomRowsAsMoatDoes(String kind) throws IOException, InterruptedException {
        RowTally found = random(kind);

        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(found.rows());
    }

    /** 7.2 has no first-level tables, and is not asked about them. */
    @Test
    void answersRandomRowsOfScalableModeAsMoatDoes() throws IOException, InterruptedException {
        assertThat(random("scalable").disagreements()).isEmpty();
    }

    @Test
    void amdViAnswersRandomRowsAsMoatDoes() throws IOException, InterruptedException {
        String answers = answersToRandomRows("amdvi");

        RowTally found = AmdViRecords.run(
                "live", new StringReader(answers), QemuProfile.of(profile()).orElseThrow());

        assertThat(found.disagreements()).isEmpty();
    }

    private RowTally random(String kind) throws IOException, InterruptedException {
        String answers = answersToRandomRows(kind);
        return ViommuRecords.run(
                "live", new StringReader(answers), Profile.of(profile()).orElseThrow());
    }

    private String answersToRandomRows(String kind) throws IOException, InterruptedException {
        String seed = "" + Long.getLong("live.seed", 1);
        String cases = "" + Integer.getInteger("live.cases", 10);
        System.out.println("live " + profile() + ", random rows of " + kind + ", seed " + seed + ", cases " + cases);
        return String.join("\n", answers("--random", kind, seed, cases)) + "\n";
    }

    /** What Moat calls the version that is asked. */
    private static String profile() throws IOException, InterruptedException {
        SCRIPT.skipWithoutTools();
        String qemu = System.getenv().getOrDefault("MOAT_QEMU", "qemu-system-x86_64");
        Process run = new ProcessBuilder(qemu, "--version").start();
        Matcher version = VERSION.matcher(new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertThat(run.waitFor()).isZero();
        assertThat(version.find()).isTrue();
        return "qemu-" + version.group(1);
    }

    private List<String> answers(String... arguments) throws IOException, InterruptedException {
        Path answers = work.resolve("answers.csv");
        SCRIPT.answer(answers, List.of(arguments));
        return Files.readAllLines(answers);
    }
}
