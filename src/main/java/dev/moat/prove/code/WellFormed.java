package dev.moat.prove.code;

import dev.moat.machine.Machine;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.TermExpr;
import dev.moat.prove.lift.TermExpr.Op;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The conditions that every state of a machine must satisfy, generated from its schema. Each value is an element of
 * its sort, unvarying bits are as declared, bits of no slot are 0, and step counters name steps. Components may add
 * lines by hand, which are lifted like a step.
 */
public final class WellFormed {
    private final LiftedMachine lifted;
    private final Machine machine;
    private final Exprs exprs;

    public WellFormed(LiftedMachine lifted) {
        this.lifted = lifted;
        machine = lifted.machine();
        exprs = lifted.exprs();
    }

    /** One condition for each family that needs one, by its name; of a state of these words. */
    public Map<String, TermExpr> of(List<TermExpr> words) {
        Schema schema = machine.schema();
        Map<String, TermExpr> all = new LinkedHashMap<>();
        long[] owned = new long[words.size()];
        for (Slots f : schema.families()) {
            TermExpr these = exprs.yes;
            for (int i = 0; i < f.size() && f.width() > 0; i++) {
                long bits = f.width() == 64 ? -1L : (1L << f.width()) - 1;
                owned[f.wordOf(i)] |= bits << f.shiftOf(i);
                these = exprs.and(these, fits(f, value(words, f, i)));
            }
            if (!these.isTrue()) {
                all.put(f.name(), these);
            }
        }
        TermExpr rest = exprs.yes;
        for (int w = 0; w < owned.length; w++) {
            rest = exprs.and(rest, isZero(exprs.and(words.get(w), exprs.ofLong(~owned[w]))));
        }
        if (!rest.isTrue()) {
            all.put("no slot", rest);
        }
        schema.kept().forEach((name, code) -> {
            Lifted line = lifted.judged(code, words);
            TermExpr holds = exprs.not(isZero(line.answer()));
            all.put(
                    name,
                    line.obligations().stream().map(o -> exprs.not(o.when())).reduce(holds, exprs::and));
        });
        return all;
    }

    private TermExpr isZero(TermExpr e) {
        return exprs.eq(e, exprs.constant(e.width(), 0));
    }

    /** Element i of a family in a state. */
    public TermExpr value(List<TermExpr> words, Slots f, int i) {
        TermExpr shifted = exprs.binary(Op.LSHR, words.get(f.wordOf(i)), exprs.ofLong(f.shiftOf(i)));
        return f.width() == 64 ? shifted : exprs.and(shifted, exprs.ofLong((1L << f.width()) - 1));
    }

    /** The words with another element i. */
    public List<TermExpr> with(List<TermExpr> words, Slots f, int i, TermExpr value) {
        List<TermExpr> all = new ArrayList<>(words);
        long mask = f.width() == 64 ? -1L : (1L << f.width()) - 1;
        TermExpr rest = exprs.and(words.get(f.wordOf(i)), exprs.ofLong(~(mask << f.shiftOf(i))));
        all.set(f.wordOf(i), exprs.or(rest, exprs.binary(Op.SHL, value, exprs.ofLong(f.shiftOf(i)))));
        return all;
    }

    private TermExpr fits(Slots f, TermExpr value) {
        TermExpr is = isZero(
                exprs.and(exprs.binary(Op.XOR, value, exprs.ofLong(f.fixed())), exprs.ofLong(~f.varying() & mask(f))));
        if (machine.isStepCounter(f)) {
            is = exprs.and(is, exprs.ult(value, exprs.ofLong(machine.steps() + 1L)));
        }
        var sort = f.values();
        if (sort == null || sort.size() == 0) {
            return is;
        }
        return exprs.and(is, exprs.ult(value, exprs.ofLong(sort.size() + (f.optional() ? 1L : 0L))));
    }

    private static long mask(Slots f) {
        return f.width() == 64 ? -1L : (1L << f.width()) - 1;
    }
}
