package dev.moat.check.cover;

import dev.moat.limit.Alarm;
import dev.moat.limit.Awaited;
import dev.moat.limit.StoppedException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs many tasks on some threads until a time is up, and reports their results in their order.
 *
 * @param threads how many
 * @param seconds after which no further one is tried, and those that are being tried are given up
 */
record InTurn(int threads, long seconds) {
    /**
     * Tries each.
     *
     * @param untried what becomes of those that the time was too short for
     * @param told is given the results, as soon as those before have one too
     */
    <A, B> void each(List<A> things, Function<A, B> tried, Function<A, B> untried, Consumer<B> told) {
        long began = System.nanoTime();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<B>> submitted = things.stream()
                    .map(a -> pool.submit(() -> within(left(began), a, tried, untried)))
                    .toList();
            submitted.forEach(future -> told.accept(Awaited.get(future)));
        } finally {
            pool.shutdownNow();
        }
    }

    private long left(long began) {
        return seconds - (System.nanoTime() - began) / 1_000_000_000L;
    }

    private static <A, B> B within(long seconds, A thing, Function<A, B> tried, Function<A, B> untried) {
        if (seconds <= 0) {
            return untried.apply(thing);
        }
        try (Alarm alarm = Alarm.after(seconds)) {
            B found = tried.apply(thing);
            return alarm.rang() ? untried.apply(thing) : found;
        } catch (StoppedException e) {
            return untried.apply(thing);
        }
    }
}
