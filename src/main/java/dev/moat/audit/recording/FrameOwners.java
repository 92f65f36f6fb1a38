package dev.moat.audit.recording;

import dev.moat.limit.LimitException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a recording says of frames: which are free, and whose they are. */
final class FrameOwners {
    private static final int MOST = 1 << 20;

    private final TreeMap<Long, Range> ranges = new TreeMap<>();

    /**
     * Frames that are alike.
     *
     * @param end behind the last one
     * @param owner empty for none that is known
     */
    record Range(long end, boolean free, String owner, long line) {}

    void set(long frame, long count, Range now) {
        long end = frame + count;
        Map.Entry<Long, Range> before = ranges.lowerEntry(frame);
        if (before != null && before.getValue().end > frame) {
            Range old = before.getValue();
            ranges.put(before.getKey(), new Range(frame, old.free, old.owner, old.line));
            if (old.end > end) {
                ranges.put(end, old);
            }
        }
        Map.Entry<Long, Range> last = ranges.lowerEntry(end);
        if (last != null && last.getKey() >= frame && last.getValue().end > end) {
            ranges.put(end, last.getValue());
        }
        ranges.subMap(frame, true, end, false).clear();
        ranges.put(frame, now);
        if (ranges.size() > MOST) {
            throw new LimitException("memory", "the limit on ranges of frames was hit: more than " + MOST);
        }
    }

    /** What is said of a frame; null for nothing. */
    @Nullable
    Range of(long frame) {
        Map.Entry<Long, Range> at = ranges.floorEntry(frame);
        return at != null && at.getValue().end > frame ? at.getValue() : null;
    }

    /** What is said of the first of some frames of which anything is said; null for none. */
    @Nullable
    Range first(long frame, long count) {
        Range here = of(frame);
        if (here != null) {
            return here;
        }
        Map.Entry<Long, Range> next = ranges.ceilingEntry(frame);
        return next != null && next.getKey() < frame + count ? next.getValue() : null;
    }

    void clear() {
        ranges.clear();
    }
}
