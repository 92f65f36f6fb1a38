package dev.moat.xen.call;

import dev.moat.state.Slots;

/** What a call that assigns, moves or takes away a device keeps; who has it, or is to get it, is {@link RunningOperation#domain}. */
public final class DeviceCall {
    /** The source-id whose device entry is being changed. */
    public final Slots requester;
    /** The domain that loses the device to {@link RunningOperation#domain}, or none; kept only where devices are moved. */
    public final Slots former;

    public DeviceCall(CallSlots slots) {
        requester = slots.get("device");
        former = slots.get("former");
    }
}
