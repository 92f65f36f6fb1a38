package dev.moat.check.proof;

import dev.moat.check.ExitCode;
import dev.moat.input.InputException;
import dev.moat.logic.Invariant;
import dev.moat.output.Counted;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.ProofText;
import dev.moat.prove.Prover;
import dev.moat.prove.Theory;
import dev.moat.prove.infer.Inference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Lemmas that the machine found, and the properties that they prove. The printed file is read back, and the goals are
 * proved again like those of any other lemmas.
 *
 * @param theory all safety properties, with the lemmas that were found in place of its own
 * @param carried the goals of the properties that every step keeps together with the lemmas, and of the lemmas
 * @param others the goals of all properties together, where some are not carried; else none
 */
public record InferredProof(Theory theory, Inference.Found found, List<GoalAnswer> carried, List<GoalAnswer> others) {
    /** The name that the lemmas have. */
    public static final String ID = "inferred";

    /**
     * Looks for lemmas, and proves with them.
     *
     * @param progress told a line now and then
     * @throws InputException when the theory has no safety property; then as {@link Inference#of}
     */
    public static InferredProof of(Theory theory, Inference.Settings settings, Consumer<String> progress) {
        List<String> safety = theory.statements().stream()
                .filter(ProofStatement::safety)
                .map(ProofStatement::id)
                .toList();
        if (safety.isEmpty()) {
            throw InputException.withoutPlace(
                    theory.discipline().end().file(), "no safety property speaks of its relations only");
        }
        Inference.Found found = Inference.of(theory, settings, progress);
        String text = found.lemmas().text();
        List<Invariant> lemmas =
                text.isEmpty() ? List.of() : List.of(Invariant.read(ID + ".smt2", text, theory.vocabulary()));
        Theory whole = theory.with(safety, lemmas);
        whole.requireFragment();
        List<GoalAnswer> carried = proved(whole.only(found.carried()), settings.rlimit());
        List<GoalAnswer> others = found.missed().conjuncts().isEmpty() ? List.of() : proved(whole, settings.rlimit());
        return new InferredProof(whole, found, carried, others);
    }

    private static List<GoalAnswer> proved(Theory theory, int rlimit) {
        try (Prover prover = new Prover(theory, rlimit)) {
            return prover.prove(theory);
        }
    }

    /** Whether all properties are proved, one way or the other. */
    public boolean isProved() {
        List<GoalAnswer> asked = others.isEmpty() ? carried : others;
        return asked.stream().allMatch(a -> a.status() == GoalAnswer.Status.PROVED);
    }

    /** The most serious of what was found. */
    public ExitCode exit() {
        if (!disagreements().isEmpty()) {
            return ExitCode.DISAGREEMENT;
        } else if (found.broken() != null) {
            return ExitCode.VIOLATION;
        }
        return isProved() ? ExitCode.OK : ExitCode.LIMIT;
    }

    /** For people, all but the lemmas' file. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        found.figures().forEach(f -> lines.add("inference: " + f));
        lines.addAll(ProofText.statements(theory.only(found.carried()), carried));
        needs(lines);
        Inference.Broken broken = found.broken();
        if (broken != null) {
            lines.add("REACHABLE: " + String.join(", ", broken.conjuncts()) + " false after "
                    + Counted.of(broken.steps().size(), "step") + " from an initial state with " + broken.elements()
                    + (broken.elements() == 1 ? " element" : " elements") + " of each sort:");
            broken.steps().forEach(s -> lines.add("    " + s));
        }
        if (others.isEmpty()) {
            lines.addAll(ProofText.verdict(theory, carried, cti -> List.of()));
        } else {
            lines.add("NOT CARRIED " + String.join(", ", found.missed().conjuncts()) + ": " + why());
            lines.addAll(ProofText.verdict(theory, others, cti -> List.of()));
        }
        lines.addAll(disagreements());
        return lines;
    }

    private String why() {
        int undecided = found.missed().undecided();
        return undecided == 0
                ? "an initial state or a step breaks them, with all that was found of this shape and every step keeps"
                : "the solver gave up " + undecided + " questions (--rlimit), and what they asked about was not used";
    }

    private void needs(List<String> lines) {
        for (String id : found.carried()) {
            List<List<String>> serves = found.lemmas().serves();
            Set<Integer> needed = new TreeSet<>();
            for (int i = 0; i < serves.size(); i++) {
                if (serves.get(i).contains(id)) {
                    needed.add(i + 1);
                }
            }
            lines.add(id + " needs " + (needed.isEmpty() ? "no lemma" : ID + "." + needed));
        }
    }

    /** What the new proof says against the search or a run, or one solver's state against our own eyes. */
    private List<String> disagreements() {
        List<String> lines = new ArrayList<>();
        Inference.Broken broken = found.broken();
        if (broken != null && isProved()) {
            lines.add("DISAGREEMENT " + String.join(", ", broken.conjuncts()) + ": proved, and false after a run");
        }
        carried.stream()
                .filter(a -> a.status() == GoalAnswer.Status.FAILED)
                .forEach(a -> lines.add("DISAGREEMENT " + a.goal().id() + ": the search took it for proved"));
        for (GoalAnswer a : others) {
            if (a.cti() != null && a.cti().disagreement() != null) {
                lines.add("DISAGREEMENT " + a.goal().id() + ": " + a.cti().disagreement());
            }
        }
        return lines;
    }
}
