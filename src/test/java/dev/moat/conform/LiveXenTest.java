package dev.moat.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Moat's grant table against a real Xen that runs now, under QEMU: {@code bench/live-xen.sh} has it answer random rows.
 * The seed is printed, and {@code -Dlive.seed}, {@code -Dlive.cases}, {@code -Dlive.steps} choose what is asked.
 */
@Tag("live")
class LiveXenTest {
    private static final String SCRIPT = "bench/live-xen.sh";

    @TempDir
    Path work;

    @Test
    void answersAsARunningXenDoes() throws IOException, InterruptedException {
        compare("live");
    }

    @Test
    void answersAsARunningXenDoesWithoutTransitiveGrantsAndTransfers() throws IOException, InterruptedException {
        compare("cfg-no-transitive-no-transfer", "gnttab=no-transitive,no-transfer");
    }

    /** The recorded file itself: what the live domain 0 asks is what the recorder asked. */
    @Test
    void answersTheRecordedRowsAsRecorded() throws IOException, InterruptedException {
        String again = ask(RecordedFile.load().text());
        Conformance found = XenConformance.run(
                "live", new StringReader(again), c -> !c.suite().startsWith("cfg"));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.comparedRows()).isEqualTo(1980);
    }

    private void compare(String suite, String... options) throws IOException, InterruptedException {
        int cases = Integer.getInteger("live.cases", 40);
        int steps = Integer.getInteger("live.steps", 150);
        long seed = Long.getLong("live.seed", 1);
        String answers = ask(RandomRows.file(suite, seed, cases, steps), options);
        Conformance found = XenConformance.run("live", new StringReader(answers), c -> true);
        System.out.println("live Xen, suite " + suite + ", seeds from " + seed + ": " + found.summary());
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.cases()).isEqualTo(cases);
        assertThat(found.comparedRows()).isGreaterThan(cases * steps / 2);
    }

    private String ask(String rows, String... options) throws IOException, InterruptedException {
        Path asked = Files.writeString(work.resolve("rows.csv"), rows);
        skipWithoutTools();
        List<String> command = new ArrayList<>(List.of("sh", SCRIPT, asked.toString()));
        command.addAll(List.of(options));
        Path answers = work.resolve("answers.csv");
        Process run = new ProcessBuilder(command)
                .redirectOutput(answers.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(run.waitFor()).isZero();
        return Files.readString(answers, StandardCharsets.US_ASCII);
    }

    private static void skipWithoutTools() throws IOException, InterruptedException {
        Process check = new ProcessBuilder("sh", SCRIPT, "--check")
                .redirectErrorStream(true)
                .start();
        String missing = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        boolean ready = check.waitFor() == 0;
        if (!ready) {
            System.out.println("*** SKIPPED: no live Xen: " + missing + " ***");
        }
        assumeTrue(ready, missing);
    }
}
