package dev.moat.check.proof;

import dev.moat.bits.Layout;
import dev.moat.check.ExitCode;
import dev.moat.machine.Machine;
import dev.moat.prove.Theory;
import dev.moat.prove.code.CodeAnswer;
import dev.moat.prove.code.CodeAnswer.Text;
import dev.moat.prove.code.CodeGoal.Answer;
import dev.moat.prove.code.CodeGoal.Status;
import dev.moat.prove.code.CodeQuestions;
import dev.moat.prove.code.CodeReport;
import dev.moat.prove.code.LayoutProof;
import dev.moat.prove.code.Layouts;
import dev.moat.prove.code.Specification;
import dev.moat.prove.refine.KeptLines;
import dev.moat.prove.refine.RefinementReport;
import java.io.IOException;
import java.nio.file.Path;
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
 * @param machine that was built of it; null where the code needs none
 * @param proofs by name: {@link #WELL_FORMED}, {@link #REFINEMENT}, {@link #LAYOUTS}
 * @param nanos the time of all, with lifting
 */
public record CodeProofs(
        String component, @Nullable Machine machine, Map<String, CodeAnswer> proofs, ExitCode exit, long nanos) {
    /** No exception, no index out of range, every value in its sort. */
    public static final String WELL_FORMED = "well-formed";

    /** Every step is what it claims to be. */
    public static final String REFINEMENT = "refinement";

    /** Entries, descriptors and walks are what the specification says. */
    public static final String LAYOUTS = "layouts";

    /**
     * Proves layouts and prints.
     *
     * @param component {@link #LAYOUTS}, or this, a slash and a family
     * @param specs where the specification is
     * @param rlimit what one question may cost, in Z3's units
     * @throws dev.moat.model.BadSettingException when there is no such family
     * @throws IOException when the specification cannot be read
     */
    public static CodeProofs ofLayouts(String component, Path specs, int rlimit, Consumer<List<String>> print)
            throws IOException {
        long start = System.nanoTime();
        List<Answer> answers = new ArrayList<>();
        Map<String, Text> texts = new LinkedHashMap<>();
        Map<Answer, String> examples = new LinkedHashMap<>();
        String family = component.equals(LAYOUTS) ? null : component.substring(LAYOUTS.length() + 1);
        for (Layout each : Layouts.of(family)) {
            LayoutProof proof = LayoutProof.of(each, Specification.of(each, specs), rlimit);
            print.accept(proof.lines());
            answers.addAll(proof.answers());
            texts.putAll(proof.texts());
            examples.putAll(proof.examples());
        }
        Map<String, CodeAnswer> proofs = Map.of(LAYOUTS, new CodeAnswer(answers, List.of(), texts, examples));
        return new CodeProofs(component, null, proofs, exit(open(answers), true), System.nanoTime() - start);
    }

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
        Map<String, CodeAnswer> proofs = new LinkedHashMap<>();
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

    /** Of layouts a goal that fails is a defect: it is about all numbers, and has some that show it. Of machines its state may be unreachable. */
    private static ExitCode exit(List<Answer> open, boolean ofLayouts) {
        if (open.isEmpty()) {
            return ExitCode.OK;
        }
        boolean refuted = ofLayouts && open.stream().anyMatch(a -> a.status() == Status.FAILED);
        return refuted ? ExitCode.VIOLATION : ExitCode.LIMIT;
    }

    /** What comes of answers that are no proof. */
    public ExitCode exit(List<Answer> open) {
        return exit(open, machine == null);
    }

    /** To all goals of a proof; none where it was not asked for. */
    public List<Answer> answers(String proof) {
        CodeAnswer asked = proofs.get(proof);
        return asked == null ? List.of() : asked.answers();
    }

    /** What was asked for all answers, which others can be asked. */
    public List<CodeQuestions> questions() {
        return proofs.values().stream().flatMap(p -> p.questions().stream()).toList();
    }

    /** The same as texts, where it was asked so. */
    public Map<String, Text> texts() {
        Map<String, Text> texts = new LinkedHashMap<>();
        proofs.values().forEach(p -> texts.putAll(p.texts()));
        return texts;
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
        if (state != null && machine != null) {
            lines.add("for example where there are " + CodeReport.told(machine.schema(), state));
        }
        proofs.values().stream()
                .filter(p -> p.examples().containsKey(open))
                .forEach(p -> lines.add("for example with " + p.examples().get(open)));
        return lines;
    }
}
