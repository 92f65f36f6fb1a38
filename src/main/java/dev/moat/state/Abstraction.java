package dev.moat.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The abstraction function of an implementation: one lazy evaluator for each relation of the vocabulary that it
 * gives a meaning to, and the finite sorts they range over. Invariants are judged through it alone.
 */
public final class Abstraction {
    static final RelationCode NEVER = (s, a, b, c, d, e) -> false;

    private final Map<String, Sort> sorts = new LinkedHashMap<>();
    private final Map<String, Relation> relations = new LinkedHashMap<>();
    private final Map<String, Listed> listings = new LinkedHashMap<>();
    private final Map<String, List<List<Relation.Condition>>> alternatives = new LinkedHashMap<>();
    private final List<OwnProperty> properties = new ArrayList<>();
    private boolean observed;

    /**
     * How the true tuples of a relation are listed.
     *
     * @param reads adds what the listing may read: at least what the relation's atoms do
     */
    public record Listed(Consumer<Footprint> reads, Listing listing) {}

    /** Declares the finite domain of a sort of the vocabulary; the sort's name is the vocabulary's. */
    public Abstraction sort(Sort sort) {
        if (sorts.putIfAbsent(sort.name(), sort) != null) {
            throw new IllegalArgumentException("sort " + sort.name() + " is declared twice");
        }
        return this;
    }

    /** Declares a relation whose atoms may read anything. Always right, but judged anew at every state. */
    public Abstraction relation(String name, List<Sort> places, RelationCode code) {
        return relation(name, places, code, (footprint, a, b, c, d, e) -> footprint.everything());
    }

    /** Declares a relation and what its atoms may read (checked by a property test for Moat's own components, in a few states for others). */
    public Abstraction relation(String name, List<Sort> places, RelationCode code, Relation.Reads reads) {
        if (relations.putIfAbsent(name, new Relation(name, places, code, reads)) != null) {
            throw new IllegalArgumentException("relation " + name + " is declared twice");
        }
        return this;
    }

    /** Declares a relation that is true of nothing in any state: the component has nothing of the kind. */
    public Abstraction never(String name, List<Sort> places) {
        return relation(name, places, NEVER, Relation.Reads.NOTHING);
    }

    /** This one, and of another one what this one does not have. */
    public Abstraction over(Abstraction other) {
        Abstraction both = new Abstraction();
        both.sorts.putAll(other.sorts);
        both.sorts.putAll(sorts);
        both.properties.addAll(other.properties);
        both.properties.addAll(properties);
        both.relations.putAll(other.relations);
        both.relations.putAll(relations);
        both.alternatives.putAll(other.alternatives);
        both.alternatives.keySet().removeAll(relations.keySet());
        both.alternatives.putAll(alternatives);
        return both;
    }

    /** In the order of declaration. */
    public List<Sort> sorts() {
        return new ArrayList<>(sorts.values());
    }

    /** The sort of a name of the vocabulary; empty where the component has none. */
    public Optional<Sort> sort(String name) {
        return Optional.ofNullable(sorts.get(name));
    }

    /** In the order of declaration. */
    public List<Relation> relations() {
        return new ArrayList<>(relations.values());
    }

    /** The relation of a name of the vocabulary; empty where the component gives it no meaning. */
    public Optional<Relation> relation(String name) {
        return Optional.ofNullable(relations.get(name));
    }

    /** Says how the true tuples of a declared relation are listed; worth it where few of many are true. */
    public Abstraction listed(String name, Consumer<Footprint> reads, Listing listing) {
        if (!relations.containsKey(name) || listings.putIfAbsent(name, new Listed(reads, listing)) != null) {
            throw new IllegalArgumentException("relation " + name + " is not declared, or listed twice");
        }
        return this;
    }

    /**
     * Says a declared relation once more: an atom is true where all conditions of one of these alternatives are, the first of a few being
     * those that read little. Worth it where a few bits decide that the many others do not matter: who remembers judgements goes by
     * what decides. The code stays what the relation is asked by.
     *
     * @throws IllegalArgumentException when the relation is not declared, or was said so already
     */
    public Abstraction alternatives(String name, List<List<Relation.Condition>> of) {
        if (!relations.containsKey(name) || alternatives.putIfAbsent(name, of) != null) {
            throw new IllegalArgumentException("relation " + name + " is not declared, or said twice");
        }
        return this;
    }

    /** What a relation of a name was said to be by conditions; empty where it has code alone. */
    public Optional<List<List<Relation.Condition>>> alternatives(String name) {
        return Optional.ofNullable(alternatives.get(name));
    }

    /** Says that somebody looks at what relations are asked: whoever judges asks then only what a verdict depends on. */
    public Abstraction observed() {
        observed = true;
        return this;
    }

    /** Whether somebody looks at what relations are asked. */
    public boolean isObserved() {
        return observed;
    }

    /** How the true tuples of a relation are listed; empty where each atom has to be asked. */
    public Optional<Listed> listing(String name) {
        return Optional.ofNullable(listings.get(name));
    }

    /** Declares a property of the component's own; its relations are declared beside it. */
    public Abstraction property(OwnProperty property) {
        properties.add(property);
        return this;
    }

    /** The properties of the component's own, in the order of declaration. */
    public List<OwnProperty> properties() {
        return List.copyOf(properties);
    }
}
