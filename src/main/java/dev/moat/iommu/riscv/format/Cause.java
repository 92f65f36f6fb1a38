package dev.moat.iommu.riscv.format;

/** Why a request is refused. {@code @source} RISCV-IOMMU, in-memory queues, causes; RISC-V privileged specification for those below 32. */
public final class Cause {
    private Cause() {}

    /** Nothing is wrong. */
    public static final int NONE = 0;

    public static final int EXECUTE_ACCESS = 1;
    public static final int READ_ACCESS = 5;
    public static final int WRITE_ACCESS = 7;
    public static final int EXECUTE_PAGE = 12;
    public static final int READ_PAGE = 13;
    public static final int WRITE_PAGE = 15;
    public static final int EXECUTE_GUEST_PAGE = 20;
    public static final int READ_GUEST_PAGE = 21;
    public static final int WRITE_GUEST_PAGE = 23;
    public static final int ALL_DISALLOWED = 256;
    public static final int DDT_ACCESS = 257;
    public static final int DDT_NOT_VALID = 258;
    public static final int DDT_MISCONFIGURED = 259;
    public static final int TYPE_DISALLOWED = 260;
    public static final int MSI_ACCESS = 261;
    public static final int MSI_NOT_VALID = 262;
    public static final int MSI_MISCONFIGURED = 263;
    public static final int PDT_ACCESS = 265;
    public static final int PDT_NOT_VALID = 266;
    public static final int PDT_MISCONFIGURED = 267;
    public static final int DDT_CORRUPT = 268;
    public static final int PDT_CORRUPT = 269;
    public static final int MSI_CORRUPT = 270;
    public static final int INTERNAL = 272;
    public static final int MESSAGE_WRITE = 273;
    public static final int TABLE_CORRUPT = 274;

    /** Whether a fault is recorded although the device context has DTF. */
    public static boolean isShownWithDtf(int cause) {
        return (cause >= ALL_DISALLOWED && cause <= DDT_MISCONFIGURED)
                || cause == DDT_CORRUPT
                || cause == INTERNAL
                || cause == MESSAGE_WRITE;
    }

    /** Whether an ATS request with this fault is a success without rights. */
    public static boolean isAtsSuccess(int cause) {
        return (cause >= EXECUTE_PAGE && cause <= WRITE_GUEST_PAGE) || cause == MSI_NOT_VALID || cause == PDT_NOT_VALID;
    }

    /** Whether an ATS request with this fault is an unsupported request; the others that are no success are completer aborts. */
    public static boolean isAtsUnsupported(int cause) {
        return cause >= ALL_DISALLOWED && cause <= TYPE_DISALLOWED;
    }
}
