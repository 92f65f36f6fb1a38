package dev.moat.state.relation;

/**
 * Lists the tuples of a relation that are true in a state, which is quicker than to ask about every one where few are true.
 * What it lists, each once and always in the same order, is what the relation's code answers; a test compares the two for
 * Moat's own components.
 */
@FunctionalInterface
public interface Listing {
    /** Offers the true tuples; elements behind the relation's places are 0. */
    void list(long[] s, Sink sink);

    /** Receives one tuple. */
    @FunctionalInterface
    interface Sink {
        void add(int a, int b, int c, int d, int e);
    }
}
