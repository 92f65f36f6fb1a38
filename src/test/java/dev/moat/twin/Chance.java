package dev.moat.twin;

import java.util.List;
import java.util.SplittableRandom;

/** Choices that depend on a seed and on nothing else. */
public final class Chance {
    private final SplittableRandom random;

    /** The same seed gives the same choices. */
    public Chance(long seed) {
        random = new SplittableRandom(seed);
    }

    /** From 0 to {@code bound - 1}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    /** From 0 to {@code bound - 1}. */
    public long below(long bound) {
        return random.nextLong(bound);
    }

    /** True once in so many. */
    public boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** One of these, each as likely. */
    public long of(long... values) {
        return values[random.nextInt(values.length)];
    }

    /** One of these, each as likely. */
    public <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
