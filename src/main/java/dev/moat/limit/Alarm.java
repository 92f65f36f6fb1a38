package dev.moat.limit;

import java.io.IOException;

/** Interrupts the thread that sets it when a time is over, unless it is closed before. */
public final class Alarm implements AutoCloseable {
    private static final long LONGEST_SECONDS = Long.MAX_VALUE / 1_000;

    private final Thread worker = Thread.currentThread();
    private boolean rang;
    private boolean closed;

    private Alarm() {}

    /** Sets it for the calling thread, which also closes it. */
    public static Alarm after(long seconds) {
        Alarm alarm = new Alarm();
        if (seconds < LONGEST_SECONDS) {
            Thread clock = new Thread(() -> alarm.await(seconds * 1_000), "moat-alarm");
            clock.setDaemon(true);
            clock.start();
        }
        return alarm;
    }

    /** Work that ends early with {@link StoppedException} when its thread is interrupted. */
    @FunctionalInterface
    public interface Work<T> {
        T get() throws IOException;
    }

    /**
     * The result of work that may take so many seconds; what does not come back is left behind, see {@link SeparateThread}.
     *
     * @param doing what it does, as in "while ..."
     * @throws LimitException when the time is up before
     */
    public static <T> T within(long seconds, String doing, Work<T> work) throws IOException {
        Alarm alarm = after(seconds);
        try (alarm) {
            return SeparateThread.get(work);
        } catch (StoppedException e) {
            if (alarm.rang()) {
                throw new LimitException("time", "the limit on time was hit while " + doing + e.behindWords());
            }
            throw e;
        }
    }

    private synchronized void await(long millis) {
        long end = System.nanoTime() + Math.min(millis, Long.MAX_VALUE / 2_000_000) * 1_000_000;
        try {
            for (long left = end - System.nanoTime(); left > 0 && !closed; left = end - System.nanoTime()) {
                wait(left / 1_000_000 + 1);
            }
        } catch (InterruptedException e) {
            return;
        }
        if (!closed) {
            rang = true;
            worker.interrupt();
        }
    }

    /** Whether the time is over. */
    public synchronized boolean rang() {
        return rang;
    }

    /** Stops it; the thread is no longer interrupted on its account. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
        if (rang) {
            Thread.interrupted();
        }
    }
}
