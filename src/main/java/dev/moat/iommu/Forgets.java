package dev.moat.iommu;

/**
 * The part of one kind of cache that a command removes. Ranges are unsigned; a count of 0 is all.
 *
 * @param cache which kind
 * @param firstTag the first tag that is meant; all are when the last is {@link #ALL_TAGS}
 * @param lastTag the last one
 * @param requester position of the first requester, as in {@link TableKind}
 * @param requesters how many positions
 * @param pasid of entries: the only PASID that is meant, -1 for any
 * @param page the first page
 * @param pages how many
 * @param tables of translations: whether cached pointers to tables go too
 * @param leaves of translations: 0 where the pages that are named go and no others; otherwise a translation goes whole of which one page is
 *     named, if it has 2^n pages and bit n is set
 * @param widest of entries, and of pointers to tables of devices: log2 of the positions of the widest that goes
 */
public record Forgets(
        Cache cache,
        long firstTag,
        long lastTag,
        long requester,
        long requesters,
        int pasid,
        long page,
        long pages,
        boolean tables,
        long leaves,
        int widest) {
    /** What a unit, or a device, keeps. */
    public enum Cache {
        /** Entries of devices: where a requester is led, and under which tag. */
        ENTRIES,
        /** Translations under a tag, and pointers to the tables that they went through. */
        TRANSLATIONS,
        /** Translations that a device keeps itself. */
        DEVICE_TLB
    }

    /** For the last tag: the tag makes no difference. */
    public static final long ALL_TAGS = -1;

    private static final int ANY_PASID = -1;
    private static final int PAGE_SHIFT = 12;
    private static final int EVERY_WIDTH = Long.SIZE;

    /** For {@link #leaves}: translations of every size. */
    public static final long ANY_LEAF = -1;

    /** Entries of all requesters in a range of positions, under whatever tag. */
    public static Forgets entries(long requester, long requesters) {
        return new Forgets(Cache.ENTRIES, 0, ALL_TAGS, requester, requesters, ANY_PASID, 0, 0, false, 0, EVERY_WIDTH);
    }

    /** Every translation. */
    public static Forgets everyTranslation() {
        return translations(0, ALL_TAGS, 0, 0, true);
    }

    /** A range of pages of the translations under some tags. */
    public static Forgets translations(long firstTag, long lastTag, long page, long pages, boolean tables) {
        return new Forgets(Cache.TRANSLATIONS, firstTag, lastTag, 0, 0, ANY_PASID, page, pages, tables, 0, 0);
    }

    /** A range of pages of what one device keeps. */
    public static Forgets deviceTlb(long requester, long requesters, long page, long pages) {
        return new Forgets(Cache.DEVICE_TLB, 0, ALL_TAGS, requester, requesters, ANY_PASID, page, pages, false, 0, 0);
    }

    /**
     * The same by the address of an ATS invalidation.
     *
     * @param sizeBit which bit says that the size stands in the address, as the number of ones from bit 12 on
     */
    public static Forgets ats(long requester, long requesters, long address, int sizeBit) {
        int ones = Long.numberOfTrailingZeros(~(address >>> PAGE_SHIFT));
        boolean all = ones >= Long.SIZE - PAGE_SHIFT - 1;
        long count = (address >>> sizeBit & 1) == 0 ? 1 : all ? 0 : 2L << ones;
        return deviceTlb(requester, requesters, count == 0 ? 0 : address >>> PAGE_SHIFT & -count, count);
    }

    /** The same for entries that carry some tags only. */
    public Forgets tagged(long first, long last) {
        return new Forgets(cache, first, last, requester, requesters, pasid, page, pages, tables, leaves, widest);
    }

    /** The same for entries of one PASID only. */
    public Forgets ofPasid(long only) {
        return new Forgets(
                cache, firstTag, lastTag, requester, requesters, (int) only, page, pages, tables, leaves, widest);
    }

    /** The same of translations that go whole, of some sizes. */
    public Forgets whole(long sizes) {
        return new Forgets(cache, firstTag, lastTag, requester, requesters, pasid, page, pages, tables, sizes, widest);
    }

    /** The same, but nothing that is wider. */
    public Forgets upTo(int most) {
        return new Forgets(cache, firstTag, lastTag, requester, requesters, pasid, page, pages, tables, leaves, most);
    }

    /** Whether a pointer to a table of devices is meant, of 2^order positions. */
    public boolean meansPointer(long first, int order) {
        boolean overlaps = requesters == 0
                || Long.compareUnsigned(first - requester, requesters) < 0
                || Long.compareUnsigned(requester - first, 1L << order) < 0;
        return overlaps && order <= widest;
    }

    /** Whether an entry for 2^order positions from one on is meant, whatever its tag. */
    public boolean meansEntry(long position, int order) {
        return meansRequester(position) && order <= widest;
    }

    /** Whether a position is meant. */
    public boolean meansRequester(long position) {
        boolean inside = requesters == 0 || Long.compareUnsigned(position - requester, requesters) < 0;
        return inside && (pasid == ANY_PASID || (position & (1 << TableKind.PASID_BITS) - 1) == pasid);
    }

    /** Whether a tag is meant. */
    public boolean meansTag(long tag) {
        return lastTag == ALL_TAGS || (tag >= firstTag && tag <= lastTag);
    }
}
