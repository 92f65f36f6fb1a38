package dev.moat.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Ranges of pages that tables map. A range is said by its first page, and by each page of it whose frame is of interest: one that
 * another range begins at, or that something else is known of. Two ranges that overlap meet where one of them begins.
 */
final class MappedRanges {
    /** The first page of the window in which writes are interrupts, and how many it has. */
    static final long WINDOW = 0xfee00;

    static final long WINDOW_PAGES = 0x100;

    private record Range(Line at, String space, long page, long frame, long count, boolean reads, boolean writes) {}

    private final Facts facts;
    private final List<Range> ranges = new ArrayList<>();
    private final TreeSet<Long> frames = new TreeSet<>();

    MappedRanges(Facts facts) {
        this.facts = facts;
    }

    /** Tables lead pages to as many frames. */
    void add(Line at, String space, long page, long frame, int level, String rights) {
        long count = Numbers.pagesOf(level);
        ranges.add(new Range(at, space, page, frame, count, rights.contains("r"), rights.contains("w")));
        frames.add(frame);
    }

    /** Something is known of a frame. */
    void interest(long frame) {
        frames.add(frame);
    }

    /** Says all of it; once, when all files are read. */
    void finish() {
        frames.add(WINDOW);
        for (Range range : ranges) {
            say(range, 0);
            frames.subSet(range.frame, false, range.frame + range.count, false)
                    .forEach(frame -> say(range, frame - range.frame));
            if (range.page < WINDOW && range.page + range.count > WINDOW) {
                say(range, WINDOW - range.page);
            }
        }
    }

    private void say(Range range, long offset) {
        String page = Numbers.page(range.page + offset);
        String frame = Numbers.page(range.frame + offset);
        if (range.reads) {
            facts.add(range.at, "mapR", range.space, page, frame);
        }
        if (range.writes) {
            facts.add(range.at, "mapW", range.space, page, frame);
        }
        if (isWindow(range.page + offset)) {
            facts.add(range.at, "messagePage", page);
        }
        if (isWindow(range.frame + offset)) {
            facts.add(range.at, "messageFrame", frame);
        }
    }

    private static boolean isWindow(long page) {
        return page >= WINDOW && page < WINDOW + WINDOW_PAGES;
    }
}
