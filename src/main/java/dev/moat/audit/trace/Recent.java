package dev.moat.audit.trace;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What one task has mapped and no {@code dma:*} event has spoken of yet. The DMA layer maps and prints in the same task, so
 * that this needs no domain to be told apart from another.
 */
final class Recent {
    /** More are not kept; a list of more pieces is not judged. */
    static final int MOST = 256;

    /**
     * A mapping as it was made.
     *
     * @param was a mapping of its own, which no unmap cuts
     * @param shown whether the trace shows its rights
     */
    record Made(AddressSpace space, Mapping was, boolean shown) {
        /** Bit 0 to read, bit 1 to write; -1 where the trace does not show them. */
        int rights() {
            return shown ? was.rights() : -1;
        }

        /** The frame of a page. */
        long frame(long page) {
            return was.frame() + page - was.first();
        }
    }

    private final ArrayDeque<Made> made = new ArrayDeque<>(2);
    private boolean crowded;
    private boolean fromBeginning;
    private boolean afterGap;

    /** Forgets what was kept before a gap in which nothing was; once. */
    void startAfresh(boolean gap) {
        if (gap && !afterGap) {
            afterGap = true;
            made.clear();
            crowded = false;
        }
    }

    /** An event has spoken of a call that has ended. */
    void callEnded() {
        fromBeginning = true;
    }

    /**
     * Whether the call that an event speaks of was seen from its beginning, as that of the first event need not be: the recording may
     * have begun behind its maps.
     */
    boolean fromBeginning() {
        return fromBeginning;
    }

    /** A mapping was made. */
    void add(Made one) {
        if (made.size() == MOST) {
            made.removeFirst();
            crowded = true;
        }
        made.addLast(one);
    }

    /** The latest mapping of a page; null for none. */
    @Nullable
    Made of(long page) {
        for (Iterator<Made> all = made.descendingIterator(); all.hasNext(); ) {
            Made m = all.next();
            if (m.was.first() <= page && page < m.was.end()) {
                return m;
            }
        }
        return null;
    }

    /** Whether mappings were forgotten for want of room since the last event spoke of any. */
    boolean crowded() {
        return crowded;
    }

    /** These pages have been spoken of. */
    void told(long first, long end) {
        made.removeIf(m -> m.was.first() < end && first < m.was.end());
        crowded = false;
    }

    /** Whether there is none. */
    public boolean isEmpty() {
        return made.isEmpty();
    }
}
