package dev.moat.junit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleReader;
import dev.moat.trace.file.Replay;
import dev.moat.trace.file.Replayer;
import dev.moat.trace.story.Story;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The stories of all committed counterexamples, so that a change of words, or of a reason, is seen. After one that is meant:
 * {@code mvn -B test -Dtest=StoriesTest -DargLine=-Dmoat.stories.write=true}.
 */
class StoriesTest {
    private static final Path STORIES = Path.of("src/test/resources/stories.txt");
    /**
     * Faults of traces in which the sound machine, step for step, would have done the same: they read earlier, ask twice, or act in no
     * step, but where a request or a message is answered.
     */
    private static final int UNPLACED = 9;

    @Test
    void areToldAsTheyWere() throws IOException {
        StringBuilder all = new StringBuilder();
        LibraryJudges judges = new LibraryJudges();
        Catalog catalog = Catalog.load();
        for (Path file : files()) {
            all.append(file.getFileName().toString().replace(".itf.json", "")).append('\n');
            tell(file, catalog, judges)
                    .forEach(line -> all.append("  ").append(line).append('\n'));
        }
        if (Boolean.getBoolean("moat.stories.write")) {
            Files.writeString(STORIES, all);
        }
        assertThat(all.toString().lines().toList()).containsExactlyElementsOf(Files.readAllLines(STORIES));
    }

    /** What is told as a formula is what no sentence fits; there is little of it. */
    @Test
    void fewFactsAreFormulas() throws IOException {
        List<String> stories = Files.readAllLines(STORIES);
        long broken = stories.stream().filter(l -> l.startsWith("  Broken: ")).count();
        long formulas = stories.stream()
                .filter(l -> l.startsWith("  Broken: "))
                .filter(l -> l.matches(".*\\b[a-z]+[A-Z]?\\([a-z0-9]+[,)].*"))
                .count();
        assertThat(broken).isGreaterThan(150);
        assertThat(formulas).isLessThanOrEqualTo(broken / 10);
    }

    /** Who does not know the invariants by heart reads what is broken in words of its own, before the facts. */
    @Test
    void whatIsBrokenIsSaidInPlainWords() throws IOException {
        assertThat(Files.readAllLines(STORIES))
                .filteredOn(l -> l.startsWith("  Broken: ") && !l.contains("(no-deadlock)"))
                // A run without end breaks no formula.
                .filteredOn(l -> !l.contains(" for ever") && !l.contains(" nothing has to happen any more"))
                .allMatch(l -> l.matches("  Broken: .* \\([a-z0-9-]+(, [a-z0-9-]+)*\\)\\. In full: .*"));
    }

    /** Where a fault acts is where the sound machine would do something else; few faults act where it cannot be asked. */
    @Test
    void whereTheFaultActsIsTold() throws IOException {
        List<String> stories = List.of(Files.readString(STORIES).split("\n(?=\\S)"));
        List<String> seeded =
                stories.stream().filter(s -> s.contains("\n  Seeded: ")).toList();
        assertThat(seeded).hasSizeGreaterThan(200);
        assertThat(seeded)
                .filteredOn(s -> !s.matches("(?s).*\\bFAULT( at set-up| \\(\\d+\\))?: .*"))
                .filteredOn(s -> !s.contains("it is so from the start"))
                .hasSizeLessThanOrEqualTo(UNPLACED);
    }

    /** Where a fault shows before anything is done there is no step to mark: correct code is told beside it. */
    @Test
    void whatShowsFromTheStartHasItsWords() throws IOException {
        assertThat(Files.readString(STORIES).split("\n(?=\\S)"))
                .filteredOn(s -> s.contains("\n  Seeded: ") && s.contains("\n  Nothing was done: "))
                .isNotEmpty()
                .allMatch(s -> s.contains("\n  Correct code "));
    }

    /** Where correct code refuses what is done, it is said what it does instead. */
    @Test
    void whatCorrectCodeDoesInsteadIsSaid() throws IOException {
        List<String> acts = Files.readAllLines(STORIES).stream()
                .filter(l -> l.matches(".*\\bFAULT( at set-up| \\(\\d+\\))?: correct code .*"))
                .toList();
        assertThat(acts).hasSizeGreaterThan(20).noneMatch(l -> l.contains("refuses this here"));
    }

    /** Slots and steps are the table's: each fault of a committed trace has words of those who write such code. */
    @Test
    void whereTheFaultActsNoSlotIsNamed() throws IOException {
        List<String> stories = Files.readAllLines(STORIES);
        assertThat(stories)
                .filteredOn(l -> l.contains("FAULT"))
                .hasSizeGreaterThan(300)
                .allMatch(l -> l.matches(".*FAULT( at set-up| \\(\\d+\\))?: correct (code|hardware) .*"))
                .noneMatch(l -> l.matches(".*FAULT[^:]*: correct [^;]*\\w\\[\\w.*"));
    }

    /** Nobody is blamed who is not there, and what is said of all devices is said of those that it is about. */
    @Test
    void whatIsBrokenNamesWhoIsThere() throws IOException {
        assertThat(Files.readAllLines(STORIES))
                .filteredOn(l -> l.startsWith("  Broken: "))
                .map(l -> l.replaceFirst(" In full: .*", ""))
                .noneMatch(l -> l.contains("a device that is led") || l.startsWith("  Broken: devices can"))
                .noneMatch(l -> l.contains("is not its own") || l.contains(" or which "));
    }

    /** Who reaches a frame is said with the path by which it does, and why there is no right. */
    @Test
    void whoReachesAFrameIsSaidInOneShape() throws IOException {
        List<String> broken = Files.readAllLines(STORIES).stream()
                .filter(l -> l.startsWith("  Broken: ") && l.matches(".*\\(no-foreign(, [a-z-]+)*\\)\\..*"))
                .map(l -> l.replaceFirst(" In full: .*", ""))
                .toList();
        assertThat(broken).hasSizeGreaterThan(70);
        assertThat(broken)
                .allMatch(l -> l.matches(
                                "  Broken: .* (can|will) (read|write|read and write) \\w+( at [\\w+-]+)?, by (what|its (table|shadow) entry|\\w+'s entry in).*; .*")
                        || l.matches("  Broken: a request of .*, in flight .*, will (read|write) \\w+; .*"))
                .allMatch(l -> l.matches(
                        ".*; .*(no longer|mapping of .* ended|never had|may only read|'s own, but|has no right).*"));
    }

    /** The victim: whoever can be read or written is named, as far as the machine knows owners. */
    @Test
    void whoseAFrameIsThatSomebodyReachesIsSaid() throws IOException {
        Pattern reached =
                Pattern.compile("(?:can|can still|still) (?:read|write|read and write|gets) (f(?:rame)?\\d+)");
        List<String> broken = Files.readAllLines(STORIES).stream()
                .filter(l -> l.startsWith("  Broken: ") && reached.matcher(l).find())
                .map(l -> l.replaceFirst(" In full: .*", ""))
                .toList();
        assertThat(broken).hasSizeGreaterThan(150).allMatch(l -> {
            Matcher m = reached.matcher(l);
            return m.find()
                    && l.matches(
                            ".*\\b" + m.group(1)
                                    + "(, which)? is (still |free |kernel memory|nobody's|the firmware's|\\w+'s|no longer \\w+'s, but |Xen's).*");
        });
    }

    /** By a cache somebody is served what the tables do not say any more: since when they do not, and whether anything will end it. */
    @Test
    void whatBecameOfTheEntryIsSaidWhereACacheServes() throws IOException {
        List<String> cached = Files.readAllLines(STORIES).stream()
                .filter(l -> l.startsWith("  Broken: ") && l.matches(".*by what u\\d+ has cached.*\\(no-foreign[,)].*"))
                .map(l -> l.replaceFirst(" In full: .*", ""))
                .toList();
        assertThat(cached).hasSizeGreaterThan(20);
        assertThat(cached)
                .allMatch(l ->
                        l.matches(".*, though [^;]*((entry in memory (was cleared|allows only reading|leads elsewhere)"
                                + "|the tables in memory lead \\w+ nowhere|software (cleared|changed) \\w+'s entry)[^;]*"
                                + ", and (its invalidation is not done yet|no invalidation is (to come|queued yet)"
                                + "|nobody waits for the queued invalidation)|never led there).*"));
    }

    /** Half of a race is told, not folded: what goes on behind the set-up did not begin in it. */
    @Test
    void noCallOfTheSetUpGoesOnBehindIt() throws IOException {
        Pattern on = Pattern.compile("^\\([\\d-]+\\) (?:this|(cpu\\d+)'s) \\w+ .*");
        int seen = 0;
        for (String line : Files.readAllLines(STORIES)) {
            List<String> events = List.of(line.strip().split("; (?=\\(\\d)"));
            for (int i = 1; events.get(0).matches("\\(1-\\d+\\) set-up: .*") && i < events.size(); i++) {
                Matcher goesOn = on.matcher(events.get(i));
                if (goesOn.matches()) {
                    seen++;
                    String begun = goesOn.group(1) == null ? "so far it|unfinished" : " on " + goesOn.group(1);
                    assertThat(events.subList(1, i))
                            .as(line)
                            .anyMatch(l -> Pattern.compile(begun).matcher(l).find());
                }
            }
        }
        assertThat(seen).isGreaterThan(4);
    }

    /** What is wrong before anything is done is told as an event, the first, with what correct code does. */
    @Test
    void aFaultInTheSetUpIsTheFirstEvent() throws IOException {
        assertThat(Files.readAllLines(STORIES))
                .filteredOn(l -> l.contains("(0)"))
                .hasSizeGreaterThan(10)
                .allMatch(l -> l.startsWith("  (0) FAULT at set-up: correct "));
    }

    /** The bits of VT-d's descriptors do not exist in AMD-Vi's commands, nor the other way round. */
    @Test
    void faultsNameTheBitsOfTheMachineAtHand() throws IOException {
        for (String story : Files.readString(STORIES).split("\n(?=\\S)")) {
            String seeded = story.lines()
                    .filter(l -> l.startsWith("  Seeded: "))
                    .findFirst()
                    .orElse("");
            if (story.contains("amdvi")) {
                assertThat(seeded).matches("(?!.*\\b(IH|DW|MAMV|IQE)\\b).*|.*AMD-Vi: .*");
            } else if (story.startsWith("xen-")) {
                assertThat(seeded).matches("(?!.*\\b(PDE|DTE|COMPLETION_WAIT)\\b).*|.*VT-d: .*");
            }
        }
    }

    /** What decides how a trace goes on is told with the call that it happens in, and a call's rows that nothing parts are one event. */
    @Test
    void whatDecidesIsToldWithItsCall() throws IOException {
        List<String> all = Files.readAllLines(STORIES);
        assertThat(String.join("\n", all))
                .containsPattern(
                        "\\(\\d-\\d\\) \\w+ gives \\w+ back to the hypervisor( on cpu\\d)?, \\w+ is in the heap now")
                .containsPattern("gives \\w+ back to the hypervisor, its wait times out, \\w+ is crashed");
        Pattern parted =
                Pattern.compile("\\(\\d+(?:-\\d+)?\\) ([^;]*); \\((\\d+)(?:-\\d+)?\\) it (?:goes on|returns)\\b");
        // What is repeated for ever begins with an event of its own.
        assertThat(Files.readString(STORIES).split("\n(?=\\S)"))
                .filteredOn(story -> parted.matcher(story).find())
                .hasSize(1)
                .allMatch(story -> {
                    Matcher m = parted.matcher(story);
                    return m.find()
                            && story.matches("(?s).*; steps " + m.group(2) + " to \\d+ are repeated for ever.*");
                });
    }

    /** A failure that was let in is told with the call that meets it, where that comes next. */
    @Test
    void aFailureIsToldWithTheCallThatMeetsIt() throws IOException {
        assertThat(Files.readAllLines(STORIES))
                .filteredOn(l -> l.contains("from here on every change of the I/O page tables fails")
                        || l.contains("from here on no page can be had"))
                .hasSizeLessThan(8)
                .filteredOn(l -> !l.contains("its change of the I/O page tables fails"))
                .allMatch(l -> l.contains("the heap has no page for its tables"));
    }

    /** Settings are named with what they mean in a few words, not with the help of the command line. */
    @Test
    void helpOfSettingsIsNotTold() throws IOException {
        assertThat(Files.readAllLines(STORIES))
                .filteredOn(l -> l.startsWith("  No fault; it comes of"))
                .isNotEmpty()
                .noneMatch(l -> l.contains("(Whether "));
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("counterexamples"))) {
            return files.filter(f -> f.toString().endsWith(".itf.json"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> tell(Path file, Catalog catalog, LibraryJudges judges) throws IOException {
        Counterexample record = new CounterexampleReader(catalog).read(file);
        Replay replay = Replayer.replay(record, catalog, judges);
        Machine machine = catalog.machine(record.machine());
        TraceRunner runner =
                new TraceRunner(machine, judges.judge(machine, record.invariants())).goingOn(replay.round());
        return new Story(runner, catalog, record.machine()).tell(replay.transitions());
    }
}
