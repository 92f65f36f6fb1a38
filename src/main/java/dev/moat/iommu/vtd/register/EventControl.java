package dev.moat.iommu.vtd.register;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * An interrupt that the unit raises for itself: a control register with mask and pending bit, a message in the registers
 * beside it. While it is masked it stays pending, until it is unmasked, which sends it, or its cause is gone, which drops it.
 * {@code @source} VTD-EVENTS.
 */
final class EventControl {
    static final BitField RSVD_29 = new BitField("RSVD_29", 29, 0);
    /** Interrupt pending. */
    static final BitField IP = BitField.bit("IP", 30);
    /** Interrupt mask; set at reset. */
    static final BitField IM = BitField.bit("IM", 31);
    /** Message data, in the register that shares the word. */
    static final BitField DATA = new BitField("DATA", 63, 32);
    /** All 64 bits of the word of a control and a data register. */
    static final List<BitField> FIELDS = List.of(RSVD_29, IP, IM, DATA);

    private final UnitState u;
    private final Messages messages;
    private final Register control;
    private final Register address;

    /** @param address the word of the message address, right behind that of control and data */
    EventControl(UnitState u, Messages messages, Register control, Register address) {
        this.u = u;
        this.messages = messages;
        this.control = control;
        this.address = address;
    }

    void reset(long[] s) {
        u.set(s, control, IM.mask());
        u.set(s, address, 0);
    }

    /** Something happened that had not happened since software was last done with it. */
    void raise(long[] s) {
        if (IM.isSet(u.get(s, control))) {
            u.set(s, control, u.get(s, control) | IP.mask());
        } else {
            send(s);
        }
    }

    /** Software has written the control register. */
    void written(long[] s) {
        long word = u.get(s, control);
        if (IP.isSet(word) && !IM.isSet(word)) {
            send(s);
            drop(s);
        }
    }

    /** Nothing is left that the event would report. */
    void drop(long[] s) {
        u.set(s, control, u.get(s, control) & ~IP.mask());
    }

    private void send(long[] s) {
        messages.send(s, u.get(s, address), DATA.get(u.get(s, control)));
    }
}
