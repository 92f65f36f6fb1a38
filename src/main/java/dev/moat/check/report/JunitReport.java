package dev.moat.check.report;

import dev.moat.check.ExitCode;
import dev.moat.check.Verdict;
import dev.moat.check.proof.CodeMutants;
import dev.moat.check.proof.CodeMutants.Judged;
import dev.moat.check.proof.CodeProofs;
import dev.moat.check.proof.CodeResults;
import dev.moat.check.proof.Proof;
import dev.moat.logic.ResponseRule;
import dev.moat.output.Xml;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.PinProof;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.code.CodeGoal;
import dev.moat.prove.refine.CodeAudit;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Results as JUnit XML: no verdict is an error, anything else unexpected a failure. */
public final class JunitReport {
    private JunitReport() {}

    /**
     * One test case.
     *
     * @param error whether there was no verdict
     * @param exit OK when all is as expected
     * @param message what is not, in one line
     */
    private record Case(
            String className, String name, double seconds, boolean error, ExitCode exit, String message, String text) {}

    /**
     * Verdicts, one test case per scenario. The document, ending in a line feed.
     *
     * @param failed what ended the run before all scenarios were checked, or null; one test case more
     */
    public static String of(List<Verdict> verdicts, @Nullable Failed failed) {
        List<Case> cases = new ArrayList<>(verdicts.stream()
                .map(v -> new Case(
                        "moat." + v.scenario().machine().component(),
                        v.scenario().id(),
                        v.run().nanos() / 1e9,
                        v.kind() == Verdict.Kind.INCONCLUSIVE,
                        v.exit(),
                        String.join("; ", v.unmet()),
                        VerdictText.headline(v) + "\n" + String.join("\n", VerdictText.details(v))))
                .toList());
        if (failed != null) {
            Scenario s = failed.scenario();
            String className = s == null ? "moat" : "moat." + s.machine().component();
            String name = s == null ? "check" : s.id();
            cases.add(new Case(className, name, 0, true, failed.exit(), failed.message(), failed.message()));
        }
        return document("moat check", cases);
    }

    /** A proof, one test case per statement, conjunct that is said to fail, and proof about pins; the time is shared out by goals. */
    public static String of(Proof proof) {
        double each = proof.nanos() / 1e9 / Math.max(1, proof.answers().size());
        List<Case> cases = new ArrayList<>();
        for (ProofStatement s : proof.theory().statements()) {
            List<GoalAnswer> answers = proof.of(s);
            List<GoalAnswer> open = answers.stream()
                    .filter(a -> a.status() != GoalAnswer.Status.PROVED)
                    .toList();
            String goals = open.stream().map(a -> a.goal().id()).collect(Collectors.joining(", "));
            boolean unknown = open.stream().allMatch(a -> a.status() == GoalAnswer.Status.UNKNOWN);
            String text = s.says() + "\n" + answers.size() + " goals\n" + String.join("\n", proof.explained(s));
            cases.add(new Case(
                    "moat.proof",
                    s.id(),
                    each * answers.size(),
                    unknown,
                    open.isEmpty() ? ExitCode.OK : ExitCode.LIMIT,
                    "not proved: " + goals,
                    text));
        }
        proof.notKept().forEach((id, lines) -> {
            ExitCode exit = proof.shown(id);
            boolean unknown = exit == ExitCode.LIMIT;
            cases.add(new Case("moat.proof.notkept", id, 0, unknown, exit, lines.get(0), String.join("\n", lines)));
        });
        for (PinProof p : proof.pins()) {
            ExitCode exit = p.asExpected() ? ExitCode.OK : ExitCode.LIMIT;
            cases.add(new Case("moat.proof.pins", p.id(), 0, false, exit, p.detail(), p.says() + "\n" + p.detail()));
        }
        for (ResponseRule rule : proof.responses().rules()) {
            List<String> why = proof.responses().explained(rule);
            ExitCode exit = why.isEmpty() ? ExitCode.OK : ExitCode.LIMIT;
            boolean unknown =
                    proof.responses().open(rule).stream().allMatch(o -> o.status() == GoalAnswer.Status.UNKNOWN);
            String text = rule.says() + "\n" + String.join("\n", why);
            cases.add(new Case("moat.proof.responses", rule.id(), 0, unknown, exit, "not proved", text));
        }
        return document("moat prove", cases);
    }

    /** Proofs about code, one test case per proof and piece of code. */
    public static String of(CodeResults results) {
        CodeProofs proofs = results.proofs();
        List<Case> cases = new ArrayList<>();
        for (String proof : proofs.proofs().keySet()) {
            proofs.pieces(proof).forEach((piece, answers) -> {
                List<CodeGoal.Answer> open = CodeProofs.open(answers);
                double seconds =
                        answers.stream().mapToLong(CodeGoal.Answer::nanos).sum() / 1e9;
                String text = answers.size() + " goals\n"
                        + open.stream()
                                .flatMap(a -> proofs.explained(a).stream())
                                .collect(Collectors.joining("\n"));
                cases.add(new Case(
                        "moat.code." + proofs.component() + "." + proof,
                        piece,
                        seconds,
                        open.stream().allMatch(a -> a.status() == CodeGoal.Status.UNKNOWN),
                        proofs.exit(open),
                        "not proved: " + open.stream().map(a -> a.goal().says()).collect(Collectors.joining("; ")),
                        text));
            });
        }
        if (results.second() != null) {
            cases.add(second(results, results.second()));
        }
        if (results.audit() != null) {
            addAudit(results.audit(), "moat.code." + proofs.component() + "." + CodeResults.AUDIT, cases);
        }
        return document("moat prove --code", cases);
    }

    private static Case second(CodeResults results, CodeResults.Opinion second) {
        return new Case(
                "moat.code." + results.proofs().component(),
                CodeResults.SECOND_SOLVER,
                0,
                !second.disagrees(),
                results.exitOfSecond(),
                second.lines().get(second.lines().size() - 1),
                String.join("\n", second.lines()));
    }

    /** One case for each piece of code that has mutants, and one for what is explained and is not so. */
    private static void addAudit(CodeMutants audit, String className, List<Case> cases) {
        audit.pieces().forEach((piece, mutants) -> {
            List<Judged> open = mutants.stream().filter(Judged::isOpen).toList();
            String text = mutants.stream()
                    .map(m -> m.fate().key() + " " + m.id() + (m.isExplained() ? ": " + m.why() : ""))
                    .collect(Collectors.joining("\n"));
            cases.add(new Case(
                    className,
                    piece,
                    0,
                    open.stream().allMatch(m -> m.fate() == CodeAudit.Fate.UNKNOWN),
                    open.isEmpty() ? ExitCode.OK : ExitCode.EXPECTATION,
                    "not noticed: " + open.stream().map(Judged::id).collect(Collectors.joining(", ")),
                    text));
        });
        if (!audit.stale().isEmpty()) {
            String stale = String.join(", ", audit.stale());
            cases.add(new Case(
                    className, "explanations", 0, false, ExitCode.EXPECTATION, "noticed, or no mutants: " + stale, ""));
        }
    }

    private static String document(String suite, List<Case> cases) {
        long errors = cases.stream().filter(c -> bad(c) && c.error()).count();
        long failures = cases.stream().filter(JunitReport::bad).count() - errors;
        String totals = String.format(
                Locale.ROOT,
                " tests=\"%d\" failures=\"%d\" errors=\"%d\" time=\"%.3f\"",
                cases.size(),
                failures,
                errors,
                cases.stream().mapToDouble(Case::seconds).sum());
        StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        xml.append("<testsuites name=\"moat\"").append(totals).append(">\n");
        xml.append("  <testsuite name=\"").append(suite).append('"').append(totals);
        xml.append(" skipped=\"0\">\n");
        cases.forEach(c -> addCase(xml, c));
        return xml.append("  </testsuite>\n</testsuites>\n").toString();
    }

    private static boolean bad(Case c) {
        return c.exit() != ExitCode.OK;
    }

    private static void addCase(StringBuilder xml, Case c) {
        xml.append("    <testcase classname=\"")
                .append(Xml.escaped(c.className()))
                .append("\" name=\"")
                .append(Xml.escaped(c.name()))
                .append(String.format(Locale.ROOT, "\" time=\"%.3f\">\n", c.seconds()));
        if (bad(c)) {
            String attributes = " message=\"" + Xml.escaped(c.message()) + "\" type=\""
                    + c.exit().name().toLowerCase(Locale.ROOT) + "\"";
            add(xml, c.error() ? "error" : "failure", attributes, c.text());
        } else {
            add(xml, "system-out", "", c.text());
        }
        xml.append("    </testcase>\n");
    }

    private static void add(StringBuilder xml, String tag, String attributes, String text) {
        xml.append("      <")
                .append(tag)
                .append(attributes)
                .append('>')
                .append(Xml.escaped(text))
                .append("</")
                .append(tag)
                .append(">\n");
    }
}
