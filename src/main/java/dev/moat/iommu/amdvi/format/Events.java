package dev.moat.iommu.amdvi.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * The 128-bit entries of the event log.
 *
 * <p>{@code @shape} two words lo and hi: lo holds the document's first two doublewords, hi the other two. {@code @unit}
 * ADDRESS is the byte address of the request; of an illegal command and of hardware errors the physical address that the
 * unit accessed. {@code @writer} IOMMU. {@code @source} AMDVI-EVENTS; types, and which event has which field: illumos's
 * {@code amd_iommu_log.h} and {@code amd_iommu_log.c}.
 */
public final class Events {
    private Events() {}

    public static final int ILLEGAL_DEV_TABLE_ENTRY = 1;
    public static final int IO_PAGE_FAULT = 2;
    public static final int DEV_TAB_HARDWARE_ERROR = 3;
    public static final int PAGE_TAB_HARDWARE_ERROR = 4;
    public static final int ILLEGAL_COMMAND_ERROR = 5;
    public static final int COMMAND_HARDWARE_ERROR = 6;
    public static final int IOTLB_INV_TIMEOUT = 7;
    public static final int INVALID_DEVICE_REQUEST = 8;
    public static final int INVALID_PPR_REQUEST = 9;

    /** Bytes of one entry. */
    public static final int BYTES = 16;

    public static final BitField DEVICE_ID = new BitField("DeviceID", 15, 0);
    public static final BitField PASID_HIGH = new BitField("PASID_high", 19, 16);
    static final BitField RSVD_31 = new BitField("RSVD_31", 31, 20);
    /** DomainID of page faults and of page tables that cannot be read; low half of the PASID in other events. */
    public static final BitField DOMAIN_ID = new BitField("DomainID", 47, 32);

    public static final BitField GN = BitField.bit("GN", 48);
    public static final BitField NX = BitField.bit("NX", 49);
    public static final BitField US = BitField.bit("US", 50);
    /** The request was an interrupt. */
    public static final BitField I = BitField.bit("I", 51);
    /** The entry was present: something else about it was wrong. */
    public static final BitField PR = BitField.bit("PR", 52);
    /** The request was a write. */
    public static final BitField RW = BitField.bit("RW", 53);
    /** The right was missing. */
    public static final BitField PE = BitField.bit("PE", 54);
    /** A reserved bit was set; clear with PR: an illegal level. */
    public static final BitField RZ = BitField.bit("RZ", 55);
    /** A device asked for a translation; it did not want data. */
    public static final BitField TR = BitField.bit("TR", 56);
    /** Of hardware errors: what happened, not 0. Of invalid requests the type has a bit more, 59. Reserved in other events. */
    public static final BitField TYPE = new BitField("Type", 58, 57);

    static final BitField RSVD_59 = BitField.bit("RSVD_59", 59);
    public static final BitField CODE = new BitField("EventCode", 63, 60);
    public static final BitField ADDRESS = new BitField("Address", 63, 0);
    public static final List<BitField> LO =
            List.of(DEVICE_ID, PASID_HIGH, RSVD_31, DOMAIN_ID, GN, NX, US, I, PR, RW, PE, RZ, TR, TYPE, RSVD_59, CODE);
    public static final List<BitField> HI = List.of(ADDRESS);

    /** Type of a hardware error: nobody answered, as at an address without memory. */
    public static final int MASTER_ABORT = 1;

    /** Low bits of the request's address that an illegal device table entry's event does not have. */
    private static final long BELOW_DOUBLEWORD = 3;

    /** The flags 59:48, as drivers print them. */
    private static final BitField FLAGS = new BitField("Flags", 59, 48);

    /**
     * First word of the event that a blocked request causes.
     *
     * @param outcome why it was blocked
     * @param domainId the DomainID of its device table entry, used for what happens at its page tables
     * @return 0 when the outcome causes none
     */
    public static long of(Outcome outcome, int deviceId, int domainId, boolean write) {
        int code = outcome.eventCode();
        boolean message = outcome == Outcome.INTERRUPT_RANGE && write;
        if (code == 0 || message) {
            return 0;
        }
        long word = CODE.set(DEVICE_ID.set(outcome.flags(), deviceId), code);
        if (code == INVALID_DEVICE_REQUEST) {
            return word;
        }
        word = RW.set(word, write ? 1 : 0);
        return code == IO_PAGE_FAULT || code == PAGE_TAB_HARDWARE_ERROR ? DOMAIN_ID.set(word, domainId) : word;
    }

    /** Second word of it, by the address of the request or of what the unit could not read. */
    public static long address(Outcome outcome, long address) {
        return outcome.eventCode() == ILLEGAL_DEV_TABLE_ENTRY ? address & ~BELOW_DOUBLEWORD : address;
    }

    /** First word of an event about a command; it names no device. */
    public static long ofCommand(int code) {
        return CODE.set(code == COMMAND_HARDWARE_ERROR ? TYPE.set(0, MASTER_ABORT) : 0, code);
    }

    /** The flags of an event as drivers print them: bits 27:16 of its second doubleword. */
    public static int flags(long lo) {
        return (int) FLAGS.get(lo);
    }
}
