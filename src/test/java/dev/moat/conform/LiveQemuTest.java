package dev.moat.conform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real QEMU answers the recorded rows of its virtual units once more, through another harness than the recorder's. */
@Tag("live")
class LiveQemuTest {
    private static final LiveScript SCRIPT = new LiveScript("bench/live-qemu.sh", "QEMU");

    @TempDir
    private Path work;

    @Test
    void interruptsAreAnsweredAsRecorded() throws IOException, InterruptedException {
        Path recorded = Path.of("src/test/resources/viommu-oracle/interrupt-remapping.csv");

        assertThat(answers(recorded)).isEqualTo(Files.readAllLines(recorded));
    }

    @Test
    void amdViAnswersAsRecorded() throws IOException, InterruptedException {
        Path recorded = Path.of("src/test/resources/amdvi-oracle/amdvi-qemu.csv");

        List<String> answers = answers(recorded);

        // Of the rows those of the version that was asked.
        assertThat(answers).hasSizeGreaterThan(1);
        String version = answers.get(1).substring(0, answers.get(1).indexOf(',') + 1);
        List<String> own = Files.readAllLines(recorded).stream()
                .filter(row -> row.startsWith("qemu,") || row.startsWith(version))
                .toList();
        assertThat(answers).isEqualTo(own);
    }

    private List<String> answers(Path rows) throws IOException, InterruptedException {
        Path answers = work.resolve("answers.csv");
        SCRIPT.answer(answers, List.of(rows.toString()));
        return Files.readAllLines(answers);
    }
}
