package dev.moat.iommu.amdvi.format;

/**
 * The outcome of a request, and the event that the unit logs for it. {@code @source} AMDVI-WALK, AMDVI-EVENTS.
 *
 * <p>{@code @shape} the order is that of the checks; codes are numbered from 0 and fit 5 bits.
 */
public enum Outcome {
    /** The page tables lead to memory. */
    TRANSLATED(0, 0, 0),
    /** The address is used as it is: unit off, V = 0, exclusion range, Mode 0. */
    UNTRANSLATED(1, 0, 0),
    /** The DevID has no entry in the device table. */
    BEYOND_DEVICE_TABLE(2, Events.ILLEGAL_DEV_TABLE_ENTRY, 0),
    /**
     * The addresses that stand for interrupts, where no memory is reached: a write is an interrupt message and leaves no event, a read gets
     * nothing and is an invalid request, of type 0.
     */
    INTERRUPT_RANGE(3, Events.INVALID_DEVICE_REQUEST, 0),
    /** The device table entry cannot be read. */
    DEVICE_TABLE_ACCESS(4, Events.DEV_TAB_HARDWARE_ERROR, Events.TYPE.set(0, Events.MASTER_ABORT)),
    /** A reserved bit of the device table entry is set. */
    DEVICE_ENTRY_RESERVED(5, Events.ILLEGAL_DEV_TABLE_ENTRY, Events.RZ.mask()),
    /** V = 1 and TV = 0: a request that needs a walk is terminated; that it is logged is others' reading. */
    TRANSLATION_INVALID(6, Events.IO_PAGE_FAULT, 0),
    /** Mode 7, or more levels than the unit has; the sources do not agree on the event. */
    MODE_ILLEGAL(7, Events.ILLEGAL_DEV_TABLE_ENTRY, 0),
    /** Mode 0, and the device table entry lacks the right; the sources do not agree on the flags. */
    UNTRANSLATED_DENIED(8, Events.IO_PAGE_FAULT, Events.PR.mask() | Events.PE.mask()),
    /** The address has bits above what Mode levels decode. */
    BEYOND_WIDTH(9, Events.IO_PAGE_FAULT, 0),
    /** A table cannot be read. */
    TABLE_ACCESS(10, Events.PAGE_TAB_HARDWARE_ERROR, Events.TYPE.set(0, Events.MASTER_ABORT)),
    /** PR = 0 somewhere on the way. */
    NOT_PRESENT(11, Events.IO_PAGE_FAULT, 0),
    /** A reserved bit of an entry is set. */
    ENTRY_RESERVED(12, Events.IO_PAGE_FAULT, Events.PR.mask() | Events.RZ.mask()),
    /** NextLevel 7 with a size that does not belong to the level; the sources do not agree on the flags. */
    SIZE_ILLEGAL(13, Events.IO_PAGE_FAULT, Events.PR.mask()),
    /** NextLevel does not descend. */
    LEVEL_ILLEGAL(14, Events.IO_PAGE_FAULT, Events.PR.mask()),
    /** The address has bits that belong to levels left out; the sources do not agree on the flags. */
    SKIPPED_BITS(15, Events.IO_PAGE_FAULT, Events.PR.mask()),
    /** IR or IW of the path and of the device table entry together lack the right. */
    NO_PERMISSION(16, Events.IO_PAGE_FAULT, Events.PR.mask() | Events.PE.mask());

    private static final Outcome[] BY_CODE = values();

    private final int code;
    private final int eventCode;
    private final long flags;

    Outcome(int code, int eventCode, long flags) {
        this.code = code;
        this.eventCode = eventCode;
        this.flags = flags;
    }

    /** The number that {@link Translation#OUTCOME} holds. */
    public int code() {
        return code;
    }

    /** The outcome with this code; at most 16. */
    public static Outcome ofCode(long code) {
        return BY_CODE[(int) code];
    }

    /** Code of the event, 0 when there is none. */
    public int eventCode() {
        return eventCode;
    }

    /** Flags of the event, in their place in its first word; RW depends on the request. */
    public long flags() {
        return flags;
    }

    /** Whether the request reaches memory. */
    public boolean reachesMemory() {
        return this == TRANSLATED || this == UNTRANSLATED;
    }
}
