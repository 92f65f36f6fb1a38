package dev.moat.pv;

/**
 * Translation as a paravirtual kernel does it. Addresses keep the offset in the page; what is not translated becomes an address
 * with all frame bits set, which is passed on like any other: callers compare.
 *
 * <p>{@code @unit} frame numbers of 4 KiB pages; byte addresses where a name says so. {@code @source} LINUX-XEN-SWIOTLB.
 */
public final class PvFrames {
    static final int PAGE_SHIFT = 12;
    static final long PAGE_BYTES = 1L << PAGE_SHIFT;
    private static final long OFFSET = PAGE_BYTES - 1;

    private final P2m tables;

    /** @param tables of the guest and of Xen */
    public PvFrames(P2m tables) {
        this.tables = tables;
    }

    /** The machine frame of a guest's frame, without the entry's bits; all ones when there is none. */
    public long mfn(long[] s, long pfn) {
        long entry = tables.p2m(s, pfn);
        return entry == P2m.INVALID ? entry : entry & ~(P2m.FOREIGN | P2m.IDENTITY);
    }

    /**
     * The guest's frame of a machine frame. What the m2p says is believed only if the p2m says the same back; a frame that
     * is identity-mapped is itself.
     *
     * @return all ones when it is not the guest's
     */
    public long pfn(long[] s, long mfn) {
        long pfn = tables.m2p(s, mfn);
        if (tables.p2m(s, pfn) != mfn) {
            pfn = P2m.INVALID;
        }
        return pfn == P2m.INVALID && tables.p2m(s, mfn) == (mfn | P2m.IDENTITY) ? mfn : pfn;
    }

    /** The same without identity-mapped frames: memory that the guest owns. */
    public long localPfn(long[] s, long mfn) {
        long pfn = pfn(s, mfn);
        return tables.p2m(s, pfn) == mfn ? pfn : P2m.INVALID;
    }

    /** Whether the guest has memory of this number. */
    public boolean isValid(long pfn) {
        return tables.isValid(pfn);
    }

    /** Machine address of a guest's byte address. */
    public long toBus(long[] s, long address) {
        return (mfn(s, address >>> PAGE_SHIFT) << PAGE_SHIFT) | (address & OFFSET);
    }

    /** The guest's byte address of a machine address. */
    public long toPhysical(long[] s, long bus) {
        return (pfn(s, bus >>> PAGE_SHIFT) << PAGE_SHIFT) | (bus & OFFSET);
    }

    /** Whether bytes that follow one another in the guest do not in the machine. */
    public boolean straddles(long[] s, long address, long size) {
        long pages = ((address & OFFSET) + size + OFFSET) >>> PAGE_SHIFT;
        long first = address >>> PAGE_SHIFT;
        long next = mfn(s, first);
        for (long i = 1; Long.compareUnsigned(i, pages & 0xffff_ffffL) < 0; i++) {
            next++;
            if (mfn(s, first + i) != next) {
                return true;
            }
        }
        return false;
    }

    /** Whether memory that is aligned to its order in the guest is not in the machine. */
    public boolean requiresAlignment(long[] s, long address, long size) {
        long align = PAGE_BYTES << order(size);
        long bus = mfn(s, address >>> PAGE_SHIFT) << PAGE_SHIFT;
        return (address & (align - 1)) == 0 && (bus & (align - 1)) != 0;
    }

    /** The smallest power of two of pages that bytes fit in, as an exponent; at least one byte. */
    public static int order(long size) {
        long last = (size - 1) >>> PAGE_SHIFT;
        return Long.SIZE - Long.numberOfLeadingZeros(last);
    }
}
