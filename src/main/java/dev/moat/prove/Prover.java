package dev.moat.prove;

import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import com.microsoft.z3.Z3Exception;
import dev.moat.input.InputException;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.ground.FiniteState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers goals with Z3, one after the other, on the calling thread. */
public final class Prover implements AutoCloseable {
    /** A goal of the discipline costs less than a hundredth of this. */
    public static final int RLIMIT = 20_000_000;

    private final Z3Session z3;

    /**
     * @param rlimit what one question may cost, in Z3's units; the same on every machine
     * @throws SolverException when the native library cannot be loaded
     */
    public Prover(Theory theory, int rlimit) {
        z3 = new Z3Session(theory.vocabulary(), rlimit);
    }

    /**
     * All goals of a theory, with a counterexample for the first goal of each statement that fails. Where the solver gives up whether any
     * state is initial, no goal about initial states counts as proved: it may be of nothing.
     *
     * @throws InputException at what is so initially, when no state is initial: everything would be proved of nothing
     * @throws SolverException when the solver dies
     */
    public List<GoalAnswer> prove(Theory theory) {
        Status starts = satisfiable(List.of(), theory.initially(), List.of());
        if (starts == Status.UNSATISFIABLE) {
            throw theory.initially()
                    .place()
                    .error("no state is initial, so that everything would be proved of nothing");
        }
        List<GoalAnswer> answers = answers(theory);
        if (starts == Status.UNKNOWN) {
            answers.replaceAll(Prover::ofPerhapsNothing);
        }
        Set<String> shown = new HashSet<>();
        answers.replaceAll(a -> a.status() == GoalAnswer.Status.FAILED
                        && shown.add(a.goal().statement().id())
                ? withCti(theory, a)
                : a);
        return answers;
    }

    private static GoalAnswer ofPerhapsNothing(GoalAnswer a) {
        return a.goal().action() == null && a.status() == GoalAnswer.Status.PROVED
                ? new GoalAnswer(
                        a.goal(), GoalAnswer.Status.UNKNOWN, null, "whether any state is initial was not found out")
                : a;
    }

    /**
     * The same without counterexamples, which take longer than the goals.
     *
     * @throws SolverException when the solver dies
     */
    public List<GoalAnswer> answers(Theory theory) {
        Map<String, List<Goal>> byAction = new LinkedHashMap<>();
        for (Goal goal : theory.goals()) {
            byAction.computeIfAbsent(goal.after(), a -> new ArrayList<>()).add(goal);
        }
        List<GoalAnswer> answers = new ArrayList<>();
        byAction.values().forEach(batch -> answers.addAll(ask(batch, false)));
        return answers;
    }

    /** An answer that a goal fails, with a counterexample. */
    GoalAnswer withCti(Theory theory, GoalAnswer failed) {
        try {
            Cti cti = new CtiFinder(z3, theory).find(failed.goal());
            String reason = cti == null ? "the solver gave up while looking for a small counterexample" : "";
            return new GoalAnswer(failed.goal(), failed.status(), cti, reason);
        } catch (Z3Exception e) {
            throw SolverException.died(e);
        }
    }

    /**
     * Formulas that are to be refuted together.
     *
     * @param parts without macros, whose free variables are the constants
     */
    public record Claim(List<Term> parts, List<Var> constants) {
        public Claim {
            parts = List.copyOf(parts);
            constants = List.copyOf(constants);
        }
    }

    /**
     * A state, and elements of it for some constants.
     *
     * @param values in the order of the constants
     */
    public record Found(FiniteState state, List<Integer> values) {
        public Found {
            values = List.copyOf(values);
        }
    }

    /**
     * What becomes of claims, of which all statements of a theory are assumed.
     *
     * @throws SolverException when the solver dies
     */
    public List<GoalAnswer.Status> refute(Theory theory, List<Claim> claims) {
        try {
            Solver solver = z3.refuter();
            theory.assumed().forEach(t -> Z3Session.add(solver, z3.parse(t, List.of())));
            List<GoalAnswer.Status> all = new ArrayList<>();
            for (Claim claim : claims) {
                solver.push();
                claim.parts().forEach(t -> Z3Session.add(solver, z3.parse(t, claim.constants())));
                all.add(
                        switch (Z3Session.check(solver)) {
                            case UNSATISFIABLE -> GoalAnswer.Status.PROVED;
                            case SATISFIABLE -> GoalAnswer.Status.FAILED;
                            case UNKNOWN -> GoalAnswer.Status.UNKNOWN;
                        });
                solver.pop();
            }
            return all;
        } catch (Z3Exception e) {
            throw SolverException.died(e);
        }
    }

    /**
     * A small state in which all statements and a claim are true; empty where the solver finds none, or gives up.
     *
     * @throws SolverException when the solver dies
     */
    public Optional<Found> state(Theory theory, Claim claim) {
        try {
            return Optional.ofNullable(
                    new CtiFinder(z3, theory).find(theory.assumed(), claim.parts(), claim.constants()));
        } catch (Z3Exception e) {
            throw SolverException.died(e);
        }
    }

    /**
     * The first goal that is not proved, or null; the goals share their assumptions.
     *
     * @throws SolverException when the solver dies
     */
    public @Nullable GoalAnswer firstOpen(List<Goal> goals) {
        List<GoalAnswer> answers = ask(goals, true);
        GoalAnswer last = answers.isEmpty() ? null : answers.get(answers.size() - 1);
        return last == null || last.status() == GoalAnswer.Status.PROVED ? null : last;
    }

    /** Whether a state satisfies all of this; the last formula may have free variables. */
    Status satisfiable(List<Term> closed, Term last, List<Var> constants) {
        try {
            Solver solver = z3.solver();
            closed.forEach(t -> Z3Session.add(solver, z3.parse(t, List.of())));
            Z3Session.add(solver, z3.parse(last, constants));
            return Z3Session.check(solver);
        } catch (Z3Exception e) {
            throw SolverException.died(e);
        }
    }

    private List<GoalAnswer> ask(List<Goal> goals, boolean stopWhenOpen) {
        List<GoalAnswer> answers = new ArrayList<>();
        try {
            Solver solver = z3.refuter();
            for (int i = 0; i < goals.size(); i++) {
                Goal goal = goals.get(i);
                if (i == 0) {
                    assume(solver, goal);
                }
                solver.push();
                Z3Session.add(solver, z3.parse(goal.denial(), goal.constants()));
                GoalAnswer answer = answer(goal, Z3Session.check(solver), solver);
                solver.pop();
                answers.add(answer);
                if (stopWhenOpen && answer.status() != GoalAnswer.Status.PROVED) {
                    break;
                }
            }
        } catch (Z3Exception e) {
            throw SolverException.died(e);
        }
        return answers;
    }

    private void assume(Solver solver, Goal goal) {
        for (int i = 0; i < goal.assumptions().size(); i++) {
            Z3Session.add(solver, z3.parse(goal.assumptions().get(i), goal.constantsOf(i)));
        }
    }

    private static GoalAnswer answer(Goal goal, Status status, Solver solver) {
        return switch (status) {
            case UNSATISFIABLE -> new GoalAnswer(goal, GoalAnswer.Status.PROVED, null, "");
            case SATISFIABLE -> new GoalAnswer(goal, GoalAnswer.Status.FAILED, null, "");
            case UNKNOWN -> new GoalAnswer(goal, GoalAnswer.Status.UNKNOWN, null, solver.getReasonUnknown());
        };
    }

    /**
     * The actions that no state allows in which all statements hold: all is proved of them, and of nothing.
     *
     * @throws SolverException when the solver dies
     */
    public List<AbstractAction> impossible(Theory theory) {
        return theory.discipline().actions().stream()
                .filter(action -> possible(theory, action) == Status.UNSATISFIABLE)
                .toList();
    }

    /** Whether a state allows an action in which all statements hold. */
    Status possible(Theory theory, AbstractAction action) {
        Term guard = new Term.And(action.guard().place(), guards(action));
        return satisfiable(theory.assumed(), guard, action.parameters());
    }

    /** The formulas of a guard that all have to hold, without macros. */
    static List<Term> guards(AbstractAction action) {
        return Rewriting.conjuncts(Rewriting.plain(action.guard()));
    }

    @Override
    public void close() {
        z3.close();
    }
}
