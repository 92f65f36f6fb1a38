package dev.moat.iommu.amdvi.interrupt;

import dev.moat.iommu.amdvi.format.WideInterruptEntry;

/**
 * What a unit makes of a message that leads to an entry of 128 bits. {@code @source} AMDVI-IRTE; that reserved bits and types are refused:
 * VirtualBox {@code DevIommuAmd.cpp}, which has the 32-bit format, for both (QEMU looks at the type alone); posted messages: Linux {@code struct irte_ga}.
 */
final class WideMessage {
    /** What becomes of it. */
    enum Kind {
        /** RemapEn is clear: an IO_PAGE_FAULT with I set is logged. */
        ABORTED,
        /** The same, and SupIOPF has nothing logged. */
        ABORTED_SILENTLY,
        /** Reserved bits, a reserved type, or a guest's entry on a unit that cannot post: aborted, logged with RZ. */
        ILLEGAL,
        /** It is an interrupt of a processor. */
        REMAPPED,
        /** The vector is set in a guest's virtual APIC; the processor that runs it is told. */
        POSTED_AND_RUNG,
        /** The vector is set there; the log of guests' interrupts gets its tag. */
        POSTED_AND_LOGGED,
        /** The vector is set there, and nobody is told. */
        POSTED
    }

    private static final int LOWEST_PRIORITY = 1;
    /** Reserved bits by GuestMode and XTEn, as {@link #row}: read off the lists of fields once. */
    private static final long[] LOW = new long[4];

    private static final long[] HIGH = new long[4];

    static {
        for (int row = 0; row < LOW.length; row++) {
            LOW[row] = WideInterruptEntry.reservedLow((row & 1) != 0, (row & 2) != 0);
            HIGH[row] = WideInterruptEntry.reservedHigh((row & 1) != 0, (row & 2) != 0);
        }
    }

    private WideMessage() {}

    private static int row(boolean guest, boolean extended) {
        return (guest ? 1 : 0) + (extended ? 2 : 0);
    }

    /**
     * What becomes of a message.
     *
     * @param extended whether XTEn is set
     * @param canPost whether the unit posts (GAMEn)
     */
    static Kind of(long low, long high, boolean extended, boolean canPost) {
        if (!WideInterruptEntry.REMAP_EN.isSet(low)) {
            return WideInterruptEntry.SUP_IOPF.isSet(low) ? Kind.ABORTED_SILENTLY : Kind.ABORTED;
        }
        boolean guest = WideInterruptEntry.GUEST_MODE.isSet(low);
        int row = row(guest, extended);
        if ((low & LOW[row]) != 0 || (high & HIGH[row]) != 0 || (guest && !canPost)) {
            return Kind.ILLEGAL;
        }
        return guest ? posted(low) : remapped(low);
    }

    private static Kind remapped(long low) {
        return WideInterruptEntry.INT_TYPE.get(low) > LOWEST_PRIORITY ? Kind.ILLEGAL : Kind.REMAPPED;
    }

    private static Kind posted(long low) {
        if (WideInterruptEntry.IS_RUN.isSet(low)) {
            return Kind.POSTED_AND_RUNG;
        }
        return WideInterruptEntry.GA_LOG_INTR.isSet(low) ? Kind.POSTED_AND_LOGGED : Kind.POSTED;
    }
}
