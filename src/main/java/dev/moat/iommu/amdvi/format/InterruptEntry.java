package dev.moat.iommu.amdvi.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Entry of an interrupt table (IRTE) in the 32-bit format: what becomes of the messages that have its index (of 128 bits: {@link WideInterruptEntry}). It names no source: a
 * table is a device's own by the device table entry that leads to it.
 *
 * <p>{@code @shape} one word, of which the document has bits 31:0. {@code @unit} DESTINATION is a processor, VECTOR one of its
 * vectors. {@code @writer} HYPERVISOR. {@code @source} AMDVI-IRTE.
 */
public final class InterruptEntry {
    private InterruptEntry() {}

    /** Messages are remapped; otherwise they are aborted. */
    public static final BitField REMAP_EN = BitField.bit("RemapEn", 0);
    /** No event is logged for those that are aborted; not modelled. */
    public static final BitField SUP_IOPF = BitField.bit("SupIOPF", 1);

    public static final BitField INT_TYPE = new BitField("IntType", 4, 2);
    public static final BitField RQ_EOI = BitField.bit("RqEoi", 5);
    public static final BitField DM = BitField.bit("DM", 6);
    public static final BitField GUEST_MODE = BitField.bit("GuestMode", 7);
    public static final BitField DESTINATION = new BitField("Destination", 15, 8);
    public static final BitField VECTOR = new BitField("Vector", 23, 16);
    static final BitField RSVD_31 = new BitField("RSVD_31", 31, 24);
    static final BitField NONE_63 = new BitField("NONE_63", 63, 32);

    /** Bits 31:0 of the document, as a word. */
    public static final List<BitField> FIELDS =
            List.of(REMAP_EN, SUP_IOPF, INT_TYPE, RQ_EOI, DM, GUEST_MODE, DESTINATION, VECTOR, RSVD_31, NONE_63);

    /** An entry that turns messages into an interrupt of the first processor. */
    public static long of(int vector) {
        return of(0, vector);
    }

    /** An entry that turns messages into an interrupt of the processor with this APIC id, of 8 bits. */
    public static long of(int destination, int vector) {
        return VECTOR.set(DESTINATION.set(REMAP_EN.mask(), destination), vector);
    }
}
