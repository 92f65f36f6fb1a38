package dev.moat.explore;

import dev.moat.explore.effect.Bounds;
import dev.moat.explore.effect.EffectMemory;
import dev.moat.explore.store.ChunkedStates;
import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import dev.moat.state.Schema;
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
    /** Of so many states the successors are found by executing: those of a small machine soon are. */
    private static final long EXECUTED = 1 << 14;

    private final List<Expander> workers = new ArrayList<>();
    private @Nullable ExecutorService pool;
    private boolean interrupted;
    private long executed = EXECUTED;
    private Bounds bounds;
    private boolean remembers;
    private @Nullable EffectMemory memory;

    /** @param memory bytes that the search may have */
    Crew(int size, long memory, Supplier<Expander> worker) {
        bounds = Bounds.of(memory);
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

    /** What letters do is remembered once there are more than so many states, within bounds if they are not null. */
    void remembersFrom(long states, @Nullable Bounds within) {
        executed = states;
        bounds = within == null ? bounds : within;
    }

    /**
     * Has workers remember what letters do from now on, where there are many states and it can be seen; they begin with the states
     * that are to be searched.
     */
    void remember(Machine machine, SearchState at) {
        if (remembers || at.distinct <= executed) {
            return;
        }
        remembers = true;
        EffectMemory made =
                EffectMemory.of(machine, bounds, workers.size(), workers.get(0).symmetry());
        if (made == null || !workers.stream().allMatch(worker -> worker.remember(made))) {
            return;
        }
        memory = made;
        if (!isLooked(machine.schema(), at.level, made) || !isLooked(machine.schema(), at.next, made)) {
            rememberNoMore();
        }
    }

    /** Looks at states before their successors are asked for; answers whether at all of them, for an interrupt ends it. */
    private boolean isLooked(Schema schema, ChunkedStates states, EffectMemory by) {
        long[] s = schema.blank();
        for (long i = 0; i < states.size() && !lookForInterrupt(); i++) {
            schema.packing().unpack(states.chunk(i), states.offset(i), s);
            by.look(s);
        }
        return !lookForInterrupt();
    }

    /** Has all workers execute from now on, and forget. */
    void rememberNoMore() {
        memory = null;
        workers.forEach(Expander::rememberNoMore);
    }

    /** Has no worker compare any more; what was seen so far is kept. */
    void compareNoMore() {
        workers.forEach(Expander::compareNoMore);
        EffectMemory known = memory;
        if (known != null) {
            known.forget();
        }
    }

    /** Memory taken by what is remembered of letters. */
    long remembered() {
        EffectMemory known = memory;
        return known == null ? 0 : known.bytes();
    }

    /** States that were generated so far, the initial one and those of earlier processes included. */
    long generated(SearchState at) {
        long sum = 1 + at.earlier.generated();
        for (Expander worker : workers) {
            sum += worker.generated();
        }
        return sum;
    }

    /** What was counted so far, with what earlier processes counted. */
    SearchState.Tally tally(SearchState at, String notCompared) {
        Coverage coverage = new Coverage();
        coverage.add(at.earlier.coverage());
        long unwitnessed = at.earlier.unwitnessed();
        for (Expander worker : workers) {
            worker.addTo(coverage);
            unwitnessed &= worker.unwitnessed();
        }
        Conformance conformance = workers.get(0).watches().isEmpty()
                ? Conformance.none(notCompared)
                : Conformance.of(workers, at.misclaim).with(at.earlier.conformance());
        return new SearchState.Tally(generated(at) - 1, unwitnessed, coverage, conformance);
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
        EffectMemory known = memory;
        if (known != null && !known.pays()) {
            rememberNoMore();
        } else if (known != null) {
            known.exchange();
        }
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
