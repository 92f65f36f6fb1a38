package dev.moat.state.relation;

import dev.moat.state.Footprint;
import dev.moat.state.Sort;
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

    /** Adds to a footprint what the atom with these arguments may read. */
    @FunctionalInterface
    public interface Reads {
        void add(Footprint footprint, int a, int b, int c, int d, int e);
    }
}
