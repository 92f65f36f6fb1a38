package dev.moat.cli;

import dev.moat.check.ExitCode;
import dev.moat.cli.site.Signals;
import dev.moat.limit.SeparateThread;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Turns Ctrl-C into an interrupt of the working thread, and gives it time to print what it has. */
final class Interruption {
    private static final long PATIENCE_SECONDS = 20;

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile int code;

    private Interruption() {}

    /** Starts to watch; the process then ends with the exit code of the signal, 130 for Ctrl-C. */
    static Interruption watch(Thread worker) {
        Interruption watch = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> watch.stop(worker), "interruption"));
        Signals.watch();
        return watch;
    }

    private void stop(Thread worker) {
        if (done.getCount() == 0) {
            return;
        }
        worker.interrupt();
        try {
            boolean finished = done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!finished) {
                // In one line, as all that goes wrong is told.
                System.err.println("moat: interrupted, and ended without what it had found: "
                        + SeparateThread.place(Thread.getAllStackTraces().values()) + " does not come back");
                Runtime.getRuntime().halt(Signals.answered(ExitCode.INTERRUPTED).code());
            } else if (Signals.areSettled()) {
                // Java would answer the signal's code, and reports may say another one.
                Runtime.getRuntime().halt(code);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything has been printed; to be called before the process exits with this code. */
    void done(ExitCode with) {
        code = with.code();
        done.countDown();
    }
}
