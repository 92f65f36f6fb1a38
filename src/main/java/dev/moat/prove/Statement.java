package dev.moat.prove;

import dev.moat.input.Place;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.read.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What is to hold in every state.
 *
 * @param safety whether it is wanted for itself; a lemma is not
 * @param conjuncts closed formulas without macros, together equivalent to the property, or to what of it is meant
 * @param numbers of each conjunct, which one of the property's it is, from 1
 * @param witness without macros
 */
public record Statement(
        String id, boolean safety, String says, List<Term> conjuncts, List<Integer> numbers, Term witness) {
    /** All of a property, its conjuncts in their order. */
    Statement(String id, boolean safety, String says, List<Term> conjuncts, Term witness) {
        this(
                id,
                safety,
                says,
                conjuncts,
                IntStream.rangeClosed(1, conjuncts.size()).boxed().toList(),
                witness);
    }

    static Statement of(Invariant invariant) {
        return new Statement(
                invariant.id(),
                !invariant.kind().equals("lemma"),
                invariant.says(),
                Rewriting.conjuncts(Rewriting.plain(invariant.formula())),
                Rewriting.plain(invariant.witness()));
    }

    /** {@code no-foreign.2}: a conjunct of those that are meant, by its place among them, from 0. */
    String name(int conjunct) {
        return id + "." + numbers.get(conjunct);
    }

    /** The same of those conjuncts only that have such numbers. */
    Statement only(IntPredicate meant) {
        List<Term> kept = new ArrayList<>();
        List<Integer> left = new ArrayList<>();
        for (int i = 0; i < conjuncts.size(); i++) {
            if (meant.test(numbers.get(i))) {
                kept.add(conjuncts.get(i));
                left.add(numbers.get(i));
            }
        }
        return new Statement(id, safety, says, kept, left, witness);
    }

    /** One of its conjuncts, as a statement that is called as the conjunct is. */
    Statement conjunct(int number) {
        Statement alone = only(n -> n == number);
        return new Statement(alone.name(0), safety, says, alone.conjuncts, alone.numbers, witness);
    }

    /** The same as a property of states, without its file's text. */
    public Invariant invariant(Place place) {
        return new Invariant(id, says, safety ? "safety" : "lemma", "", new Term.And(place, conjuncts), witness, "");
    }
}
