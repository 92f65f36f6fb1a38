package dev.moat.prove.lift;

import dev.moat.prove.lift.Lifted.Addition;
import java.util.ArrayList;
import java.util.List;

/**
 * What code has done on the way to a place.
 *
 * @param states the words of each state
 * @param said what was added to the claim, in order; two additions of one place that exclude each other have any order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and never changed once it is here
record PathEffects(TermExpr[][] states, List<Addition> said) {
    /** With one more in the claim; where its name is one of several, with each under its condition. */
    PathEffects adding(TermExpr when, StackValue name, List<TermExpr> arguments, Exprs exprs) {
        if (name instanceof StackValue.Either e) {
            return adding(exprs.and(when, e.condition()), e.yes(), arguments, exprs)
                    .adding(exprs.and(when, exprs.not(e.condition())), e.no(), arguments, exprs);
        }
        if (!(name instanceof StackValue.Reference r) || !(r.object() instanceof String action)) {
            throw new RefusedException("claims " + name);
        }
        List<Addition> longer = new ArrayList<>(said);
        if (!when.isFalse()) {
            longer.add(new Addition(when, action, arguments));
        }
        return new PathEffects(states, List.copyOf(longer));
    }

    /** The one or the other, as a condition says. */
    static PathEffects either(TermExpr condition, PathEffects a, PathEffects b, Exprs exprs) {
        return new PathEffects(states(condition, a.states, b.states, exprs), said(condition, a.said, b.said, exprs));
    }

    private static TermExpr[][] states(TermExpr condition, TermExpr[][] a, TermExpr[][] b, Exprs exprs) {
        TermExpr[][] merged = a.clone();
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

    /** What both begin with, then the rest of the one and the rest of the other: they exclude each other, so order is kept. */
    private static List<Addition> said(TermExpr condition, List<Addition> a, List<Addition> b, Exprs exprs) {
        if (a.equals(b)) {
            return a;
        }
        int common = 0;
        while (common < Math.min(a.size(), b.size()) && a.get(common).equals(b.get(common))) {
            common++;
        }
        List<Addition> both = new ArrayList<>(a.subList(0, common));
        List<Addition> first = a.subList(common, a.size());
        List<Addition> second = b.subList(common, b.size());
        if (names(first).equals(names(second))) {
            for (int i = 0; i < first.size(); i++) {
                both.add(either(condition, first.get(i), second.get(i), exprs));
            }
        } else {
            first.forEach(one -> both.add(one.when(exprs.and(condition, one.when()))));
            second.forEach(one -> both.add(one.when(exprs.and(exprs.not(condition), one.when()))));
        }
        return List.copyOf(both);
    }

    private static List<String> names(List<Addition> said) {
        return said.stream().map(Addition::name).toList();
    }

    private static Addition either(TermExpr condition, Addition a, Addition b, Exprs exprs) {
        List<TermExpr> arguments = new ArrayList<>();
        for (int i = 0; i < a.arguments().size(); i++) {
            arguments.add(
                    exprs.ite(condition, a.arguments().get(i), b.arguments().get(i)));
        }
        return new Addition(exprs.ite(condition, a.when(), b.when()), a.name(), List.copyOf(arguments));
    }
}
