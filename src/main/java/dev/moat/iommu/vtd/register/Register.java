package dev.moat.iommu.vtd.register;

/**
 * The registers at fixed offsets, in words of 64 bits as they lie in the register page: two registers of 32 bits share one.
 * What is not writable keeps its value; a bit that is cleared by writing 1 to it cannot be set by software; a hidden bit reads
 * as 0. {@code @source} VTD-REGISTERS.
 */
enum Register {
    /** GCMD (write only, low half) and GSTS. */
    COMMAND(0x18, 0, 0, 0),
    RTADDR(0x20, 0xfffffffffffffc00L, 0, 0),
    CCMD(0x28, 0xe0000003ffffffffL, 0, 0x3ffff0000L),
    /** FSTS in the high half: PFO, IQE, ICE, ITE are cleared by software. */
    FAULT_STATUS(0x30, 0, 0x71L << 32, 0),
    /** FECTL and FEDATA. */
    FAULT_EVENT(0x38, 0x0000ffff80000000L, 0, 0),
    /** FEADDR and FEUADDR. */
    FAULT_EVENT_ADDRESS(0x40, 0xfffffffffffffffcL, 0, 0),
    IQH(0x80, 0, 0, 0),
    IQT(0x88, 0x7fff0L, 0, 0),
    IQA(0x90, 0xfffffffffffff807L, 0, 0),
    /** ICS in the high half. */
    COMPLETION_STATUS(0x98, 0, 1L << 32, 0),
    /** IECTL and IEDATA. */
    COMPLETION_EVENT(0xa0, 0xffffffff80000000L, 0, 0),
    /** IEADDR and IEUADDR. */
    COMPLETION_EVENT_ADDRESS(0xa8, 0xfffffffffffffffcL, 0, 0),
    IRTA(0xb8, 0xfffffffffffff80fL, 0, 0),
    /** At ECAP.IRO. */
    IVA(-1, 0xfffffffffffff07fL, 0, 0xfffffffffffff07fL),
    /** The IOTLB register, 8 bytes after {@link #IVA}. */
    IOTLB(-1, 0xb003ffff00000000L, 0, 0);

    static final Register[] ALL = values();

    private final int offset;
    private final long writable;
    private final long clearable;
    private final long hidden;

    Register(int offset, long writable, long clearable, long hidden) {
        this.offset = offset;
        this.writable = writable;
        this.clearable = clearable;
        this.hidden = hidden;
    }

    /** Its element in the state. */
    @SuppressWarnings("EnumOrdinal") // its place among the slots, written to no file
    int index() {
        return ordinal();
    }

    /** Byte offset in the page, a multiple of 8; -1 where a capability names it. */
    int offset() {
        return offset;
    }

    long writable() {
        return writable;
    }

    long clearable() {
        return clearable;
    }

    long hidden() {
        return hidden;
    }
}
