package dev.moat.check.proof;

import static dev.moat.check.proof.Families.PLAIN;
import static dev.moat.check.proof.Families.bounds;
import static dev.moat.check.proof.Families.failed;
import static dev.moat.check.proof.Families.family;
import static dev.moat.check.proof.Families.taken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.ExitCode;
import dev.moat.check.report.JunitReport;
import dev.moat.check.report.SarifReport;
import dev.moat.discipline.Designs;
import dev.moat.discipline.InstanceBounds;
import dev.moat.logic.Discipline;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.ResponseProof;
import dev.moat.prove.Responses;
import dev.moat.prove.Run;
import dev.moat.prove.Theory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What families say that they do not keep: conjunct by conjunct, each shown by a run, and all the rest proved without it. */
class NotKeptTest {
    /** A conjunct of which a family says that it does not keep it is neither proved nor assumed, and each has a run of its own, as long as this. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "calgary-alone | entries-follow-assignment.1=1 flight-follows-assignment.1=5 no-foreign.1=5 no-foreign.2=5",
                "gart-inside | entries-follow-assignment.1=1 flight-follows-assignment.1=5 no-foreign.1=5 no-foreign.2=4"
                        + " no-foreign.4=6 no-foreign.6=5 tables-entitled.2=3",
                "gart | entries-follow-assignment.1=1 flight-follows-assignment.1=5 no-foreign.1=5 no-foreign.2=4"
                        + " no-foreign.4=6 no-foreign.6=5 past-is-entitled.1=2 past-is-entitled.2=2 past-is-entitled.3=1"
                        + " tables-entitled.2=3",
            })
    void whatIsNotKeptIsShownByARun(String name, String steps) {
        Theory theory = family(name);
        Proof proof = proof(theory).explored(InstanceBounds.initial());
        List<String> shown = new ArrayList<>();
        theory.failing().forEach(s -> {
            Run run = Objects.requireNonNull(proof.reached().get(s.id())).run();
            shown.add(s.id() + "=" + (run == null ? "none" : run.letters().size()));
            assertThat(theory.assumed()).doesNotContainAnyElementsOf(s.conjuncts());
        });
        assertThat(String.join(" ", shown)).isEqualTo(steps);
        assertThat(proof.exit()).isEqualTo(ExitCode.OK);
        assertThat(proof.verdict()).anyMatch(l -> l.startsWith("NOT KEPT no-foreign.1: "));
        assertThat(JunitReport.of(proof))
                .contains(" failures=\"0\" errors=\"0\"")
                .contains("<testcase classname=\"moat.proof.notkept\" name=\"no-foreign.1\"");
        assertThat(new SarifReport(Path.of(""), List.of()).of(proof)).doesNotContain("\"ruleId\"");
    }

    /** What is left of a property is still asked: of calgary-alone caches are judged, of gart-inside whatever is read. */
    @ParameterizedTest
    @CsvSource({
        "calgary-alone, unmap-returns-without-waiting, no-foreign",
        "calgary-alone, set-entry.guard.3, tables-entitled",
        "gart-inside, set-entry-ro.guard.3, tables-entitled",
        "gart-inside, unmap-returns-without-waiting, no-foreign",
        "gart, set-entry-ro.guard.3, tables-entitled",
        "gart, completion-does-not-drain, done-is-clean",
    })
    void whatIsLeftOfAPropertyIsKept(String name, String fault, String id) {
        Theory theory = family(name);
        assertThat(failed(theory.with(Designs.inject(theory.discipline(), List.of(fault)))))
                .extracting(ProofStatement::id)
                .contains(id);
    }

    /** Software that knows nothing of neighbours gives a device away whose bus, or node, leads it already: to the same domain, or to another. */
    @ParameterizedTest
    @ValueSource(strings = {"calgary-alone", "gart-inside", "gart"})
    void aNeighbourIsGivenAwayWhileTheUnitIsOn(String name) {
        String first = "assign(req0, dom1, unit0, space0, tag0); ";
        for (String second : List.of("assign(req1, dom1, unit0, space0, tag0)", "give-device(req1, dom0)")) {
            assertThat(taken(family(name), bounds("devices=2"), "entry-means-its-space", first + second))
                    .as(second)
                    .containsExactly(true, true);
        }
    }

    /** Nobody may say of what is kept that it is not, to be spared its proof; where not all states were searched, nobody knows. */
    @Test
    void whatIsSaidToFailAndDoesNotIsNoticed(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("modest.smt2");
        Files.writeString(
                file, "(define-fun initially () Bool true) (set-info :fails-one-meaning.4 \"free: so they say\")");
        Theory modest = PLAIN.ofFamily(file);
        ProofStatement failing = modest.failing().get(0);
        Discipline.Failing said =
                Objects.requireNonNull(modest.discipline().failing().get("one-meaning.4"));
        Reachability found = Reachability.of(modest, List.of(failing), List.of(InstanceBounds.initial()), 1);
        assertThat(found.lines(said).get(0))
                .isEqualTo("NOT SHOWN one-meaning.4: it is said to fail (so they say), and no run was found");
        assertThat(found.shown(said)).isEqualTo(ExitCode.EXPECTATION);
        Proof proof = proof(modest);
        assertThat(proof.exit()).as("nobody looked").isEqualTo(ExitCode.LIMIT);
        assertThat(proof.notKept().get("one-meaning.4").get(0)).startsWith("NOT SHOWN one-meaning.4: ");
        Proof explored = new Proof(List.of(), Map.of("one-meaning.4", found), List.of(), proof.responses(), 0);
        assertThat(explored.exit()).isEqualTo(ExitCode.EXPECTATION);
        List<InstanceBounds> both =
                List.of(InstanceBounds.initial(), InstanceBounds.initial().widened());
        Reachability cut = Reachability.of(modest, List.of(failing), both, 1);
        assertThat(cut.shown(said)).as("not all states of the second").isEqualTo(ExitCode.LIMIT);
        String failure = "<testsuites name=\"moat\" tests=\"%d\" failures=\"%d\" errors=\"%d\"";
        int cases = modest.statements().size() + 1;
        assertThat(JunitReport.of(proof)).contains(String.format(failure, cases, 0, 1));
        assertThat(JunitReport.of(explored))
                .contains(String.format(failure, cases, 1, 0))
                .contains("<testcase classname=\"moat.proof.notkept\" name=\"one-meaning.4\"")
                .contains("message=\"NOT SHOWN one-meaning.4: ");
        assertThat(new SarifReport(Path.of(""), List.of()).of(explored))
                .contains("\"ruleId\": \"one-meaning.4\"")
                .contains("specs/lemmas/one-meaning.smt2");
        // What is said has to be what the run shows.
        Theory alone = family("calgary-alone");
        ProofStatement led = alone.failing().get(0);
        Reachability shown = Reachability.ofFailing(alone, led, InstanceBounds.initial());
        assertThat(shown.shown(new Discipline.Failing("assign", "x"))).isEqualTo(ExitCode.OK);
        Discipline.Failing other = new Discipline.Failing("walk", "x");
        assertThat(shown.shown(other)).isEqualTo(ExitCode.EXPECTATION);
        assertThat(shown.lines(other).get(0)).endsWith(", and the run that was found does without walk");
        Reachability sound = new Reachability(List.of(failing), List.of(), shown.run());
        assertThat(sound.shown(new Discipline.Failing("assign", "x"))).isEqualTo(ExitCode.EXPECTATION);
    }

    private static Proof proof(Theory theory) {
        ResponseProof none = new ResponseProof(new Responses(theory, Map.of()), Map.of());
        return new Proof(List.of(), Map.of(), List.of(), new ProvedResponses(none, Map.of()), 0);
    }
}
