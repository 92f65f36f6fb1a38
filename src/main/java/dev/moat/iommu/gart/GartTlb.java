package dev.moat.iommu.gart;

import dev.moat.iommu.gart.GartGeometry.Part;
import dev.moat.iommu.gart.NodeRegisters.CacheControl;

/**
 * What northbridges do by themselves. Every method is one atomic step: it answers false and leaves the state untouched when it is not
 * possible now.
 *
 * <p>A TLB may take any valid entry in, asked for or not, and let it go, at any time. A request in flight keeps the entry that it was
 * translated with and brings it into the TLB when it is done; an invalidation is not done before those that it found. Whether real
 * ones wait is not known; software that polls relies on it. {@code @source} GART-TRANSLATION.
 */
public final class GartTlb {
    private final GartUnit u;
    private final GartWalk walk;
    private final GartGeometry g;
    private final int[] behind;

    public GartTlb(GartUnit unit, GartWalk walk) {
        u = unit;
        this.walk = walk;
        g = unit.geometry();
        behind = g.behind().stream().mapToInt(Integer::intValue).toArray();
    }

    /** A TLB takes in the entry of a page. False when it has one, or the entry is not valid. */
    public boolean fill(long[] s, int node, int page) {
        long pte = walk.entryInMemory(s, node, page);
        if (u.cachedPte.get(s, node, page) != 0 || !Gpte.VALID.isSet(pte)) {
            return false;
        }
        u.cachedPte.set(s, node, page, pte);
        return true;
    }

    /** A TLB lets the entry of a page go. False when it has none. */
    public boolean evict(long[] s, int node, int page) {
        if (u.cachedPte.get(s, node, page) == 0) {
            return false;
        }
        u.cachedPte.set(s, node, page, 0);
        return true;
    }

    /**
     * A request of a modelled page is translated; it is done with {@link #finish}.
     *
     * @return false when the requester has one in flight, or the request does not get through the table
     */
    public boolean accept(long[] s, int requester, int page, boolean write) {
        int node = behind[requester];
        boolean translated = walk.index(s, node, g.pageNumber(page)) >= 0;
        long cached = u.cachedPte.get(s, node, page);
        long pte = cached != 0 ? cached : walk.entryInMemory(s, node, page);
        if (u.flight.get(s, requester) != 0 || !translated || !Gpte.VALID.isSet(pte)) {
            return false;
        }
        u.flight.set(s, requester, write ? 2 : 1);
        u.flightPage.set(s, requester, page);
        u.flightPte.set(s, requester, pte);
        return true;
    }

    /** A request in flight is done, and its entry in the TLB. False when there is none. */
    public boolean finish(long[] s, int requester) {
        if (u.flight.get(s, requester) == 0) {
            return false;
        }
        u.cachedPte.set(s, behind[requester], (int) u.flightPage.get(s, requester), u.flightPte.get(s, requester));
        land(s, requester);
        return true;
    }

    private void land(long[] s, int requester) {
        u.flight.set(s, requester, 0);
        u.flightPage.set(s, requester, 0);
        u.flightPte.set(s, requester, 0);
    }

    /** An invalidation is done: the TLB is empty, and so is the way to it. False when none was asked for. */
    public boolean invalidate(long[] s, int node) {
        long control = u.cacheControl.get(s, node);
        if (!CacheControl.INVGART.isSet(control)) {
            return false;
        }
        for (int page = 0; page < g.pages().size(); page++) {
            u.cachedPte.set(s, node, page, 0);
        }
        for (int r = 0; r < u.flight.size(); r++) {
            if (behind[r] == node) {
                land(s, r);
            }
        }
        u.cacheControl.set(s, node, control & ~CacheControl.INVGART.mask());
        return true;
    }

    /** A request that met an invalid entry is reported. False when it did not, or one is reported already. */
    public boolean report(long[] s, int requester, long page) {
        int node = behind[requester];
        long control = u.cacheControl.get(s, node);
        if (!g.has(Part.ERRORS)
                || CacheControl.GARTPTEERR.isSet(control)
                || walk.answer(s, requester, page) != DmaAnswer.INVALID_ENTRY) {
            return false;
        }
        u.cacheControl.set(s, node, control | CacheControl.GARTPTEERR.mask());
        return true;
    }
}
