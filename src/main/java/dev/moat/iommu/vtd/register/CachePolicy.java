package dev.moat.iommu.vtd.register;

/**
 * What a unit does with its caches where the specification leaves it to hardware. What may be cached is cached; eviction takes
 * place only where a cache is full.
 *
 * @param order what is looked up first
 * @param perRequester whether a translation serves only the requester for which it was walked, whatever DID that has now;
 *     if not, any request with its DID (and PASID, where first-level tables are in it)
 * @param shortfall what a hit without the needed right leads to
 * @param pasidEntries whether PASID entries are cached
 * @param failures whether context entries and second-level tables that are not present or wrong are cached in caching mode
 * @param keepsPassThrough whether a requester that is in pass-through, found when its context was invalidated, at a change of
 *     TE or of the root, or by a request, stays so until the next such event, whatever becomes of its entries
 * @param servesInterruptEntries whether an interrupt request is answered from a cached entry; if not, entries that were
 *     fetched are only remembered as those that hardware may still use
 */
public record CachePolicy(
        Order order,
        boolean perRequester,
        Shortfall shortfall,
        boolean pasidEntries,
        boolean failures,
        boolean keepsPassThrough,
        boolean servesInterruptEntries) {

    /** What is looked up first. */
    public enum Order {
        /** Context and PASID entries, then translations: the tag comes from the entries. */
        ENTRIES_FIRST,
        /** As above in scalable mode, translations first in legacy mode. */
        LEGACY_TRANSLATIONS_FIRST,
        /** Translations first. */
        TRANSLATIONS_FIRST
    }

    /** What a hit without the needed right leads to. */
    public enum Shortfall {
        /** The tables are walked again; so they are for a write to a page that is not known to be dirty. */
        REWALK,
        /** The fault that the tables gave when they were walked. */
        FAULT,
        /** The request is blocked, and nothing is recorded. */
        SILENT
    }

    /** Translations first only makes sense if they need no tag from the entries. */
    public CachePolicy {
        if (order != Order.ENTRIES_FIRST && !perRequester) {
            throw new IllegalArgumentException("translations shared by DID need their entries first");
        }
    }

    /** Everything cached under the tags that the specification names. */
    public static CachePolicy specified() {
        return new CachePolicy(Order.ENTRIES_FIRST, false, Shortfall.REWALK, true, true, false, true);
    }

    /** What the recorded rows show where the specification would allow more. */
    public static CachePolicy recorded() {
        return new CachePolicy(Order.LEGACY_TRANSLATIONS_FIRST, true, Shortfall.SILENT, false, false, true, false);
    }

    /** The same with another order. */
    public CachePolicy ordered(Order other) {
        return new CachePolicy(
                other, perRequester, shortfall, pasidEntries, failures, keepsPassThrough, servesInterruptEntries);
    }

    /** The same with another answer to a hit without the needed right. */
    public CachePolicy answering(Shortfall other) {
        return new CachePolicy(
                order, perRequester, other, pasidEntries, failures, keepsPassThrough, servesInterruptEntries);
    }
}
