package dev.moat.check.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.moat.check.ExitCode;
import dev.moat.check.Finding;
import dev.moat.check.StepDrops;
import dev.moat.check.Verdict;
import dev.moat.check.proof.BoundedProof;
import dev.moat.check.proof.CodeMutants;
import dev.moat.check.proof.CodeProofs;
import dev.moat.check.proof.CodeResults;
import dev.moat.check.proof.Proof;
import dev.moat.check.proof.ProvedResponses;
import dev.moat.check.proof.Reachability;
import dev.moat.explore.Conformance;
import dev.moat.explore.Exploration;
import dev.moat.logic.ResponseRule;
import dev.moat.machine.Machine;
import dev.moat.model.Parameter;
import dev.moat.output.Json;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.PinProof;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.Run;
import dev.moat.prove.refine.CodeAudit;
import dev.moat.scenario.Scenario;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Verdicts for programs, as one JSON document. All but {@code timing} is the same for any number of workers. */
public final class JsonReport {
    private JsonReport() {}

    /**
     * The document, ending in a line feed.
     *
     * @param failed what ended the run before all scenarios were checked, or null
     */
    public static String of(List<Verdict> verdicts, @Nullable Failed failed, ExitCode exit) {
        JsonObject document = new JsonObject();
        document.addProperty("format", "moat-check-1");
        document.addProperty("exit", exit.code());
        JsonArray scenarios = new JsonArray();
        JsonObject timing = new JsonObject();
        for (Verdict v : verdicts) {
            scenarios.add(scenario(v));
            timing.addProperty(v.scenario().id(), v.run().nanos() / 1e9);
        }
        document.add("scenarios", scenarios);
        document.add("failed", failed == null ? JsonNull.INSTANCE : failed(failed));
        document.add("timing", timing);
        return printed(document);
    }

    private static JsonObject failed(Failed failed) {
        Scenario scenario = failed.scenario();
        JsonObject json = new JsonObject();
        json.addProperty("scenario", scenario == null ? null : scenario.id());
        json.addProperty("exit", failed.exit().code());
        json.addProperty("message", failed.message());
        return json;
    }

    /** A proof, and what else was asked about it. The document, ending in a line feed. */
    public static String of(Proof proof, List<BoundedProof> bounded, ExitCode exit) {
        JsonObject document = new JsonObject();
        document.addProperty("format", "moat-prove-1");
        document.addProperty("exit", exit.code());
        JsonArray statements = new JsonArray();
        for (ProofStatement s : proof.theory().statements()) {
            JsonObject json = new JsonObject();
            json.addProperty("id", s.id());
            json.addProperty("kind", s.safety() ? "safety" : "lemma");
            json.addProperty("says", s.says());
            json.addProperty("conjuncts", s.conjuncts().size());
            json.addProperty("goals", proof.of(s).size());
            JsonArray open = new JsonArray();
            proof.of(s).stream()
                    .filter(a -> a.status() != GoalAnswer.Status.PROVED)
                    .forEach(a -> open.add(goal(proof, a)));
            json.add("open", open);
            statements.add(json);
        }
        document.add("statements", statements);
        document.add("pins", pins(proof.pins()));
        document.add("responses", responses(proof.responses()));
        JsonObject notKept = new JsonObject();
        proof.notKept().forEach((id, lines) -> notKept.add(id, words(lines)));
        document.add("notKept", notKept);
        document.add("notProvable", words(proof.theory().outside()));
        JsonObject assumptions = new JsonObject();
        proof.theory().discipline().assumptions().forEach(assumptions::addProperty);
        document.add("assumptions", assumptions);
        document.add("disagreements", words(proof.disagreements()));
        JsonArray runs = new JsonArray();
        for (BoundedProof each : bounded) {
            JsonObject json = new JsonObject();
            json.addProperty("exit", each.exit().code());
            json.add("lines", words(each.lines()));
            runs.add(json);
        }
        document.add("bounded", runs);
        JsonObject timing = new JsonObject();
        timing.addProperty("goals", proof.nanos() / 1e9);
        document.add("timing", timing);
        return printed(document);
    }

    /** Proofs about code, and what else was asked about it. The document, ending in a line feed. */
    public static String of(CodeResults results, ExitCode exit) {
        CodeProofs proofs = results.proofs();
        JsonObject document = new JsonObject();
        document.addProperty("format", "moat-prove-code-1");
        document.addProperty("exit", exit.code());
        document.addProperty("component", proofs.component());
        Machine machine = proofs.machine();
        if (machine != null) {
            document.addProperty("words", machine.schema().words());
        }
        JsonObject all = new JsonObject();
        for (String proof : proofs.proofs().keySet()) {
            JsonArray pieces = new JsonArray();
            proofs.pieces(proof).forEach((piece, answers) -> {
                JsonObject json = new JsonObject();
                json.addProperty("piece", piece);
                json.addProperty("goals", answers.size());
                JsonArray open = new JsonArray();
                CodeProofs.open(answers).forEach(a -> {
                    JsonObject goal = new JsonObject();
                    goal.addProperty("goal", a.goal().says());
                    goal.addProperty("status", a.status().name().toLowerCase(Locale.ROOT));
                    goal.add("lines", words(proofs.explained(a)));
                    open.add(goal);
                });
                json.add("open", open);
                pieces.add(json);
            });
            all.add(proof, pieces);
        }
        document.add("proofs", all);
        document.add("secondSolver", second(results));
        document.add("audit", audit(results.audit()));
        JsonObject timing = new JsonObject();
        timing.addProperty("all", proofs.nanos() / 1e9);
        document.add("timing", timing);
        return printed(document);
    }

    private static JsonElement second(CodeResults results) {
        CodeResults.Opinion second = results.second();
        if (second == null) {
            return JsonNull.INSTANCE;
        }
        JsonObject json = new JsonObject();
        json.addProperty("disagrees", second.disagrees());
        json.addProperty("silent", second.silent());
        json.add("lines", words(second.lines()));
        return json;
    }

    private static JsonElement audit(@Nullable CodeMutants audit) {
        if (audit == null) {
            return JsonNull.INSTANCE;
        }
        JsonObject json = new JsonObject();
        json.addProperty("asked", audit.asked());
        for (CodeAudit.Fate fate : CodeAudit.Fate.values()) {
            json.addProperty(fate.key(), audit.count(fate));
        }
        JsonArray left = new JsonArray();
        audit.mutants().stream().filter(m -> m.isOpen() || m.isExplained()).forEach(m -> {
            JsonObject mutant = new JsonObject();
            mutant.addProperty("mutant", m.id());
            mutant.addProperty("piece", m.piece());
            mutant.addProperty("fate", m.fate().key());
            mutant.addProperty("why", m.why());
            left.add(mutant);
        });
        json.add("notNoticed", left);
        json.add("stale", words(audit.stale()));
        return json;
    }

    private static JsonObject goal(Proof proof, GoalAnswer a) {
        JsonObject json = new JsonObject();
        json.addProperty("goal", a.goal().id());
        json.addProperty("status", a.status().name().toLowerCase(Locale.ROOT));
        Reachability reached = proof.reached().get(a.goal().id());
        if (reached != null) {
            Run run = reached.run();
            json.addProperty("reachable", run != null);
            json.addProperty("length", run == null ? null : run.letters().size());
        }
        json.add("lines", words(proof.explained(a)));
        return json;
    }

    private static JsonArray responses(ProvedResponses proved) {
        JsonArray array = new JsonArray();
        for (ResponseRule rule : proved.rules()) {
            JsonObject json = new JsonObject();
            json.addProperty("id", rule.id());
            json.addProperty("says", rule.says());
            json.addProperty("fair", rule.fair());
            json.addProperty("rely", rule.rely());
            json.addProperty(
                    "goals",
                    proved.proof().outcomes().getOrDefault(rule.id(), List.of()).size());
            json.add(
                    "open",
                    words(proved.open(rule).stream().map(o -> o.premise().id()).toList()));
            json.addProperty("false", proved.isFalse(rule));
            json.add("lines", words(proved.explained(rule)));
            array.add(json);
        }
        return array;
    }

    private static JsonArray pins(List<PinProof> pins) {
        JsonArray array = new JsonArray();
        for (PinProof p : pins) {
            JsonObject json = new JsonObject();
            json.addProperty("id", p.id());
            json.addProperty("says", p.says());
            json.addProperty("goals", p.goals());
            json.addProperty("asExpected", p.asExpected());
            json.addProperty("detail", p.detail());
            array.add(json);
        }
        return array;
    }

    private static String printed(JsonObject document) {
        return Json.documentWithNulls(document);
    }

    private static JsonObject scenario(Verdict v) {
        Scenario s = v.scenario();
        JsonObject json = new JsonObject();
        json.addProperty("id", s.id());
        json.addProperty("says", s.says());
        json.addProperty("verdict", v.kind().name().toLowerCase(Locale.ROOT));
        json.addProperty("asExpected", v.asExpected());
        json.addProperty("exit", v.exit().code());
        json.add("unmet", words(v.unmet()));
        json.add("notes", words(v.notes()));
        json.add("warnings", words(v.warnings()));
        json.addProperty("component", s.machine().component());
        json.addProperty("granularity", s.machine().granularity().key());
        json.addProperty("merged", s.machine().merged());
        String symmetry = v.run().symmetry();
        json.add("reductions", words(symmetry.isEmpty() ? List.of() : List.of("symmetry of " + symmetry)));
        for (Parameter.Kind kind : Parameter.Kind.values()) {
            JsonObject group = new JsonObject();
            v.settings().getOrDefault(kind, Map.of()).forEach((name, value) -> group.add(name, typed(value)));
            json.add(kind.key(), group);
        }
        json.add("injected", words(s.machine().faults()));
        json.add("invariants", words(v.judged()));
        addRun(json, v.run());
        json.add("witnessesNotReached", words(v.unreachedWitnesses()));
        JsonObject excused = new JsonObject();
        s.unwitnessed().forEach(excused::addProperty);
        json.add("unwitnessed", excused);
        json.add("violation", violation(v));
        StepDrops drops = v.meaning().drops();
        if (drops.all() > 0) {
            JsonObject left = new JsonObject();
            left.addProperty("noticed", drops.noticed());
            left.add("unnoticed", words(drops.unnoticed()));
            left.add("undecided", words(drops.undecided()));
            json.add("stepsLeftOut", left);
        }
        return json;
    }

    private static void addRun(JsonObject json, Exploration run) {
        json.addProperty("distinct", run.distinct());
        json.addProperty("generated", run.generated());
        json.addProperty("depth", run.depth());
        json.addProperty("end", run.end().name().toLowerCase(Locale.ROOT));
        json.addProperty("limit", run.limit());
        json.addProperty("collisions", run.collisions());
        JsonObject memory = new JsonObject();
        memory.addProperty("set", run.memory().set());
        memory.addProperty("log", run.memory().log());
        memory.addProperty("frontier", run.memory().frontier());
        json.add("memory", memory);
        JsonObject coverage = new JsonObject();
        coverage.addProperty("refused", run.coverage().refused());
        coverage.add("actions", numbers(run.coverage().actions()));
        coverage.add("steps", numbers(run.coverage().steps()));
        coverage.add("results", numbers(run.coverage().results()));
        json.add("coverage", coverage);
        json.add("conformance", conformance(run.conformance()));
    }

    private static JsonElement conformance(Conformance c) {
        JsonObject json = new JsonObject();
        json.addProperty("share", c.compared() ? 1 : 0);
        if (!c.compared()) {
            json.addProperty("notCompared", c.notCompared());
            return json;
        }
        json.add("claimed", numbers(c.taken()));
        json.add("stutters", numbers(c.stutters()));
        Conformance.Misclaim first = c.first();
        if (first != null) {
            JsonObject left = new JsonObject();
            left.addProperty("transition", first.instances().size());
            left.addProperty("step", first.who());
            left.add("lines", words(first.lines()));
            json.add("left", left);
        }
        return json;
    }

    /** A setting's value as a number or a switch where it is one. */
    private static JsonPrimitive typed(String value) {
        if (value.equals("true") || value.equals("false")) {
            return new JsonPrimitive(Boolean.valueOf(value));
        }
        return value.matches("-?[0-9]{1,18}") ? new JsonPrimitive(Long.valueOf(value)) : new JsonPrimitive(value);
    }

    private static JsonElement violation(Verdict v) {
        Finding finding = v.finding();
        if (finding == null) {
            return JsonNull.INSTANCE;
        }
        JsonObject json = new JsonObject();
        json.add("invariants", words(finding.invariants()));
        json.addProperty("length", finding.actions());
        json.addProperty("transitions", finding.transitions());
        json.add("trace", words(finding.told().trace()));
        return json;
    }

    private static JsonArray words(List<String> words) {
        JsonArray array = new JsonArray();
        words.forEach(array::add);
        return array;
    }

    private static JsonObject numbers(Map<String, Long> counts) {
        JsonObject json = new JsonObject();
        counts.forEach(json::addProperty);
        return json;
    }
}
