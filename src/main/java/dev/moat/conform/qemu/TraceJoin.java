package dev.moat.conform.qemu;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the guest had mapped while QEMU filled its IOTLB. Between two descriptors the order of the two recordings is unknown:
 * a fill or hit must agree with a mapping that was live at some time between the same two. Sound while descriptors are executed in
 * the order of their submission, as one CPU's always are.
 */
final class TraceJoin implements Closeable {
    private static final long UNMAPPED = -1;
    private static final long UNKNOWN = -2;
    private static final int MOST_ENDED = 1 << 16;

    private final GuestTrace events;
    private final LogShape shape;
    private final LogTally tally;
    private final long place;
    /** Per page of the log: the frame it is mapped to, UNMAPPED, or UNKNOWN before the first event. */
    private final long[] frame;

    private final int[] rights;
    /** The lines of the trace that ended mappings last, by page and frame; the oldest are forgotten. */
    private final Map<Ended, Integer> endedIn = new LinkedHashMap<>();

    private final String file;
    /** Mappings that ended since the last descriptor, with frame UNKNOWN where the trace does not show them. */
    private final Set<Mapping> ended = new LinkedHashSet<>();

    private GuestTrace.@Nullable Event submit;
    private long descriptors;
    private boolean differed;
    /** Events were lost since the first descriptor, perhaps descriptors too: the next one of the trace need not be the log's. */
    private boolean lost;

    private boolean parted;

    private record Ended(int page, long frame) {}

    private record Mapping(int page, long frame, int rights) {}

    /**
     * Reads up to the first descriptor.
     *
     * @param line in which that stands
     * @param place how many descriptors of the log come before it
     */
    TraceJoin(QemuLog.Source source, int line, long place, LogShape shape, LogTally tally) throws IOException {
        events = new GuestTrace(source);
        file = source.name();
        this.shape = shape;
        this.tally = tally;
        this.place = place;
        frame = new long[shape.pages().length];
        rights = new int[frame.length];
        Arrays.fill(frame, UNKNOWN);
        do {
            advance();
        } while (submit != null && events.line() < line);
    }

    private void advance() {
        ended.clear();
        try {
            GuestTrace.Event e = events.next();
            for (; e != null && e.kind() != GuestTrace.Kind.SUBMIT; e = events.next()) {
                apply(e);
            }
            submit = e;
            if (e == null && events.isCut()) {
                tally.unjudged("last line of the trace, in the middle of which the file ends");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void apply(GuestTrace.Event e) {
        if (e.kind() == GuestTrace.Kind.LOST || e.kind() == GuestTrace.Kind.BEGINS) {
            Arrays.fill(frame, UNKNOWN);
            lost |= descriptors > 0;
            tally.unjudged("events lost by the recorder of the trace");
            return;
        }
        boolean maps = e.kind() == GuestTrace.Kind.MAP;
        long from = e.first() >>> LogShape.PAGE_SHIFT;
        int end = shape.pagesBelow(from + (e.size() >>> LogShape.PAGE_SHIFT));
        boolean unseen = false;
        for (int page = shape.pagesBelow(from); page < end; page++) {
            unseen |= frame[page] == UNKNOWN;
            if (maps) {
                map(page, (e.second() >>> LogShape.PAGE_SHIFT) + shape.pages()[page] - from, e.rights());
            } else {
                end(page);
                frame[page] = UNMAPPED;
            }
        }
        if (unseen && !maps) {
            tally.unjudged("unmap of a mapping that the trace does not show");
        }
    }

    private void map(int page, long to, int withRights) {
        // The probe of a call and the tracepoint after it tell the same; only the former knows the rights.
        if (frame[page] == to && withRights < 0) {
            return;
        }
        end(page);
        frame[page] = to;
        rights[page] = withRights;
    }

    private void end(int page) {
        if (frame[page] != UNMAPPED) {
            ended.add(new Mapping(page, frame[page], rights[page]));
            endedIn.remove(new Ended(page, frame[page]));
            endedIn.put(new Ended(page, frame[page]), events.line());
            if (endedIn.size() > MOST_ENDED) {
                endedIn.remove(endedIn.keySet().iterator().next());
            }
        }
    }

    /** QEMU executed a descriptor that is no wait. */
    void submitted(LogLine l, long lo, long hi) {
        descriptors++;
        if (descriptors <= place || parted) {
            return;
        }
        GuestTrace.Event expected = submit;
        if (expected == null) {
            tally.unjudged("descriptor after the end of the trace");
            parted = true;
            return;
        }
        boolean same = expected.first() == lo && expected.second() == hi;
        if (!same && lost) {
            tally.unjudged("descriptor that differs after events that the trace has lost");
            parted = true;
            return;
        }
        if (!same) {
            tally.disagree(l, "descriptor", words(lo, hi), "submitted: " + words(expected.first(), expected.second()));
        }
        parted = !same && differed;
        differed = !same;
        advance();
    }

    private static String words(long lo, long hi) {
        return "0x" + Long.toHexString(lo) + " 0x" + Long.toHexString(hi);
    }

    /** QEMU cached a second-level entry. */
    void filled(LogLine l, long page, long slpte) {
        if (descriptors <= place || parted) {
            tally.unjudged("fill outside the time of the trace");
            return;
        }
        int p = shape.pagesBelow(page);
        long to = SecondLevelEntry.ADDR.get(slpte);
        int gives = SecondLevelEntry.rights(slpte);
        if (any(p, m -> m.frame() == to && m.rights() >= 0 && agrees(m.rights(), gives))) {
            tally.explained("fill agrees with a mapping of the trace");
            if (!any(p, m -> m.frame() == to && m.rights() == gives)) {
                tally.explained("entry with a right to read beyond its mapping, as Linux writes them");
            }
        } else if (any(p, m -> m.frame() == to && m.rights() < 0)) {
            tally.explained("fill agrees with a mapping of the trace");
            tally.unjudged("rights of a fill: the trace has no iommu_map probe");
        } else if (frame[p] == UNKNOWN || any(p, m -> m.frame() == UNKNOWN)) {
            tally.unjudged("fill of a mapping that the trace does not show");
        } else if (lost) {
            tally.unjudged("fill that no mapping explains after events that the trace has lost");
        } else if (submit == null) {
            tally.unjudged("fill that no mapping explains, perhaps after the end of the trace");
        } else {
            tally.disagree(l, "slpte", "0x" + Long.toHexString(slpte), "mapped: " + describe(p));
        }
    }

    /**
     * QEMU served a translation that it had cached. One that was unmapped before the last descriptor is stale. If the unmap stands
     * between the same two descriptors as the hit, the hit may have come first; that the invalidation of the page comes next
     * is how a strict kernel ends a mapping that was used until then.
     */
    void hit(LogLine l, long page, long slpte) {
        if (descriptors <= place || parted) {
            tally.unjudged("hit outside the time of the trace");
            return;
        }
        int p = shape.pagesBelow(page);
        long to = SecondLevelEntry.ADDR.get(slpte);
        Integer line = endedIn.get(new Ended(p, to));
        if (frame[p] == to) {
            tally.explained("hit agrees with a mapping of the trace");
        } else if (ended.stream().anyMatch(m -> m.page() == p && m.frame() == to)) {
            if (isInvalidatedNext(page, l.number("domain"))) {
                tally.explained("hit agrees with a mapping of the trace");
            } else {
                tally.suspect(
                        l,
                        "0x" + Long.toHexString(page << LogShape.PAGE_SHIFT) + " is unmapped in " + file + ":" + line
                                + ", and no invalidation of it follows: a stale translation is used, unless the hit came before");
            }
        } else if (frame[p] == UNKNOWN || any(p, m -> m.frame() == UNKNOWN)) {
            tally.unjudged("hit of a mapping that the trace does not show");
        } else if (lost) {
            tally.unjudged("hit that no mapping explains after events that the trace has lost");
        } else if (submit == null) {
            tally.unjudged("hit that no mapping explains, perhaps after the end of the trace");
        } else {
            tally.disagree(
                    l,
                    "translation",
                    "hit, frame 0x" + Long.toHexString(to),
                    "stale, mapped: " + describe(p) + (line == null ? "" : "; unmapped in " + file + ":" + line));
        }
    }

    /** Whether the next descriptor of the trace invalidates a page. */
    private boolean isInvalidatedNext(long page, long did) {
        GuestTrace.Event next = submit;
        if (next == null || Descriptors.TYPE.get(next.first()) != Descriptors.IOTLB) {
            return false;
        }
        int granularity = (int) Descriptors.Iotlb.GRANULARITY.get(next.first());
        long first = Descriptors.Iotlb.firstPage(next.second());
        return granularity == Descriptors.GLOBAL
                || (Descriptors.DID.get(next.first()) == did
                        && (granularity == Descriptors.DOMAIN
                                || (page >= first && page - first < Descriptors.Iotlb.pageCount(next.second()))));
    }

    /** Writing must be as mapped; Linux 6.1 always lets devices read. */
    private static boolean agrees(int mapped, int given) {
        return (mapped & Rights.WRITE) == (given & Rights.WRITE) && (mapped & ~given) == 0;
    }

    private boolean any(int page, Predicate<Mapping> wanted) {
        return (frame[page] >= 0 && wanted.test(new Mapping(page, frame[page], rights[page])))
                || ended.stream().anyMatch(m -> m.page() == page && wanted.test(m));
    }

    private String describe(int page) {
        return frame[page] < 0
                ? "nothing"
                : "frame 0x" + Long.toHexString(frame[page]) + " rights " + Math.max(rights[page], 0);
    }

    @Override
    public void close() throws IOException {
        events.close();
    }
}
