package dev.moat.xen.call;

import dev.moat.model.Decision;
import dev.moat.state.Slots;

/** What a call that maps or unmaps a grant keeps of the mapping that it is at; the mapper is {@link RunningOperation#domain}. */
public final class MappingCall {
    /** A decision: to 1 when an unmap that leaves a side keeps the handle, and puts it back at its end if no side is left then. */
    public static final String HALF_KEEPS_HANDLE = "unmap.half-keeps-handle";

    /** The domain that granted. */
    public final Slots granter;
    /** The grant reference, from 0. */
    public final Slots ref;
    /** The handle, from 0. */
    public final Slots handle;
    /** Sides being mapped or unmapped, a mask of {@link dev.moat.grant.Pins#BOTH}. */
    public final Slots sides;
    /** Whether the mapping gives no right to write. */
    public final Slots readOnly;
    /** Whether nothing of its kind was pinned before this mapping; kept only for the rules that look at it. */
    public final Slots first;

    private final Decision halfKeepsHandle;

    public MappingCall(CallSlots slots) {
        granter = slots.get("granter");
        ref = slots.get("ref");
        handle = slots.get("handle");
        sides = slots.get("sides");
        readOnly = slots.get("readonly");
        first = slots.get("first");
        halfKeepsHandle = slots.halfKeepsHandle();
    }

    /** Whether the mapping that a CPU is at gives no right to write. */
    public boolean isReadOnly(long[] s, int cpu) {
        return readOnly.get(s, cpu) != 0;
    }

    /** What {@link #HALF_KEEPS_HANDLE} decides; only a fault has it be so. */
    public boolean halfKeepsHandle(long[] s) {
        return halfKeepsHandle.decide(s, 0, 0, 0) != 0;
    }
}
