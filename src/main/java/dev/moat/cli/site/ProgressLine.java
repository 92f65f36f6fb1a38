package dev.moat.cli.site;

import dev.moat.explore.Progress;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.Supplier;

/** Progress for people: one rewritten line on a terminal, a plain line every five seconds elsewhere. */
public final class ProgressLine implements Progress, AutoCloseable {
    private static final long REWRITE_NANOS = 200_000_000L;
    private static final long PLAIN_NANOS = 5_000_000_000L;

    private final PrintWriter err;
    private final boolean terminal;
    private final String what;
    private long next;
    private boolean open;

    /**
     * @param terminal whether the line may be rewritten
     * @param silent to print nothing
     * @param what is run
     */
    public ProgressLine(PrintWriter err, boolean terminal, boolean silent, String what) {
        this.err = err;
        this.terminal = terminal;
        this.what = what;
        next = silent ? Long.MAX_VALUE : terminal ? REWRITE_NANOS : PLAIN_NANOS;
    }

    @Override
    public void at(int depth, long distinct, long generated, long frontier, long nanos) {
        double seconds = nanos / 1e9;
        show(
                nanos,
                () -> String.format(
                        Locale.ROOT,
                        "%s: depth %,d, %,d states, %,d generated, %,d in the frontier, %.0f s, %,.0f k/s",
                        what,
                        depth,
                        distinct,
                        generated,
                        frontier,
                        seconds,
                        generated / seconds / 1000));
    }

    /** The same for a simulation. */
    public void walked(long walks, long transitions, long nanos) {
        double seconds = nanos / 1e9;
        show(
                nanos,
                () -> String.format(
                        Locale.ROOT,
                        "%s: walk %,d, %,d transitions, %.0f s, %,.0f k/s",
                        what,
                        walks,
                        transitions,
                        seconds,
                        transitions / seconds / 1000));
    }

    private void show(long nanos, Supplier<String> text) {
        if (nanos < next) {
            return;
        }
        next = nanos + (terminal ? REWRITE_NANOS : PLAIN_NANOS);
        if (terminal) {
            err.print("\r\u001b[K" + text.get());
            open = true;
        } else {
            err.println(text.get());
        }
        err.flush();
    }

    /** Removes the line from a terminal. */
    @Override
    public void close() {
        if (open) {
            err.print("\r\u001b[K");
            err.flush();
            open = false;
        }
    }
}
