package dev.moat.audit.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.Audit;
import dev.moat.audit.result.Violation;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The header for own code, by the driver beside it: compiled, run without mistake and with each of its ten. */
class EventsHeaderTest {
    private static final Path SOURCE = Path.of("docs/examples/events/driver.c");
    private static final Pattern MARK = Pattern.compile("\\[(\\d+) ([a-z-]+)]");

    @TempDir
    private Path dir;

    /** Where the source says that a mistake shows. */
    private record Expected(int line, String rule) {}

    private static Map<Integer, Expected> expected() throws IOException {
        Map<Integer, Expected> all = new TreeMap<>();
        List<String> lines = Files.readAllLines(SOURCE);
        int begin = lines.indexOf(" */");
        for (int n = begin; n < lines.size(); n++) {
            Matcher mark = MARK.matcher(lines.get(n));
            while (mark.find()) {
                all.put(Integer.parseInt(mark.group(1)), new Expected(n + 1, mark.group(2)));
            }
        }
        return all;
    }

    private String run(String... command) throws IOException, InterruptedException {
        File out = dir.resolve("out").toFile();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out)
                .start();
        int code = process.waitFor();
        String text = Files.readString(out.toPath(), StandardCharsets.UTF_8);
        assertThat(code).as(text).isZero();
        return text;
    }

    private String compiled() throws InterruptedException, IOException {
        try {
            run("gcc", "--version");
        } catch (IOException e) {
            System.err.println("*** There is no gcc: docs/examples/events is NOT tested (" + e.getMessage() + ")");
            Assumptions.abort("no gcc");
        }
        String driver = dir.resolve("driver").toString();
        run("gcc", "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-o", driver, SOURCE.toString());
        return driver;
    }

    @Test
    void eachMistakeIsFoundWithItsLine() throws IOException, InterruptedException {
        String driver = compiled();
        Audit right = MistakesTest.judge(run(driver));
        assertThat(right.warnings()).isEmpty();
        assertThat(right.outcome(true)).isEqualTo(Audit.Outcome.HELD);
        assertThat(right.tables()).isEqualTo(Audit.Outcome.HELD);
        assertThat(expected()).hasSize(10);
        for (Map.Entry<Integer, Expected> mistake : expected().entrySet()) {
            Expected wanted = mistake.getValue();
            Audit audit = MistakesTest.judge(run(driver, mistake.getKey().toString()));
            List<String> found = audit.tallies().stream()
                    .filter(t -> t.rule().id().equals(wanted.rule))
                    .flatMap(t -> t.examples().stream())
                    .map(Violation::says)
                    .toList();
            assertThat(found).as("mistake %s", mistake).isNotEmpty();
            assertThat(found.get(0)).as("mistake %s", mistake).contains("driver.c:" + wanted.line + ":");
        }
    }

    /** A page whose words do not fit into one buffer is one line all the same. */
    @Test
    void aFullPageIsOneLine() throws IOException, InterruptedException {
        compiled();
        Path source = Files.writeString(dir.resolve("full.c"), """
                #include <stdio.h>
                #include "moat-events.h"
                static void print(void *to, const char *text, unsigned long length) { fwrite(text, 1, length, to); }
                int main(void) {
                    struct moat_events events = {print, stdout};
                    uint64_t words[512];
                    for (int n = 0; n < 512; n++)
                        words[n] = ~(uint64_t)n;
                    moat_begin(&events);
                    moat_page(&events, ~(uint64_t)0xfff, words);
                    return 0;
                }
                """);
        String full = dir.resolve("full").toString();
        run("gcc", "-std=c99", "-I", SOURCE.resolveSibling("").toString(), "-o", full, source.toString());
        Audit audit = MistakesTest.judge(run(full));
        assertThat(audit.warnings()).isEmpty();
        assertThat(audit.events()).isEqualTo(Map.of("page", 1L));
    }
}
