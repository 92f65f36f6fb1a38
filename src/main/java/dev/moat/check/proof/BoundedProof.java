package dev.moat.check.proof;

import dev.moat.check.ExitCode;
import dev.moat.discipline.Instance;
import dev.moat.discipline.InstanceBounds;
import dev.moat.output.Counted;
import dev.moat.prove.Bounded;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.Run;
import dev.moat.prove.Theory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A solver's answer about runs of one instance of the discipline.
 *
 * @param lines for a person
 * @param exit {@link ExitCode#VIOLATION} for a run from the initial state to a violation, {@link ExitCode#LIMIT} when
 *     the solver gave up, {@link ExitCode#DISAGREEMENT} when Moat's own code cannot take the solver's steps
 */
public record BoundedProof(List<String> lines, ExitCode exit) {
    public BoundedProof {
        lines = List.copyOf(lines);
    }

    /**
     * What is asked of one instance.
     *
     * @param depth how far runs are looked for; null for not at all
     * @param k how far k-induction goes; null for not at all
     */
    public static List<BoundedProof> of(
            Theory theory, InstanceBounds bounds, @Nullable Integer depth, @Nullable Integer k, int rlimit) {
        List<BoundedProof> found = new ArrayList<>();
        if (depth != null || k != null) {
            Instance instance = new Instance(theory.discipline(), bounds);
            if (depth != null) {
                found.add(shortest(theory, instance, depth, rlimit));
            }
            if (k != null) {
                found.addAll(induction(theory, instance, k, rlimit));
            }
        }
        return found;
    }

    /** Bounded model checking: the shortest run, of at most so many steps, that breaks a safety property. */
    public static BoundedProof shortest(Theory theory, Instance instance, int depth, int rlimit) {
        Bounded.Outcome found = new Bounded(instance, safety(theory), rlimit).shortest(depth);
        String where = " (" + instance.bounds() + ")";
        return switch (found.kind()) {
            case NONE ->
                new BoundedProof(
                        List.of("bmc: every safety property holds for " + Counted.of(depth, "step") + where),
                        ExitCode.OK);
            case UNKNOWN -> gaveUp("bmc", found);
            case FOUND -> {
                List<String> lines = new ArrayList<>();
                lines.add("bmc: VIOLATED " + broken(theory, instance, found) + " after "
                        + Counted.of(found.depth(), "step") + where);
                addRun(lines, found);
                yield new BoundedProof(
                        lines, found.disagreement() == null ? ExitCode.VIOLATION : ExitCode.DISAGREEMENT);
            }
        };
    }

    /**
     * k-induction, for each k up to the one given: first of the safety properties alone, then together with the lemmas. That
     * the properties alone are not inductive is no failure: it says what the lemmas are for.
     */
    public static List<BoundedProof> induction(Theory theory, Instance instance, int k, int rlimit) {
        return List.of(
                induction("the safety properties alone", safety(theory), instance, k, rlimit),
                induction("safety properties and lemmas", theory.statements(), instance, k, rlimit));
    }

    private static BoundedProof induction(
            String what, List<ProofStatement> statements, Instance instance, int most, int rlimit) {
        Bounded bounded = new Bounded(instance, statements, rlimit);
        for (int k = 1; ; k++) {
            Bounded.Outcome base = bounded.shortest(k - 1);
            if (base.kind() == Bounded.Kind.FOUND) {
                return withRun(what + " are false after " + Counted.of(base.depth(), "step"), base, ExitCode.VIOLATION);
            }
            Bounded.Outcome step = bounded.induction(k);
            if (base.kind() == Bounded.Kind.UNKNOWN || step.kind() == Bounded.Kind.UNKNOWN) {
                return gaveUp("k-induction of " + what, base.kind() == Bounded.Kind.UNKNOWN ? base : step);
            } else if (step.kind() == Bounded.Kind.NONE) {
                String line = "k-induction: " + what + " are proved for these bounds with k = " + k;
                return new BoundedProof(List.of(line), ExitCode.OK);
            } else if (k == most) {
                String line =
                        what + " are not inductive with k up to " + most + "; from a state that need not be reachable:";
                return withRun(line, step, ExitCode.OK);
            }
        }
    }

    private static BoundedProof withRun(String line, Bounded.Outcome found, ExitCode exit) {
        List<String> lines = new ArrayList<>(List.of("k-induction: " + line));
        addRun(lines, found);
        return new BoundedProof(lines, found.disagreement() == null ? exit : ExitCode.DISAGREEMENT);
    }

    private static List<ProofStatement> safety(Theory theory) {
        return theory.statements().stream().filter(ProofStatement::safety).toList();
    }

    private static BoundedProof gaveUp(String what, Bounded.Outcome at) {
        return new BoundedProof(
                List.of(what + ": UNKNOWN, the solver gave up at " + Counted.of(at.depth(), "step")), ExitCode.LIMIT);
    }

    private static void addRun(List<String> lines, Bounded.Outcome found) {
        Run run = found.run();
        if (found.disagreement() != null) {
            lines.add("DISAGREEMENT " + found.disagreement());
        } else if (run != null) {
            run.lines().forEach(line -> lines.add("  " + line));
        }
    }

    /** The statements that are false at the end of a run. */
    private static String broken(Theory theory, Instance instance, Bounded.Outcome found) {
        Run run = found.run();
        if (run == null || found.disagreement() != null) {
            return "a property";
        }
        List<long[]> states = run.states();
        long[] last = states.get(states.size() - 1);
        List<String> ids = safety(theory).stream()
                .filter(s ->
                        s.conjuncts().stream().anyMatch(c -> !instance.ground(c).holds(last)))
                .map(ProofStatement::id)
                .toList();
        return String.join(", ", ids);
    }
}
