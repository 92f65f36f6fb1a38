package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.moat.check.ExitCode;
import dev.moat.check.report.JsonReport;
import dev.moat.check.report.JunitReport;
import dev.moat.check.report.SarifReport;
import dev.moat.discipline.InstanceBounds;
import dev.moat.logic.ResponseRule;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.Prover;
import dev.moat.prove.ResponseProof;
import dev.moat.prove.ResponseProof.Outcome;
import dev.moat.prove.Responses;
import dev.moat.prove.Theory;
import dev.moat.prove.Z3Required;
import dev.moat.prove.export.CertificateFiles;
import dev.moat.prove.export.GoalOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a response that is not proved: what is said of it, in every form, and the exit code. */
class ProvedResponsesTest {
    private static final Theory THEORY = Theory.load(Path.of(""));
    private static final Responses SHIPPED = Responses.load(Path.of("specs/responses"), THEORY);
    private static final String PART = "unmaps-return.without.owe";

    @TempDir
    Path directory;

    @BeforeEach
    void z3() {
        Z3Required.orSkipped("responses are");
    }

    /** Asked once: it is the same for any bounds. */
    private static final class Without {
        static final ResponseProof PROOF = asked();

        private static ResponseProof asked() {
            Responses less = SHIPPED.without(List.of(PART));
            try (Prover prover = new Prover(THEORY, Prover.RLIMIT)) {
                return ResponseProof.of(less, prover);
            }
        }
    }

    private static Proof proof(ProvedResponses answered) {
        return new Proof(List.of(), Map.of(), List.of(), answered, 0);
    }

    private static JsonArray array(Proof proof, String name) {
        String text = JsonReport.of(proof, List.of(), proof.exit());
        return JsonParser.parseString(text).getAsJsonObject().getAsJsonArray(name);
    }

    private static String sarif(Proof proof) {
        JsonObject run = JsonParser.parseString(new SarifReport(Path.of(""), List.of()).of(proof))
                .getAsJsonObject()
                .getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject();
        return run.getAsJsonArray("results").toString();
    }

    @Test
    void aFalseResponseIsAViolationInEveryReport() {
        Proof proof = proof(ProvedResponses.of(Without.PROOF, InstanceBounds.initial()));
        assertThat(proof.exit()).isEqualTo(ExitCode.VIOLATION);
        assertThat(proof.responses().looked()).isTrue();
        assertThat(proof.responses().verdict())
                .contains(
                        "FALSE: a run on which unmaps-return waits for ever (hold0, dom1, frame0):",
                        "and then for ever:")
                .noneMatch(line -> line.startsWith("no run shown"));
        List<String> wrong = new ArrayList<>();
        for (var each : array(proof, "responses")) {
            JsonObject one = each.getAsJsonObject();
            if (one.get("false").getAsBoolean()) {
                wrong.add(one.get("id").getAsString());
                assertThat(one.getAsJsonArray("open")).isNotEmpty();
                assertThat(one.getAsJsonArray("lines").toString()).contains("and then for ever:");
            }
        }
        assertThat(wrong).containsExactly("unmaps-return");
        assertThat(JunitReport.of(proof))
                .contains("failures=\"1\" errors=\"0\"")
                .containsPattern(
                        "(?s)name=\"unmaps-return\"[^/]*<failure message=\"not proved\" type=\"limit\">.*FALSE: a run");
        assertThat(sarif(proof))
                .contains("\"ruleId\":\"unmaps-return\"")
                .contains("FALSE: a run")
                .contains("unmaps-return.smt2");
        assertThat(proof.failed()).isNotEmpty().allMatch(id -> id.startsWith("unmaps-return."));
    }

    @Test
    void whereTheSolverGaveUpNobodyLooks() {
        Proof proof;
        try (Prover prover = new Prover(THEORY, 1)) {
            proof = proof(ProvedResponses.of(SHIPPED, prover, InstanceBounds.initial()));
        }
        assertThat(proof.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(proof.responses().looked()).isFalse();
        for (ResponseRule rule : proof.responses().rules()) {
            assertThat(proof.responses().explained(rule))
                    .last()
                    .asString()
                    .isEqualTo("no run shown on which " + rule.id()
                            + " waits for ever: not looked for: no premise fails, the solver gave up");
        }
        String errors = "failures=\"0\" errors=\"" + SHIPPED.rules().size() + "\"";
        assertThat(JunitReport.of(proof)).as("no verdict is an error").contains(errors);
        assertThat(proof.failed()).isEmpty();
    }

    /** The smallest instance has no devices that move: that nothing was found in it means little, and is said. */
    @Test
    void stepsThatTheInstanceDoesNotHaveAreNamed() {
        Responses less = SHIPPED.without(List.of("deassigns-return.without.begin-move"));
        try (Prover prover = new Prover(THEORY, Prover.RLIMIT)) {
            Proof proof = proof(ProvedResponses.of(less, prover, InstanceBounds.initial()));
            assertThat(proof.exit()).isEqualTo(ExitCode.LIMIT);
            assertThat(proof.responses().looked()).isTrue();
            assertThat(proof.responses().verdict())
                    .anyMatch(
                            l -> l.matches(
                                    "no run shown on which deassigns-return waits for ever: none in all [0-9,]+ states"
                                            + " \\(domains=2 .*\\); larger instances with -P; this one has no begin-move \\(wide=true\\)"));
        }
    }

    private static final String WIDENS = """
            (set-info :says "Each offer is for writing in the end.") (set-info :source "planted") (set-info :fair "all")
            (define-fun waiting ((g Gref)) Bool (not (offerW g)))
            (define-fun answered ((g Gref)) Bool (offerW g))
            (define-fun only.stage ((g Gref)) Bool true)
            """;

    /** The smallest instance has nobody who helps: that one waits for ever there shows nothing, of the rule and of what awaits it. */
    @Test
    void anInstanceWithoutThoseWhoHelpIsNotSearched() throws IOException {
        String help = "(define-fun only.%s ((g Gref) (h Gref)) Bool (= h g))";
        Files.writeString(directory.resolve("awaits.smt2"), WIDENS + help.formatted("awaits.takes"));
        Files.writeString(directory.resolve("takes.smt2"), WIDENS + help.formatted("takes.widen"));
        Responses both = Responses.load(directory, THEORY);
        Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
        both.rules().values().forEach(r -> outcomes.put(r.id(), List.of(failed(both, r))));
        Proof proof = proof(ProvedResponses.of(new ResponseProof(both, outcomes), InstanceBounds.initial()));
        assertThat(proof.exit()).isEqualTo(ExitCode.LIMIT);
        for (ResponseRule rule : proof.responses().rules()) {
            ResponseLasso.Search search =
                    Objects.requireNonNull(proof.responses().searches().get(rule.id()));
            assertThat(search.looked()).isTrue();
            assertThat(search.told())
                    .as(rule.id())
                    .matches("none in all [0-9,]+ states \\(.* invalidations=1 with widen\\); larger.*");
        }
    }

    private static Outcome failed(Responses responses, ResponseRule rule) {
        return new Outcome(responses.premises(rule).get(0), GoalAnswer.Status.FAILED, List.of(), null);
    }

    /** Its own premises are proved: what it awaits is not, and so it is not, in any report. */
    @Test
    void aRuleThatAwaitsAFalseOneIsNotProvedInAnyReport() {
        Map<String, List<Outcome>> outcomes = proved();
        List<Outcome> debts = outcomes.get("debts-are-paid");
        debts.set(0, new Outcome(debts.get(0).premise(), GoalAnswer.Status.FAILED, List.of(), null));
        Proof proof = proof(ProvedResponses.of(new ResponseProof(SHIPPED, outcomes), null));
        String rests = "unmaps-return rests on debts-are-paid, which is not proved";
        assertThat(proof.responses().verdict()).contains(rests);
        assertThat(proof.responses().searches()).containsOnlyKeys("debts-are-paid", "unmaps-return");
        for (var each : array(proof, "responses")) {
            JsonObject one = each.getAsJsonObject();
            String id = one.get("id").getAsString();
            assertThat(one.getAsJsonArray("open").size())
                    .as(id)
                    .isEqualTo(List.of("debts-are-paid", "unmaps-return").contains(id) ? 1 : 0);
        }
        assertThat(JunitReport.of(proof))
                .contains("failures=\"2\" errors=\"0\"")
                .contains(rests);
        assertThat(sarif(proof)).contains(rests);
    }

    /** A discipline of one's own: its sorts have no elements in the shipped shape, and its initial state may need some. */
    @Test
    void withoutBoundsNobodyLooks() {
        Proof proof = proof(ProvedResponses.of(Without.PROOF, null));
        assertThat(proof.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(proof.responses().looked()).isFalse();
        assertThat(proof.responses().verdict())
                .contains(
                        "no run shown on which unmaps-return waits for ever: not looked for: instances are shaped for the"
                                + " shipped discipline, this is one of one's own");
    }

    /** A proof in which one premise has come to something else. */
    private static ProvedResponses with(GoalAnswer.Status status, @Nullable String disagreement) {
        Map<String, List<Outcome>> outcomes = proved();
        List<Outcome> first = outcomes.get("maps-return");
        first.set(0, new Outcome(first.get(0).premise(), status, List.of(), disagreement));
        return ProvedResponses.of(new ResponseProof(SHIPPED, outcomes), null);
    }

    private static Map<String, List<Outcome>> proved() {
        Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
        for (ResponseRule rule : SHIPPED.rules().values()) {
            outcomes.put(
                    rule.id(),
                    new ArrayList<>(SHIPPED.premises(rule).stream()
                            .map(p -> new Outcome(p, GoalAnswer.Status.PROVED, List.of(), null))
                            .toList()));
        }
        return outcomes;
    }

    @Test
    void aDisagreementIsFourteenAndSaidInEveryReport() {
        assertThat(proof(with(GoalAnswer.Status.PROVED, null)).exit()).isEqualTo(ExitCode.OK);
        Proof proof = proof(with(GoalAnswer.Status.FAILED, "the solver's state violates nothing"));
        assertThat(proof.exit()).isEqualTo(ExitCode.DISAGREEMENT);
        assertThat(proof.disagreements())
                .singleElement()
                .asString()
                .matches("DISAGREEMENT maps-return\\S*: the solver's state violates nothing");
        assertThat(array(proof, "disagreements")).hasSize(1);
        assertThat(JunitReport.of(proof)).contains("DISAGREEMENT: the solver's state violates nothing");
        assertThat(sarif(proof)).contains("DISAGREEMENT: the solver's state violates nothing");
    }

    /** Z3 says that a premise is false, and there is a certificate that it is true. */
    @Test
    void aCertificateOfAPremiseThatFailedIsADisagreement() throws IOException {
        Proof proof = proof(with(GoalAnswer.Status.FAILED, null));
        String id = proof.failed().get(0);
        Map<String, String> goals =
                Map.of(id, CertificateFiles.goals(SHIPPED, Path.of("")).get(id));
        GoalOutput output = GoalOutput.certificates(goals, proof.failed(), directory.resolve("certificates"));
        assertThat(output.disagrees()).isTrue();
        assertThat(output.lines()).contains("DISAGREEMENT " + id + ": Z3 sat, and there is a certificate");
    }
}
