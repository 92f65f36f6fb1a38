package dev.moat.iommu;

/**
 * What a page of memory is to a unit: how its entries are laid out, and which requests go through one.
 *
 * <p>{@code @shape} a page holds 512 words, so up to 512 / words entries. {@code @unit} An entry spans 2^shift positions. A position in a table of
 * devices is a source-id times 2^20 plus a PASID; in a page table it is the number of a 4 KiB page.
 *
 * @param name as reports print it, for example {@code context table}
 * @param ofDevices whether its entries are found by requester; otherwise by I/O address
 * @param words of one entry, a power of two from 1 to 8
 * @param shift log2 of the positions that an entry spans
 * @param entries in one page, a power of two; what stands behind them in the page is no part of the table
 */
public record TableKind(String name, boolean ofDevices, int words, int shift, int entries) {
    /** Words of a page. */
    public static final int PAGE_WORDS = 512;
    /** Bits of a position below the source-id. */
    public static final int PASID_BITS = 20;

    /** One that fills its page. */
    public TableKind(String name, boolean ofDevices, int words, int shift) {
        this(name, ofDevices, words, shift, PAGE_WORDS / words);
    }

    /** The same with no more than some entries. */
    public TableKind shortened(int most) {
        return new TableKind(name, ofDevices, words, shift, Math.min(entries, most));
    }

    /** Log2 of the positions that a whole page spans. */
    public int pageShift() {
        return shift + Integer.numberOfTrailingZeros(entries);
    }
}
