package dev.moat.audit.read;

import java.io.IOException;
import java.util.ArrayDeque;

/**
 * Gives out the events of a trace. Where the trace declares a clock that all CPUs share ({@code # clock: mono}), they come in
 * the order of their times: who merges the buffers of several CPUs while they are written prints some lines too late. What is
 * later by more than {@value #SPAN} ns, or behind {@value #MOST} newer events, stays where it is. A mark of lost events has no time; it is
 * printed in front of the next event of its CPU and goes where that does. Without a declared clock events come as the lines do, at once.
 */
public final class TimeOrder {
    /** Events kept at most. */
    static final int MOST = 4096;

    /** Marks in a row that may wait for an event. */
    private static final int MOST_WAITING = 16;

    /**
     * How far behind the newest event the oldest one is given out, in nanoseconds. bpftrace takes what a CPU has printed every 100 ms, and
     * then one CPU after the other.
     */
    static final long SPAN = 500_000_000;

    private final TraceReader reader;
    private final TraceEvent[] ring = new TraceEvent[MOST + MOST_WAITING];
    private TraceEvent free = new TraceEvent();
    private TraceEvent given = new TraceEvent();
    private int first;
    private int count;
    private boolean over;
    private long moved;
    /** A mark that stands behind the events kept: the head of another recording, or lost events of any CPU. */
    private boolean mark;
    /** Marks that wait for the event in front of which they stand. */
    private final ArrayDeque<TraceEvent> waiting = new ArrayDeque<>(1);

    private long places;

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
                insertWaiting(newest());
            } else if (!reader.isOrdered() || divides(free)) {
                mark = true;
                insertWaiting(newest());
            } else if (waits(free)) {
                waiting.add(free);
                free = new TraceEvent();
            } else {
                insertWaiting(free.time);
                free = insert(free);
            }
        }
        TraceEvent before = given;
        if (count > 0) {
            given = ring[first];
            ring[first] = before;
            first = (first + 1) % ring.length;
            count--;
        } else if (mark) {
            mark = false;
            given = free;
            free = before;
        } else {
            return false;
        }
        given.place = ++places;
        return true;
    }

    private static boolean divides(TraceEvent e) {
        return e.kind == EventKind.HEADER
                || e.kind == EventKind.BOUNCES_RECORDED
                || (e.kind == EventKind.LOST && e.cpu == TraceEvent.SOME_CPU);
    }

    private boolean waits(TraceEvent e) {
        boolean timeless = (e.kind == EventKind.LOST && !e.timed) || e.kind == EventKind.TOO_BIG;
        if (timeless && waiting.size() == MOST_WAITING) {
            insertWaiting(newest());
        }
        return timeless;
    }

    private boolean ready() {
        return count > 0 && (count >= MOST || newest() - ring[first].time > SPAN);
    }

    private long newest() {
        return count == 0 ? 0 : ring[(first + count - 1) % ring.length].time;
    }

    private void insertWaiting(long time) {
        while (!waiting.isEmpty()) {
            TraceEvent e = waiting.remove();
            e.time = time;
            insert(e);
        }
    }

    /** Behind all that are not later: lines of one time keep their order. Answers of an event that may be filled again. */
    private TraceEvent insert(TraceEvent e) {
        int at = (first + count) % ring.length;
        TraceEvent unused = ring[at];
        int place = count;
        while (place > 0) {
            int below = (first + place - 1) % ring.length;
            if (ring[below].time <= e.time) {
                break;
            }
            ring[at] = ring[below];
            at = below;
            place--;
        }
        moved += place < count && !e.isMark() ? 1 : 0;
        ring[at] = e;
        count++;
        return unused == null ? new TraceEvent() : unused;
    }

    /** The present event; valid until the next is asked for. */
    public TraceEvent event() {
        return given;
    }

    /** Events that were put before lines that stand above theirs. */
    public long moved() {
        return moved;
    }
}
