package dev.moat.dma.iova;

/** What Linux warns of and goes on. Each is a caller's mistake. */
public enum IovaWarning {
    /** A range to be reserved lies beyond the addresses that page numbers of this granule can say; nothing is reserved. */
    RESERVED_BEYOND_ADDRESSES,
    /** A range begins where another one does; it is not inserted. Only ranges that end before they begin lead there. */
    RANGE_EXISTS,
    /** A cached range is no longer allocated when the cache gives it back: it was freed twice, or by another way. */
    CACHED_RANGE_IS_GONE
}
