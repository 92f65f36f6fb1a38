package dev.moat.prove.infer;

import dev.moat.logic.Term;
import dev.moat.logic.Var;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * That two atoms of a relation that agree in some places agree in another one.
 *
 * @param key the places in which they agree: a bit for each
 * @param place where they then agree too
 */
record Uniqueness(String relation, int key, int place, Candidate candidate) {
    /** Every choice of places for a relation, except that all others are the key of the one. */
    static List<Uniqueness> of(String relation, List<String> sorts) {
        List<Uniqueness> all = new ArrayList<>();
        int n = sorts.size();
        for (int place = 0; place < n; place++) {
            for (int key = 1; key < 1 << n; key++) {
                if ((key & 1 << place) == 0) {
                    all.add(new Uniqueness(relation, key, place, candidate(relation, sorts, key, place)));
                }
            }
        }
        return all;
    }

    private static Candidate candidate(String relation, List<String> sorts, int key, int place) {
        List<Var> vars = new ArrayList<>();
        List<Var> one = new ArrayList<>();
        List<Var> other = new ArrayList<>();
        for (int i = 0; i < sorts.size(); i++) {
            Var v = new Var(sorts.get(i).substring(0, 1).toLowerCase(Locale.ROOT) + i, sorts.get(i));
            Var w = (key & 1 << i) != 0 ? v : new Var(v.name() + "x", v.sort());
            vars.add(v);
            one.add(v);
            other.add(w);
            if (w != v) {
                vars.add(w);
            }
        }
        Term first = new Term.Atom(Literals.PLACE, relation, one);
        Term both = new Term.And(Literals.PLACE, List.of(first, new Term.Atom(Literals.PLACE, relation, other)));
        Term same = new Term.Same(Literals.PLACE, one.get(place), other.get(place));
        Term formula = new Term.Forall(Literals.PLACE, vars, new Term.Implies(Literals.PLACE, both, same));
        return new Candidate("one " + relation, formula, new Term.Exists(Literals.PLACE, one, first));
    }

    /** Whether the other follows from this one. */
    boolean implies(Uniqueness other) {
        return relation.equals(other.relation) && place == other.place && (key & ~other.key) == 0;
    }
}
