package dev.moat.prove.infer;

import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A formula that may be so in every state, closed and without macros. Two are the same only when they are one object. */
final class Candidate {
    private final String name;
    private final Term formula;
    private final Set<String> relations;
    private final @Nullable Term example;

    /**
     * @param name a property's conjunct as goals name it, or what kind of lemma it is
     * @param formula closed
     * @param example true in states where the formula says something, closed; null for a property's conjunct
     */
    Candidate(String name, Term formula, @Nullable Term example) {
        this.name = name;
        this.formula = Rewriting.plain(formula);
        this.example = example;
        relations = Rewriting.relations(this.formula);
    }

    String name() {
        return name;
    }

    Term formula() {
        return formula;
    }

    Set<String> relations() {
        return relations;
    }

    @Nullable
    Term example() {
        return example;
    }

    @Override
    public String toString() {
        return name;
    }
}
