package dev.moat.logic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An action with one thing left out: it may act where the original may not.
 *
 * @param id {@code free.guard.2} without the second of its guards, counted from 1; {@code end-hold.guard.3.1.2} with
 *     this guard weakened by leaving out the second part of its first part; {@code free.owner} without its effect on
 *     the relation; {@code free.owner.1.2} without the second part of the first part of that effect. {@code if} in an
 *     id leads into the premise of an implication, {@code yes} into the first branch of a choice.
 * @param says what was left out, as written
 */
public record ActionMutant(String id, String says, AbstractAction action) {
    /** What of the action something is left out of: {@code guard}, or the relation whose effect it is. */
    public String part() {
        String rest = id.substring(action.name().length() + 1);
        int dot = rest.indexOf('.');
        return dot < 0 ? rest : rest.substring(0, dot);
    }

    /**
     * Every guard left out, and every part of it whose loss weakens it; every effect left out, and every part of an effect; in
     * this order.
     */
    public static List<ActionMutant> of(AbstractAction action) {
        List<ActionMutant> all = new ArrayList<>();
        List<Term> guards = Rewriting.conjuncts(Rewriting.plain(action.guard()));
        for (int i = 0; i < guards.size(); i++) {
            String id = action.name() + ".guard." + (i + 1);
            all.add(new ActionMutant(id, "guard at " + where(guards.get(i)), guarded(action, guards, i, List.of())));
            int at = i;
            weaker(
                    guards.get(i),
                    true,
                    id,
                    (partId, gone, rest) -> all.add(new ActionMutant(
                            partId,
                            "part of the guard at " + where(gone),
                            guarded(action, guards, at, List.of(rest)))));
        }
        action.effects().forEach((relation, effect) -> effects(action, relation, effect, all));
        return all;
    }

    /** The action with guard i replaced. */
    private static AbstractAction guarded(AbstractAction action, List<Term> guards, int i, List<Term> replacement) {
        List<Term> rest = new ArrayList<>(guards);
        rest.remove(i);
        rest.addAll(i, replacement);
        Term guard = new Term.And(action.guard().place(), rest);
        return new AbstractAction(action.name(), action.says(), action.parameters(), guard, action.effects());
    }

    private static String where(Term t) {
        return "line " + t.place().line() + ", column " + t.place().column();
    }

    private static void effects(AbstractAction action, String relation, Macro effect, List<ActionMutant> all) {
        Map<String, Macro> without = new LinkedHashMap<>(action.effects());
        without.remove(relation);
        String id = action.name() + "." + relation;
        all.add(new ActionMutant(id, "effect on " + relation, with(action, without)));
        parts(effect.body(), id, (partId, gone, body) -> {
            Map<String, Macro> other = new LinkedHashMap<>(action.effects());
            other.put(relation, new Macro(effect.name(), effect.parameters(), body, effect.depth(), effect.size()));
            all.add(new ActionMutant(partId, "part of the effect at " + where(gone), with(action, other)));
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

    /**
     * Leaves out each part whose loss makes the formula weaker, or, where {@code positive} is false, stronger: of
     * conjunctions where they stand positively, of disjunctions elsewhere.
     */
    private static void weaker(Term t, boolean positive, String id, Weaker weaker) {
        if (t instanceof Term.Not not) {
            weaker(not.body(), !positive, id, (i, gone, rest) -> weaker.accept(i, gone, new Term.Not(t.place(), rest)));
        } else if (t instanceof Term.Forall all) {
            weaker(
                    all.body(),
                    positive,
                    id,
                    (i, gone, rest) -> weaker.accept(i, gone, new Term.Forall(t.place(), all.vars(), rest)));
        } else if (t instanceof Term.Exists some) {
            weaker(
                    some.body(),
                    positive,
                    id,
                    (i, gone, rest) -> weaker.accept(i, gone, new Term.Exists(t.place(), some.vars(), rest)));
        } else if (t instanceof Term.Implies implies) {
            Term goal = implies.goal();
            weaker(
                    implies.premise(),
                    !positive,
                    id + ".if",
                    (i, gone, rest) -> weaker.accept(i, gone, new Term.Implies(t.place(), rest, goal)));
            weaker(
                    goal,
                    positive,
                    id,
                    (i, gone, rest) -> weaker.accept(i, gone, new Term.Implies(t.place(), implies.premise(), rest)));
        } else if (t instanceof Term.And || t instanceof Term.Or) {
            weakerParts(t, positive, id, weaker);
        }
    }

    private static void weakerParts(Term t, boolean positive, String id, Weaker weaker) {
        List<Term> parts = t.children();
        for (int n = 0; n < parts.size(); n++) {
            Term part = parts.get(n);
            String partId = id + "." + (n + 1);
            if (positive == t instanceof Term.And) {
                weaker.accept(partId, part, with(t, n, List.of()));
            }
            int at = n;
            weaker(part, positive, partId, (i, gone, rest) -> weaker.accept(i, gone, with(t, at, List.of(rest))));
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
