package dev.moat.prove.code;

import com.microsoft.z3.Solver;
import dev.moat.prove.code.CodeGoal.Answer;
import dev.moat.prove.code.CodeGoal.Status;
import dev.moat.prove.code.Piece.Kind;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.Obligation;
import dev.moat.prove.lift.RefusedException;
import dev.moat.prove.lift.TermExpr;
import dev.moat.prove.lift.TermExpr.Op;
import dev.moat.prove.lift.Z3Terms;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Proves that the code of a machine meets no exception and no index out of range in any well-formed state, and leads
 * to well-formed states. The proof is by induction, so it holds for every state that the machine can reach.
 */
final class CodeProof implements AutoCloseable {
    private final LiftedMachine lifted;
    private final Exprs exprs;
    private final WellFormed wellFormed;
    private final Transitions transitions;
    private final List<TermExpr> words;
    private final TermExpr assumed;
    private final Z3Terms solver;
    private final Solver assuming;
    private final List<CodeGoal> goals = new ArrayList<>();
    private @Nullable Solver knowing;

    /** @param rlimit what one question may cost, in Z3's units */
    public CodeProof(LiftedMachine lifted, int rlimit) {
        this.lifted = lifted;
        exprs = lifted.exprs();
        words = lifted.words();
        wellFormed = new WellFormed(lifted);
        transitions = new Transitions(lifted);
        assumed = all(wellFormed.of(words));
        solver = new Z3Terms(exprs, rlimit);
        assuming = solver.solver(assumed);
        lifted.pieces().forEach(this::about);
        try {
            aboutNormalising();
        } catch (RefusedException e) {
            lifted.refused().put("normalise", String.valueOf(e.getMessage()));
        }
        aboutTheBeginning();
    }

    private TermExpr all(Map<String, TermExpr> conditions) {
        return conditions.values().stream().reduce(exprs.yes, exprs::and);
    }

    /** What is to be proved, in the order of the pieces. */
    public List<CodeGoal> goals() {
        return goals;
    }

    private void about(Piece piece) {
        TermExpr before = transitions.begins(piece);
        Lifted does = piece.does();
        for (Obligation o : does.obligations()) {
            add(piece.name(), o.place() + ": not " + o.what(), exprs.and(before, o.when()));
        }
        TermExpr ends = transitions.ends(piece);
        TermExpr refused = transitions.refused(piece);
        if (piece.kind() != Kind.START) {
            add(
                    piece.name(),
                    "changes nothing when it is not enabled",
                    exprs.and(ends, exprs.and(refused, differs(piece))));
        }
        if (piece.kind() == Kind.STEP) {
            TermExpr known = exprs.not(exprs.ult(exprs.binary(Op.ADD, does.answer(), exprs.ofInt(1)), exprs.ofInt(5)));
            add(piece.name(), "has an outcome that there is", exprs.and(ends, known));
        }
        leads(piece.name(), transitions.takes(piece), transitions.reached(piece));
    }

    private TermExpr differs(Piece piece) {
        TermExpr same = exprs.yes;
        for (int i = 0; i < words.size(); i++) {
            same = exprs.and(same, exprs.eq(words.get(i), piece.after().get(i)));
        }
        return exprs.not(same);
    }

    /** Every condition holds of the words afterwards. */
    private void leads(String piece, TermExpr takes, List<TermExpr> after) {
        wellFormed
                .of(after)
                .forEach((name, holds) -> add(piece, name + " stays well-formed", exprs.and(takes, exprs.not(holds))));
    }

    private void add(String piece, String says, TermExpr never) {
        goals.add(new CodeGoal(piece, says, never));
    }

    /** To normalise meets no exception, keeps states well-formed, and does nothing the second time. */
    private void aboutNormalising() {
        Lifted once = lifted.normalised(words);
        for (Obligation o : once.obligations()) {
            add("normalise", o.place() + ": not " + o.what(), o.when());
        }
        List<TermExpr> after = once.states().get(0);
        leads("normalise", exprs.yes, after);
        Lifted twice = lifted.normalised(after);
        add("normalise", "does nothing the second time", exprs.not(exprs.eq(twice.answer(), exprs.ofInt(0))));
    }

    private void aboutTheBeginning() {
        long[] initial = lifted.machine().initial();
        List<TermExpr> constants = new ArrayList<>();
        for (long word : initial) {
            constants.add(exprs.ofLong(word));
        }
        leads(CodeGoal.INITIALLY, exprs.yes, constants);
    }

    /** What is assumed of the state before. */
    TermExpr assumed() {
        return assumed;
    }

    /** From now on {@link #askAgain} assumes this. */
    void assume(ProvedFacts known) {
        knowing = solver.solver(known.known().toArray(new TermExpr[0]));
    }

    /** Asks once more about a goal, of states of which more is assumed. */
    Answer askAgain(Answer first) {
        Solver more = knowing;
        if (more == null || first.goal().isOfTheBeginning()) {
            return first;
        }
        Answer again = ask(first.goal(), more);
        return new Answer(again.goal(), again.status(), again.state(), first.nanos() + again.nanos());
    }

    /** Asks about one goal, of all well-formed states. */
    public Answer ask(CodeGoal goal) {
        return ask(goal, goal.isOfTheBeginning() ? solver.solver() : assuming);
    }

    private Answer ask(CodeGoal goal, Solver under) {
        long start = System.nanoTime();
        if (goal.never().isFalse()) {
            return new Answer(goal, Status.PROVED, null, System.nanoTime() - start);
        }
        return switch (solver.ask(under, goal.never())) {
            case UNSATISFIABLE -> new Answer(goal, Status.PROVED, null, System.nanoTime() - start);
            case UNKNOWN -> new Answer(goal, Status.UNKNOWN, null, System.nanoTime() - start);
            case SATISFIABLE -> new Answer(goal, Status.FAILED, state(), System.nanoTime() - start);
        };
    }

    private long[] state() {
        Map<TermExpr, Long> values = solver.counterexample();
        return words.stream().mapToLong(w -> values.getOrDefault(w, 0L)).toArray();
    }

    @Override
    public void close() {
        solver.close();
    }
}
