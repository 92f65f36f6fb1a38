package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import dev.moat.junit.Expect;
import dev.moat.junit.ReplayCounterexamples;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;

/** A model of a user's own in one text: written by {@code new}, checked, broken, replayed; and what is wrong with it is told at its place. */
class OwnTextTest {
    private static final String KEPT = "target/own-text";
    private static final String BUG = "    # phase[page] := none ";
    private static final String ALL =
            "no-foreign, no-stale, nothing-lingers, live-mapping-is-readable, legitimate-dma-passes, calls-finish";

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(String... words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return Moat.run(site(), words);
    }

    private Site site() {
        return new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open);
    }

    private static String template(Path directory) throws IOException {
        Path file = directory.resolve("template.moat");
        if (!Files.exists(file)) {
            PrintWriter nowhere = new PrintWriter(new StringWriter());
            Site site = new Site(Path.of(""), nowhere, nowhere, false, false, CheckoutEngine::open);
            assertThat(Moat.run(site, "new", file.toString())).isZero();
        }
        return Files.readString(file);
    }

    /** A text with some code in the place of other code, which is there. */
    private Path text(String... changes) throws IOException {
        String text = template(directory);
        for (int i = 0; i < changes.length; i += 2) {
            assertThat(text).contains(changes[i]);
            text = text.replace(changes[i], changes[i + 1]);
        }
        return Files.writeString(directory.resolve("mine.moat"), text);
    }

    private int check(Path file, String... more) {
        List<String> words = new ArrayList<>(List.of("check", file.toString(), "--save", directory.toString()));
        words.addAll(List.of(more));
        return moat(words.toArray(String[]::new));
    }

    @Test
    void fromNothingToAFoundBugThatReplays() throws IOException {
        Path file = Path.of(KEPT, "my-driver.moat");
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        assertThat(moat("new", file.toString())).as(err.toString()).isZero();
        assertThat(moat("new", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("is there already, and is left as it is");
        String text = Files.readString(file);
        assertThat(text.lines().count()).isBetween(55L, 70L);
        assertThat(text).contains("component my-driver ");

        assertThat(moat("check", file.toString(), "--save", KEPT))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .contains("small: HELD, as expected (167 states")
                .contains("each of 8 steps was left out once: the properties notice all of them");

        Files.writeString(file, text.replace(BUG, BUG.replace("# ", "")));
        assertThat(moat("check", file.toString(), "--save", KEPT)).isEqualTo(12);
        assertThat(out.toString())
                .contains("small: VIOLATED no-foreign, UNEXPECTED")
                .contains("(5) unmap_buffer of p0: so far it has cleared p0's entry")
                .contains("#    line  " + file)
                .containsPattern("\\n +5      37    clear-entry:\\n +38      goto end if phase\\[page\\] != live")
                .containsPattern("\\n +40      phase\\[page\\] := none +# THE BUG");
        Path saved = Path.of(KEPT, "unexpected", "small.itf.json");
        assertThat(moat("replay", saved.toString())).as(err.toString()).isZero();
        assertThat(moat("show", saved.toString())).isZero();
        assertThat(out.toString()).contains("#    line  " + file);
        EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(Broken.class))
                .execute()
                .testEvents()
                .assertStatistics(events -> events.started(1).succeeded(1));

        Files.writeString(file, text);
        assertThat(moat("replay", saved.toString(), "--expect", "fixed"))
                .as(out.toString())
                .isZero();
        EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(Repaired.class))
                .execute()
                .testEvents()
                .assertStatistics(events -> events.started(1).succeeded(1));
    }

    /** The label alone is no evidence. */
    @Test
    void aStepThatOnlyHasTheNameOfAWaitIsNotToldAsOne() throws IOException {
        assertThat(check(text("wait iommu.done(0); owed", "owed"))).isEqualTo(12);
        assertThat(out.toString())
                .contains("small: VIOLATED")
                .doesNotContain("waited for")
                .doesNotContain("is not done yet");
    }

    @Test
    void aPropertyOfItsOwnIsInEachReport() throws IOException {
        Path file = text("    phase[page] := live\n", "    goto end\n");
        for (String option : List.of("--junit", "--sarif", "--html")) {
            assertThat(check(file, option, directory.resolve("report" + option).toString()))
                    .isEqualTo(12);
        }
        assertThat(out.toString()).contains("small: VIOLATED calls-finish").contains("with p = p0");
        assertThat(Files.readString(directory.resolve("report--sarif")))
                .contains("mine.moat")
                .contains("calls-finish");
        assertThat(Files.readString(directory.resolve("report--junit"))).contains("calls-finish");
        assertThat(Files.readString(directory.resolve("report--html/traces/small.html")))
                .contains("A page that is being mapped or unmapped is that of a call that runs.");
    }

    /** Run by {@link EngineTestKit} alone: its name does not end in Test. */
    static class Broken {
        @ReplayCounterexamples(KEPT + "/unexpected/small.itf.json")
        void stillShows() {}
    }

    /** As {@link Broken}. */
    static class Repaired {
        @ReplayCounterexamples(value = KEPT + "/unexpected/small.itf.json", expect = Expect.FIXED)
        void staysAway() {}
    }

    private static final String TINY = """
            component tiny "A table and a cache, without an IOMMU of Moat's."
            sort Dom(1) "d"; sort Req(1) "q"; sort Space(1) "s"; sort Page(2) "p"; sort Frame(1) "f"; sort Unit(1) "u"
            sort Tag(1) "t"; sort Hold = Page
            state
              pte[Page]: bool
              tlb[Page]: bool
            action map(p: Page)
              when not pte[p]
              pte[p] := true
            action unmap(p: Page)
              when pte[p]
              pte[p] := false; tlb[p] := false
            action dma(p: Page) by device
              when pte[p]
              tlb[p] := true
            relation hold(k: Hold, d: Dom, f: Frame) = pte[Page(k)]
            relation holdW(k: Hold) = pte[Page(k)]
            relation live(k: Hold) = pte[Page(k)]
            relation mapR(s: Space, p: Page, f: Frame) = pte[p]
            relation mapW(s: Space, p: Page, f: Frame) = pte[p]
            relation mayR(u: Unit, t: Tag, p: Page, f: Frame) = tlb[p]
            relation mayW(u: Unit, t: Tag, p: Page, f: Frame) = tlb[p]
            relation dirty(u: Unit, t: Tag, p: Page) = pte[p] and not tlb[p]
            relation ent(u: Unit, q: Req, s: Space, t: Tag) = true; relation stands(u: Unit, t: Tag, s: Space) = true
            relation for(s: Space, d: Dom) = true; relation assigned(q: Req, d: Dom) = true
            never owner(Frame, Dom), notdma(Frame), opening(Hold), closing(Hold), cent(Unit, Req, Space, Tag)
            never flyR(Unit, Req, Tag, Page, Frame), flyW(Unit, Req, Tag, Page, Frame)
            scenario tiny "A table and a cache."
              each operation
              holds no-foreign, no-stale
              expect held with 9 states
            """;

    /** A meaning that is empty, or the same always, is no reason for anything to hold. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // Everything is the system's all the time, so nothing is ever foreign.
                "never owner(Frame, Dom), => relation owner(f: Frame, d: Dom) = true; never => owner is the same in",
                "never owner(Frame, Dom), => relation owner(f: Frame, d: Dom) = false; never => owner is empty in",
                "= pte[Page(k)]\nrelation holdW => = true\nrelation holdW => hold is the same in",
                "holdW(k: Hold) = pte[Page(k)] => holdW(k: Hold) = true => holdW is the same in",
                "live(k: Hold) = pte[Page(k)] => live(k: Hold) = true => live is the same in",
                // No cache: what is in the IOMMU's is not told.
                "f: Frame) = tlb[p]\nrelation mayW => f: Frame) = false\nrelation mayW => mayR is empty in",
                "mayW(u: Unit, t: Tag, p: Page, f: Frame) = tlb[p] => mayW(u: Unit, t: Tag, p: Page, f: Frame) = false => mayW is empty in",
                // Whatever a cache has, its invalidation is on the way.
                "= pte[p] and not tlb[p] => = true => dirty is the same in"
            })
    void aMeaningThatNeverChangesIsNoVerdict(String row) throws IOException {
        String[] cells = row.split(" => ");
        assertThat(TINY).contains(cells[0]);
        String changed = TINY.replace(cells[0], cells[1]);
        Path file = Files.writeString(directory.resolve("tiny.moat"), changed);
        String relation = cells[2].split(" ")[0];
        int code = check(file);
        assertThat(code).as(out.toString() + err).isEqualTo(5);
        assertThat(plain())
                .contains("tiny: INCONCLUSIVE")
                .contains("relation " + cells[2] + " all 9 states")
                .contains(
                        cells[2].contains("empty")
                                ? "write 'never " + relation + "("
                                : "write 'excuse " + relation + "'");
        // With a reason it is the writer's word, which is printed.
        Files.writeString(file, changed.replace("  expect", "  excuse " + relation + " \"meant\"\n  expect"));
        code = check(file);
        if (relation.equals("hold")) {
            // But something has to be given and taken.
            assertThat(code).isEqualTo(5);
            assertThat(plain()).contains("neither owner nor hold ever changes");
        } else if (relation.equals("mayR")) {
            assertThat(code).isEqualTo(5);
            assertThat(plain()).contains("no state satisfies the witness of no-foreign");
        } else {
            assertThat(code).as(out.toString() + err).isZero();
            assertThat(plain()).contains("relation " + relation + " never changes is excused: meant");
        }
    }

    @Test
    void aTextNeedsNoUnitOfMoats() throws IOException {
        assertThat(check(Files.writeString(directory.resolve("tiny.moat"), TINY)))
                .as(err + "" + out)
                .isZero();
        assertThat(plain()).contains("tiny: HELD, as expected (9 states");
        String stale = TINY.replace("  expect", "  excuse hold \"meant\"\n  expect");
        assertThat(check(Files.writeString(directory.resolve("tiny.moat"), stale)))
                .isEqualTo(5);
        assertThat(plain()).contains("relation hold changes: the reason behind 'excuse hold' is no longer true");
    }

    @Test
    void aPropertyThatSaysNothingIsNoVerdict() throws IOException {
        Path file = text("phase[p] in {opening, closing}", "phase[p] = live and phase[p] = none");
        assertThat(check(file)).isEqualTo(5);
        assertThat(plain()).contains("no state satisfies the witness of calls-finish");
    }

    /** A step is said to be quiet, and others see what it does. */
    @Test
    void aQuietStepThatIsSeenIsNoVerdict() throws IOException {
        Path file = text(
                "all p: Page where phase[p] in {opening, closing}.",
                "all p: Page where phase[p] = opening. phase[p] = live or",
                "  take-page:\n",
                "  take-page: quiet \"a lie\"\n",
                "  store-entry:\n",
                "  store-entry: quiet \"a lie\"\n",
                ALL,
                "no-foreign, seen\n  excuse seen \"never is\"",
                "scenario small",
                "property seen \"x\": all p: Page where phase[p] = opening. false\nscenario small");
        assertThat(check(file)).as(out.toString() + err).isEqualTo(14);
        assertThat(err.toString()).contains("map_buffer/take-page, map_buffer/store-entry");
    }

    @Test
    void stepsThatNoPropertyNoticesAreNamed() throws IOException {
        Path file = text(ALL, "no-foreign, no-stale");
        assertThat(check(file)).isZero();
        assertThat(plain()).contains("3 without which everything holds: map_buffer/store-entry (line 30),");
        assertThat(check(file, "--states", "167")).isZero();
        assertThat(plain()).containsPattern("[0-9] not decided, as the limit on states 167 was hit: ");
        assertThat(check(file, "--json")).isZero();
        assertThat(out.toString()).contains("\"stepsLeftOut\"").contains("\"noticed\": 5");
    }

    /** A control: the fault is in the text, and its scenario expects it. */
    @Test
    void faultsAndSeveralScenariosAreInOneText() throws IOException {
        Path file = text("scenario small", """
                fault unmap.no-flush "Unmap never flushes." breaks no-stale at step
                  drop ask, announce, await in unmap_buffer
                scenario lost "Control: the device reads what was unmapped."
                  set pages = 1
                  inject unmap.no-flush
                  breaks no-foreign, no-stale, nothing-lingers
                  expect violated after 3 actions
                scenario two "Two CPUs."
                  set cpus = 2, iommu = amd-vi
                  each operation
                  holds no-foreign
                  expect held
                scenario small""");
        assertThat(check(file)).as(out.toString() + err).isZero();
        assertThat(plain()).contains("lost: VIOLATED").contains("3 scenarios, 3 as expected");
        assertThat(check(Path.of(file + ":two"), "-q")).isZero();
        assertThat(out.toString()).startsWith("two: HELD").doesNotContain("lost");
        assertThat(moat("simulate", file + ":small", "--seed", "1", "--walk", "10", "--steps", "1000"))
                .as(err.toString())
                .isZero();
        assertThat(moat("simulate", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("has 3 scenarios: name one, as in ");
    }

    /** What only a machine, or Moat's list of properties, shows to be wrong: {@code ^} is where. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "set ^page = 3 => component template has no parameter 'page'; did you mean 'pages'?",
                "set pages = ^9 => pages must be a whole number from 1 to 4, not '9'",
                "set iommu = calgary, ^dids = 1 => component template has no parameter 'dids'",
                "holds ^no-foriegn => no property 'no-foriegn' is in this text or among Moat's; did you mean 'no-foreign'?",
                "holds ^own-frame-is-reachable => own-frame-is-reachable cannot be judged: the component",
                "each operation holds ^operations-return => 'operations-return' is judged with 'each step' only",
                "excuse ^nothing \"x\" => 'nothing' is no property under 'holds' and no relation of this machine",
                "inject ^lost => component template has no injected fault 'lost'"
            })
    void whatIsWrongWithAScenarioIsSaidThere(String row) throws IOException {
        String[] sides = row.split(" => ", 2);
        String holds = "  holds " + ALL + "\n";
        String clause = sides[0].replace(" holds ", "\n  holds ");
        String clauses = "  " + clause + "\n" + (clause.contains("holds ") ? "" : holds);
        Path file = text(holds, clauses.replace("^", ""));
        int at = template(directory).replace(holds, clauses).indexOf('^');
        String before = template(directory).replace(holds, clauses).substring(0, at);
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        int column = at - before.lastIndexOf('\n');
        assertThat(check(file)).as(out.toString()).isEqualTo(65);
        assertThat(err.toString())
                .startsWith("moat: " + file + ":" + line + ":" + column + ": " + (sides.length > 1 ? sides[1] : ""));
        assertThat(err.toString().lines().count()).isEqualTo(3);
        assertThat(err.toString().lines().toList().get(2)).isEqualTo(" ".repeat(column + 1) + "^");
    }

    /** What Java would refuse: the names of the machine and its units, sizes that make no sense. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "map_buffer => dma => operation dma => two operations or actions are named dma",
                "phase => pc => pc[Page] => slot pc is declared twice",
                "sort Unit(1) => sort Unit(0) => unit iommu => no machine can be built",
                "index-bits = 2 => index-bits = 256 => unit iommu => parameter index-bits cannot be 256"
            })
    void whatFitsNoMachineIsSaidAtItsPlace(String row) throws IOException {
        String[] cells = row.split(" => ");
        Path file = text(cells[0], cells[1]);
        List<String> lines = Files.readAllLines(file);
        int line = IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).strip().startsWith(cells[2]))
                .findFirst()
                .orElseThrow();
        assertThat(check(file)).isEqualTo(65);
        assertThat(err.toString())
                .startsWith("moat: " + file + ":" + (line + 1) + ":")
                .contains(cells[3]);
    }

    @Test
    void whatAsksNothingOrTooMuchIsRefused() throws IOException {
        String nothing = template(directory).replaceAll("(?s)scenario small.*", "");
        Path file = Files.writeString(directory.resolve("mine.moat"), nothing);
        assertThat(check(file)).isEqualTo(65);
        assertThat(err.toString()).contains(":1:1: nothing is asked here: write a scenario");
        String scenarios = IntStream.range(0, 65)
                .mapToObj(n -> "scenario s" + n + " \"x\"\n holds no-foreign\n expect held\n")
                .collect(Collectors.joining());
        Files.writeString(file, nothing + scenarios);
        assertThat(check(file)).isEqualTo(65);
        assertThat(err.toString()).contains("at most 64 scenarios");
        Files.writeString(
                file,
                nothing + "property no-stale \"x\": all p: Page where phase[p] = live. owed[p]\n"
                        + "scenario s \"x\"\n holds no-stale\n expect held\n");
        assertThat(check(file)).isEqualTo(65);
        assertThat(err.toString()).contains("Moat has a property 'no-stale'; this one needs another name");
        assertThat(check(directory.resolve("none.moat"))).isEqualTo(74);
        assertThat(check(text("sort Hold = Page", "sort Hold = Pag"))).isEqualTo(65);
        assertThat(err.toString()).contains("unknown sort 'Pag'");
        assertThat(check(text(), "--checkpoint", directory.resolve("kept").toString()))
                .isEqualTo(2);
        assertThat(moat("new", directory.resolve("1.moat").toString())).isEqualTo(2);
    }

    /** Saved again, it is checked again; a text with a mistake does not end that. */
    @Test
    void watchChecksWhatIsSaved() throws Exception {
        Path file = text();
        String right = Files.readString(file);
        int[] code = new int[1];
        Thread watching = new Thread(() -> code[0] = check(file, "--watch", "-q"), "watching");
        watching.start();
        try {
            await("small: HELD");
            Files.writeString(file, right.replace(BUG, BUG.replace("# ", "")));
            await("small: VIOLATED");
            Files.writeString(file, right.replace("sort Hold = Page", "sort Hold = Pag"));
            await("exit code 65");
            Files.writeString(file, right);
            await("(?s)exit code 65.*small: HELD.*exit code 0");
        } finally {
            watching.interrupt();
            watching.join(TimeUnit.SECONDS.toMillis(60));
        }
        assertThat(code[0]).isEqualTo(130);
        assertThat(moat("check", "r1", "--watch")).isEqualTo(2);
        assertThat(check(file, "--watch", "--json")).isEqualTo(2);
    }

    /** The examples of the notation's page ask something; what they say to the discipline is an example alone. */
    @Test
    void theScenariosOfTheNotationsPageAreAsExpected() throws IOException {
        String page = Files.readString(Path.of("docs/reference/notation.md"));
        String text = Pattern.compile("```moat\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(m -> m.group(1))
                .collect(Collectors.joining("\n"));
        Path file = Files.writeString(directory.resolve("example.moat"), text);
        assertThat(check(file, "--no-discipline", "-q"))
                .as(out.toString() + err)
                .isZero();
        assertThat(check(file, "-q")).isEqualTo(65);
        assertThat(err.toString())
                .contains("it cannot be compared with the discipline")
                .contains("\n  ^");
    }

    private void await(String text) throws InterruptedException {
        Pattern pattern = Pattern.compile(text);
        for (int n = 0; n < 600 && !pattern.matcher(out.toString()).find(); n++) {
            Thread.sleep(100);
        }
        assertThat(out.toString()).containsPattern(pattern);
    }

    /** Words without the line breaks of the report. */
    private String plain() {
        return out.toString().replaceAll("\\s+", " ");
    }
}
