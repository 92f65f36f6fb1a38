package dev.moat.iommu.amdvi.semantics;

/**
 * Ways in which QEMU's {@code amd-iommu} differs from the specification. A unit has none unless it is asked for; each can be
 * had alone. What QEMU does within the specification's freedom is no deviation, but a choice of the unit that plays it.
 *
 * <p>{@code @source} recorded answers of QEMU 7.2.22, 10.0.13 and 11.1.3; the names are theirs.
 */
public enum Deviation {
    /** No event is ever written. */
    EVT_NONE,
    /** Events have I, GN and NX in place of the flags that are due, no DomainID and no address; commands their opcode. */
    EVT_WORDS,
    /** One event per refused piece of at most 4 naturally aligned bytes, not per request. */
    EVT_CHUNK,
    /**
     * No event of TV = 0, of Mode 7, of a right that a cached translation lacks, and of a read of the addresses that stand for interrupts.
     */
    EVT_MISSING,
    /** SA does not suppress events. */
    EVT_EXTRA,
    /** INVALIDATE_DEVTAB_ENTRY reads the entry and logs that it is illegal. */
    EVT_DTE_AT_INV,
    /** EventOverflow and EventLogInt are set only with EventIntEn; without it, logging goes on when there is room again. */
    EVT_OVERFLOW,
    /** The log stays where it is, pointers included, when software moves it while EventLogInt is set. */
    EVT_BASE_KEPT,
    /** PR of the last entry is not looked at; the value 0 is not present. */
    LEAF_PR,
    /** The device's and the upper levels' rights are asked at the walk only; the cached translation has the leaf's. */
    PERM_CACHED_LEAF,
    /**
     * The leaf's rights decide alone, at the walk and in the cache, as long as the device and the levels down to it leave any right
     * at all. An entry that leaves none ends the walk as a page of its level's natural size, a directory entry too. Recorded of QEMU
     * 11.1.3, without a name there; what ends the walk is its {@code fetch_pte}.
     */
    PERM_LEAF_ALONE,
    /** Address bits above what Mode levels decode are ignored. */
    NO_WIDTH,
    /** Address bits of levels left out are ignored. */
    SKIP_UNCHECKED,
    /** A NextLevel that does not descend is followed. */
    LEVEL_UNCHECKED,
    /** Bits 58:52 of entries are ignored. */
    PTE_RESERVED,
    /**
     * An entry with all bits set counts as not present, and a request of which an entry cannot be read leaves a page fault beside the
     * event that is due.
     */
    PTE_UNREAD,
    /** NextLevel 7 has any size at any level. */
    NL7_SIZE,
    /** V = 1, TV = 0 is Mode 0. */
    TV0_IDENTITY,
    /** INVALIDATE_DEVTAB_ENTRY that finds Mode 0 makes the device untranslated, whatever its IR and IW are. */
    MODE0_OPEN,
    /** Answers of Mode 0 are cached under the DomainID. */
    MODE0_CACHED,
    /**
     * A device is untranslated from reset until an INVALIDATE_DEVTAB_ENTRY finds an entry that translates or is illegal, and
     * again once one finds V = 0.
     */
    DTE_UNTIL_INV,
    /** Reserved bits of all four quadwords are refused, whatever V and IV are. */
    DTE_RES_ALWAYS,
    /** The size of the device table is ignored. */
    DEVTAB_SIZE,
    /** Cached translations are asked for before the device table entry. */
    TLB_BY_DEVID,
    /** The key of a cached translation is its page number OR'ed with the DevID shifted by 36. */
    KEY_OR,
    /** The exclusion range is ignored. */
    EXCLUSION,
    /** After an illegal or unreadable command the next ones run; one with reserved bits set is executed itself, with few exceptions. */
    CMD_CONTINUES,
    /** The command head reads the size of the ring instead of 0, right after it wrapped. */
    HEAD_WRAP,
    /** A write of the command buffer's base resets its pointers, but they still read as before. */
    HEAD_READ_STALE,
    /** The command pointers read as software wrote them, reserved bits too, until the unit moves them. */
    POINTERS_RAW,
    /** Writes to the status register are ignored. */
    STATUS_RO,
    /** Clearing bits of the status register works, but its reserved bits can be written. */
    STATUS_WIDE
}
