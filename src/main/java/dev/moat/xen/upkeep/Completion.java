package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.xen.call.ClosingList;
import dev.moat.xen.state.XenState;

/** The second phase of an unmap: page references, writable uses, pins, then status bits, in one critical section. */
public final class Completion {
    private final XenState xen;

    public Completion(XenState xen) {
        this.xen = xen;
    }

    /** Releases the sides of a mapping; whether the frame is now to be released, its owner having given it up. */
    public boolean release(long[] s, int granter, int ref, int sides, boolean readOnly) {
        int frame = xen.grants.frame(s, granter, ref);
        boolean last = dereference(s, frame, sides, readOnly);
        xen.grants.unpin(s, granter, ref, sides, readOnly);
        return last;
    }

    /** Drops the references of a mapping whose pins are gone; the answer is that of {@link #release}. */
    boolean dereference(long[] s, int frame, int sides, boolean readOnly) {
        boolean last = xen.memory.release(s, frame, Integer.bitCount(sides));
        xen.types.drop(s, frame, xen.typeUses.decide(s, readOnly ? 0 : Integer.bitCount(sides), 0, 0));
        return last;
    }

    /**
     * Releases the mapping in a place of a list; DONE when there is none, its place being -1. LOOP while others may be
     * left; NEXT when it was the last to refer to a given-up frame, noted for {@link FrameRelease}.
     */
    public int releaseListed(long[] s, int cpu, ClosingList list, int place) {
        if (place < 0) {
            return DONE;
        }
        int granter = list.granter(s, place);
        int ref = list.ref(s, place);
        int sides = list.sides(s, place);
        boolean readOnly = list.isReadOnly(s, place);
        int frame = list.isUnpinned() ? list.frame(s, place) : xen.grants.frame(s, granter, ref);
        boolean last = xen.limboHolds.decide(s, 0, 0, 0) != 0 && dereference(s, frame, sides, readOnly);
        if (!list.isUnpinned()) {
            xen.grants.unpin(s, granter, ref, sides, readOnly);
        }
        list.remove(s, place);
        xen.operation.frame.set(s, cpu, last ? frame : 0);
        return last ? NEXT : LOOP;
    }
}
