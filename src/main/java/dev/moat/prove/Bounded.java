package dev.moat.prove;

import com.microsoft.z3.BoolExpr;
import com.microsoft.z3.Context;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import com.microsoft.z3.Z3Exception;
import dev.moat.discipline.Instance;
import dev.moat.logic.Term;
import dev.moat.logic.ground.Ground;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Questions about finitely many steps of an instance of the discipline, put to Z3 as propositional formulas. */
public final class Bounded {
    private final Instance instance;
    private final List<Ground> good = new ArrayList<>();
    private final int rlimit;

    /**
     * What came of a question.
     *
     * @param kind whether a run was found, none exists, or the solver gave up
     * @param depth steps of the run, or up to which there is none, or at which the solver gave up
     * @param run to a state in which a statement is false, for {@link Kind#FOUND}
     * @param disagreement what the run shows against the solver when Moat's own code takes its steps, or null
     */
    public record Outcome(
            Kind kind,
            int depth,
            @Nullable Run run,
            @Nullable String disagreement) {}

    /** The answers. */
    public enum Kind {
        FOUND,
        NONE,
        UNKNOWN
    }

    /**
     * @param statements what no run may make false
     * @param rlimit what one question may cost, in Z3's units
     */
    public Bounded(Instance instance, List<ProofStatement> statements, int rlimit) {
        this.instance = instance;
        this.rlimit = rlimit;
        for (ProofStatement s : statements) {
            for (Term conjunct : s.conjuncts()) {
                good.add(instance.ground(conjunct));
            }
        }
    }

    /**
     * The shortest run from the initial state to a violation: bounded model checking.
     *
     * @param depth the most steps
     * @throws SolverException when the solver dies
     */
    public Outcome shortest(int depth) {
        return asked(context -> {
            Unrolling unrolling = new Unrolling(context, instance);
            Solver solver = solver(context);
            unrolling.startsAs(instance.initial()).forEach(f -> Z3Session.add(solver, f));
            for (int t = 0; ; t++) {
                Status status = Z3Session.check(solver, bad(context, solver, unrolling, t));
                if (status != Status.UNSATISFIABLE || t == depth) {
                    return outcome(status, t, unrolling, solver);
                }
                unrolling.step().forEach(f -> Z3Session.add(solver, f));
            }
        });
    }

    /**
     * Whether k steps through states in which all holds lead to one in which something does not, from whatever state of
     * this instance: the step of k-induction. Its base is {@link #shortest} with k - 1 steps.
     *
     * @param k at least 1
     * @throws SolverException when the solver dies
     */
    public Outcome induction(int k) {
        return asked(context -> {
            Unrolling unrolling = new Unrolling(context, instance);
            Solver solver = solver(context);
            for (int t = 0; t < k; t++) {
                for (Ground g : good) {
                    Z3Session.add(solver, unrolling.at(t, g));
                }
                unrolling.step().forEach(f -> Z3Session.add(solver, f));
            }
            return outcome(Z3Session.check(solver, bad(context, solver, unrolling, k)), k, unrolling, solver);
        });
    }

    /** A question for a solver. */
    private interface Question {
        Outcome ask(Context context);
    }

    private static Outcome asked(Question question) {
        SolverLibrary.version();
        try (Context context = new Context()) {
            return question.ask(context);
        } catch (Z3Exception e) {
            throw SolverException.died(e);
        }
    }

    private Solver solver(Context context) {
        return Z3Session.limited(context, context.mkSolver("QF_FD"), rlimit);
    }

    /** A name for: something is false in state t. The propositional solver takes assumptions by name only. */
    private BoolExpr bad(Context context, Solver solver, Unrolling unrolling, int t) {
        BoolExpr[] all = good.stream().map(g -> unrolling.at(t, g)).toArray(BoolExpr[]::new);
        BoolExpr bad = context.mkBoolConst("bad@" + t);
        Z3Session.add(solver, context.mkEq(bad, context.mkNot(context.mkAnd(all))));
        return bad;
    }

    private Outcome outcome(Status status, int depth, Unrolling unrolling, Solver solver) {
        return switch (status) {
            case UNSATISFIABLE -> new Outcome(Kind.NONE, depth, null, null);
            case UNKNOWN -> new Outcome(Kind.UNKNOWN, depth, null, null);
            case SATISFIABLE -> {
                Run run = unrolling.run(solver.getModel());
                yield new Outcome(Kind.FOUND, depth, run, disagreement(run));
            }
        };
    }

    /** What is wrong with a run in our own eyes, or null. */
    private @Nullable String disagreement(Run run) {
        try {
            List<long[]> states = run.states();
            long[] last = states.get(states.size() - 1);
            return good.stream().allMatch(g -> g.holds(last))
                    ? "the solver's run ends in a state that violates nothing"
                    : null;
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }
}
