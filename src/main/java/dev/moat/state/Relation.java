package dev.moat.state;

import java.util.List;

/**
 * An implementation's reading of one relation of the vocabulary.
 *
 * @param name name in {@code specs/vocabulary.smt2}
 * @param places the implementation's finite sorts, in the vocabulary's order; at most five
 * @param code decodes the state
 * @param reads the bits a ground atom may read
 */
public record Relation(String name, List<Sort> places, RelationCode code, Reads reads) {
    public Relation {
        places = List.copyOf(places);
        if (places.size() > 5) {
            throw new IllegalArgumentException("relation " + name + " has more than five places");
        }
    }

    /** Whether it is declared to be true of nothing: {@link Abstraction#never}. */
    public boolean isNever() {
        return code == Abstraction.NEVER;
    }

    /** How many atoms there are: one for each choice of elements. */
    public int atoms() {
        return places.stream().mapToInt(Sort::size).reduce(1, Math::multiplyExact);
    }

    /**
     * The elements of an atom.
     *
     * @param n from 0 to below {@link #atoms}, the last place varying first
     * @param to receives as many elements as there are places
     */
    public void place(int n, int[] to) {
        int rest = n;
        for (int k = places.size() - 1; k >= 0; k--) {
            to[k] = rest % places.get(k).size();
            rest /= places.get(k).size();
        }
    }

    /**
     * What a part of an atom's meaning says: {@link Abstraction#alternatives}.
     *
     * @param code of the same places; in any state, also where another condition beside it is false
     * @param reads the bits that it may read of a ground atom's state
     */
    public record Condition(RelationCode code, Reads reads) {}

    /** Adds to a footprint what the atom with these arguments may read. */
    @FunctionalInterface
    public interface Reads {
        /** Of atoms that say the same in all states. */
        Reads NOTHING = (footprint, a, b, c, d, e) -> {};

        void add(Footprint footprint, int a, int b, int c, int d, int e);
    }
}
