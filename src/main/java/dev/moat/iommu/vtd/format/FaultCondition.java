package dev.moat.iommu.vtd.format;

/**
 * What can go wrong with a DMA request, in either mode, and the reasons that report it.
 *
 * <p>The scalable reasons of root, context and second-level conditions, and those beyond 0x5B that no recorded row has, are
 * as Linux lists them ({@code dma_remap_sm_fault_reasons}). {@code @source} VTD-FAULT-REASONS.
 */
public enum FaultCondition {
    /** Nothing is wrong. */
    NONE(0, 0, false),
    ROOT_ACCESS(0x8, 0x38, false),
    ROOT_NOT_PRESENT(0x1, 0x39, false),
    ROOT_RESERVED(0xA, 0x3A, false),
    CONTEXT_ACCESS(0x9, 0x40, false),
    CONTEXT_NOT_PRESENT(0x2, 0x41, true),
    CONTEXT_RESERVED(0xB, 0x42, true),
    /** Of scalable mode: RID_PASID is beyond the directory, or pages may be requested and translations not. */
    CONTEXT_INVALID(0x3, 0x43, true),
    /** A translation request or a translated one where the entry does not allow it. */
    REQUEST_TYPE_BLOCKED(0xD, 0x44, true),
    /** A request with PASID where the entry, or the mode, does not allow it. */
    PASID_NOT_ENABLED(0x31, 0x45, true),
    PASID_TOO_LARGE(0x31, 0x46, true),
    /** A page request where the entry, or the mode, does not allow it. */
    PAGE_REQUEST_NOT_ENABLED(0x32, 0x47, true),
    /** A request with the PASID that those without are given, RID_PASID. */
    PASID_OF_REQUESTER(0x31, 0x48, true),
    DIRECTORY_ACCESS(0x50, 0x50, false),
    DIRECTORY_NOT_PRESENT(0x51, 0x51, true),
    DIRECTORY_RESERVED(0x52, 0x52, true),
    PASID_ENTRY_ACCESS(0x58, 0x58, false),
    PASID_ENTRY_NOT_PRESENT(0x59, 0x59, true),
    PASID_ENTRY_RESERVED(0x5A, 0x5A, true),
    PASID_ENTRY_INVALID(0x5B, 0x5B, true),
    EXECUTE_NOT_ENABLED(0x5C, 0x5C, true),
    SUPERVISOR_NOT_ENABLED(0x5D, 0x5D, true),
    /** A first-level table below the top cannot be read. */
    FIRST_LEVEL_ACCESS(0x70, 0x70, true),
    FIRST_LEVEL_NOT_PRESENT(0x71, 0x71, true),
    FIRST_LEVEL_RESERVED(0x72, 0x72, true),
    /** The top first-level table cannot be read. */
    FIRST_LEVEL_TOP_ACCESS(0x73, 0x73, true),
    /** Nested: the address in a first-level entry is beyond the second level's. */
    NESTED_BEYOND_WIDTH(0x74, 0x74, true),
    /** Nested: the second level does not let the top first-level table be read. */
    NESTED_TOP_NOT_READABLE(0x75, 0x75, true),
    /** Nested: the second level does not let a first-level table below the top be read. */
    NESTED_NOT_READABLE(0x76, 0x76, true),
    /** Nested: the second level does not let a first-level table be marked. */
    NESTED_NOT_WRITABLE(0x77, 0x77, true),
    /** A second-level table below the top cannot be read. */
    SECOND_LEVEL_ACCESS(0x7, 0x78, true),
    SECOND_LEVEL_RESERVED(0xC, 0x7A, true),
    /** The top second-level table cannot be read; in legacy mode this makes the context entry invalid. */
    SECOND_LEVEL_TOP_ACCESS(0x3, 0x7B, true),
    FIRST_LEVEL_NOT_WRITABLE(0x85, 0x85, true),
    NOT_CANONICAL(0x80, 0x80, true),
    USER_NOT_ALLOWED(0x81, 0x81, true),
    EXECUTE_NOT_ALLOWED(0x82, 0x82, true),
    ADDRESS_BEYOND_WIDTH(0x4, 0x83, true),
    NO_WRITE_PERMISSION(0x5, 0x85, true),
    NO_READ_PERMISSION(0x6, 0x86, true),
    /** The address that a translation leads to belongs to interrupts. */
    INTERRUPT_ADDRESS(0xE, 0x87, true),
    /** Accessed or dirty could not be set in a second-level entry; 0x7C is of a unit that may not set them. */
    SECOND_LEVEL_UPDATE(0x7D, 0x7D, true),
    /** Accessed or dirty could not be set in a first-level entry. */
    FIRST_LEVEL_UPDATE(0x91, 0x91, true),
    /** TTM of the root pointer is none of a mode that the unit has. */
    ROOT_POINTER_INVALID(0x30, 0x30, false),
    /** A translated request with PASID; units that take them are not modelled. */
    TRANSLATED_WITH_PASID(0x31, 0x49, true),
    /** A PASID of more bits than the unit has. */
    PASID_BEYOND_UNIT(0x31, 0x89, true);

    private static final FaultCondition[] BY_NUMBER = values();

    private final int legacy;
    private final int scalable;
    private final boolean qualified;

    FaultCondition(int legacy, int scalable, boolean qualified) {
        this.legacy = legacy;
        this.scalable = scalable;
        this.qualified = qualified;
    }

    /** The reason in FRCD.FR. */
    public int reason(boolean inScalableMode) {
        return inScalableMode ? scalable : legacy;
    }

    /** Whether FPD of the entries used suppresses its recording. */
    public boolean qualified() {
        return qualified;
    }

    /**
     * Whether a device TLB that asked for a translation is told so instead of software: it may ask for the page, and then again. Table 30 of
     * VT-d 7.1.3 (rev. 5.10), "success" without rights; no recorded row has a translation request.
     */
    public boolean recoverable() {
        return switch (this) {
            case DIRECTORY_NOT_PRESENT,
                    PASID_ENTRY_NOT_PRESENT,
                    EXECUTE_NOT_ENABLED,
                    SUPERVISOR_NOT_ENABLED,
                    FIRST_LEVEL_ACCESS,
                    FIRST_LEVEL_NOT_PRESENT,
                    FIRST_LEVEL_RESERVED,
                    FIRST_LEVEL_TOP_ACCESS,
                    FIRST_LEVEL_NOT_WRITABLE,
                    USER_NOT_ALLOWED,
                    EXECUTE_NOT_ALLOWED,
                    NESTED_BEYOND_WIDTH,
                    NESTED_TOP_NOT_READABLE,
                    NESTED_NOT_READABLE,
                    NESTED_NOT_WRITABLE,
                    NOT_CANONICAL,
                    ADDRESS_BEYOND_WIDTH,
                    NO_WRITE_PERMISSION,
                    NO_READ_PERMISSION -> true;
            default -> false;
        };
    }

    /** Its number, 0 for {@link #NONE}. */
    @SuppressWarnings("EnumOrdinal") // a number within packed answers and caches, written to no file
    public int number() {
        return ordinal();
    }

    /** The condition with this {@link #number}. */
    public static FaultCondition of(int number) {
        return BY_NUMBER[number];
    }
}
