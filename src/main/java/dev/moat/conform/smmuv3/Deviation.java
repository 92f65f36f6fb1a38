package dev.moat.conform.smmuv3;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Ways in which QEMU's SMMUv3 differs from the specification, as recorded rows name them. {@code @source} recorded answers of QEMU 7.2
 * and 11.1.
 */
enum Deviation {
    /** AP[1] and APTable[0] are not looked at. */
    AP1_IGNORED,
    /** IPA of an event holds the offset in the page, too. */
    EVT_IPA,
    /** An access that an entry of the TLB refuses leaves no record, or one with IPA 0. */
    EVT_HIT,
    /** RnW is set in faults of context descriptors and of the first table. */
    EVT_RNW,
    /** A stage 2 fault on a table of stage 1 is recorded as one of stage 1. */
    EVT_TT_S1,
    /** The address of an aborted context descriptor is in another word. */
    EVT_CD_ADDR,
    /** CLASS is 0. */
    NO_CLASS,
    /** With stage 2 alone, an address beyond the unit's is refused without a record. */
    S1BYPASS_SILENT,
    /** A full event queue is reported as EVENTQ_ABT and not as an overflow. */
    OVERFLOW_GERROR,
    /** Bypass lets addresses beyond the unit's pass. */
    BYPASS_RANGE,
    /** Addresses from 2^48 on are refused before the unit. */
    VA_48,
    /** There is no GBPA. */
    NO_GBPA,
    /** CR0ACK shows bits without a meaning. */
    CR0ACK_RES,
    /** C_BAD_STREAMID is recorded whatever RECINVSID is. */
    RECINVSID,
    /** A stream table is aligned to half its size. */
    STRTAB_ALIGN,
    /** L2Ptr is not aligned. */
    L2PTR_ALIGN,
    /** A span has twice the entries. */
    SPAN,
    /** A span may be larger than the split. */
    SPAN_MAX,
    /** A reserved SPLIT is used as it is. */
    SPLIT_RAW,
    /** A format of two levels stays. */
    FMT_STICKY,
    /** Queues are not aligned to their size. */
    QBASE_ALIGN,
    /** S1CDMax is looked at without substreams. */
    S1CDMAX,
    /** S1STALLD is looked at without stage 1. */
    S1STALLD_S2,
    /** A context pointer beyond the unit's addresses is fetched. */
    CTXPTR_RANGE,
    /** A context pointer has 48 bits. */
    CTX_48,
    /** A table address has 51 bits. */
    TTB_51,
    /** S2HA and S2HD are accepted without support. */
    S2HTTU,
    /** The size of intermediate addresses is checked against S2PS. */
    S2T0SZ_PS,
    /** Start levels that are too high are accepted. */
    S2_SL_MIN,
    /** Concatenated tables are taken for one. */
    S2_CONCAT,
    /** Blocks are accepted at levels that have none. */
    BLOCK_LEVEL,
    /** Addresses of tables may have any size. */
    TABLE_ADDRSIZE,
    /** Address sizes of leaves are checked last. */
    ADDRSIZE_LATE,
    /** Address sizes of leaves are not checked. */
    ADDRSIZE_NONE,
    /** The access flag is not looked at. */
    AF_NONE,
    /** TBI0 decides for both regions. */
    TBI1_IS_TBI0,
    /** The upper region is selected by zeros. */
    TTB1_ZERO,
    /** Both table addresses are translated with the context descriptor. */
    TTB_EAGER,
    /** They are kept with it. */
    TTB_IN_CONFIG,
    /** Of a table of stage 1, stage 2 is asked for the first page only. */
    TT_BASE_ONLY,
    /** NH_VA leaves global entries of other ASIDs. */
    GLOBAL_BY_ASID,
    /** A range without a meaning is accepted. */
    RIL_RESERVED,
    /** CS 3 is accepted. */
    SYNC_CS3,
    /** Commands of features that are absent are accepted. */
    CMD_FEATURE;

    private static final Set<String> NAMES =
            Arrays.stream(values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());

    static boolean isKnown(String name) {
        return NAMES.contains(name);
    }
}
