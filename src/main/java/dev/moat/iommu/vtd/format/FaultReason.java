package dev.moat.iommu.vtd.format;

/**
 * Why the unit blocked a request, in legacy mode. {@code @source} VTD-FAULT-REASONS.
 */
public enum FaultReason {
    ROOT_NOT_PRESENT(0x1, false),
    CONTEXT_NOT_PRESENT(0x2, true),
    CONTEXT_INVALID(0x3, true),
    ADDRESS_BEYOND_WIDTH(0x4, true),
    NO_WRITE_PERMISSION(0x5, true),
    NO_READ_PERMISSION(0x6, true),
    TABLE_ACCESS(0x7, true),
    ROOT_ACCESS(0x8, false),
    CONTEXT_ACCESS(0x9, false),
    ROOT_RESERVED(0xA, false),
    /** QEMU records it whatever FPD says. */
    CONTEXT_RESERVED(0xB, true),
    TABLE_RESERVED(0xC, true),
    REQUEST_TYPE_BLOCKED(0xD, true);

    private static final FaultReason[] BY_CODE = values();

    private final int code;
    private final boolean qualified;

    FaultReason(int code, boolean qualified) {
        this.code = code;
        this.qualified = qualified;
    }

    /** The number in FRCD.FR. */
    public int code() {
        return code;
    }

    /** Whether FPD of the context entry suppresses its recording. */
    public boolean qualified() {
        return qualified;
    }

    /**
     * The reason with this code.
     *
     * @throws IllegalArgumentException when no legacy DMA fault has the code
     */
    public static FaultReason ofCode(int code) {
        if (code < 1 || code > BY_CODE.length) {
            throw new IllegalArgumentException("no legacy fault reason has code 0x" + Integer.toHexString(code));
        }
        return BY_CODE[code - 1];
    }
}
