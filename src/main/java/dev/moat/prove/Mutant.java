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
 *     the relation; {@code free.owner.1} without the first part of that effect
 * @param guard whether a guard is left out
 * @param says what was left out, as written
 */
record Mutant(String id, boolean guard, String says, AbstractAction action) {
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
                    true,
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
        all.add(new Mutant(id, false, "effect on " + relation, with(action, without)));
        boolean conjunction = effect.body() instanceof Term.And;
        if (!conjunction && !(effect.body() instanceof Term.Or)) {
            return;
        }
        List<Term> parts = effect.body().children();
        for (int i = 0; i < parts.size(); i++) {
            List<Term> rest = new ArrayList<>(parts);
            Term gone = rest.remove(i);
            Term body = conjunction
                    ? new Term.And(effect.body().place(), rest)
                    : new Term.Or(effect.body().place(), rest);
            Map<String, Macro> weaker = new LinkedHashMap<>(action.effects());
            weaker.put(relation, new Macro(effect.name(), effect.parameters(), body, effect.depth()));
            all.add(new Mutant(
                    id + "." + (i + 1), false, "part of the effect at " + where(gone), with(action, weaker)));
        }
    }

    private static AbstractAction with(AbstractAction action, Map<String, Macro> effects) {
        return new AbstractAction(action.name(), action.says(), action.parameters(), action.guard(), effects);
    }
}
