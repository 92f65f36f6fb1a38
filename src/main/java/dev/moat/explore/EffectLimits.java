package dev.moat.explore;

/**
 * Bounds for the stored effects of a search. {@code @unit} bytes, and questions: one table lookup for one state.
 *
 * @param bytes for all of it together, about; where there is more, all of it is forgotten
 * @param questions after so many of a worker it is asked whether remembering pays
 * @param ofTable after so many of a worker to a table it is asked whether that knows enough
 */
record EffectLimits(long bytes, int questions, int ofTable) {
    private static final long MOST = 64L << 20;
    private static final int QUESTIONS = 1 << 18;
    private static final int OF_TABLE = 1 << 14;

    /** Bytes of Java's heap from which on anything is remembered: in smaller ones states need all that there is. */
    private static final long LEAST_HEAP = 1000L << 20;

    /** Those of a search: a sixteenth of Java's heap and a twelfth of what the search may have, at most. */
    public static EffectLimits of(long memory) {
        return of(Runtime.getRuntime().maxMemory(), memory);
    }

    /** The same for a heap of so many bytes. */
    static EffectLimits of(long heap, long memory) {
        long all = heap < LEAST_HEAP ? 0 : Math.min(heap / 16, memory / 12);
        return new EffectLimits(Math.min(MOST, all), QUESTIONS, OF_TABLE);
    }

    /** What one of the tables may have, and what does not grow. */
    long ofOne() {
        return bytes / 4;
    }
}
