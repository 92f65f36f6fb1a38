package dev.moat.iommu.amdvi.request;

import dev.moat.iommu.amdvi.semantics.Caches;
import dev.moat.iommu.amdvi.semantics.TableWalk;

/**
 * What a unit that runs outside of a search caches between requests. Nothing is kept by itself; {@link SpecifiedRequests} offers
 * everything that a unit may cache.
 */
public interface RequestCaches extends Caches {
    /**
     * A cached device table entry.
     *
     * @param entry receives its quadwords
     * @return false, and the array is untouched, when none is cached
     */
    boolean device(int deviceId, long[] entry);

    /** Offers a device table entry that was read. */
    void offerDevice(int deviceId, long[] entry);

    /** The cached answer of the page tables for an address, without any device's rights; 0 when none is cached. */
    long page(int domainId, long iova);

    /** Offers an answer of the page tables, perhaps that there is no page. */
    void offerPage(int domainId, long iova, long answer);

    /** The lowest cached table below a level on the way of an address, as {@link TableWalk#next} answers it. */
    long table(int domainId, long iova, int level);

    /** Offers a table that a walk came to. */
    void offerTable(int domainId, long iova, long pointer);

    /** Caches that keep nothing: each request is answered from the tables as they are. */
    static RequestCaches none() {
        return NoCaches.INSTANCE;
    }
}
