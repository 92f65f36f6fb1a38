package dev.moat.iommu.vtd.register;

import dev.moat.bits.BitField;
import dev.moat.state.Slots;
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

    private final Slots registers;
    private final Messages messages;
    private final int control;
    private final int address;

    /**
     * One event's registers.
     *
     * @param registers words of the register page
     * @param control the element of control and data register
     * @param address that of the message address
     */
    public EventControl(Slots registers, Messages messages, int control, int address) {
        this.registers = registers;
        this.messages = messages;
        this.control = control;
        this.address = address;
    }

    /** The event is masked, and nothing is pending. */
    public void reset(long[] s) {
        registers.set(s, control, IM.mask());
        registers.set(s, address, 0);
    }

    /** Something happened that had not happened since software was last done with it. */
    public void raise(long[] s) {
        if (IM.isSet(registers.get(s, control))) {
            registers.set(s, control, registers.get(s, control) | IP.mask());
        } else {
            send(s);
        }
    }

    /** Software has written the control register. */
    public void written(long[] s) {
        long word = registers.get(s, control);
        if (IP.isSet(word) && !IM.isSet(word)) {
            send(s);
            drop(s);
        }
    }

    /** Nothing is left that the event would report. */
    public void drop(long[] s) {
        registers.set(s, control, registers.get(s, control) & ~IP.mask());
    }

    private void send(long[] s) {
        messages.send(s, registers.get(s, address), DATA.get(registers.get(s, control)));
    }
}
