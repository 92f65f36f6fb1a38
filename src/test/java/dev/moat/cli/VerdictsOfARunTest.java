package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Countdown;
import dev.moat.cli.site.Site;
import dev.moat.scenario.CounterComponent;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code check} prints of many scenarios: a line for what is as expected, everything of the rest. */
class VerdictsOfARunTest {
    @TempDir
    Path home;

    private final StringWriter out = new StringWriter();

    @BeforeEach
    void makeRoom() throws IOException {
        Files.createDirectories(home.resolve("specs/scenarios"));
    }

    private void write(String id, int distinct) throws IOException {
        Files.writeString(
                home.resolve("specs/scenarios/" + id + ".yaml"),
                "id: " + id + "\nsays: Counts.\ncomponent: " + CounterComponent.NAME
                        + "\ngranularity: operation\nproperties: {hold: [bounded]}\nexpect: {verdict: held, distinct: "
                        + distinct + "}\nset: default\n");
    }

    private List<String> lines(String... more) {
        out.getBuffer().setLength(0);
        String[] args = new String[more.length + 3];
        args[0] = "check";
        args[1] = "--save";
        args[2] = home.resolve("run").toString();
        System.arraycopy(more, 0, args, 3, more.length);
        Moat.run(site(), args);
        return out.toString().lines().toList();
    }

    private Site site() {
        return new Site(
                home, new PrintWriter(out), new PrintWriter(new StringWriter()), false, false, p -> new TinyEngine());
    }

    @Test
    void whatIsAsExpectedIsALineAndTheRestABlock() throws IOException {
        write("a", 4);
        write("b", 5);
        write("c", 4);
        List<String> lines = lines();
        assertThat(lines.get(0)).startsWith("a: HELD, as expected (4 states");
        assertThat(lines.get(1)).startsWith("b: HELD, NOT AS EXPECTED");
        assertThat(lines).anyMatch(line -> line.startsWith("  because       "));
        assertThat(lines.stream().filter(line -> line.startsWith("  scenario ")))
                .hasSize(1);
        assertThat(lines)
                .contains("3 scenarios, 2 as expected, 1 not; 21 states generated in all", "  UNEXPECTED    b");
        assertThat(lines.get(lines.size() - 1)).isEqualTo("  UNEXPECTED    b");
    }

    /** A control's counterexample is where --save says; what CI keeps of a gate that failed is a folder below it. */
    @Test
    void whatIsExpectedAndWhatIsNotAreInTwoFolders() throws IOException {
        writeBroken("control", "{fail: [bounded]}", "{verdict: violated, invariants: [bounded]}");
        assertThat(lines()).noneMatch(line -> line.contains("UNEXPECTED"));
        assertThat(home.resolve("run")).isDirectoryContaining("glob:**/control.itf.json");
        assertThat(home.resolve("run/unexpected")).doesNotExist();
        writeBroken("bad", "{hold: [bounded]}", "{verdict: held}");
        writeBroken("longer", "{fail: [bounded]}", "{verdict: violated, invariants: [bounded], length: 3}");
        assertThat(lines()).contains("  saved         " + home.resolve("run/unexpected/bad.itf.json"));
        assertThat(home.resolve("run/unexpected"))
                .isDirectoryContaining("glob:**/bad.itf.json")
                .isDirectoryContaining("glob:**/longer.itf.json")
                .isDirectoryNotContaining("glob:**/control.itf.json");
        assertThat(home.resolve("run/bad.itf.json")).doesNotExist();
    }

    @Test
    void whatAFailedGatePrintsFitsAScreen() throws IOException {
        for (int i = 0; i < 8; i++) {
            writeBroken("bad" + i, "{hold: [bounded]}", "{verdict: held}");
        }
        List<String> lines = lines();
        assertThat(lines).hasSizeLessThan(50);
        assertThat(lines.stream().filter(line -> line.contains(", UNEXPECTED (")))
                .hasSize(8);
        assertThat(lines.stream().filter(line -> line.startsWith("  because       ")))
                .hasSize(3);
        assertThat(lines)
                .contains("                cpu0: add(); cpu0: add(); cpu0: add(); cpu0: add().")
                .contains("  step by step  moat show " + home.resolve("run/unexpected/bad0.itf.json"))
                .contains("  reasons       of the first 3 above, of all 8 with --verbose")
                .noneMatch(line -> line.startsWith("  searched "));
        assertThat(lines("--verbose").stream().filter(line -> line.contains("4  cpu0: add()")))
                .hasSize(8);
    }

    /** Nothing else would have the counterexample. */
    @Test
    void aTraceThatCannotBeWrittenIsPrintedWhole() throws IOException {
        Files.writeString(home.resolve("run"), "no directory");
        writeBroken("bad", "{hold: [bounded]}", "{verdict: held}");
        write("good", 4);
        assertThat(lines()).anyMatch(line -> line.contains("4  cpu0: add()"));
    }

    private void writeBroken(String id, String properties, String expect) throws IOException {
        Files.writeString(
                home.resolve("specs/scenarios/" + id + ".yaml"),
                "id: " + id + "\nsays: Counts.\ncomponent: " + CounterComponent.NAME
                        + "\ngranularity: operation\ninject: [add.no-bound]\nproperties: " + properties + "\nexpect: "
                        + expect + "\nset: default\n");
    }

    @Test
    void verboseAndAScenarioAloneSayEverything() throws IOException {
        write("a", 4);
        write("b", 4);
        assertThat(lines("--verbose").stream().filter(line -> line.startsWith("  searched ")))
                .hasSize(2);
        assertThat(lines("a").stream().filter(line -> line.startsWith("  searched ")))
                .hasSize(1);
        assertThat(lines("-q")).noneMatch(line -> line.startsWith("  searched "));
    }

    @Test
    void fourHundredLinesAreTheMost() throws IOException {
        for (int i = 0; i < 500; i++) {
            write("count-of-" + i, i == 250 ? 5 : 4);
        }
        write("count-by-two", 4);
        List<String> lines = lines();
        assertThat(lines).hasSizeLessThan(60);
        assertThat(lines)
                .contains(
                        "count-by-two: HELD, as expected (4 states, 7 generated, depth 4); not compared with the discipline");
        assertThat(lines.stream().filter(line -> line.startsWith("count-of-*: ")))
                .first()
                .asString()
                .matches("count-of-\\*: \\d+ scenarios as expected, \\d+ HELD \\([\\d,]+ states, [\\d,]+ generated\\)");
        assertThat(lines).contains("  UNEXPECTED    count-of-250");
        long folded = lines.stream()
                .filter(line -> line.startsWith("count-of-*: "))
                .mapToLong(line -> Long.parseLong(line.split(" ")[1]))
                .sum();
        assertThat(folded).isEqualTo(499);
    }

    @Test
    void progressSaysHowFarTheRunIs() throws IOException {
        write("a", 4);
        write("b", 4);
        List<Scenario> two = site().scenarios(new TinyEngine()).all();
        Countdown countdown = new Countdown(two);
        assertThat(countdown.next()).isEqualTo("1 of 2, a");
        assertThat(countdown.next()).isEqualTo("2 of 2, b");
        assertThat(new Countdown(two.subList(0, 1)).next()).isEqualTo("a");
    }
}
