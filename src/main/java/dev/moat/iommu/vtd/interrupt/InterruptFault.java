package dev.moat.iommu.vtd.interrupt;

/** Why an interrupt request is blocked: reasons as in FRCD.FR. {@code @source} VTD-FAULT-REASONS. */
public final class InterruptFault {
    private InterruptFault() {}

    /** A reserved field of the request is set. */
    public static final int REQUEST_RESERVED = 0x20;
    /** The index is beyond the table. */
    public static final int INDEX_TOO_LARGE = 0x21;

    public static final int ENTRY_NOT_PRESENT = 0x22;
    /** The entry cannot be read. */
    public static final int ENTRY_ACCESS = 0x23;
    /** A reserved field of a present entry is set, or a field has a reserved value. */
    public static final int ENTRY_RESERVED = 0x24;
    /** A request in compatibility format where those are blocked. */
    public static final int COMPATIBILITY_BLOCKED = 0x25;
    /** The requester is not the one that the entry names. */
    public static final int SOURCE_INVALID = 0x26;
    /** The posted-interrupt descriptor cannot be read or written. */
    public static final int DESCRIPTOR_ACCESS = 0x27;
    /** A reserved field of the posted-interrupt descriptor is set. */
    public static final int DESCRIPTOR_RESERVED = 0x28;

    /**
     * Whether FPD of the entry suppresses the recording. That of what is wrong with the posted-interrupt descriptor is as VirtualBox's unit
     * reads the specification's table of fault reasons; no recorded row has one.
     */
    public static boolean qualified(int reason) {
        return switch (reason) {
            case ENTRY_NOT_PRESENT, ENTRY_RESERVED, SOURCE_INVALID, DESCRIPTOR_ACCESS, DESCRIPTOR_RESERVED -> true;
            default -> false;
        };
    }
}
