package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateCommandTest {
    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Site site =
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open);
        return Moat.run(site, args);
    }

    @Test
    void saysWhatItDidAndHowToGoOn() {
        assertThat(moat("simulate", "xen-op", "--seed", "3", "--steps", "300", "--walk", "100", "-P", "refs=1"))
                .isZero();
        String first = out.toString();
        assertThat(first)
                .startsWith("xen-op: NO VIOLATION MET (seed 3, 300 transitions in 3 walks from number 0)\n")
                .contains("letters", "rejected", "map_grant_ref", "statuses", "not met", "not run")
                .endsWith(
                        "  to go on      moat simulate xen-op -P refs=1 --seed 3 --walk 100 --steps 300 --first-walk 3\n");
        assertThat(err.toString()).contains("transitions/s");
        moat("simulate", "xen-op", "--seed", "3", "--steps", "300", "--walk", "100", "-P", "refs=1");
        assertThat(out).hasToString(first);
        moat("simulate", "xen-op", "--steps", "100", "--walk", "100", "-q");
        assertThat(out.toString()).contains("100 transitions in 1 walk from number 0)");
        moat("simulate", "xen-op", "--steps", "100", "--walk", "100", "-q", "--save", "to go");
        assertThat(out.toString()).contains(" --save 'to go' --first-walk 1\n");
    }

    /** A scenario that expects one property to break is no leave to break another. */
    @Test
    void anotherViolationThanTheExpectedIsOne() throws IOException {
        Path other = directory.resolve("other.yaml");
        String text = Files.readString(Path.of("specs/scenarios/r1/r1-unmap-no-invalidation.yaml"))
                .replaceFirst("(?m)^id: .*$", "id: other")
                .replaceFirst("(?m)^properties: .*$", "properties: {hold: [no-foreign], fail: [no-stale]}")
                .replaceFirst("(?m)^expect: .*$", "expect: {verdict: violated, invariants: [no-stale]}");
        Files.writeString(other, text);
        assertThat(moat("simulate", other.toString(), "--steps", "20k", "-q", "--save", directory.toString()))
                .isEqualTo(12);
    }

    /** What must hold breaks together with what is expected to, which alone breaks sooner. */
    @Test
    void aShorterWayToTheExpectedHidesNothing() throws IOException {
        Path other = directory.resolve("other.yaml");
        Path deferred = Path.of("specs/scenarios/xen-vtd/flush-policies/xen-deferred-promise.yaml");
        String text = Files.readString(deferred)
                .replaceFirst("(?m)^id: .*$", "id: other\ninject: [unmap.no-invalidation-on-demotion]")
                .replaceFirst(", length: 4", "");
        Files.writeString(other, text);
        String save = directory.toString();
        assertThat(moat("simulate", other.toString(), "--steps", "20k", "--seed", "5", "--save", save))
                .isEqualTo(12);
        assertThat(Files.readString(directory.resolve("other.itf.json")))
                .contains("violates no-foreign, no-stale, demotion-invalidated, nothing-lingers after 5 actions");
    }

    @Test
    void whatIsSaidOfRunsIsNotJudgedOfWalks() {
        assertThat(moat("simulate", "xen-runs-queue", "--steps", "300", "--walk", "100"))
                .isZero();
        assertThat(out.toString()).contains("  not judged    operations-return, invalidations-complete: of runs");
    }

    /** A scenario of runs alone. */
    @Test
    void whereNoInvariantIsJudgedNoneIsNamed() {
        moat("simulate", "xen-runs-repeated", "--steps", "10");
        assertThat(out.toString()).contains("  judged        no-deadlock in every 100th state\n");
    }

    @Test
    void noneTakesTheFaultsOfAScenarioAway() {
        String control = "r1-unmap-no-invalidation";
        assertThat(moat("simulate", control, "--steps", "20k", "-q", "--save", directory.toString()))
                .isZero();
        assertThat(out.toString()).startsWith(control + ": VIOLATED");
        assertThat(moat("simulate", control, "--steps", "300", "--walk", "100", "-q", "--inject", "none"))
                .isZero();
        assertThat(out.toString())
                .startsWith(control + ": NO VIOLATION MET")
                .contains("moat simulate " + control + " --inject none --seed");
    }

    /** What is printed to be run is run by a shell. */
    @Test
    void printedCommandsAreQuoted() {
        String save = directory.resolve("o ut").toString();
        for (String command : List.of("simulate", "check")) {
            moat(command, "r1-unmap-no-invalidation", "--save", save);
            String file = "moat replay '" + save + "/r1-unmap-no-invalidation.itf.json'\n";
            assertThat(out.toString()).contains("  reproduce     " + file);
        }
        moat("show", save + "/r1-unmap-no-invalidation.itf.json");
        assertThat(out.toString()).contains("moat replay '" + save);
    }

    @Test
    void aViolationIsMinimisedSavedAndReplayed() {
        assertThat(moat(
                        "simulate",
                        "xen-op",
                        "--steps",
                        "20k",
                        "--inject",
                        "invalidation.wrong-did",
                        "--save",
                        directory.toString(),
                        "-q"))
                .isEqualTo(12);
        assertThat(out.toString())
                .startsWith("xen-op: VIOLATED (seed 1, ")
                .contains("minimised to", "  reproduce     moat replay ")
                .hasLineCount(4);
        assertThat(moat("replay", directory.resolve("xen-op.itf.json").toString()))
                .isZero();
    }

    /** Its table leaves out what that of {@code show} leaves out. */
    @Test
    void aViolationIsShownWithoutBookkeeping() {
        String fault = "invalidation.wrong-did";
        List<String> words = new ArrayList<>(
                List.of("simulate", "xen-step", "--steps", "20k", "--inject", fault, "--save", directory.toString()));
        assertThat(moat(words.toArray(new String[0]))).isEqualTo(12);
        assertThat(out.toString())
                .contains("\nBookkeeping not shown (--full shows it): pc, ")
                .doesNotContain("pc[cpu0]");
        words.add("--full");
        assertThat(moat(words.toArray(new String[0]))).isEqualTo(12);
        assertThat(out.toString()).doesNotContain("Bookkeeping not shown").contains("pc[cpu0]");
    }

    /** What the help offers to be copied does what it says. */
    @Test
    void theExamplesOfTheHelpRun() {
        assertThat(moat("simulate", "--help")).isZero();
        List<String> examples = out.toString()
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("moat simulate "))
                .map(line -> line.replaceAll("  .*", ""))
                .toList();
        assertThat(examples).hasSize(3);
        for (String example : examples) {
            List<String> words = new ArrayList<>(List.of(example.split(" ")));
            words.remove(0);
            words.addAll(List.of("-q", "--save", directory.toString()));
            // A repeated option is refused, so the example's own is taken away first.
            int steps = words.indexOf("--steps");
            if (steps >= 0) {
                words.subList(steps, steps + 2).clear();
            }
            boolean faulty = example.contains("--inject");
            words.addAll(List.of("--steps", faulty ? "2k" : "500"));
            assertThat(moat(words.toArray(new String[0]))).as(example + err).isEqualTo(faulty ? 12 : 0);
        }
    }

    @Test
    void aControlThatIsNotMetMissesItsExpectation() {
        assertThat(moat("simulate", "r1-unmap-no-invalidation", "--steps", "1", "-q"))
                .isEqualTo(15);
        String why =
                "  because       a violation of no-foreign or no-stale is expected; these walks did not meet it: more --steps, or"
                        + " check\n";
        assertThat(out.toString()).contains(why);
        assertThat(moat("simulate", "r1-unmap-no-invalidation", "--steps", "1")).isEqualTo(15);
        assertThat(out.toString()).contains("  injected      unmap.no-invalidation\n", why);
    }

    /** It would be taken for a proof that the fault is harmless. */
    @Test
    void anInjectedFaultThatIsNotMetIsNoSuccess() {
        assertThat(moat("simulate", "xen-op", "--steps", "1", "-q", "--inject", "unmap.hold-released-before-wait"))
                .isEqualTo(5);
        assertThat(out.toString())
                .startsWith("xen-op: INCONCLUSIVE, no violation met (")
                .contains("  because       walks do not tell whether the operations of an edited program still end;")
                .contains("  because       unmap.hold-released-before-wait was injected: it is to break ")
                .contains(" at granularity step, and this is operation");
    }

    /** Nor a sign that the scenario cannot show it. */
    @Test
    void aWalkThatIsTooShortBlamesNoScenario() {
        assertThat(moat("simulate", "xen-op", "--steps", "1", "-q", "--inject", "invalidation.wrong-did"))
                .isEqualTo(5);
        assertThat(out.toString())
                .contains("at granularity operation; these walks did not meet it: more --steps, or check");
    }

    @Test
    void anUnknownScenarioAndABadNumberAreRefused() {
        assertThat(moat("simulate", "xen-opp")).isEqualTo(2);
        assertThat(err.toString()).contains("xen-op");
        assertThat(moat("simulate", "xen-op", "--steps", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--steps");
    }
}
