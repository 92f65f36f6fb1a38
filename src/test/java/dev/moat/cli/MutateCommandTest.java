package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code moat mutate} as people call it, on the reference model. */
class MutateCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int mutate(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("mutate"));
        all.addAll(List.of(args));
        return Moat.run(
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open),
                all.toArray(String[]::new));
    }

    @Test
    void printsScoreAndSurvivors() {
        assertThat(mutate("--relations", "--only", " owner ", "--noticed", "r1"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .contains("noticed: relation r1 owner always by ")
                .contains("noticed: relation r1 owner never by ")
                .containsPattern("mutants +noticed +explained +open +survive\nrelation ");
    }

    @Test
    void printsOneDocument() {
        assertThat(mutate("--steps", "--only", "drop r1 unmap tlb", "--json", "r1"))
                .isZero();
        JsonObject document = JsonParser.parseString(out.toString()).getAsJsonObject();
        assertThat(document.get("format").getAsString()).isEqualTo("moat-mutate-1");
        JsonObject mutant = document.getAsJsonArray("mutants").get(0).getAsJsonObject();
        assertThat(mutant.get("mutant").getAsString()).isEqualTo("drop r1 unmap tlb");
        assertThat(mutant.get("outcome").getAsString()).isEqualTo("noticed");
    }

    @Test
    void listsWithoutTrying() {
        assertThat(mutate("--list", "--steps", "--fields", "--one-in", "2", "r1"))
                .isZero();
        assertThat(out.toString().lines()).isNotEmpty().allMatch(l -> l.matches("(drop|plus-1|minus-1) r1 .*"));
    }

    /** The first run of a judge takes longer than that, whatever the machine. */
    @Test
    void theTimeAlsoHoldsBeforeAnyMutantIsTried() {
        long began = System.nanoTime();
        assertThat(mutate("--time", "1s", "--states", "100M", "xen-step-2cpu")).isEqualTo(5);
        assertThat(err).hasToString("moat: the limit on time was hit before any mutant was tried\n");
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        Thread.currentThread().interrupt();
        assertThat(mutate("r1")).isEqualTo(130);
        assertThat(Thread.interrupted()).isTrue();
    }

    /** What other scenarios showed, or fewer of them, is no verdict of these. */
    @Test
    void aJournalIsOfItsJudges(@TempDir Path work) throws IOException {
        String file = work.resolve("journal").toString();
        String[] owner = {"--relations", "--only", " owner ", "--journal", file, "r1"};
        assertThat(mutate(owner)).as(err.toString()).isZero();
        long once = lines(file);
        assertThat(mutate(owner)).isZero();
        assertThat(lines(file)).as("the same judges").isEqualTo(once);
        List<String> more = new ArrayList<>(List.of(owner));
        more.add("r1-unmap-no-invalidation");
        assertThat(mutate(more.toArray(String[]::new))).isZero();
        assertThat(lines(file)).as("other judges").isEqualTo(2 * once);
        more.addAll(List.of("--states", "20k"));
        assertThat(mutate(more.toArray(String[]::new))).isZero();
        assertThat(lines(file)).as("other bounds").isEqualTo(3 * once);
    }

    @Test
    void aJournalsDirectoriesAreMadeAndComplaintsNameIt(@TempDir Path work) throws IOException {
        Path file = work.resolve("no/where/j.txt");
        String[] owner = {"--relations", "--only", " owner never", "r1", "--journal"};
        assertThat(mutate(with(owner, file.toString()))).as(err.toString()).isZero();
        assertThat(lines(file.toString())).isEqualTo(2);
        assertThat(mutate(with(owner, file + "/below"))).isEqualTo(74);
        assertThat(err.toString()).startsWith("moat: cannot read or write: " + file + "/below: ");
        if (Files.exists(Path.of("/dev/full")) && !Files.isRegularFile(Path.of("/dev/full"))) {
            assertThat(mutate(with(owner, "/dev/full"))).isEqualTo(74);
            assertThat(err).hasToString("moat: cannot read or write: /dev/full: No space left on device\n");
        }
    }

    private static String[] with(String[] words, String last) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add(last);
        return all.toArray(String[]::new);
    }

    private static long lines(String file) throws IOException {
        return Files.readAllLines(Path.of(file)).size();
    }

    @Test
    void complainsInOneLine() {
        assertThat(mutate("--relations", "--steps")).isEqualTo(2);
        assertThat(err.toString()).contains("--relations and --steps exclude each other");
        assertThat(mutate("r11")).isEqualTo(2);
        assertThat(err.toString()).contains("no scenario 'r11'").contains("did you mean 'r1'");
        assertThat(mutate("--set", "daily")).isEqualTo(2);
        assertThat(mutate("--workers", "0")).isEqualTo(2);
        assertThat(mutate("--one-in", "x")).isEqualTo(2);
    }

    /** On a machine of many processors as on a small one: what is refused is the set, not a number that nobody gave. */
    @Test
    void manyProcessorsAreNoMistake() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:ActiveProcessorCount=96",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Moat.class.getName(),
                        "mutate",
                        "--set",
                        "nope")
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("moat: --set must be one of default, extra, deep, not nope");
            assertThat(process.waitFor()).isEqualTo(2);
        } finally {
            process.destroyForcibly();
        }
    }
}
