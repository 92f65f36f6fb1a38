package dev.moat.check.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.check.ExitCode;
import dev.moat.check.Finding;
import dev.moat.check.Property;
import dev.moat.check.Verdict;
import dev.moat.check.proof.CodeMutants;
import dev.moat.check.proof.CodeProofs;
import dev.moat.check.proof.CodeResults;
import dev.moat.check.proof.Proof;
import dev.moat.explore.Conformance;
import dev.moat.input.Place;
import dev.moat.logic.ResponseRule;
import dev.moat.machine.Machine;
import dev.moat.output.Json;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.code.CodeGoal;
import dev.moat.prove.code.Piece;
import dev.moat.scenario.Scenario;
import dev.moat.trace.CodePlace;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Unexpected outcomes as SARIF 2.1.0: one result for each violated property, or one for a missed expectation. Its
 * place is the {@code id} of the scenario file. If that is no file of the project, its place is the line of the
 * project that runs Moat. Its message is short. The counterexample is its code flow: transition by transition, at the
 * code if the project has it, otherwise at the scenario, and at last at the property's formula.
 */
public final class SarifReport {
    private static final String WRONG_CLAIM = "wrong-claim";
    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    private final Path base;
    /** Characters of a line of a message; what shows results shows little of each. */
    private static final int SHORT = 300;
    /** Lines of a message. */
    private static final int FEW = 8;

    private final Map<String, String> rules = new LinkedHashMap<>();
    private final Map<String, Place> formulas = new HashMap<>();
    private final Sources sources;

    /**
     * @param base the directory that addresses of files are relative to, usually the working directory
     * @param invariants the rules' sentences
     */
    public SarifReport(Path base, List<Property> invariants) {
        this.base = base.toAbsolutePath().normalize();
        sources = new Sources(this.base);
        for (Property i : invariants) {
            rules.put(i.id(), i.says());
            Place place = i.place();
            if (place != null) {
                formulas.put(i.id(), place);
            }
        }
        Property.withoutFile().forEach(p -> rules.put(p.id(), p.says()));
        rules.put("expectation-missed", "A scenario does not show what its file expects.");
        rules.put(WRONG_CLAIM, "A transition is not the step of the proved discipline that it claims to be.");
        rules.put(
                "no-verdict",
                "A scenario's search ended before it could say anything, or a property had nothing to forbid.");
    }

    /**
     * One result.
     *
     * @param rule id of the property, or of what else went wrong
     * @param lines the message
     * @param line 1-based
     * @param kind of what {@code same} names
     * @param same what makes it the same result in the next run
     * @param flow what leads to it, each with its place; empty when nothing does
     */
    private record Result(
            String rule, List<String> lines, Path file, int line, String kind, String same, JsonArray flow) {}

    /**
     * Verdicts. The document, ending in a line feed.
     *
     * @param failed what ended the run before all scenarios were checked, or null
     */
    public String of(List<Verdict> verdicts, @Nullable Failed failed) {
        List<Result> results = new ArrayList<>();
        for (Verdict v : verdicts) {
            for (String rule : broken(v)) {
                List<String> lines = new ArrayList<>(List.of(VerdictText.headline(v)));
                lines.addAll(v.unmet());
                lines.addAll(story(v, rule));
                Scenario s = v.scenario();
                String same = s.id() + "/" + rule;
                results.add(
                        new Result(rule, shortened(lines), s.file(), s.line(), "moatScenario/v1", same, flow(v, rule)));
            }
        }
        return document(results, Failed.endings(verdicts, failed));
    }

    /** What was claimed and is not so, or the story of the violation: its table is in the counterexample. */
    private static List<String> story(Verdict v, String rule) {
        Conformance.Misclaim wrong = v.wrongClaim();
        if (wrong != null && rule.equals(WRONG_CLAIM)) {
            return wrong.lines();
        }
        Finding finding = v.finding();
        return finding == null ? List.of() : finding.told().story();
    }

    /** At most {@value #FEW} lines of at most {@value #SHORT} characters each, broken at a space. */
    private static List<String> shortened(List<String> lines) {
        List<String> few = new ArrayList<>();
        for (String line : lines.size() > FEW ? lines.subList(0, FEW - 1) : lines) {
            int space = line.lastIndexOf(' ', SHORT - 2);
            few.add(line.length() <= SHORT ? line : line.substring(0, space > 0 ? space : SHORT - 2) + " …");
        }
        if (lines.size() > FEW) {
            few.add("and " + (lines.size() - FEW + 1) + " more lines");
        }
        return few;
    }

    /** Each transition of the counterexample at its code or its scenario, then what is broken, at the formula that is. */
    private JsonArray flow(Verdict v, String rule) {
        JsonArray flow = new JsonArray();
        Finding finding = v.finding();
        if (finding == null || rule.equals(WRONG_CLAIM)) {
            return flow;
        }
        Scenario s = v.scenario();
        int n = finding.told().steps().size();
        for (Finding.Done step : finding.told().steps()) {
            Place code = sources.of(step.code()).orElse(new Place(s.file().toString(), s.line(), 1));
            String says = "(" + (flow.size() + 1) + " of " + n + ") " + step.words();
            flow.add(station(Path.of(code.file()), code.line(), says, "important"));
        }
        String end = finding.told().story().isEmpty()
                ? rule
                : finding.told().story().get(finding.told().story().size() - 1);
        String broken = shortened(List.of(end)).get(0);
        Place formula = formulas.get(rule);
        // A formula that came in the jar is no file of the project: nobody could open its address.
        boolean there = formula != null && within(Path.of(formula.file()));
        flow.add(
                formula != null && there
                        ? station(Path.of(formula.file()), Math.max(1, formula.line()), broken, "essential")
                        : station(s.file(), s.line(), broken, "essential"));
        return flow;
    }

    private JsonObject station(Path file, int line, String says, String importance) {
        JsonObject location = location(file, line);
        location.add("message", text(says));
        JsonObject station = new JsonObject();
        station.add("location", location);
        station.addProperty("importance", importance);
        return station;
    }

    private boolean within(Path file) {
        return file.toAbsolutePath().normalize().startsWith(base);
    }

    /** A proof: one result for each goal that is not proved, or conjunct that is not shown to fail, at it, and for each response, at its answer. The document, ending in a line feed. */
    public String of(Proof proof) {
        List<Result> results = new ArrayList<>();
        for (ProofStatement s : proof.theory().statements()) {
            rules.put(s.id(), s.says());
            for (GoalAnswer a : proof.of(s)) {
                if (a.status() != GoalAnswer.Status.PROVED) {
                    Place place = a.goal().formula().place();
                    String id = a.goal().id();
                    results.add(new Result(
                            s.id(),
                            proof.explained(a),
                            Path.of(place.file()),
                            Math.max(1, place.line()),
                            "moatGoal/v1",
                            id,
                            new JsonArray()));
                }
            }
        }
        for (ProofStatement s : proof.theory().failing()) {
            List<String> lines = proof.notKept().getOrDefault(s.id(), List.of());
            if (proof.shown(s.id()) != ExitCode.OK) {
                rules.put(s.id(), s.says());
                Place place = s.conjuncts().get(0).place();
                Path file = Path.of(place.file());
                results.add(new Result(
                        s.id(), lines, file, place.line(), "moatGoal/v1", s.id() + "@fails", new JsonArray()));
            }
        }
        for (ResponseRule rule : proof.responses().rules()) {
            List<String> why = proof.responses().explained(rule);
            if (!why.isEmpty()) {
                rules.put(rule.id(), rule.says());
                Place place = rule.answered().body().place();
                Path file = Path.of(place.file());
                int line = Math.max(1, place.line());
                results.add(new Result(rule.id(), why, file, line, "moatGoal/v1", rule.id(), new JsonArray()));
            }
        }
        return document(results, List.of());
    }

    /** Proofs about code: one result for each goal that is not proved, at the step or action. The document, ending in a line feed. */
    public String of(CodeResults all) {
        CodeProofs proofs = all.proofs();
        rules.put(CodeProofs.WELL_FORMED, "No exception, no index out of range, every value in its sort.");
        rules.put(CodeProofs.REFINEMENT, "Every step is what it claims to be.");
        rules.put(CodeProofs.LAYOUTS, "Entries, descriptors and walks are what the specification says.");
        rules.put(CodeResults.SECOND_SOLVER, "Another solver has the same answers.");
        rules.put(CodeResults.AUDIT, "The proof notices each change of what the code writes.");
        List<Result> results = new ArrayList<>();
        proofs.proofs()
                .forEach((proof, asked) ->
                        CodeProofs.open(asked.answers()).forEach(a -> results.add(ofCode(proofs, proof, a))));
        Place page = new Place("docs/explanation/code-proof.md", 1, 1);
        all.disputed().forEach(line -> results.add(ofCode(proofs, CodeResults.SECOND_SOLVER, page, line)));
        CodeMutants audit = all.audit();
        if (audit != null) {
            audit.mutants().stream()
                    .filter(CodeMutants.Judged::isOpen)
                    .forEach(m -> results.add(ofCode(
                            proofs,
                            CodeResults.AUDIT,
                            place(proofs, m.piece()),
                            m.fate().key() + " " + m.id())));
            Place explained = new Place("specs/code-survivors.txt", 1, 1);
            audit.stale().forEach(id -> results.add(ofCode(proofs, CodeResults.AUDIT, explained, "noticed " + id)));
        }
        return document(results, List.of());
    }

    private Result ofCode(CodeProofs proofs, String rule, Place place, String line) {
        String same = proofs.component() + "/" + rule + "/" + line;
        return new Result(
                rule,
                shortened(List.of(line)),
                Path.of(place.file()),
                place.line(),
                "moatCodeGoal/v1",
                same,
                new JsonArray());
    }

    private Place place(CodeProofs proofs, String piece) {
        Place page = new Place("docs/explanation/code-proof.md", 1, 1);
        Machine machine = proofs.machine();
        return machine == null
                ? page
                : sources.of(CodePlace.of(machine.model(), Piece.code(piece))).orElse(page);
    }

    private Result ofCode(CodeProofs proofs, String proof, CodeGoal.Answer open) {
        String piece = open.goal().piece();
        Place place = place(proofs, piece);
        String same = proofs.component() + "/" + proof + "/" + piece + "/"
                + open.goal().says();
        List<String> lines = shortened(proofs.explained(open));
        return new Result(proof, lines, Path.of(place.file()), place.line(), "moatCodeGoal/v1", same, new JsonArray());
    }

    private String document(List<Result> found, List<String> endings) {
        Map<String, Integer> used = new LinkedHashMap<>();
        JsonArray results = new JsonArray();
        found.forEach(r -> results.add(result(r, used.computeIfAbsent(r.rule(), rule -> used.size()))));
        JsonArray described = new JsonArray();
        used.keySet().forEach(id -> {
            JsonObject rule = new JsonObject();
            rule.addProperty("id", id);
            rule.add("shortDescription", text(rules.getOrDefault(id, id)));
            described.add(rule);
        });
        JsonObject driver = new JsonObject();
        driver.addProperty("name", "moat");
        driver.add("rules", described);
        JsonObject tool = new JsonObject();
        tool.add("driver", driver);
        JsonObject run = new JsonObject();
        run.add("tool", tool);
        run.addProperty("columnKind", "utf16CodeUnits");
        run.add("results", results);
        run.add("invocations", invocations(endings));
        JsonArray runs = new JsonArray();
        runs.add(run);
        JsonObject document = new JsonObject();
        document.addProperty("$schema", SCHEMA);
        document.addProperty("version", "2.1.0");
        document.add("runs", runs);
        return Json.document(document);
    }

    /** Whether the run came to its end; a run that did not says why. */
    private static JsonArray invocations(List<String> endings) {
        JsonObject invocation = new JsonObject();
        invocation.addProperty("executionSuccessful", endings.isEmpty());
        JsonArray notifications = new JsonArray();
        for (String ending : endings) {
            JsonObject notification = new JsonObject();
            notification.addProperty("level", "error");
            notification.add("message", text(ending));
            notifications.add(notification);
        }
        if (!endings.isEmpty()) {
            invocation.add("toolExecutionNotifications", notifications);
        }
        JsonArray invocations = new JsonArray();
        invocations.add(invocation);
        return invocations;
    }

    private static List<String> broken(Verdict v) {
        if (v.asExpected()) {
            return List.of();
        }
        List<String> ids = new ArrayList<>();
        Finding finding = v.finding();
        if (v.exit() == ExitCode.VIOLATION && finding != null) {
            ids.addAll(finding.invariants());
            ids.removeAll(v.scenario().fail());
        }
        if (v.wrongClaim() != null) {
            ids.add(WRONG_CLAIM);
        }
        if (ids.isEmpty()) {
            ids.add(v.kind() == Verdict.Kind.INCONCLUSIVE ? "no-verdict" : "expectation-missed");
        }
        return ids;
    }

    private JsonObject result(Result r, int ruleIndex) {
        JsonObject result = new JsonObject();
        result.addProperty("ruleId", r.rule());
        result.addProperty("ruleIndex", ruleIndex);
        result.addProperty("level", "error");
        Path file = r.file().toAbsolutePath().normalize();
        // What shows results shows those alone that are at a file of the project.
        Optional<Place> instead = within(file) ? Optional.empty() : RunsMoat.in(base);
        List<String> lines = new ArrayList<>(r.lines());
        instead.ifPresent(place -> lines.add("at " + file + ":" + r.line() + ", which is not of this project"));
        result.add("message", text(String.join("\n", lines)));
        JsonArray locations = new JsonArray();
        locations.add(instead.map(place -> location(Path.of(place.file()), place.line()))
                .orElseGet(() -> location(r.file(), r.line())));
        result.add("locations", locations);
        JsonObject same = new JsonObject();
        same.addProperty(r.kind(), r.same());
        result.add("partialFingerprints", same);
        if (!r.flow().isEmpty()) {
            result.add("codeFlows", only("threadFlows", only("locations", r.flow())));
        }
        return result;
    }

    /** An array of one object that has one part. */
    private static JsonArray only(String name, JsonArray part) {
        JsonObject object = new JsonObject();
        object.add(name, part);
        JsonArray array = new JsonArray();
        array.add(object);
        return array;
    }

    private JsonObject location(Path where, int line) {
        Path file = where.toAbsolutePath().normalize();
        JsonObject artifact = new JsonObject();
        artifact.addProperty("uri", within(file) ? relative(file) : file.toUri().toString());
        JsonObject region = new JsonObject();
        region.addProperty("startLine", line);
        JsonObject physical = new JsonObject();
        physical.add("artifactLocation", artifact);
        physical.add("region", region);
        JsonObject location = new JsonObject();
        location.add("physicalLocation", physical);
        return location;
    }

    /** Percent-encoded, with forward slashes. */
    private String relative(Path file) {
        URI directory = URI.create(base.toUri().toString().replaceAll("/*$", "/"));
        return directory.relativize(file.toUri()).toString();
    }

    private static JsonObject text(String text) {
        JsonObject message = new JsonObject();
        message.addProperty("text", text);
        return message;
    }
}
