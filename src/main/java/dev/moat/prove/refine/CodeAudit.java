package dev.moat.prove.refine;

import com.microsoft.z3.Status;
import dev.moat.machine.Machine;
import dev.moat.prove.Theory;
import dev.moat.prove.code.CodeGoal;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.prove.code.Piece;
import dev.moat.prove.code.Transitions;
import dev.moat.prove.code.WellFormed;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.RefusedException;
import dev.moat.prove.lift.TermExpr;
import dev.moat.prove.lift.TermExpr.Op;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Judges the proof: a piece of code writes a little less, or something else, and a goal has to fail. Only pieces all of whose goals
 * are proved say anything about mutants.
 */
public final class CodeAudit implements AutoCloseable {
    /** What becomes of a mutant; of several pieces with one code the last of these that is so of any, unless one is noticed. */
    public enum Fate {
        /** A goal fails: the proof notices it. */
        NOTICED,
        /** It does what the code does, in every state that the discipline allows. */
        SAME,
        /** Everything is proved of it, and it is another piece of code. */
        SURVIVES,
        /** No goal fails, and the solver gave up on one. */
        UNKNOWN,
        /** Not everything was proved of the code itself, or it could not be lifted. */
        NOT_JUDGED;

        /** Its name in reports. */
        public String key() {
            return this == NOT_JUDGED ? "notJudged" : name().toLowerCase(Locale.ROOT);
        }
    }

    private final LiftedMachine lifted;
    private final Exprs exprs;
    private final WellFormed slots;
    private final Transitions transitions;
    private final Refinement refinement;
    private final Map<String, Piece> whole = new LinkedHashMap<>();

    /**
     * What can be audited of a proof.
     *
     * @param open of which pieces not everything is proved, or of what is none: then nothing is judged
     * @param rlimit what one question may cost, in Z3's units
     * @throws IllegalArgumentException when the machine's states have no meaning to the discipline
     */
    public CodeAudit(Machine machine, Theory theory, Set<String> open, int rlimit) {
        lifted = new LiftedMachine(machine);
        exprs = lifted.exprs();
        slots = new WellFormed(lifted);
        transitions = new Transitions(lifted);
        CodeReplay replay = new CodeReplay(machine, theory.discipline());
        ReachedStates reached = new ReachedStates(machine, replay.judge(), RefinementReport.MOST_STATES);
        refinement = new Refinement(lifted, theory, reached.states(), rlimit);
        lifted.pieces().forEach(p -> whole.put(p.name(), p));
        Set<String> known = new HashSet<>(whole.keySet());
        known.addAll(lifted.refused().keySet());
        whole.keySet().removeAll(known.containsAll(open) ? open : known);
    }

    /**
     * What a mutant does to each value that its code changes.
     *
     * @param dropped whether it leaves it as it was; else it moves what was stored
     * @param mask bits of the field that is moved, if it is changed and not 0; 0 for all of a value
     * @param up whether to the next one, the last being followed by the first; else to the one before
     */
    public record Change(boolean dropped, long mask, boolean up) {}

    /**
     * A mutant's fate.
     *
     * @param who an action, or a step with its operation
     * @param family of slots that it writes
     */
    public Fate of(String who, String family, Change change) {
        List<Piece> pieces =
                whole.values().stream().filter(p -> p.code().equals(who)).toList();
        // Each CPU has code of its own under the same name: noticed in one, it is noticed.
        List<Fate> fates = new ArrayList<>();
        for (Piece piece : pieces) {
            fates.add(of(piece, family, change));
            if (fates.contains(Fate.NOTICED)) {
                return Fate.NOTICED;
            }
        }
        return fates.isEmpty() ? Fate.NOT_JUDGED : Collections.max(fates);
    }

    private Fate of(Piece piece, String family, Change change) {
        Slots f = lifted.machine().schema().family(family).orElseThrow();
        Piece mutant = mutant(piece, f, change);
        Status differs = refinement.possible(exprs.and(transitions.takes(piece), differs(piece, mutant)));
        if (differs == Status.UNSATISFIABLE) {
            return Fate.SAME;
        }
        Fate fate = Fate.SURVIVES;
        List<CodeGoal> goals = new ArrayList<>();
        try {
            goals.addAll(refinement.goalsOf(mutant));
        } catch (RefusedException notLifted) {
            return Fate.NOT_JUDGED;
        }
        slots.of(transitions.reached(mutant))
                .forEach((name, holds) -> goals.add(
                        new CodeGoal(piece.name(), name, exprs.and(transitions.takes(mutant), exprs.not(holds)))));
        for (CodeGoal goal : goals) {
            CodeGoal.Status status = refinement.ask(goal).status();
            if (status == CodeGoal.Status.FAILED) {
                return Fate.NOTICED;
            }
            fate = status == CodeGoal.Status.UNKNOWN ? Fate.UNKNOWN : fate;
        }
        return fate;
    }

    private TermExpr differs(Piece piece, Piece mutant) {
        TermExpr same = exprs.yes;
        for (int w = 0; w < piece.after().size(); w++) {
            same = exprs.and(same, exprs.eq(piece.after().get(w), mutant.after().get(w)));
        }
        return exprs.not(same);
    }

    private Piece mutant(Piece piece, Slots f, Change change) {
        List<TermExpr> after = piece.after();
        for (int i = 0; i < f.size(); i++) {
            TermExpr old = slots.value(lifted.words(), f, i);
            TermExpr stored = slots.value(piece.after(), f, i);
            TermExpr other = change.dropped() ? old : moved(f, change, old, stored);
            after = slots.with(after, f, i, other);
        }
        Lifted does = piece.does();
        return new Piece(piece.call(), new Lifted(does.answer(), List.of(after), does.said(), does.obligations()));
    }

    private TermExpr moved(Slots f, Change change, TermExpr old, TermExpr stored) {
        return change.mask() == 0
                ? exprs.ite(exprs.eq(old, stored), stored, next(f, stored))
                : moved(exprs, change, old, stored);
    }

    /** A word whose field is moved, where it was changed to something. */
    static TermExpr moved(Exprs exprs, Change change, TermExpr old, TermExpr stored) {
        long mask = change.mask();
        TermExpr zero = exprs.ofLong(0);
        TermExpr lowest = exprs.ofLong(Long.lowestOneBit(mask));
        TermExpr field = exprs.and(stored, exprs.ofLong(mask));
        TermExpr same = exprs.eq(field, exprs.and(old, exprs.ofLong(mask)));
        // Whatever lies between the field's bits passes the carry on.
        TermExpr next = change.up()
                ? exprs.binary(Op.ADD, exprs.or(stored, exprs.ofLong(~mask)), lowest)
                : exprs.binary(Op.SUB, field, lowest);
        TermExpr rest = exprs.and(stored, exprs.ofLong(~mask));
        TermExpr moved = exprs.or(rest, exprs.and(next, exprs.ofLong(mask)));
        return exprs.ite(exprs.or(same, exprs.eq(field, zero)), stored, moved);
    }

    private TermExpr next(Slots f, TermExpr stored) {
        Sort sort = f.values();
        long bits = f.width() == Long.SIZE ? -1L : (1L << f.width()) - 1;
        long last = sort == null ? bits : sort.size() - (f.optional() ? 0L : 1L);
        TermExpr next = exprs.and(exprs.binary(Op.ADD, stored, exprs.ofLong(1)), exprs.ofLong(bits));
        return exprs.ite(exprs.eq(stored, exprs.ofLong(last)), exprs.ofLong(0), next);
    }

    @Override
    public void close() {
        refinement.close();
        lifted.close();
    }
}
