package dev.moat.audit.read;

import java.io.IOException;

/**
 * Gives out the events of a trace. Where the trace declares a clock that all CPUs share ({@code # clock: mono}), they come in
 * the order of their times: who merges the buffers of several CPUs while they are written prints some lines too late. What is
 * later by more than {@value #SPAN} ns, or behind {@value #MOST} newer events, stays where it is. Without a declared clock events
 * come as the lines do, at once.
 */
public final class TimeOrder {
    /** Events kept at most. */
    static final int MOST = 4096;

    /**
     * How far behind the newest event the oldest one is given out, in nanoseconds. bpftrace takes what a CPU has printed every 100 ms, and
     * then one CPU after the other.
     */
    static final long SPAN = 500_000_000;

    private final TraceReader reader;
    private final Event[] ring = new Event[MOST];
    private Event free = new Event();
    private Event given = new Event();
    private int first;
    private int count;
    private boolean over;
    private long moved;
    /** A mark that stands behind the events kept: lost events, one that is not shown, or the head of another recording. */
    private boolean mark;

    public TimeOrder(TraceReader reader) {
        this.reader = reader;
    }

    /**
     * Goes to the next event.
     *
     * @return false at the end
     */
    public boolean advance() throws IOException {
        while (!over && !mark && !ready()) {
            if (!reader.advance(free)) {
                over = true;
            } else if (!reader.isOrdered() || isMark(free)) {
                mark = true;
            } else {
                insert();
            }
        }
        if (count > 0) {
            Event before = given;
            given = ring[first];
            ring[first] = before;
            first = (first + 1) % MOST;
            count--;
            return true;
        }
        if (mark) {
            mark = false;
            Event before = given;
            given = free;
            free = before;
            return true;
        }
        return false;
    }

    private static boolean isMark(Event e) {
        return e.kind == EventKind.LOST
                || e.kind == EventKind.HEADER
                || e.kind == EventKind.TOO_BIG
                || e.kind == EventKind.BOUNCES_RECORDED;
    }

    private boolean ready() {
        return count == MOST || (count > 0 && ring[(first + count - 1) % MOST].time - ring[first].time > SPAN);
    }

    /** Behind all that are not later: lines of one time keep their order. */
    private void insert() {
        int at = (first + count) % MOST;
        Event unused = ring[at];
        int place = count;
        while (place > 0) {
            int below = (first + place - 1) % MOST;
            if (ring[below].time <= free.time) {
                break;
            }
            ring[at] = ring[below];
            at = below;
            place--;
        }
        moved += place < count ? 1 : 0;
        ring[at] = free;
        free = unused == null ? new Event() : unused;
        count++;
    }

    /** The present event; valid until the next is asked for. */
    public Event event() {
        return given;
    }

    /** Events that were put before lines that stand above theirs. */
    public long moved() {
        return moved;
    }
}
