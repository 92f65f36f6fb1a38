package dev.moat.iommu.vtd.interrupt;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * An interrupt request as a write of 32 bits to memory: its address and its data, in both formats.
 *
 * <p>{@code @shape} one word each; bit 4 of the address tells the format. {@code @source} VTD-INTERRUPT-REQUEST.
 */
public final class InterruptRequest {
    private InterruptRequest() {}

    /** The requester of a request that carries no source-id, like those of the recorded unit's IOAPIC; recorded as ones. */
    public static final int NO_SOURCE = -1;

    /** First address that belongs to interrupts. */
    public static final long FIRST_ADDRESS = 0xfee00000L;
    /** Last address that belongs to interrupts. */
    public static final long LAST_ADDRESS = 0xfeefffffL;

    /** 0 compatibility format, 1 remappable format. */
    public static final BitField FORMAT = BitField.bit("FORMAT", 4);
    /** What the address of a request starts with. */
    public static final BitField HEAD = new BitField("HEAD", 31, 20);

    static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
    static final BitField IGN_1 = new BitField("IGN_1", 1, 0);

    /** The address of a request in compatibility format. */
    public static final class CompatibleAddress {
        private CompatibleAddress() {}

        /** Destination mode. */
        public static final BitField DM = BitField.bit("DM", 2);
        /** Redirection hint. */
        public static final BitField RH = BitField.bit("RH", 3);
        /** Bits 11:5, with {@link #FORMAT} as bit 0 of what an xAPIC ignores. */
        static final BitField IGN_11 = new BitField("IGN_11", 11, 5);
        /** Destination. */
        public static final BitField DEST = new BitField("DEST", 19, 12);

        public static final List<BitField> FIELDS = List.of(IGN_1, DM, RH, FORMAT, IGN_11, DEST, HEAD, NONE_63);
    }

    /** The address of a request in remappable format. */
    public static final class RemappableAddress {
        private RemappableAddress() {}

        static final BitField HANDLE_15 = BitField.bit("HANDLE_15", 2);
        /** The data holds a subhandle. */
        public static final BitField SHV = BitField.bit("SHV", 3);

        static final BitField HANDLE_14 = new BitField("HANDLE_14", 19, 5);
        public static final List<BitField> FIELDS = List.of(IGN_1, HANDLE_15, SHV, FORMAT, HANDLE_14, HEAD, NONE_63);

        /** All 16 bits of the handle. */
        public static int handle(long address) {
            return (int) (HANDLE_14.get(address) | HANDLE_15.get(address) << HANDLE_14.width());
        }
    }

    /** The data of a request in compatibility format. */
    public static final class CompatibleData {
        private CompatibleData() {}

        public static final BitField VECTOR = new BitField("VECTOR", 7, 0);
        /** Delivery mode. */
        public static final BitField DLM = new BitField("DLM", 10, 8);

        static final BitField IGN_14 = new BitField("IGN_14", 14, 11);
        /** Trigger mode. */
        public static final BitField TM = BitField.bit("TM", 15);

        static final BitField NONE_63 = new BitField("NONE_63", 63, 16);
        public static final List<BitField> FIELDS = List.of(VECTOR, DLM, IGN_14, TM, NONE_63);
    }

    /** The data of a request in remappable format with SHV set. */
    public static final class RemappableData {
        private RemappableData() {}

        public static final BitField SUBHANDLE = new BitField("SUBHANDLE", 15, 0);
        static final BitField RSVD_31 = new BitField("RSVD_31", 31, 16);
        static final BitField NONE_63 = new BitField("NONE_63", 63, 32);
        public static final List<BitField> FIELDS = List.of(SUBHANDLE, RSVD_31, NONE_63);
    }

    /** The index that a request in remappable format asks for; more than 16 bits is beyond any table. */
    public static int index(long address, long data) {
        int handle = RemappableAddress.handle(address);
        return RemappableAddress.SHV.isSet(address) ? handle + (int) RemappableData.SUBHANDLE.get(data) : handle;
    }

    /** The address of a message in physical mode to a destination of up to 32 bits. */
    public static long message(long dest) {
        return FIRST_ADDRESS | (dest & CompatibleAddress.DEST.max()) << CompatibleAddress.DEST.lo() | dest >>> 8 << 40;
    }

    /** Whether an address belongs to interrupts. */
    public static boolean isInterrupt(long address) {
        return Long.compareUnsigned(address, FIRST_ADDRESS) >= 0 && Long.compareUnsigned(address, LAST_ADDRESS) <= 0;
    }

    /** Whether a range that does not wrap has an address that belongs to interrupts. */
    public static boolean touchesInterrupts(long first, long bytes) {
        return Long.compareUnsigned(first, LAST_ADDRESS) <= 0
                && Long.compareUnsigned(first + bytes - 1, FIRST_ADDRESS) >= 0;
    }
}
