package dev.moat.logic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites formulas so that only relations of one state are left. It resolves macros, and after a step it replaces
 * each relation by the step's effect on it. Bound variables of the result are new, so that no variable is captured.
 */
public final class Rewriting {
    /** What a step makes of relations may be as large as a formula that speaks of them; together they could be that large squared. */
    private static final int MOST = 2_000_000;

    private final List<Var> parameters;
    private final Map<String, Macro> effects;
    private int made;

    private Rewriting(List<Var> parameters, Map<String, Macro> effects) {
        this.parameters = parameters;
        this.effects = effects;
    }

    /** The formula without macros. Its free variables stay. */
    public static Term plain(Term t) {
        return new Rewriting(List.of(), Map.of()).rewrite(t, Map.of());
    }

    /**
     * What the formula about the state after an action says about the state before; the parameters are free.
     *
     * @throws dev.moat.input.InputException where it is larger than two million formulas
     */
    public static Term before(AbstractAction action, Term after) {
        return new Rewriting(action.parameters(), action.effects()).rewrite(after, Map.of());
    }

    /** Names of the relations in a formula. */
    public static Set<String> relations(Term t) {
        Set<String> found = new LinkedHashSet<>();
        collect(t, found);
        return found;
    }

    private static void collect(Term t, Set<String> found) {
        if (t instanceof Term.Atom atom) {
            found.add(atom.relation());
        }
        t.children().forEach(c -> collect(c, found));
    }

    /**
     * Closed formulas that are together equivalent to a closed one: conjunctions are taken apart, under universal
     * quantifiers and premises too.
     */
    public static List<Term> conjuncts(Term t) {
        List<Term> all = new ArrayList<>();
        if (t instanceof Term.And and) {
            and.parts().forEach(p -> all.addAll(conjuncts(p)));
        } else if (t instanceof Term.Forall f) {
            conjuncts(f.body()).forEach(b -> all.add(new Term.Forall(f.place(), f.vars(), b)));
        } else if (t instanceof Term.Implies i) {
            conjuncts(i.goal()).forEach(g -> all.add(new Term.Implies(i.place(), i.premise(), g)));
        } else if (!(t instanceof Term.Truth truth && truth.value())) {
            all.add(t);
        }
        return all;
    }

    private Term rewrite(Term t, Map<Var, Var> vars) {
        if (++made > MOST) {
            throw t.place().error("larger than " + MOST + " formulas with what a step makes of each relation");
        }
        if (t instanceof Term.Atom atom) {
            return atom(atom, vars);
        } else if (t instanceof Term.Call call) {
            return rewrite(call.macro().body(), bound(call.macro().parameters(), call.args(), vars));
        } else if (t instanceof Term.Same same) {
            return new Term.Same(same.place(), image(same.left(), vars), image(same.right(), vars));
        } else if (t instanceof Term.Forall all) {
            Map<Var, Var> inner = new HashMap<>(vars);
            return new Term.Forall(all.place(), renewed(all.vars(), inner), rewrite(all.body(), inner));
        } else if (t instanceof Term.Exists some) {
            Map<Var, Var> inner = new HashMap<>(vars);
            return new Term.Exists(some.place(), renewed(some.vars(), inner), rewrite(some.body(), inner));
        } else if (t instanceof Term.Not not) {
            return new Term.Not(not.place(), rewrite(not.body(), vars));
        } else if (t instanceof Term.And and) {
            return new Term.And(and.place(), rewrite(and.parts(), vars));
        } else if (t instanceof Term.Or or) {
            return new Term.Or(or.place(), rewrite(or.parts(), vars));
        } else if (t instanceof Term.Implies i) {
            return new Term.Implies(i.place(), rewrite(i.premise(), vars), rewrite(i.goal(), vars));
        } else if (t instanceof Term.Iff iff) {
            return new Term.Iff(iff.place(), rewrite(iff.left(), vars), rewrite(iff.right(), vars));
        } else if (t instanceof Term.Ite ite) {
            return new Term.Ite(
                    ite.place(), rewrite(ite.condition(), vars), rewrite(ite.yes(), vars), rewrite(ite.no(), vars));
        }
        return t;
    }

    private List<Term> rewrite(List<Term> parts, Map<Var, Var> vars) {
        return parts.stream().map(p -> rewrite(p, vars)).toList();
    }

    private Term atom(Term.Atom atom, Map<Var, Var> vars) {
        List<Var> args = atom.args().stream().map(v -> image(v, vars)).toList();
        Macro effect = effects.get(atom.relation());
        if (effect == null) {
            return new Term.Atom(atom.place(), atom.relation(), args);
        }
        List<Var> actual = new ArrayList<>(parameters);
        actual.addAll(args);
        // What the step makes of a relation speaks of the state before it.
        Rewriting of = new Rewriting(List.of(), Map.of());
        of.made = made;
        Term before = of.rewrite(effect.body(), bound(effect.parameters(), actual, Map.of()));
        made = of.made;
        return before;
    }

    private static Map<Var, Var> bound(List<Var> formal, List<Var> actual, Map<Var, Var> vars) {
        Map<Var, Var> inner = new HashMap<>();
        for (int i = 0; i < formal.size(); i++) {
            inner.put(formal.get(i), image(actual.get(i), vars));
        }
        return inner;
    }

    private static Var image(Var v, Map<Var, Var> vars) {
        return vars.getOrDefault(v, v);
    }

    private static List<Var> renewed(List<Var> vars, Map<Var, Var> inner) {
        List<Var> fresh = new ArrayList<>();
        for (Var v : vars) {
            Var n = new Var(v.name(), v.sort());
            inner.put(v, n);
            fresh.add(n);
        }
        return List.copyOf(fresh);
    }
}
