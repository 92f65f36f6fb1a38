package dev.moat.prove.lift;

import dev.moat.prove.term.Expr;
import dev.moat.prove.term.Exprs;
import java.util.List;

/**
 * That a call has returned.
 *
 * @param result what it answers, {@link #NOTHING} where it answers nothing
 * @param path what is assumed then
 * @param states the words of each state then
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and never changed once it is here
record Ending(Value result, Path path, Expr[][] states) {
    static final Value NOTHING = new Value.Unknown("nothing");

    /** All the ways to return as one. */
    static Ending joined(List<Ending> endings, Exprs exprs) {
        return Path.joined(endings, Ending::path, (a, b) -> a.or(b, exprs));
    }

    private Ending or(Ending other, Exprs exprs) {
        Path common = Path.common(path, other.path);
        Expr first = path.since(common, exprs);
        Expr second = other.path.since(common, exprs);
        return new Ending(
                Value.either(first, result, other.result, exprs),
                common.with(exprs.or(first, second)),
                states(first, states, other.states, exprs));
    }

    static Expr[][] states(Expr condition, Expr[][] a, Expr[][] b, Exprs exprs) {
        Expr[][] merged = a.clone();
        for (int k = 0; k < a.length; k++) {
            if (a[k] != b[k]) {
                merged[k] = a[k].clone();
                for (int i = 0; i < a[k].length; i++) {
                    merged[k][i] = exprs.ite(condition, a[k][i], b[k][i]);
                }
            }
        }
        return merged;
    }
}
