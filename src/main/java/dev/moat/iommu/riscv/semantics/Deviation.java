package dev.moat.iommu.riscv.semantics;

/**
 * Ways in which the official reference model differs from the specification that it comes with. A unit has none unless it is asked
 * for; each can be had alone. {@code @source} recorded answers of the reference model; the names are theirs.
 */
public enum Deviation {
    /** Parts of a device id that index a directory have 8 bits, also where they should have 9. */
    DDI8,
    /** The address of a memory-resident interrupt file loses its bits 55:47. */
    MRIF47,
    /** A guest address loses the bits that no second stage has before it is compared with those of interrupt files. */
    MSI_HIGH,
    /** Translations are global where the first stage is Bare. */
    BARE_GLOBAL,
    /** An ATS request that sets D does not get the right to write. */
    ATS_STALE_D,
    /** An ATS request that may write asks the second stage to write, though the first stage does not let it. */
    ATS_G_WRITE,
    /** With T2GPA an ATS request gets the supervisor's address. */
    T2GPA_SPA,
    /** An interrupt that is enabled while its error stands does not become pending. */
    IE_LEVEL,
    /** Reserved bits of tr_req_ctl can be written. */
    TRCTL_RSV,
    /** The page-request queue can be switched on without ATS. */
    PQCSR_NO_ATS,
    /** An invalidation by address leaves the other pieces of a page that is cached in pieces. */
    FRACTURE
}
