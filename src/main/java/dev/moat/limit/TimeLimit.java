package dev.moat.limit;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long work may take by the clock: by itself, and all of a run of which it is a part.
 *
 * @param seconds for the work
 * @param end of the run, as {@link System#nanoTime} tells it; {@link #NEVER} for none
 */
public record TimeLimit(long seconds, long end) {
    /** No end of the run. */
    public static final long NEVER = Long.MAX_VALUE;

    /** About 30 years: nanoseconds of much more do not fit a long. */
    private static final long LONGEST = 1_000_000_000;

    private static final String WHOLE_RUN = "the time of the whole run";

    /** So many seconds for the work, and a run that ends so many seconds from now. */
    public static TimeLimit from(long seconds, long total) {
        return new TimeLimit(seconds, System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.min(total, LONGEST)));
    }

    /** Whether the run is over, so that nothing more begins. */
    public boolean isOver() {
        return end != NEVER && end - System.nanoTime() <= 0;
    }

    /** Seconds until then, rounded up; as good as for ever where the run has no end. */
    public long runLeft() {
        return end == NEVER
                ? Long.MAX_VALUE
                : TimeUnit.NANOSECONDS.toSeconds(Math.max(0, end - System.nanoTime()) + 999_999_999L);
    }

    /** Seconds that work may take when it begins now. */
    public long left() {
        return Math.min(seconds, runLeft());
    }

    /** The limit that work is at which began then, in words; null while it is at none. */
    @Nullable
    public String reached(long began) {
        if (System.nanoTime() - began >= seconds * 1e9) {
            return "time " + seconds + " s";
        }
        return isOver() ? WHOLE_RUN : null;
    }

    /** The same where the time is known to be up. */
    public String words(long began) {
        String reached = reached(began);
        return reached == null ? WHOLE_RUN : reached;
    }
}
