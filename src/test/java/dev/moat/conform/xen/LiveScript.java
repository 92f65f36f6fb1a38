package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A script that has a real system answer rows.
 *
 * @param path of the script
 * @param system what it asks, as {@code Xen}
 */
public record LiveScript(String path, String system) {
    /** Writes the answers to a file; skips the test, loudly, where the script says that a tool is missing. */
    public void answer(Path answers, List<String> arguments) throws IOException, InterruptedException {
        skipWithoutTools();
        List<String> command = new ArrayList<>(List.of("sh", path));
        command.addAll(arguments);
        Process run = new ProcessBuilder(command)
                .redirectOutput(answers.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(run.waitFor()).isZero();
    }

    void skipWithoutTools() throws IOException, InterruptedException {
        Process check = new ProcessBuilder("sh", path, "--check")
                .redirectErrorStream(true)
                .start();
        String missing = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        boolean ready = check.waitFor() == 0;
        if (!ready) {
            System.out.println("*** SKIPPED: no live " + system + ": " + missing + " ***");
        }
        assumeTrue(ready, missing);
    }
}
