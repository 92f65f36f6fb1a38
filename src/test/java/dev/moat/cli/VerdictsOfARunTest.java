package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.TinyEngine;
import dev.moat.cli.site.Countdown;
import dev.moat.cli.site.Site;
import dev.moat.input.Home;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.CounterComponent;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import dev.moat.scenario.UserExtensions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code check} prints of many scenarios: a line for what is as expected, everything of the rest. */
class VerdictsOfARunTest {
    private static final int SCREEN = 55;

    @TempDir
    Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

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
        return new Site(home, new PrintWriter(out), new PrintWriter(err), false, false, p -> new TinyEngine());
    }

    @Test
    void whatIsAsExpectedIsALineAndTheRestABlock() throws IOException {
        write("a", 4);
        write("b", 5);
        write("c", 4);
        List<String> lines = lines();
        assertThat(lines.get(0)).startsWith("a: HELD, as expected (4 states");
        assertThat(lines.get(1)).startsWith("c: HELD, as expected (4 states");
        assertThat(lines.get(2)).startsWith("b: HELD, NOT AS EXPECTED");
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
        assertThat(lines).hasSizeLessThan(SCREEN);
        assertThat(lines.stream().filter(line -> line.contains(", UNEXPECTED (")))
                .hasSize(8);
        assertThat(lines.stream().filter(line -> line.startsWith("  because       ")))
                .hasSize(3);
        assertThat(lines)
                .contains("                cpu0: add(); cpu0: add(); cpu0: add(); cpu0: add().")
                .contains("  step by step  moat show " + home.resolve("run/unexpected/bad0.itf.json"))
                .contains("  reasons       of the worst 3 above, of all 8 with --verbose")
                .noneMatch(line -> line.startsWith("  searched "));
        assertThat(lines("--verbose").stream().filter(line -> line.contains("4  cpu0: add()")))
                .hasSize(8);
    }

    /** By names the scenarios are in the opposite order. */
    @Test
    void theWorstIsToldFirst() throws IOException {
        write("a-count", 5);
        write("b-fine", 4);
        writeBroken("c-other-length", "{fail: [bounded]}", "{verdict: violated, length: 3}");
        write("d-uncaught", "properties: {fail: [bounded]}", "expect: {verdict: violated}");
        writeBroken("e-longer", "{hold: [bounded]}", "{verdict: held}");
        writeBroken("f-shorter", "{hold: [bounded]}", "{verdict: held}\nparameters: {limit: 2}");
        List<String> worst = List.of("f-shorter", "e-longer", "d-uncaught", "a-count", "c-other-length");
        for (String workers : List.of("1", "2", "7")) {
            List<String> lines = lines("--workers", workers);
            assertThat(lines.stream().filter(l -> l.matches("[a-f]-.*")).map(l -> l.split(":")[0]))
                    .startsWith("b-fine")
                    .endsWith(worst.toArray(String[]::new));
            int told = lines.indexOf("                cpu0: add(); cpu0: add(); cpu0: add().");
            assertThat(lines.get(told - 4)).startsWith("f-shorter: VIOLATED bounded, UNEXPECTED");
            assertThat(lines.get(lines.size() - 1)).isEqualTo("  UNEXPECTED    " + String.join(", ", worst));
        }
    }

    /** As it falls: who waits for a long run need not wait for its end. */
    @Test
    void thatSomethingFellIsSaidAtOnce() throws IOException {
        writeBroken("a", "{hold: [bounded]}", "{verdict: held}");
        write("b", 4);
        PrintWriter both = new PrintWriter(out);
        Moat.run(
                new Site(home, both, both, false, false, p -> new TinyEngine()),
                "check",
                "--workers",
                "1",
                "--save",
                home.resolve("run").toString());
        assertThat(out.toString())
                .containsPattern(
                        "(?s)a: VIOLATED bounded, UNEXPECTED \\([^\n]*; told at the end\n.*b: HELD, as expected");
    }

    /** Where there is no room for three stories, what is broken is told of all three. */
    @Test
    void longStoriesLeaveRoomForTheOthers() throws IOException {
        for (int i = 0; i < 3; i++) {
            writeBroken("long" + i, "{hold: [bounded]}", "{verdict: held}");
            Path file = home.resolve("specs/scenarios/long" + i + ".yaml");
            Files.writeString(
                    file, Files.readString(file).replace("Counts.", "Counts." + " And counts on.".repeat(70)));
        }
        List<String> lines = lines();
        assertThat(lines.stream().filter(l -> l.startsWith("  scenario "))).hasSize(1);
        assertThat(lines.stream().filter(l -> l.contains("must hold and was violated")))
                .hasSize(3);
        assertThat(lines).hasSizeLessThan(SCREEN);
    }

    /** Nothing else would have the counterexample. */
    @Test
    void aTraceThatCannotBeWrittenIsPrintedWhole() throws IOException {
        Files.writeString(home.resolve("run"), "no directory");
        writeBroken("bad", "{hold: [bounded]}", "{verdict: held}");
        write("good", 4);
        assertThat(lines()).anyMatch(line -> line.contains("4  cpu0: add()"));
    }

    private void write(String id, String properties, String expect) throws IOException {
        Files.writeString(
                home.resolve("specs/scenarios/" + id + ".yaml"),
                "id: " + id + "\nsays: Counts.\ncomponent: " + CounterComponent.NAME + "\ngranularity: operation\n"
                        + properties + "\n" + expect + "\nset: default\n");
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

    /** The rest takes as long for a state as what was done: what scenarios do not say counts as 10,000 states. */
    @Test
    void progressSaysAboutHowLongTheRestTakes() throws IOException {
        write("a", 1000);
        write("b", 3000);
        writeBroken("c", "{fail: [bounded]}", "{verdict: violated, invariants: [bounded]}");
        List<Scenario> three = site().scenarios(new TinyEngine()).all();
        long[] now = {5_000_000_000L};
        Countdown countdown = new Countdown(three, () -> now[0]);
        assertThat(countdown.next()).isEqualTo("1 of 3, a");
        now[0] += 1_900_000_000L; // too little to tell
        assertThat(countdown.next()).isEqualTo("2 of 3, b");
        now[0] += 6_100_000_000L; // 4,000 of 14,000 states in 8 s
        assertThat(countdown.next()).isEqualTo("3 of 3, about 20 s left, c");
        now[0] = 5_000_000_000L;
        Countdown slow = new Countdown(three, () -> now[0]);
        slow.next();
        now[0] += 10_000_000_000L; // 1,000 of 14,000 states in 10 s
        assertThat(slow.next()).isEqualTo("2 of 3, about 130 s left, b");
    }

    /** The default set by its own names and sizes, with more scenarios failed than a screen has lines. */
    @Test
    void aFailedGateOfTheRealSetFitsItsBoundAndNamesEveryOneLast() throws IOException {
        ScenarioReader reader = new ScenarioReader(
                Catalog.load(), UserExtensions.library(Home.find()).ids());
        List<Scenario> real = new ScenarioLibrary(Path.of("specs/scenarios"), reader)
                .described().stream().filter(s -> s.set().equals("default")).toList();
        assertThat(real).hasSizeGreaterThan(300);
        List<String> failed = new ArrayList<>();
        for (int i = 0; i < real.size(); i++) {
            String id = real.get(i).id();
            if (i % 9 == 4) {
                writeBroken(id, "{hold: [bounded]}", "{verdict: held}");
                failed.add(id);
            } else {
                write(id, 4);
            }
        }
        assertThat(failed).hasSizeGreaterThan(30);
        List<String> lines = lines();
        assertThat(lines).hasSizeLessThanOrEqualTo(450);
        String counted = String.format(Locale.ROOT, "%,d scenarios, ", real.size());
        int summary = IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).startsWith(counted))
                .findFirst()
                .orElseThrow();
        // What failed comes behind the lines of the rest, and from its first line on all fits a screen but the names of
        // all.
        int first = IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).contains(", UNEXPECTED ("))
                .findFirst()
                .orElseThrow();
        assertThat(lines.subList(0, first)).allMatch(line -> line.contains("as expected"));
        assertThat(lines.subList(first, summary))
                .filteredOn(line -> line.contains(", UNEXPECTED ("))
                .hasSize(12);
        int last = lines.size() - 1;
        while (!lines.get(last).startsWith("  UNEXPECTED    ")) {
            last--;
        }
        assertThat(lines.subList(first, last)).hasSizeLessThan(SCREEN);
        String named = String.join(" ", lines.subList(last, lines.size())).replace("UNEXPECTED", "");
        assertThat(named.strip().split("[, ]+")).containsExactlyInAnyOrderElementsOf(failed);
    }
}
