package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.state.Slots;

/**
 * What is cached by address: the IOTLB (pages), or the paging-structure caches (tables and the rights above them).
 *
 * <p>{@code @shape} an entry is its tag in the format of {@link UnitState#TAG}, its first page, and a frame or the number of
 * the condition that it is. A full cache is emptied, which hardware may do. {@code @source} VTD-CACHES.
 */
final class TranslationCache {
    /** What an invalidation is about. */
    enum Scope {
        EVERYTHING,
        /** All of a DID. */
        DOMAIN,
        /** A range of pages of a DID; where first-level tables are in it, all of the DID. */
        PAGES,
        /** What first-level tables of a DID are in. */
        FIRST_LEVEL,
        /** All of a PASID of a DID. */
        PASID,
        /** A range of pages of a PASID of a DID, where first-level tables are in it. */
        PAGES_OF_PASID
    }

    private final Slots count;
    private final Slots tags;
    private final Slots pages;
    private final Slots frames;
    private final boolean byteMask;
    private final boolean legacyHasPasid;

    TranslationCache(Slots count, Slots tags, Slots pages, Slots frames, Deviations deviations) {
        this.count = count;
        this.tags = tags;
        this.pages = pages;
        this.frames = frames;
        byteMask = deviations.has(Deviation.PAGE_MASK_OF_8_BITS);
        legacyHasPasid = deviations.has(Deviation.LEGACY_HAS_PASID);
    }

    /** Whether anything can be cached. */
    boolean exists() {
        return tags.size() > 0;
    }

    /**
     * The element of the lowest level that covers a page.
     *
     * @param page 4 KiB page number, 52 bits
     * @param tag what the element's tag must equal
     * @param mask where
     * @return the element, or -1
     */
    int find(long[] s, long page, long tag, long mask) {
        int n = (int) count.get(s);
        int best = -1;
        long bestLevel = Long.MAX_VALUE;
        for (int i = 0; i < n; i++) {
            long found = tags.get(s, i);
            long level = UnitState.LEVEL.get(found);
            if (((found ^ tag) & mask) == 0
                    && level < bestLevel
                    && DmaAnswer.firstPage(page, (int) level) == UnitState.PAGE.get(pages.get(s, i))) {
                best = i;
                bestLevel = level;
            }
        }
        return best;
    }

    long tag(long[] s, int element) {
        return tags.get(s, element);
    }

    long frame(long[] s, int element) {
        return UnitState.FRAME.get(frames.get(s, element));
    }

    FaultCondition condition(long[] s, int element) {
        return FaultCondition.of((int) UnitState.CONDITION.get(frames.get(s, element)));
    }

    /** Caches a page or a table under a tag that holds its level; what has the same tag and page is replaced. */
    void fill(long[] s, long page, long tag, long frame) {
        put(s, page, tag, UnitState.FRAME.set(0, frame));
    }

    /** Caches a failure. */
    void fillFailure(long[] s, long page, long tag, FaultCondition condition) {
        put(s, page, tag | UnitState.FAILED.mask(), UnitState.CONDITION.set(0, condition.number()));
    }

    private void put(long[] s, long page, long tag, long word) {
        if (!exists()) {
            return;
        }
        long first = DmaAnswer.firstPage(page, (int) UnitState.LEVEL.get(tag));
        long key = UnitState.SID.mask()
                | UnitState.DID.mask()
                | UnitState.PASID.mask()
                | UnitState.LEVEL.mask()
                | UnitState.KIND.mask()
                | UnitState.PRIVILEGED.mask()
                | UnitState.FAILED.mask();
        int n = (int) count.get(s);
        int at = 0;
        while (at < n && (((tags.get(s, at) ^ tag) & key) != 0 || pages.get(s, at) != first)) {
            at++;
        }
        if (at == tags.size()) {
            forget(s, Scope.EVERYTHING, 0, 0, 0, 0);
            at = 0;
        }
        tags.set(s, at, tag);
        pages.set(s, at, first);
        frames.set(s, at, word);
        if (at >= (int) count.get(s)) {
            count.set(s, at + 1L);
        }
    }

    /**
     * Forgets entries.
     *
     * @param did counts but for {@link Scope#EVERYTHING}
     * @param pasid counts for the last two scopes
     * @param page any page of the range, where there is one
     * @param am the range is 2^am pages, aligned to its size
     */
    void forget(long[] s, Scope scope, int did, long pasid, long page, int am) {
        for (int i = (int) count.get(s) - 1; i >= 0; i--) {
            if (isMeant(s, i, scope, did, pasid, page, am)) {
                remove(s, i);
            }
        }
    }

    /**
     * Forgets what covers a page and was walked for a requester and a PASID, under whatever DID; for caches whose tags have a requester.
     *
     * @param page 4 KiB page number, 52 bits
     */
    void forgetOf(long[] s, int sid, long pasid, long page) {
        for (int i = (int) count.get(s) - 1; i >= 0; i--) {
            long tag = tags.get(s, i);
            if (UnitState.SID.get(tag) == sid && UnitState.PASID.get(tag) == pasid && overlaps(s, i, page, 0)) {
                remove(s, i);
            }
        }
    }

    private boolean isMeant(long[] s, int i, Scope scope, int did, long pasid, long page, int am) {
        long tag = tags.get(s, i);
        if (scope == Scope.EVERYTHING) {
            return true;
        }
        if (UnitState.DID.get(tag) != did) {
            return false;
        }
        long kind = UnitState.KIND.get(tag);
        boolean firstLevel = kind == PasidEntry.FIRST_LEVEL || kind == PasidEntry.NESTED;
        boolean samePasid = UnitState.PASID.get(tag) == pasid;
        return switch (scope) {
            case EVERYTHING, DOMAIN -> true;
            case PAGES -> firstLevel || overlaps(s, i, page, am);
            case FIRST_LEVEL -> firstLevel;
            // What legacy mode translated has no PASID, not PASID 0.
            case PASID -> samePasid && (kind != UnitState.LEGACY || legacyHasPasid);
            case PAGES_OF_PASID -> firstLevel && samePasid && overlaps(s, i, page, am);
        };
    }

    /** Whether an entry's pages and a range have one in common; both are aligned to their sizes. */
    private boolean overlaps(long[] s, int i, long page, int am) {
        long first = UnitState.PAGE.get(pages.get(s, i));
        int level = (int) UnitState.LEVEL.get(tags.get(s, i));
        return DmaAnswer.overlaps(
                first, level, page, byteMask ? DmaAnswer.compared(am) & 0xff : DmaAnswer.compared(am));
    }

    private void remove(long[] s, int element) {
        int last = (int) count.get(s) - 1;
        tags.set(s, element, tags.get(s, last));
        pages.set(s, element, pages.get(s, last));
        frames.set(s, element, frames.get(s, last));
        tags.set(s, last, 0);
        pages.set(s, last, 0);
        frames.set(s, last, 0);
        count.set(s, last);
    }
}
