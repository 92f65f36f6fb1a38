package dev.moat.prove.infer;

import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.Vocabulary;
import java.util.ArrayList;
import java.util.List;

/**
 * That two atoms of a relation that agree in some places agree in another one.
 *
 * @param key the places in which they agree: a bit for each
 * @param place where they then agree too
 */
record Uniqueness(String relation, int key, int place, Candidate candidate) {
    /** Each place of a relation with each choice of others, one at least, as its key. */
    static List<Uniqueness> of(Vocabulary vocabulary, String relation) {
        List<String> places = vocabulary.places(relation);
        List<String> sorts = places == null ? List.of() : places;
        List<Uniqueness> all = new ArrayList<>();
        int n = sorts.size();
        for (int place = 0; place < n; place++) {
            for (int key = 1; key < 1 << n; key++) {
                if ((key & 1 << place) == 0) {
                    all.add(new Uniqueness(relation, key, place, candidate(vocabulary, relation, sorts, key, place)));
                }
            }
        }
        return all;
    }

    private static Candidate candidate(Vocabulary vocabulary, String relation, List<String> sorts, int key, int place) {
        List<Var> vars = new ArrayList<>();
        List<Var> one = new ArrayList<>();
        List<Var> other = new ArrayList<>();
        for (int i = 0; i < sorts.size(); i++) {
            Var v = Literals.variable(vocabulary, vars, Literals.letter(sorts.get(i)) + i, sorts.get(i));
            Var w = (key & 1 << i) != 0 ? v : Literals.variable(vocabulary, vars, v.name() + "x", v.sort());
            one.add(v);
            other.add(w);
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
