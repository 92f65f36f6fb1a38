package dev.moat.prove.refine;

import dev.moat.logic.Discipline;
import dev.moat.logic.claims.ClaimJudge;
import dev.moat.machine.Machine;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.Lifted;
import dev.moat.prove.lift.Obligation;
import dev.moat.prove.lift.TermExpr;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The meaning of a machine's states for the discipline, lifted: every atom of every relation that it uses. */
final class LiftedAbstraction {
    private final LiftedMachine lifted;
    private final Exprs exprs;
    private final Atoms.Shape shape;
    private final Map<String, TermExpr> fails = new LinkedHashMap<>();

    /** @throws IllegalArgumentException when a relation has no meaning there */
    LiftedAbstraction(LiftedMachine lifted, Discipline discipline) {
        this.lifted = lifted;
        exprs = lifted.exprs();
        List<String> relations = discipline.vocabulary().relations().stream()
                .filter(discipline.relations()::contains)
                .toList();
        shape = Atoms.Shape.of(comparedOver(lifted.machine(), discipline), relations);
    }

    /** The meaning over which steps claim. */
    static Abstraction comparedOver(Machine machine, Discipline discipline) {
        Abstraction own = machine.model().claimedOver();
        return own == null ? machine.model().abstraction() : ClaimJudge.completed(discipline, own);
    }

    /** Of a state of these words. */
    Atoms of(List<TermExpr> words) {
        Map<String, List<TermExpr>> all = new LinkedHashMap<>();
        shape.relations().forEach((name, relation) -> all.put(name, atoms(relation, words)));
        return new Atoms(shape, all);
    }

    private List<TermExpr> atoms(Relation relation, List<TermExpr> words) {
        List<TermExpr> all = new ArrayList<>();
        int[] elements = new int[PLACES];
        for (int n = 0; n < relation.atoms(); n++) {
            relation.place(n, elements);
            Lifted atom = lifted.atom(relation.code(), elements, words);
            all.add(exprs.not(exprs.eq(atom.answer(), exprs.ofInt(0))));
            if (words.equals(lifted.words())) {
                for (Obligation o : atom.obligations()) {
                    fails.merge(o.place() + ": not " + o.what(), o.when(), exprs::or);
                }
            }
        }
        return all;
    }

    private static final int PLACES = 5;

    /** What would keep a state of the machine from having a meaning, by where it happens; once {@link #of} was asked for its words. */
    Map<String, TermExpr> fails() {
        return fails;
    }
}
