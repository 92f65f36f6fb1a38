package dev.moat.limit;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What was computed on another thread. */
public final class Awaited {
    private Awaited() {}

    /** Threads to compute on, which keep no program from ending. */
    public static ExecutorService pool(String name, int threads) {
        return Executors.newFixedThreadPool(threads, runnable -> {
            Thread thread = new Thread(runnable, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Waits for a result; what was thrown over there is thrown here, errors such as an exhausted heap too.
     *
     * @throws StoppedException when the calling thread is interrupted; it stays so
     * @throws IllegalStateException with the cause, when it was a checked exception
     */
    public static <T extends @Nullable Object> T get(Future<T> task) {
        // A task that has ended already does not look: whether an interrupt or its result is seen must be no race.
        if (Thread.currentThread().isInterrupted()) {
            throw new StoppedException();
        }
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RuntimeException failure) {
                throw failure;
            }
            if (cause instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("work on another thread failed: " + cause, cause);
        }
    }
}
