package dev.moat.explore;

import dev.moat.machine.Coverage;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The workers of one search and the threads that they run on. */
final class WorkerPool implements AutoCloseable {
    /**
     * Of so many states the successors are found by executing, for those of a small machine soon are: where letters are steps, and where
     * they are whole operations, of which fewer are met again.
     */
    private static final long EXECUTED_BY_STEPS = 1 << 11;

    private static final long EXECUTED_BY_OPERATIONS = 1 << 14;

    private final List<Expander> workers = new ArrayList<>();
    private @Nullable ExecutorService pool;
    private boolean interrupted;
    /** Whether an interrupt is to end what workers are at; it ends their threads, too. */
    private boolean mayGiveUp;
    /** How many these are, or -1 for what the granularity says. */
    private long executed = -1;

    private EffectLimits bounds;
    private boolean remembers;
    private @Nullable EffectMemory memory;

    /** @param memory bytes that the search may have */
    WorkerPool(int size, long memory, Supplier<Expander> worker) {
        bounds = EffectLimits.of(memory);
        for (int i = 0; i < size; i++) {
            workers.add(worker.get());
        }
    }

    /** A piece of what all workers do at the same time. */
    @FunctionalInterface
    interface Task {
        /** @param piece number of it */
        void run(Expander worker, int piece);
    }

    /**
     * Hands out numbered pieces of work, to each worker those of a stretch of its own in their order, and behind these what others have
     * left. Neighbours lead to the same states, so a worker that stays among them meets more of what it has met of late, and fewer states
     * are found by two. For all workers at the same time.
     */
    static final class Stretches {
        private final int pieces;
        private final AtomicInteger[] next;

        /**
         * @param pieces from 0 on
         * @param workers among whom they are shared
         */
        Stretches(int pieces, int workers) {
            this.pieces = pieces;
            next = new AtomicInteger[workers];
            for (int w = 0; w < workers; w++) {
                next[w] = new AtomicInteger(first(w));
            }
        }

        /** Where a worker's stretch begins; that of one more than there are is the end. */
        private int first(int worker) {
            return (int) ((long) pieces * worker / next.length);
        }

        /** A piece that nobody had, or -1 when there is none. */
        int next(int worker) {
            for (int k = 0; k < next.length; k++) {
                int of = (worker + k) % next.length;
                int piece = next[of].get() < first(of + 1) ? next[of].getAndIncrement() : pieces;
                if (piece < first(of + 1)) {
                    return piece;
                }
            }
            return -1;
        }
    }

    /** All workers, in an order that does not change. */
    List<Expander> workers() {
        return workers;
    }

    /** What letters do is remembered once there are more than so many states, within bounds if they are not null. */
    void remembersFrom(long states, @Nullable EffectLimits within) {
        executed = states;
        bounds = within == null ? bounds : within;
    }

    /**
     * Has workers remember what letters do from now on, where there are many states and it can be seen; they begin with the states
     * that are to be searched.
     */
    void remember(Machine machine, SearchState at) {
        if (remembers || at.distinct <= executed(machine)) {
            return;
        }
        remembers = true;
        EffectMemory made =
                EffectMemory.of(machine, bounds, workers.size(), workers.get(0).symmetry());
        if (made == null) {
            return;
        }
        workers.forEach(worker -> worker.remember(made));
        memory = made;
        if (!isLooked(machine.schema(), at.level, made) || !isLooked(machine.schema(), at.next, made)) {
            rememberNoMore();
        }
    }

    private long executed(Machine machine) {
        boolean steps = machine.granularity() == Granularity.STEP;
        return executed >= 0 ? executed : steps ? EXECUTED_BY_STEPS : EXECUTED_BY_OPERATIONS;
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

    /**
     * Has all workers do so many pieces, each in stretches of neighbours and in their order, or the first one alone on the calling thread
     * where there are at most two.
     */
    void share(int pieces, Task task) {
        EffectMemory known = memory;
        if (known != null && !known.pays()) {
            rememberNoMore();
        } else if (known != null) {
            known.exchange();
        }
        ExecutorService threads = pool;
        if (pieces <= 2 || workers.size() == 1 || threads == null || threads.isShutdown()) {
            for (int i = 0; i < pieces; i++) {
                task.run(workers.get(0), i);
            }
            return;
        }
        Stretches left = new Stretches(pieces, workers.size());
        List<Future<?>> running = new ArrayList<>();
        for (int w = 0; w < workers.size(); w++) {
            Expander worker = workers.get(w);
            int number = w;
            running.add(threads.submit(() -> {
                for (int i = left.next(number); i >= 0; i = left.next(number)) {
                    task.run(worker, i);
                }
            }));
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
                if (mayGiveUp && pool != null) {
                    pool.shutdownNow();
                }
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

    /** Has workers give up from now on where they are when the calling thread is interrupted, or finish what they are at. */
    void mayGiveUp(boolean may) {
        mayGiveUp = may;
        workers.forEach(worker -> worker.mayGiveUp(may));
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
