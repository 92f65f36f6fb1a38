package dev.moat.logic.ground;

import dev.moat.input.InputException;
import dev.moat.logic.Invariant;
import dev.moat.logic.Term;
import dev.moat.logic.UnknownNames;
import dev.moat.logic.Var;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks, before anything is grounded, that a component gives a meaning to every name that a formula uses. */
public final class MeaningCheck {
    private final Abstraction abstraction;
    private static final int MAX_INVARIANTS = 63;

    private final Set<Term> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    MeaningCheck(Abstraction abstraction) {
        this.abstraction = abstraction;
    }

    /**
     * What a judge demands of invariants: that bits of a long are enough for them, and that each formula, then its witness,
     * has a meaning.
     *
     * @throws InputException as {@link #check}, in the order of the invariants
     * @throws IllegalArgumentException for more than 63 invariants
     */
    public static void check(List<Invariant> invariants, Abstraction abstraction) {
        if (invariants.size() > MAX_INVARIANTS) {
            throw new IllegalArgumentException("more than " + MAX_INVARIANTS + " invariants");
        }
        MeaningCheck check = new MeaningCheck(abstraction);
        for (Invariant invariant : invariants) {
            check.check(invariant.formula());
            check.check(invariant.witness());
        }
    }

    /** The first relation of an invariant that has no meaning, though its sorts have elements; nothing where all have one. */
    public static Optional<String> lacking(Invariant invariant, Abstraction abstraction) {
        Set<Term> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        return lacking(invariant.formula(), abstraction, seen)
                .or(() -> lacking(invariant.witness(), abstraction, seen));
    }

    private static Optional<String> lacking(Term t, Abstraction abstraction, Set<Term> seen) {
        if (t instanceof Term.Atom atom && abstraction.relation(atom.relation()).isEmpty()) {
            boolean needs = atom.args().stream()
                    .allMatch(v ->
                            abstraction.sort(v.sort()).filter(s -> s.size() > 0).isPresent());
            return needs ? Optional.of(atom.relation()) : Optional.empty();
        }
        return t.children().stream()
                .filter(seen::add)
                .flatMap(child -> lacking(child, abstraction, seen).stream())
                .findFirst();
    }

    /**
     * Checks sorts of quantifiers and relations, in reading order.
     *
     * @throws InputException at the first name without a meaning, or whose sorts are not the vocabulary's
     */
    public void check(Term t) {
        if (!seen.add(t)) {
            return;
        }
        if (t instanceof Term.Forall all) {
            all.vars().forEach(v -> sort(v, t));
        } else if (t instanceof Term.Exists some) {
            some.vars().forEach(v -> sort(v, t));
        } else if (t instanceof Term.Atom atom) {
            relation(atom);
        }
        t.children().forEach(this::check);
    }

    private Sort sort(Var v, Term user) {
        return abstraction
                .sort(v.sort())
                .orElseThrow(() -> user.place()
                        .error("the component has no sort '" + v.sort() + "'"
                                + UnknownNames.known(
                                        v.sort(),
                                        abstraction.sorts().stream()
                                                .map(Sort::name)
                                                .toList())));
    }

    /** A relation over an empty sort needs no meaning: it has no atoms. */
    private void relation(Term.Atom atom) {
        List<Sort> expected = atom.args().stream().map(v -> sort(v, atom)).toList();
        Optional<Relation> relation = abstraction.relation(atom.relation());
        if (relation.isEmpty()) {
            if (expected.stream().anyMatch(s -> s.size() == 0)) {
                return;
            }
            throw atom.place()
                    .error("the component gives no meaning to relation '" + atom.relation() + "'"
                            + UnknownNames.known(
                                    atom.relation(),
                                    abstraction.relations().stream()
                                            .map(Relation::name)
                                            .toList()));
        }
        List<Sort> places = relation.get().places();
        boolean alike = places.size() == expected.size();
        for (int i = 0; alike && i < places.size(); i++) {
            Sort have = places.get(i);
            Sort want = expected.get(i);
            alike = have.name().equals(want.name()) && have.size() == want.size();
        }
        if (!alike) {
            throw atom.place()
                    .error("the component's relation '" + atom.relation() + "' ranges over " + describe(places)
                            + ", the vocabulary's over " + describe(expected));
        }
    }

    private static String describe(List<Sort> sorts) {
        return sorts.stream().map(s -> s.name() + "(" + s.size() + ")").toList().toString();
    }
}
