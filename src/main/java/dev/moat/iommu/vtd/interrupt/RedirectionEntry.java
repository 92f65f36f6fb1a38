package dev.moat.iommu.vtd.interrupt;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Entry of an IOAPIC's redirection table, and the request that it makes: the upper 16 bits become address bits 19:4, bit 11
 * becomes address bit 2, so that either format of the entry gives the same format of the request.
 *
 * <p>{@code @shape} one word. {@code @source} VTD-INTERRUPT-REQUEST.
 */
public final class RedirectionEntry {
    private RedirectionEntry() {}

    public static final BitField VECTOR = new BitField("VECTOR", 7, 0);
    public static final BitField DLM = new BitField("DLM", 10, 8);
    /** Destination mode, or bit 15 of the index. */
    public static final BitField INDEX_15 = BitField.bit("INDEX_15", 11);

    static final BitField STATUS = BitField.bit("STATUS", 12);
    static final BitField POLARITY = BitField.bit("POLARITY", 13);
    /** Remote IRR: what is level-triggered has been sent, and its end has not been told. */
    public static final BitField IRR = BitField.bit("IRR", 14);
    /** Trigger mode, set for level. */
    public static final BitField TRIGGER = BitField.bit("TRIGGER", 15);

    public static final BitField MASK = BitField.bit("MASK", 16);
    static final BitField IGN_47 = new BitField("IGN_47", 47, 17);
    /** Of the request: remappable; in the other format the lowest bit of what an xAPIC ignores. */
    static final BitField FORMAT = BitField.bit("FORMAT", 48);
    /** Bits 14:0 of the index; in the other format the destination. */
    static final BitField INDEX = new BitField("INDEX", 63, 49);

    public static final List<BitField> FIELDS =
            List.of(VECTOR, DLM, INDEX_15, STATUS, POLARITY, IRR, TRIGGER, MASK, IGN_47, FORMAT, INDEX);

    /** The address that the IOAPIC writes to. */
    public static long address(long entry) {
        return InterruptRequest.FIRST_ADDRESS
                | FORMAT.get(entry) << InterruptRequest.FORMAT.lo()
                | INDEX.get(entry) << InterruptRequest.RemappableAddress.HANDLE_14.lo()
                | INDEX_15.get(entry) << InterruptRequest.RemappableAddress.HANDLE_15.lo();
    }

    /** The data that the IOAPIC writes. */
    public static long data(long entry) {
        return VECTOR.get(entry)
                | DLM.get(entry) << InterruptRequest.CompatibleData.DLM.lo()
                | TRIGGER.get(entry) << InterruptRequest.CompatibleData.TM.lo();
    }
}
