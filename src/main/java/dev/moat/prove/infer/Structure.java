package dev.moat.prove.infer;

import java.util.Arrays;
import java.util.BitSet;

/** A finite state: how many elements each sort has, and a bit for each atom. Its slow twin is {@code FiniteState}. */
final class Structure {
    private final Signature signature;
    private final int[] sizes;
    private final BitSet[] facts;

    /** All atoms false. */
    public Structure(Signature signature, int[] sizes) {
        this.signature = signature;
        this.sizes = sizes.clone();
        facts = new BitSet[signature.relations().size()];
        Arrays.setAll(facts, r -> new BitSet());
    }

    public Structure copy() {
        Structure other = new Structure(signature, sizes);
        for (int r = 0; r < facts.length; r++) {
            other.facts[r] = (BitSet) facts[r].clone();
        }
        return other;
    }

    public Signature signature() {
        return signature;
    }

    /** Number of elements of a sort. */
    public int size(int sort) {
        return sizes[sort];
    }

    /** How many atoms a relation has. */
    public int atoms(int relation) {
        int n = 1;
        for (int sort : signature.places(relation)) {
            n *= sizes[sort];
        }
        return n;
    }

    /** The elements of an atom, by its number: the last place is the fastest. */
    public int[] elements(int relation, int atom) {
        int[] places = signature.places(relation);
        int[] elements = new int[places.length];
        int rest = atom;
        for (int i = places.length - 1; i >= 0; i--) {
            elements[i] = rest % sizes[places[i]];
            rest /= sizes[places[i]];
        }
        return elements;
    }

    public boolean isTrue(int relation, int atom) {
        return facts[relation].get(atom);
    }

    public void set(int relation, int atom, boolean value) {
        facts[relation].set(atom, value);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Structure s && Arrays.equals(sizes, s.sizes) && Arrays.equals(facts, s.facts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(facts);
    }
}
