package dev.moat.prove;

import dev.moat.input.Place;
import dev.moat.logic.Invariant;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * A statement that must hold in every state.
 *
 * @param safety whether it is wanted for itself; a lemma is not
 * @param numbered closed formulas without macros, by which of the property's conjuncts they are, from 1: all of them,
 *     or what of it is meant
 * @param witness without macros
 */
public record ProofStatement(
        String id, boolean safety, String says, NavigableMap<Integer, Term> numbered, Term witness) {
    public ProofStatement {
        numbered = Collections.unmodifiableNavigableMap(new TreeMap<>(numbered));
    }

    /** All of a property, its conjuncts in their order. */
    ProofStatement(String id, boolean safety, String says, List<Term> conjuncts, Term witness) {
        this(id, safety, says, numbered(conjuncts), witness);
    }

    private static NavigableMap<Integer, Term> numbered(List<Term> conjuncts) {
        NavigableMap<Integer, Term> all = new TreeMap<>();
        conjuncts.forEach(c -> all.put(all.size() + 1, c));
        return all;
    }

    /** The conjuncts that are meant, in their order. */
    public List<Term> conjuncts() {
        return List.copyOf(numbered.values());
    }

    /** Their numbers. */
    List<Integer> numbers() {
        return List.copyOf(numbered.keySet());
    }

    static ProofStatement of(Invariant invariant) {
        return new ProofStatement(
                invariant.id(),
                !invariant.kind().equals("lemma"),
                invariant.says(),
                Rewriting.conjuncts(Rewriting.plain(invariant.formula())),
                Rewriting.plain(invariant.witness()));
    }

    /** {@code no-foreign.2}: a conjunct of those that are meant, by its place among them, from 0. */
    String name(int conjunct) {
        return id + "." + numbers().get(conjunct);
    }

    /** The same of those conjuncts only that have such numbers. */
    ProofStatement only(IntPredicate meant) {
        NavigableMap<Integer, Term> kept = new TreeMap<>(numbered);
        kept.keySet().removeIf(n -> !meant.test(n));
        return new ProofStatement(id, safety, says, kept, witness);
    }

    /** One of its conjuncts, as a statement that is called as the conjunct is. */
    ProofStatement conjunct(int number) {
        ProofStatement alone = only(n -> n == number);
        return new ProofStatement(alone.name(0), safety, says, alone.numbered, witness);
    }

    /** The same as a property of states, without its file's text. */
    public Invariant invariant(Place place) {
        return new Invariant(id, says, safety ? "safety" : "lemma", "", new Term.And(place, conjuncts()), witness, "");
    }
}
