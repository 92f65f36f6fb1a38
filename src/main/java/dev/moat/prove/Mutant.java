package dev.moat.prove;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Macro;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An action with one thing left out.
 *
 * @param id {@code free.guard.2} without the second of its guards, counted from 1; {@code free.owner} without its effect on
 *     the relation; {@code free.owner.1.2} without the second part of the first
 *     part of that effect
 * @param says what was left out, as written
 */
record Mutant(String id, String says, AbstractAction action) {
    /** Every guard left out, every effect left out, every part of an effect left out; in this order. */
    static List<Mutant> of(AbstractAction action) {
        List<Mutant> all = new ArrayList<>();
        List<Term> guards = Rewriting.conjuncts(Rewriting.plain(action.guard()));
        for (int i = 0; i < guards.size(); i++) {
            List<Term> rest = new ArrayList<>(guards);
            Term gone = rest.remove(i);
            Term guard = new Term.And(action.guard().place(), rest);
            all.add(new Mutant(
                    action.name() + ".guard." + (i + 1),
                    "guard at " + where(gone),
                    new AbstractAction(action.name(), action.says(), action.parameters(), guard, action.effects())));
        }
        action.effects().forEach((relation, effect) -> effects(action, relation, effect, all));
        return all;
    }

    private static String where(Term t) {
        return "line " + t.place().line() + ", column " + t.place().column();
    }

    private static void effects(AbstractAction action, String relation, Macro effect, List<Mutant> all) {
        Map<String, Macro> without = new LinkedHashMap<>(action.effects());
        without.remove(relation);
        String id = action.name() + "." + relation;
        all.add(new Mutant(id, "effect on " + relation, with(action, without)));
        parts(effect.body(), id, (partId, gone, body) -> {
            Map<String, Macro> other = new LinkedHashMap<>(action.effects());
            other.put(relation, new Macro(effect.name(), effect.parameters(), body, effect.depth()));
            all.add(new Mutant(partId, "part of the effect at " + where(gone), with(action, other)));
        });
    }

    /** Takes a formula from which one part was left out. */
    @FunctionalInterface
    private interface Weaker {
        void accept(String id, Term gone, Term rest);
    }

    /** Leaves out each part of each conjunction and disjunction, on every level. */
    private static void parts(Term t, String id, Weaker weaker) {
        if (t instanceof Term.Not not) {
            parts(not.body(), id, (i, gone, rest) -> weaker.accept(i, gone, new Term.Not(t.place(), rest)));
        } else if (t instanceof Term.Ite ite) {
            parts(
                    ite.yes(),
                    id + ".yes",
                    (i, gone, rest) ->
                            weaker.accept(i, gone, new Term.Ite(t.place(), ite.condition(), rest, ite.no())));
        } else if (t instanceof Term.And || t instanceof Term.Or) {
            List<Term> parts = t.children();
            for (int n = 0; n < parts.size(); n++) {
                Term part = parts.get(n);
                String partId = id + "." + (n + 1);
                weaker.accept(partId, part, with(t, n, List.of()));
                int at = n;
                parts(part, partId, (i, gone, rest) -> weaker.accept(i, gone, with(t, at, List.of(rest))));
            }
        }
    }

    /** A conjunction or disjunction whose part n was replaced. */
    private static Term with(Term t, int n, List<Term> replacement) {
        List<Term> parts = new ArrayList<>(t.children());
        parts.remove(n);
        parts.addAll(n, replacement);
        return t instanceof Term.And ? new Term.And(t.place(), parts) : new Term.Or(t.place(), parts);
    }

    private static AbstractAction with(AbstractAction action, Map<String, Macro> effects) {
        return new AbstractAction(action.name(), action.says(), action.parameters(), action.guard(), effects);
    }
}
