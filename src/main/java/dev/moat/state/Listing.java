package dev.moat.state;

/**
 * Lists the tuples of a relation that are true in a state. This is faster than testing every tuple if few are true.
 * The list has each tuple once, always in the same order, and agrees with the relation's code; a test compares both
 * for Moat's own components.
 */
@FunctionalInterface
public interface Listing {
    /** Offers the true tuples; elements behind the relation's places are 0. */
    void list(long[] s, Sink sink);

    /**
     * Offers every tuple of elements, true or not, the last place quickest.
     *
     * @param sizes five numbers of elements; 1 behind a relation's places
     */
    static void each(int[] sizes, Sink sink) {
        for (int a = 0; a < sizes[0]; a++) {
            for (int b = 0; b < sizes[1]; b++) {
                for (int c = 0; c < sizes[2]; c++) {
                    for (int d = 0; d < sizes[3]; d++) {
                        for (int e = 0; e < sizes[4]; e++) {
                            sink.add(a, b, c, d, e);
                        }
                    }
                }
            }
        }
    }

    /** Receives one tuple. */
    @FunctionalInterface
    interface Sink {
        /** Takes a tuple; elements behind the relation's places are 0. */
        void add(int a, int b, int c, int d, int e);
    }
}
