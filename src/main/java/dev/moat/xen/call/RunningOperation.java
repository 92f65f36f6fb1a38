package dev.moat.xen.call;

import dev.moat.grant.GrantStatus;
import dev.moat.state.Slots;

/** What every operation has: for whom it acts, the frame that it is at, how far it is, and what will come of it. */
public final class RunningOperation {
    /** The domain for which the operation acts: mapper, owner, or the one that has the device. */
    public final Slots domain;
    /** The frame whose table entry is being changed. */
    public final Slots frame;
    /** As {@link Phase} says. */
    public final Slots phase;
    /** {@link GrantStatus} of the operation. */
    public final Slots result;

    public RunningOperation(CallSlots slots) {
        domain = slots.get("domain");
        frame = slots.get("frame");
        phase = slots.get("phase");
        result = slots.get("result");
    }
}
