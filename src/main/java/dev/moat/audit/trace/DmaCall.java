package dev.moat.audit.trace;

import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import dev.moat.audit.result.AuditRule;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call of the DMA layer that a task is in. */
final class DmaCall {
    /** More unmaps than these in one call are not kept. */
    static final int MOST_RANGES = 1024;

    /**
     * Pages that it unmapped.
     *
     * @param taken what of them was in the tables
     */
    record Range(AddressSpace space, long first, long end, TraceEvent.Moment when, FollowedSpaces.Taken taken) {
        /** What was taken from the tables; null where none of the pages was seen to be mapped. */
        @Nullable
        Removal removal() {
            return taken.lingering().isEmpty() ? null : taken.lingering().get(0).removal();
        }
    }

    final EventKind kind;
    final long line;
    /** The direction of a map; -1 where it is not shown. */
    final int direction;

    final long size;
    final List<Range> ranges = new ArrayList<>(1);
    /** Maps in it with rights that it does not ask for, where they may be an interrupt's. */
    final List<Task.Call> suspects = new ArrayList<>(0);
    /** The map in it that counts, for a page is mapped by one; null for none. */
    Task.@Nullable Call mapped;
    /** Later ones, of which one may be its own where the first was an interrupt's. */
    final List<Task.Call> others = new ArrayList<>(0);
    /** Why it cannot be judged, or null. */
    @Nullable
    String spoiled;

    /** A call of which only the end is shown. */
    DmaCall(EventKind kind, Range range) {
        this.kind = kind;
        line = range.when.line();
        direction = -1;
        size = 0;
        ranges.add(range);
    }

    DmaCall(TraceEvent e) {
        kind = e.kind();
        line = e.line();
        direction = e.has(Field.DIR) ? (int) e.get(Field.DIR) : -1;
        size = e.get(Field.SIZE);
    }

    /** The rule that judges its return; null for a map. */
    @Nullable
    AuditRule rule() {
        return switch (kind) {
            case DMA_UNMAP_PAGE -> AuditRule.RETURN_PAGE;
            case DMA_UNMAP_SG -> AuditRule.RETURN_SG;
            case DMA_FREE -> AuditRule.RETURN_FREE;
            case IOVA_DESTROY, IOVA_UNLINK -> AuditRule.RETURN_LINKED;
            default -> null;
        };
    }

    /** Whether the kernel calls the other to do this one; from Linux 7.3 on, and the other invalidates before it returns. */
    boolean calls(DmaCall other) {
        return kind == EventKind.IOVA_DESTROY && other.kind == EventKind.IOVA_UNLINK;
    }

    /** The event that begins the operation that this event ends; null for other events. */
    static @Nullable EventKind begun(EventKind end) {
        return switch (end) {
            case DMA_MAP_PAGE_RETURN -> EventKind.DMA_MAP_PAGE;
            case DMA_UNMAP_PAGE_RETURN -> EventKind.DMA_UNMAP_PAGE;
            case DMA_UNMAP_SG_RETURN -> EventKind.DMA_UNMAP_SG;
            case DMA_FREE_RETURN -> EventKind.DMA_FREE;
            case IOVA_DESTROY_RETURN -> EventKind.IOVA_DESTROY;
            case IOVA_UNLINK_RETURN -> EventKind.IOVA_UNLINK;
            default -> null;
        };
    }

    /**
     * Unmaps of a task outside of any call that is shown, until an event tells that their call has returned. There are several where
     * interrupts upon the task cannot be told from it, or where the call of an unmap shows no return.
     */
    static final class Loose {
        /** More are not kept. */
        private static final int MOST = 64;

        private final ArrayDeque<Range> ranges = new ArrayDeque<>(1);

        /** An unmap; older ones of its pages are over. */
        void add(Range range) {
            ranges.removeIf(r -> r.space == range.space && r.first < range.end && range.first < r.end);
            if (ranges.size() == MOST) {
                ranges.removeLast();
            }
            ranges.push(range);
        }

        /** Takes out the latest of a page; null for none. */
        @Nullable
        Range take(long page) {
            for (Range r : ranges) {
                if (r.first <= page && page < r.end) {
                    ranges.remove(r);
                    return r;
                }
            }
            return null;
        }

        /** Takes out the latest; null for none. */
        @Nullable
        Range take() {
            return ranges.poll();
        }

        void clear() {
            ranges.clear();
        }
    }

    /** Whose pages it unmapped last; null where it has not. */
    @Nullable
    AddressSpace space() {
        return ranges.isEmpty() ? null : ranges.get(ranges.size() - 1).space;
    }

    void add(Range range) {
        if (ranges.size() < MOST_RANGES) {
            ranges.add(range);
        } else {
            spoiled = "more than " + MOST_RANGES + " unmaps in one call";
        }
    }
}
