package dev.moat.prove.code;

import dev.moat.model.Outcome;
import dev.moat.prove.code.Piece.Kind;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Obligation;
import dev.moat.prove.lift.TermExpr;
import dev.moat.state.Slots;
import java.util.List;

/** When a machine's pieces of code begin and take effect, and where they lead, with the step counter that the machine sets. */
public final class Transitions {
    private final LiftedMachine lifted;
    private final Exprs exprs;
    private final List<TermExpr> words;
    private final WellFormed slots;

    public Transitions(LiftedMachine lifted) {
        this.lifted = lifted;
        exprs = lifted.exprs();
        words = lifted.words();
        slots = new WellFormed(lifted);
    }

    /** A state and arguments with which the machine calls it. */
    public TermExpr begins(Piece piece) {
        return exprs.and(piece.call().allowed(), enabled(piece));
    }

    /** Such a state and arguments, and nothing keeps it from returning. */
    public TermExpr ends(Piece piece) {
        TermExpr fails =
                piece.does().obligations().stream().map(Obligation::when).reduce(exprs.no, exprs::or);
        return exprs.and(begins(piece), exprs.not(fails));
    }

    /** It answers that it is not enabled. */
    TermExpr refused(Piece piece) {
        int no = piece.kind() == Kind.STEP ? Outcome.BLOCKED : 0;
        return exprs.eq(piece.does().answer(), exprs.ofInt(no));
    }

    /** It begins, ends, and is enabled. */
    public TermExpr takes(Piece piece) {
        return exprs.and(ends(piece), exprs.not(refused(piece)));
    }

    private TermExpr enabled(Piece piece) {
        Slots pc = lifted.machine().model().pc();
        if (piece.kind() == Kind.ACTION || pc == null) {
            return exprs.yes;
        }
        long at = piece.kind() == Kind.START ? 0 : piece.call().step();
        TermExpr is = exprs.yes;
        for (int cpu = 0; cpu < pc.size(); cpu++) {
            TermExpr other = exprs.not(exprs.eq(piece.arguments().get(0), exprs.ofInt(cpu)));
            is = exprs.and(is, exprs.or(other, exprs.eq(slots.value(words, pc, cpu), exprs.ofLong(at))));
        }
        return is;
    }

    /** The words afterwards, with the step counter as it is set then. */
    public List<TermExpr> reached(Piece piece) {
        Slots pc = lifted.machine().model().pc();
        List<TermExpr> after = piece.after();
        if (piece.kind() == Kind.ACTION || pc == null) {
            return after;
        }
        TermExpr next = exprs.ofLong(piece.call().step());
        if (piece.kind() == Kind.STEP) {
            for (int outcome = 0; outcome < 4; outcome++) {
                TermExpr is = exprs.eq(piece.does().answer(), exprs.ofInt(outcome));
                next = exprs.ite(
                        is, exprs.ofLong(lifted.machine().successor(piece.call().step(), outcome)), next);
            }
        }
        for (int cpu = 0; cpu < pc.size(); cpu++) {
            TermExpr here = exprs.eq(piece.arguments().get(0), exprs.ofInt(cpu));
            after = slots.with(after, pc, cpu, exprs.ite(here, next, slots.value(after, pc, cpu)));
        }
        return after;
    }
}
