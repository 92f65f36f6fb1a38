package dev.moat.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real Xen under QEMU, which {@code bench/live-xen.sh} has answer rows. */
record LiveXen(Path work) {
    private static final String SCRIPT = "bench/live-xen.sh";

    /** The rows with its answers; skips the test where a tool is missing. */
    String ask(String rows, String... options) throws IOException, InterruptedException {
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
