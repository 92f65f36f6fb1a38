package dev.moat.prove;

import dev.moat.input.Place;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.read.Invariant;
import java.util.List;

/**
 * What is to hold in every state.
 *
 * @param safety whether it is wanted for itself; a lemma is not
 * @param conjuncts closed formulas without macros, together equivalent to the property
 * @param witness without macros
 */
public record Statement(String id, boolean safety, String says, List<Term> conjuncts, Term witness) {
    static Statement of(Invariant invariant) {
        return new Statement(
                invariant.id(),
                !invariant.kind().equals("lemma"),
                invariant.says(),
                Rewriting.conjuncts(Rewriting.plain(invariant.formula())),
                Rewriting.plain(invariant.witness()));
    }

    /** The same as a property of states, without its file's text. */
    public Invariant invariant(Place place) {
        return new Invariant(id, says, safety ? "safety" : "lemma", "", new Term.And(place, conjuncts), witness, "");
    }
}
