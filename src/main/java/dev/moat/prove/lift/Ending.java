package dev.moat.prove.lift;

import java.util.List;

/**
 * That a call has returned.
 *
 * @param result what it answers, {@link #NOTHING} where it answers nothing
 * @param path what is assumed then
 * @param effects what was done until then
 */
record Ending(StackValue result, Path path, PathEffects effects) {
    static final StackValue NOTHING = new StackValue.Unknown("nothing");

    /** All the ways to return as one. */
    static Ending joined(List<Ending> endings, Exprs exprs) {
        return Path.joined(endings, Ending::path, (a, b) -> a.or(b, exprs));
    }

    private Ending or(Ending other, Exprs exprs) {
        Path common = Path.common(path, other.path);
        TermExpr first = path.since(common, exprs);
        TermExpr second = other.path.since(common, exprs);
        return new Ending(
                StackValue.either(first, result, other.result, exprs),
                common.with(exprs.or(first, second)),
                PathEffects.either(first, effects, other.effects, exprs));
    }
}
