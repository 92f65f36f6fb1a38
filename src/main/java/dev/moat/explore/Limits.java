package dev.moat.explore;

import dev.moat.limit.TimeLimit;

/**
 * Where a search stops without a verdict.
 *
 * @param depth largest number of levels, the initial state being level 1; no limit where no state lies deeper
 * @param workers threads, 1 to 64; changes nothing but the time
 * @param time by the clock
 * @param states distinct states; a search stops once it has more, at the end of a block of work
 * @param memory bytes for the state set, the parent log and the frontier together
 */
public record Limits(int depth, int workers, TimeLimit time, long states, long memory) {
    /** Limits of a search that is no part of a longer run. */
    public Limits(int depth, int workers, long seconds, long states, long memory) {
        this(depth, workers, new TimeLimit(seconds, TimeLimit.NEVER), states, memory);
    }

    /** No limit but memory: three quarters of the heap that the JVM may use. */
    public static Limits none(int workers) {
        return new Limits(
                Integer.MAX_VALUE,
                workers,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                Runtime.getRuntime().maxMemory() / 4 * 3);
    }

    /** The limit that Java itself sets, in words. */
    public static String heap() {
        return "memory (Java's heap of " + (Runtime.getRuntime().maxMemory() >>> 20) + " MiB)";
    }

    /** Seconds that the search may take. */
    public long seconds() {
        return time.seconds();
    }

    /** What each of so many searches at a time may have: its share of threads and memory, but one thread at least. */
    public Limits sharedBy(int searches) {
        return new Limits(depth, Math.max(1, workers / searches), time, states, memory / searches);
    }
}
