package dev.moat.dma.swiotlb;

/** What Linux warns of and goes on. */
public enum SwiotlbWarning {
    /** More is to be mapped than allocated; nothing is mapped. */
    MAPPING_EXCEEDS_ALLOCATION,
    /** No slots for a mapping; nothing is mapped. */
    POOL_IS_FULL,
    /** The slots lie above what the device reaches; they are given back. */
    SLOT_IS_OUT_OF_REACH,
    /** A buffer that must not bounce lies above what the device reaches; it is not mapped. */
    BUFFER_IS_OUT_OF_REACH,
    /** An allocation is to be aligned to more than a page, so the largest mapping may find no place in any segment. */
    ALIGNMENT_BEYOND_PAGE,
    /** Memory out of a pool does not begin with a page; it is given back. */
    MEMORY_IS_NOT_PAGES,
    /** A copy was asked for from below the start of a mapping; nothing is copied. */
    BELOW_MAPPING,
    /** A copy was asked for from behind the end of a mapping; nothing is copied. */
    BEHIND_MAPPING,
    /** A copy was asked for that goes on behind the end of a mapping; what is inside is copied. */
    BEYOND_MAPPING
}
