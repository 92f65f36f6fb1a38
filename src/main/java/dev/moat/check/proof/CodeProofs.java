package dev.moat.check.proof;

import dev.moat.check.ExitCode;
import dev.moat.machine.Machine;
import dev.moat.prove.Theory;
import dev.moat.prove.code.Asked;
import dev.moat.prove.code.CodeGoal.Answer;
import dev.moat.prove.code.CodeGoal.Status;
import dev.moat.prove.code.CodeReport;
import dev.moat.prove.code.Questions;
import dev.moat.prove.refine.KeptLines;
import dev.moat.prove.refine.RefinementReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code moat prove --code}: proofs about a machine's class files, not about the discipline.
 *
 * @param component whose code
 * @param proofs by name: {@link #WELL_FORMED}, {@link #REFINEMENT}
 * @param nanos the time of all, with lifting
 */
public record CodeProofs(String component, Machine machine, Map<String, Asked> proofs, ExitCode exit, long nanos) {
    /** No exception, no index out of range, every value in its sort. */
    public static final String WELL_FORMED = "well-formed";

    /** Every step is what it claims to be. */
    public static final String REFINEMENT = "refinement";

    /**
     * Proves and prints.
     *
     * @param refined what the code is to refine, or null where that is not asked
     * @param rlimit what one question may cost, in Z3's units
     * @param print is given what one of the proofs says, as soon as it is known
     */
    public static CodeProofs of(
            String component, Machine machine, @Nullable Theory refined, int rlimit, Consumer<List<String>> print) {
        long start = System.nanoTime();
        Map<String, Asked> proofs = new LinkedHashMap<>();
        CodeReport report =
                CodeReport.of(machine, rlimit, lifted -> new KeptLines(lifted, List.of(machine.initial()), rlimit));
        print.accept(report.lines());
        proofs.put(WELL_FORMED, report.asked());
        RefinementReport refinement = refined == null ? null : RefinementReport.of(machine, refined, rlimit);
        if (refinement != null) {
            print.accept(refinement.lines());
            proofs.put(REFINEMENT, refinement.asked());
        }
        ExitCode exit = exit(report, refinement);
        return new CodeProofs(component, machine, proofs, exit, System.nanoTime() - start);
    }

    /** The most serious of what was found. */
    static ExitCode exit(CodeReport report, @Nullable RefinementReport refinement) {
        List<ExitCode> codes = new ArrayList<>();
        codes.add(report.proved() ? ExitCode.OK : ExitCode.LIMIT);
        if (refinement != null) {
            codes.add(refinement.proved() ? ExitCode.OK : ExitCode.LIMIT);
            codes.add(refinement.reached() ? ExitCode.VIOLATION : ExitCode.OK);
            codes.add(refinement.disagrees() ? ExitCode.DISAGREEMENT : ExitCode.OK);
        }
        return ExitCode.worst(codes);
    }

    /** To all goals of a proof; none where it was not asked for. */
    public List<Answer> answers(String proof) {
        Asked asked = proofs.get(proof);
        return asked == null ? List.of() : asked.answers();
    }

    /** What was asked for all answers, which others can be asked. */
    public List<Questions> questions() {
        return proofs.values().stream().flatMap(p -> p.questions().stream()).toList();
    }

    /** The answers of a proof by the piece of code that they are about. */
    public Map<String, List<Answer>> pieces(String proof) {
        Map<String, List<Answer>> pieces = new LinkedHashMap<>();
        answers(proof)
                .forEach(a -> pieces.computeIfAbsent(a.goal().piece(), p -> new ArrayList<>())
                        .add(a));
        return pieces;
    }

    /** Of which pieces not everything is proved. */
    public Set<String> openPieces() {
        return proofs.keySet().stream()
                .flatMap(proof -> open(answers(proof)).stream())
                .map(a -> a.goal().piece())
                .collect(Collectors.toSet());
    }

    /** Those of some answers that are no proof. */
    public static List<Answer> open(List<Answer> answers) {
        return answers.stream().filter(a -> a.status() != Status.PROVED).toList();
    }

    /** What became of a goal that is not proved, with a state in which it fails. */
    public List<String> explained(Answer open) {
        List<String> lines = new ArrayList<>();
        lines.add(open.status().name().toLowerCase(Locale.ROOT) + ": "
                + open.goal().piece() + ": " + open.goal().says());
        long[] state = open.state();
        if (state != null) {
            lines.add("for example where there are " + CodeReport.told(machine.schema(), state));
        }
        return lines;
    }
}
