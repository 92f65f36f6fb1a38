package dev.moat.iommu.calgary;

import dev.moat.iommu.calgary.CalgaryGeometry.Part;
import dev.moat.iommu.calgary.Registers.Csr;
import dev.moat.iommu.calgary.Registers.PageMigration;

/**
 * What the chip does by itself. Every method is one atomic step: it answers false and leaves the state untouched when it is not
 * possible now.
 *
 * <p>The chip may cache any entry that lets something through, asked for or not, and forget it, at any time. A request in flight
 * keeps the entry that it was translated with, whatever happens to the table and to the cache, and brings it into the cache when it
 * is done. {@code @source} CALGARY-CACHE.
 */
public final class TceCache {
    private static final int READING = 1;
    private static final int WRITING = 2;

    private final CalgaryUnit u;
    private final TceWalk walk;
    private final CalgaryGeometry g;
    private final boolean absence;
    private final int[] behind;

    public TceCache(CalgaryUnit unit, TceWalk walk) {
        u = unit;
        this.walk = walk;
        g = unit.geometry();
        absence = g.has(Part.CACHED_ABSENCE);
        behind = g.behind().stream().mapToInt(Integer::intValue).toArray();
    }

    /** The chip caches the entry of a page. False when it has it, cannot read it, or does not cache such an entry. */
    public boolean fill(long[] s, int bus, int page) {
        return !walk.isCached(s, bus, page)
                && walk.isTranslated(s, bus, page)
                && keep(s, bus, page, walk.entryInMemory(s, bus, page));
    }

    private boolean keep(long[] s, int bus, int page, long tce) {
        if (!Tce.isValid(tce) && !absence) {
            return false;
        }
        u.cachedTce.set(s, bus, page, Tce.isValid(tce) ? tce : 0);
        if (absence) {
            u.cachedAbsence.set(s, bus, page, Tce.isValid(tce) ? 0 : 1);
        }
        return true;
    }

    /** Whether the chip has an entry of a page, one without rights included. */
    public boolean has(long[] s, int bus, int page) {
        return walk.isCached(s, bus, page);
    }

    /** The chip forgets the entry of a page. False when it has none. */
    public boolean evict(long[] s, int bus, int page) {
        if (!walk.isCached(s, bus, page)) {
            return false;
        }
        u.drop(s, bus, page);
        return true;
    }

    /**
     * The chip accepts a request of a modelled page and translates it, or lets it through; it is done with {@link
     * #finish}.
     *
     * @return false when the requester has one in flight, or the request does not get through the table
     */
    public boolean accept(long[] s, int requester, int page, boolean write) {
        int bus = behind[requester];
        long tce = walk.isTranslated(s, bus, page) ? entry(s, bus, page) : walk.entryBeyond(s, bus, page);
        if (u.flight.get(s, requester) != 0 || (Tce.rights(tce) & (write ? Tce.MAY_WRITE : Tce.MAY_READ)) == 0) {
            return false;
        }
        u.flight.set(s, requester, write ? WRITING : READING);
        u.flightPage.set(s, requester, page);
        u.flightTce.set(s, requester, tce);
        return true;
    }

    private long entry(long[] s, int bus, int page) {
        return walk.isCached(s, bus, page) ? u.cachedTce.get(s, bus, page) : walk.entryInMemory(s, bus, page);
    }

    /** A request in flight is done, and its entry, if it had one, is cached. False when there is none. */
    public boolean finish(long[] s, int requester) {
        if (u.flight.get(s, requester) == 0) {
            return false;
        }
        int page = (int) u.flightPage.get(s, requester);
        if (!TceWalk.isBeyond(g.pageNumber(page))) {
            keep(s, behind[requester], page, u.flightTce.get(s, requester));
        }
        u.flight.set(s, requester, 0);
        u.flightPage.set(s, requester, 0);
        u.flightTce.set(s, requester, 0);
        return true;
    }

    /** A request that is refused as an error is reported. False when it is no error, or one is reported already. */
    public boolean report(long[] s, int requester, long page, boolean write) {
        int bus = behind[requester];
        long csr = u.csr.get(s, bus);
        if (Csr.ERROR.isSet(csr) || !DmaAnswer.isError(walk.answer(s, requester, page, write))) {
            return false;
        }
        u.csr.set(s, bus, csr | Csr.ERROR.mask());
        return true;
    }

    /** A soft stop turns out to have failed: devices are let on the bus again. False when none was asked for, or it has. */
    public boolean failStop(long[] s, int bus) {
        if (!g.has(Part.STOP_FAULTS)
                || !PageMigration.SOFTSTOP.isSet(u.stopControl.get(s, bus))
                || u.stopFault.get(s, bus) != 0) {
            return false;
        }
        u.stopFault.set(s, bus, 1);
        return true;
    }
}
