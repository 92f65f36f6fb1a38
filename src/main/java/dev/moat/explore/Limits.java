package dev.moat.explore;

/**
 * Where a search stops without a verdict.
 *
 * @param depth largest number of levels, the initial state being level 1
 * @param workers threads, 1 to 64; changes nothing but the time
 * @param seconds wall-clock time
 * @param states distinct states
 * @param memory bytes for the state set, the parent log and the frontier together
 */
public record Limits(int depth, int workers, long seconds, long states, long memory) {
    /** No limit but memory: half of the heap that the JVM may use. */
    public static Limits none(int workers) {
        return new Limits(
                Integer.MAX_VALUE,
                workers,
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                Runtime.getRuntime().maxMemory() / 4 * 3);
    }
}
