package dev.moat.iommu.amdvi.format;

import dev.moat.bits.BitField;
import dev.moat.bits.Reserved;
import java.util.List;

/**
 * Entry of an interrupt table (IRTE) of 128 bits, the format of a unit with GAEn set; a table of 2^IntTabLen of them is four times as
 * large as one of 32-bit entries. With GuestMode clear a message becomes an interrupt of a processor, as in the 32-bit format; with it
 * set the message is posted to a guest's virtual APIC, and the fields are others.
 *
 * <p>{@code @shape} two words: LO has bits 63:0 of the document, HI has bits 127:64 as 63:0; GUEST_LO and GUEST_HI are the same words
 * with GuestMode set. Entry n stands at 16 * n. {@code @unit} destinations are APIC ids, of 8 bits (LO 15:8) without XTEn and of 32 with
 * it; GA_ROOT is a 4 KiB frame number. {@code @writer} HYPERVISOR. {@code @source} AMDVI-IRTE; Linux {@code struct irte_ga}, whose
 * ga_tag of remapped entries Xen's {@code union irte128} leaves reserved, as here.
 */
public final class WideInterruptEntry {
    private WideInterruptEntry() {}

    /** Messages are remapped or posted; otherwise they are aborted, and the other fields but SupIOPF mean nothing. */
    public static final BitField REMAP_EN = BitField.bit("RemapEn", 0);
    /** No event is logged for those that are aborted. */
    public static final BitField SUP_IOPF = BitField.bit("SupIOPF", 1);
    /** 0 fixed, 1 lowest priority (arbitrated); others are reserved. */
    public static final BitField INT_TYPE = new BitField("IntType", 4, 2);

    public static final BitField RQ_EOI = BitField.bit("RqEoi", 5);
    /** 0 physical destination, 1 logical. */
    public static final BitField DM = BitField.bit("DM", 6);
    /** In both forms; it says which of them the entry has. */
    public static final BitField GUEST_MODE = BitField.bit("GuestMode", 7);

    public static final BitField DESTINATION_LOW = new BitField("Destination_23_0", 31, 8);
    static final BitField RSVD_63 = new BitField("RSVD_63", 63, 32);

    public static final BitField VECTOR = new BitField("Vector", 7, 0);
    static final BitField RSVD_55 = new BitField("RSVD_55", 55, 8);
    public static final BitField DESTINATION_HIGH = new BitField("Destination_31_24", 63, 56);

    /** A message for a virtual CPU that does not run is entered in the log of guests' interrupts (GA log). */
    public static final BitField GA_LOG_INTR = BitField.bit("GALogIntr", 2);

    static final BitField RSVD_5 = new BitField("RSVD_5", 5, 3);
    /** The virtual CPU runs on the processor of Destination, which is told. */
    public static final BitField IS_RUN = BitField.bit("IsRun", 6);
    /** What the log says of the virtual CPU. */
    public static final BitField GA_TAG = new BitField("GATag", 63, 32);

    static final BitField RSVD_11 = new BitField("RSVD_11", 11, 8);
    /** The page of the virtual APIC in which the vector is set. */
    public static final BitField GA_ROOT = new BitField("GARoot", 51, 12);

    static final BitField RSVD_55_52 = new BitField("RSVD_55_52", 55, 52);

    public static final List<BitField> LO =
            List.of(REMAP_EN, SUP_IOPF, INT_TYPE, RQ_EOI, DM, GUEST_MODE, DESTINATION_LOW, RSVD_63);
    public static final List<BitField> HI = List.of(VECTOR, RSVD_55, DESTINATION_HIGH);
    public static final List<BitField> GUEST_LO =
            List.of(REMAP_EN, SUP_IOPF, GA_LOG_INTR, RSVD_5, IS_RUN, GUEST_MODE, DESTINATION_LOW, GA_TAG);
    public static final List<BitField> GUEST_HI = List.of(VECTOR, RSVD_11, GA_ROOT, RSVD_55_52, DESTINATION_HIGH);

    private static final int LOW_WIDTH = DESTINATION_LOW.width();
    private static final int SHORT_WIDTH = 8;

    /** The low half of an entry that turns messages into a fixed interrupt of a processor. */
    public static long low(long destination) {
        return DESTINATION_LOW.set(REMAP_EN.mask(), destination & DESTINATION_LOW.max());
    }

    /** The high half of that entry. */
    public static long high(long destination, int vector) {
        return VECTOR.set(DESTINATION_HIGH.set(0, destination >>> LOW_WIDTH), vector);
    }

    /** The low half of an entry that posts messages to a guest, whose virtual CPU does not run. */
    public static long guestLow(long destination, long tag) {
        return GA_TAG.set(GUEST_MODE.set(low(destination), 1), tag);
    }

    /**
     * The high half of that entry.
     *
     * @param page frame number of the virtual APIC's page
     */
    public static long guestHigh(long destination, long page, int vector) {
        return GA_ROOT.set(high(destination, vector), page);
    }

    /** The APIC id that an entry names: 32 bits with XTEn, else the 8 of the other formats. */
    public static long destination(long low, long high, boolean extended) {
        long there = DESTINATION_LOW.get(low);
        return extended ? DESTINATION_HIGH.get(high) << LOW_WIDTH | there : there & (1 << SHORT_WIDTH) - 1;
    }

    /** The bits of a low half that must be 0; without XTEn also those of a destination beyond 8 bits. */
    public static long reservedLow(boolean guest, boolean extended) {
        long beyond = DESTINATION_LOW.mask() & ~DESTINATION_LOW.set(0, (1 << SHORT_WIDTH) - 1);
        return Reserved.in(guest ? GUEST_LO : LO) | (extended ? 0 : beyond);
    }

    /** The bits of a high half that must be 0; without XTEn also those of a destination beyond 8 bits. */
    public static long reservedHigh(boolean guest, boolean extended) {
        return Reserved.in(guest ? GUEST_HI : HI) | (extended ? 0 : DESTINATION_HIGH.mask());
    }
}
