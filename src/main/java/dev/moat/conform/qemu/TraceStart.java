package dev.moat.conform.qemu;

import dev.moat.input.InputException;
import dev.moat.iommu.vtd.format.Descriptors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds where in a log a guest's trace begins. Neither has the other's clock, but both have the descriptors in order: the
 * first of the trace are looked for in the log, and up to one in ten of them may differ. Of several places that are as good
 * the one is taken where most fills agree.
 */
final class TraceStart {
    private static final int LONGEST = 256;
    private static final int TOLERATED = 10;
    private static final int MOST_PLACES = 64;

    private final String trace;
    private final int line;
    private final List<GuestTrace.Event> first;
    private final long[] lo;
    private final long[] hi;
    private long offered;
    private int fewest;
    private final List<Long> places = new ArrayList<>();

    private TraceStart(String trace, int line, List<GuestTrace.Event> first) {
        this.trace = trace;
        this.line = line;
        this.first = first;
        lo = new long[first.size()];
        hi = new long[first.size()];
        fewest = first.size() / TOLERATED;
    }

    /** Throws {@link InputException} for a malformed trace, then for one without a descriptor. */
    static TraceStart read(QemuLog.Source source) throws IOException {
        List<GuestTrace.Event> first = new ArrayList<>();
        int line = 1;
        boolean more = true;
        try (GuestTrace events = new GuestTrace(source)) {
            for (GuestTrace.Event e = events.next(); e != null; e = events.next()) {
                if (e.kind() == GuestTrace.Kind.BEGINS) {
                    // Of what stands above descriptors may be missing anywhere.
                    first.clear();
                    more = true;
                    line = events.line();
                } else if (e.kind() == GuestTrace.Kind.LOST && !first.isEmpty()) {
                    // A descriptor may be among what was lost, and what comes after it stands elsewhere in the log
                    // then.
                    more = false;
                } else if (e.kind() == GuestTrace.Kind.SUBMIT && more && first.size() < LONGEST) {
                    line = first.isEmpty() ? events.line() : line;
                    first.add(e);
                }
            }
        }
        if (first.isEmpty()) {
            String where = line == 1 ? "in it" : "after the last CPU's first event";
            throw new InputException(
                    source.name(),
                    line,
                    1,
                    "no qi_submit event " + where + "; nothing else says where in the log it begins");
        }
        return new TraceStart(source.name(), line, first);
    }

    /** Number of the line in which the trace's first descriptor stands; what was before it is not whole. */
    int line() {
        return line;
    }

    /** The log's next descriptor. */
    void offer(long low, long high) {
        if (Descriptors.TYPE.get(low) == Descriptors.WAIT) {
            return;
        }
        int n = first.size();
        lo[(int) (offered % n)] = low;
        hi[(int) (offered % n)] = high;
        offered++;
        if (offered < n) {
            return;
        }
        int different = 0;
        for (int i = 0; i < n && different <= fewest; i++) {
            int at = (int) ((offered + i) % n);
            different +=
                    lo[at] == first.get(i).first() && hi[at] == first.get(i).second() ? 0 : 1;
        }
        if (different < fewest) {
            places.clear();
            fewest = different;
        }
        if (different == fewest && places.size() <= MOST_PLACES) {
            places.add(offered - n);
        }
    }

    /**
     * Where the trace may begin: how many descriptors of the log, waits left out, come before the trace's first.
     *
     * @throws InputException when there is no such place, or too many to try
     */
    List<Long> places(String log) {
        if (places.isEmpty()) {
            throw misplaced("found nowhere in " + log + ": not the same run?");
        }
        if (places.size() > MOST_PLACES) {
            throw misplaced("found at more than " + MOST_PLACES + " places of " + log);
        }
        return List.copyOf(places);
    }

    /** The error that the trace's first descriptors do not say where it begins. */
    InputException misplaced(String why) {
        String which =
                first.size() == 1 ? "its first descriptor is " : "its first " + first.size() + " descriptors are ";
        return new InputException(trace, line, 1, which + why);
    }
}
