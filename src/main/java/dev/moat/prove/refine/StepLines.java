package dev.moat.prove.refine;

import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.prove.code.Piece;
import dev.moat.prove.code.Transitions;
import dev.moat.prove.code.WellFormed;
import dev.moat.prove.lift.Evaluation;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.TermExpr;
import dev.moat.prove.lift.Z3Terms;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lines that are found and proved: the values that a local of a CPU can have at each step. They begin with the values
 * of explored states, and each counterexample to their induction widens them. If there is none left, they hold in
 * every reached state, however many steps it takes.
 */
final class StepLines {
    /** Wider locals name too many things to be told by the step. */
    private static final int MOST_BITS = 4;

    private final LiftedMachine lifted;
    private final Exprs exprs;
    private final WellFormed slots;
    private final @Nullable Slots pc;
    /** By local and step, a bit for each value that it may have. */
    private final Map<Slots, long[]> values = new LinkedHashMap<>();

    private final List<Move> moves;
    private boolean proved;

    /**
     * A way from one state to another: a piece of code, or normalising.
     *
     * @param takes in which states, and with which arguments
     * @param reached the words afterwards
     */
    record Move(String name, TermExpr takes, List<TermExpr> reached) {
        /** All that a machine has. */
        static List<Move> of(LiftedMachine lifted) {
            Transitions transitions = new Transitions(lifted);
            List<Move> all = new ArrayList<>();
            for (Piece piece : lifted.pieces()) {
                all.add(new Move(piece.name(), transitions.takes(piece), transitions.reached(piece)));
            }
            List<TermExpr> normalised =
                    lifted.normalised(lifted.words()).states().get(0);
            all.add(new Move(Refinement.NORMALISE, lifted.exprs().yes, normalised));
            return List.copyOf(all);
        }
    }

    /**
     * @param moves all that the machine has
     * @param explored states that are reached; where there are none, or no steps, nothing is found
     * @param known what else holds of the state before, proved together with these lines
     * @param rlimit what one question may cost
     */
    StepLines(LiftedMachine lifted, List<Move> moves, List<long[]> explored, List<TermExpr> known, int rlimit) {
        this.lifted = lifted;
        exprs = lifted.exprs();
        this.moves = moves;
        slots = new WellFormed(lifted);
        pc = lifted.machine().model().pc();
        if (pc == null || explored.isEmpty()) {
            return;
        }
        for (Slots f : lifted.machine().schema().families()) {
            boolean local = !f.equals(pc) && f.size() == pc.size() && f.index().equals(pc.index());
            if (local && f.width() > 0 && f.width() <= MOST_BITS) {
                values.put(f, new long[lifted.machine().steps() + 1]);
            }
        }
        explored.forEach(this::allow);
        try (Z3Terms terms = new Z3Terms(exprs, rlimit)) {
            proved = settle(terms, known);
        }
    }

    /** Widens what is found so that it holds in a state; whether it did not. */
    private boolean allow(long[] s) {
        boolean widened = false;
        Slots counter = pc;
        for (int cpu = 0; counter != null && cpu < counter.size(); cpu++) {
            int at = (int) counter.get(s, cpu);
            for (var f : values.entrySet()) {
                long more = f.getValue()[at] | 1L << f.getKey().get(s, cpu);
                widened |= more != f.getValue()[at];
                f.getValue()[at] = more;
            }
        }
        return widened;
    }

    /** Widens until the lines are kept by every piece and by normalising; false if the solver gives up. */
    private boolean settle(Z3Terms terms, List<TermExpr> known) {
        Solver solver = terms.bitSolver(slots.of(lifted.words()).values().toArray(new TermExpr[0]));
        known.forEach(line -> terms.assume(solver, line));
        allow(lifted.machine().initial());
        for (boolean again = true; again; ) {
            again = false;
            for (Move move : moves) {
                Status status = widen(terms, solver, move);
                again |= status == Status.SATISFIABLE;
                if (status == Status.UNKNOWN) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Widens until one move keeps the lines. Satisfiable if it had to. */
    private Status widen(Z3Terms terms, Solver solver, Move move) {
        Status first = Status.UNSATISFIABLE;
        while (true) {
            TermExpr breaks = exprs.not(of(move.reached()));
            TermExpr never = breaks.isFalse() ? breaks : exprs.and(move.takes(), exprs.and(of(lifted.words()), breaks));
            Status status = never.isFalse() ? Status.UNSATISFIABLE : terms.ask(solver, never);
            if (status != Status.SATISFIABLE) {
                return status == Status.UNKNOWN ? status : first;
            }
            first = status;
            Map<TermExpr, Long> model = terms.counterexample();
            Evaluation evaluation = new Evaluation(move.reached());
            evaluation.run(e -> model.getOrDefault(e, 0L));
            if (!allow(move.reached().stream().mapToLong(evaluation::value).toArray())) {
                throw new IllegalStateException("a counterexample to induction that is none");
            }
        }
    }

    /** What the lines say of a state; nothing where they are not proved. */
    TermExpr of(List<TermExpr> words) {
        TermExpr all = exprs.yes;
        Slots counter = pc;
        for (int cpu = 0; counter != null && cpu < counter.size(); cpu++) {
            TermExpr at = slots.value(words, counter, cpu);
            for (int step = 0; step <= lifted.machine().steps(); step++) {
                TermExpr elsewhere = exprs.not(exprs.eq(at, exprs.ofLong(step)));
                for (var f : values.entrySet()) {
                    if (!elsewhere.isTrue() && isSaying(f.getKey(), f.getValue()[step])) {
                        TermExpr value = slots.value(words, f.getKey(), cpu);
                        all = exprs.and(all, exprs.or(elsewhere, among(value, f.getValue()[step])));
                    }
                }
            }
        }
        return all;
    }

    private static boolean isSaying(Slots f, long allowed) {
        return allowed != (1L << (1 << f.width())) - 1;
    }

    private TermExpr among(TermExpr value, long allowed) {
        TermExpr some = exprs.no;
        for (long rest = allowed; rest != 0; rest &= rest - 1) {
            some = exprs.or(some, exprs.eq(value, exprs.ofLong(Long.numberOfTrailingZeros(rest))));
        }
        return some;
    }

    /** Whether there are any, all proved. */
    boolean areProved() {
        return proved;
    }

    /** How many lines say something. */
    int count() {
        int count = 0;
        for (var f : values.entrySet()) {
            for (long allowed : f.getValue()) {
                count += isSaying(f.getKey(), allowed) ? 1 : 0;
            }
        }
        return count;
    }
}
