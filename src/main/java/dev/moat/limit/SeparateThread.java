package dev.moat.limit;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Work that calls code which may never come back, as that of a user's component may: it is done on a thread of its own. Java cannot end
 * a thread that does not look whether it is interrupted, so such a one is left behind, and ends with the process.
 */
public final class SeparateThread {
    /** Moat's own code looks more often than that, also while it collects garbage. */
    private static final long PATIENCE_SECONDS = 10;

    private static final String MOAT = "dev.moat.";

    /** To its threads belong those that the work starts. */
    private final ThreadGroup threads = new ThreadGroup("moat-apart");

    private final long patienceNanos;
    private @Nullable Thread worker;
    private boolean told;
    private long end;
    private boolean ended;
    private boolean interrupted;

    private SeparateThread(long patienceNanos) {
        this.patienceNanos = patienceNanos;
    }

    /**
     * The result of work, or what it throws. When the calling thread is interrupted the work is, from its start if it was before; whether it
     * stays so is as if it had been done on this thread.
     *
     * @throws StoppedException when the work has not ended some seconds after it was interrupted, which it then says
     */
    public static <T> T get(Alarm.Work<T> work) throws IOException {
        return get(TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS), work);
    }

    static <T> T get(long patienceNanos, Alarm.Work<T> work) throws IOException {
        SeparateThread apart = new SeparateThread(patienceNanos);
        // It keeps whatever is thrown: code of others can throw what it does not declare, and who waits must be told.
        FutureTask<T> task = new FutureTask<>(work::get);
        apart.start(task);
        try {
            apart.await();
            return result(task);
        } finally {
            apart.handBack();
        }
    }

    private static <T> T result(FutureTask<T> ended) throws IOException {
        try {
            return ended.get();
        } catch (ExecutionException e) {
            throw SeparateThread.<IOException>raise(e.getCause());
        } catch (InterruptedException e) {
            throw new StoppedException();
        }
    }

    @SuppressWarnings("unchecked") // as it was thrown there, declared or not
    private static <E extends Throwable> E raise(@Nullable Throwable failure) throws E {
        throw (E) Objects.requireNonNull(failure);
    }

    private void start(FutureTask<?> task) {
        boolean before = Thread.interrupted();
        Thread thread = new Thread(threads, () -> run(before, task), "moat-apart");
        thread.setDaemon(true);
        worker = thread;
        if (before) {
            tell();
        }
        thread.start();
    }

    /** A thread that has not begun cannot be interrupted, so it is told itself. */
    private void run(boolean before, FutureTask<?> task) {
        if (before) {
            Thread.currentThread().interrupt();
        }
        task.run();
        synchronized (this) {
            interrupted |= Thread.interrupted();
            ended = true;
            notifyAll();
        }
    }

    private synchronized void handBack() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void await() {
        while (!ended) {
            try {
                long left = told ? end - System.nanoTime() : Long.MAX_VALUE;
                if (left <= 0) {
                    interrupted = true; // whoever asks again is to find it so, too
                    throw new StoppedException(place());
                }
                wait(told ? left / 1_000_000 + 1 : 0);
            } catch (InterruptedException e) {
                if (ended) {
                    interrupted = true; // too late to be told, and not to be lost
                } else if (!told) {
                    Objects.requireNonNull(worker).interrupt();
                    tell();
                }
            }
        }
    }

    private void tell() {
        told = true;
        end = System.nanoTime() + patienceNanos;
    }

    /** Where its threads are, as far as that can be told. */
    private String place() {
        Thread[] alive = new Thread[threads.activeCount() + 8];
        int count = threads.enumerate(alive);
        List<StackTraceElement[]> stacks =
                Stream.of(alive).limit(count).map(Thread::getStackTrace).toList();
        return place(stacks);
    }

    /** Where code is which is not Moat's, in words; else where Moat's is. */
    public static String place(Collection<StackTraceElement[]> stacks) {
        return first(stacks, false)
                .or(() -> first(stacks, true))
                .map(at -> at.getClassName() + "." + at.getMethodName() + ", " + at.getFileName() + ":"
                        + at.getLineNumber())
                .orElse("code");
    }

    /** Of Java's classes each has a module, of others none has. */
    private static Optional<StackTraceElement> first(Collection<StackTraceElement[]> stacks, boolean moats) {
        return stacks.stream()
                .flatMap(Arrays::stream)
                .filter(at -> at.getModuleName() == null && (moats || !isMoats(at)))
                .findFirst();
    }

    /** A component of a test of Moat's is beside it in name only where it has a class loader of its own. */
    private static boolean isMoats(StackTraceElement at) {
        return at.getClassName().startsWith(MOAT);
    }
}
