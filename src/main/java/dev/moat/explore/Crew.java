package dev.moat.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The workers of one search and the threads that they run on. */
final class Crew implements AutoCloseable {
    private final List<Expander> workers = new ArrayList<>();
    private @Nullable ExecutorService pool;
    private boolean interrupted;

    Crew(int size, Supplier<Expander> worker) {
        for (int i = 0; i < size; i++) {
            workers.add(worker.get());
        }
    }

    /** What every worker does at the same time; they share the work by a counter of their own. */
    @FunctionalInterface
    interface Task {
        void run(Expander worker);
    }

    /** All workers, in an order that does not change. */
    List<Expander> workers() {
        return workers;
    }

    /** Starts the threads; to be closed by the thread that starts them. */
    void start() {
        pool = Executors.newFixedThreadPool(workers.size(), runnable -> {
            Thread thread = new Thread(runnable, "moat-search");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Runs a task on all workers, or on the calling thread alone where there are at most two pieces to share. */
    void share(int pieces, Task task) {
        ExecutorService threads = pool;
        if (pieces <= 2 || workers.size() == 1 || threads == null) {
            task.run(workers.get(0));
            return;
        }
        List<Future<?>> running = new ArrayList<>();
        for (Expander worker : workers) {
            running.add(threads.submit(() -> task.run(worker)));
        }
        Throwable failure = null;
        for (Future<?> worker : running) {
            Throwable its = await(worker);
            failure = failure == null ? its : failure;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        } else if (failure instanceof Error error) {
            throw error;
        }
    }

    /**
     * Waits even when interrupted: no worker may still write when the next phase reads, or a failure is reported.
     *
     * @return its failure, or null
     */
    private @Nullable Throwable await(Future<?> worker) {
        while (true) {
            try {
                worker.get();
                return null;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                return e.getCause();
            }
        }
    }

    /** Looks whether the calling thread is interrupted, or was while it waited. */
    boolean lookForInterrupt() {
        interrupted |= Thread.currentThread().isInterrupted();
        return interrupted;
    }

    /** Whether an interrupt was seen so far. */
    boolean interrupted() {
        return interrupted;
    }

    /** Ends the threads, and leaves the calling thread interrupted when it was. */
    @Override
    public void close() {
        ExecutorService threads = pool;
        if (threads != null) {
            threads.shutdownNow();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
