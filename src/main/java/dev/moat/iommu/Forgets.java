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
        boolean tables) {
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

    /** Entries of all requesters in a range of positions, under whatever tag. */
    public static Forgets entries(long requester, long requesters) {
        return new Forgets(Cache.ENTRIES, 0, ALL_TAGS, requester, requesters, ANY_PASID, 0, 0, false);
    }

    /** Every translation. */
    public static Forgets everyTranslation() {
        return translations(0, ALL_TAGS, 0, 0, true);
    }

    /** A range of pages of the translations under some tags. */
    public static Forgets translations(long firstTag, long lastTag, long page, long pages, boolean tables) {
        return new Forgets(Cache.TRANSLATIONS, firstTag, lastTag, 0, 0, ANY_PASID, page, pages, tables);
    }

    /** A range of pages of what one device keeps. */
    public static Forgets deviceTlb(long requester, long requesters, long page, long pages) {
        return new Forgets(Cache.DEVICE_TLB, 0, ALL_TAGS, requester, requesters, ANY_PASID, page, pages, false);
    }

    /** The same for entries that carry some tags only. */
    public Forgets tagged(long first, long last) {
        return new Forgets(cache, first, last, requester, requesters, pasid, page, pages, tables);
    }

    /** The same for entries of one PASID only. */
    public Forgets ofPasid(long only) {
        return new Forgets(cache, firstTag, lastTag, requester, requesters, (int) only, page, pages, tables);
    }

    /** Whether an entry at a position is meant, whatever its tag. */
    public boolean meansRequester(long position) {
        boolean inside = requesters == 0 || Long.compareUnsigned(position - requester, requesters) < 0;
        return inside && (pasid == ANY_PASID || (position & (1 << TableKind.PASID_BITS) - 1) == pasid);
    }

    /** Whether a tag is meant. */
    public boolean meansTag(long tag) {
        return lastTag == ALL_TAGS || (tag >= firstTag && tag <= lastTag);
    }
}
