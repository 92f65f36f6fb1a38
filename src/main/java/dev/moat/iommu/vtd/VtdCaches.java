package dev.moat.iommu.vtd;

/**
 * What the unit does to its caches by itself. Every method is one atomic step: it answers false and leaves the state
 * untouched when it is not possible now.
 *
 * <p>A superpage is cached in 4 KiB fragments, which hardware may do; this allows the most behaviour. Nothing that is not
 * present or that faults is ever cached.
 */
public final class VtdCaches {
    private final VtdUnit u;
    private final VtdWalk walk;
    private final VtdGeometry g;
    private final int tags;
    private final boolean rewalks;
    private final int[] sourceIds;

    public VtdCaches(VtdUnit unit, VtdWalk walk) {
        u = unit;
        this.walk = walk;
        g = unit.geometry();
        tags = g.tags().size();
        rewalks = g.capabilities().rewalks();
        sourceIds = g.sourceIds().stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * A DMA request misses the IOTLB, is translated, and its answer is cached, all at once.
     *
     * @return false when the request hits, is blocked, or is not translated by tables
     */
    public boolean fill(long[] s, int requester, int page, boolean write) {
        long answer = missing(s, requester, page, write);
        if (answer == 0) {
            return false;
        }
        store(s, (int) Translation.DID.get(answer), page, (int) Translation.RIGHTS.get(answer), frameSlot(answer));
        return true;
    }

    /**
     * A DMA request misses the IOTLB and its walk reads the tables; the answer reaches the IOTLB only with
     * {@link #walkFinish}.
     *
     * @return false when the requester already has a walk in flight, and as {@link #fill}
     */
    public boolean walkStart(long[] s, int requester, int page, boolean write) {
        if (u.walkRights.get(s, requester) != 0) {
            return false;
        }
        long answer = missing(s, requester, page, write);
        if (answer == 0) {
            return false;
        }
        u.walkRights.set(s, requester, Translation.RIGHTS.get(answer));
        u.walkTag.set(s, requester, Translation.DID.get(answer));
        u.walkPage.set(s, requester, page);
        u.walkFrame.set(s, requester, frameSlot(answer));
        return true;
    }

    /** A walk in flight enters its answer into the IOTLB. False when there is none. */
    public boolean walkFinish(long[] s, int requester) {
        int rights = (int) u.walkRights.get(s, requester);
        if (rights == 0) {
            return false;
        }
        store(
                s,
                (int) u.walkTag.get(s, requester),
                (int) u.walkPage.get(s, requester),
                rights,
                u.walkFrame.get(s, requester));
        dropWalk(s, requester);
        return true;
    }

    /** The unit forgets one translation. False when it is not cached. */
    public boolean evict(long[] s, int tag, int page) {
        if (u.iotlbRights.get(s, tag, page) == 0) {
            return false;
        }
        store(s, tag, page, 0, 0);
        return true;
    }

    /** The unit caches a requester's context entry. False when it is cached, or memory holds no valid entry. */
    public boolean contextFill(long[] s, int requester) {
        if (walk.isCached(s, requester)) {
            return false;
        }
        int entry = walk.readContext(s, requester);
        if (entry < 0) {
            return false;
        }
        u.cachedLo.set(s, requester, u.contextLo.get(s, entry));
        u.cachedHi.set(s, requester, u.contextHi.get(s, entry));
        return true;
    }

    /** The unit forgets a requester's context entry. False when it is not cached. */
    public boolean contextEvict(long[] s, int requester) {
        if (!walk.isCached(s, requester)) {
            return false;
        }
        u.cachedLo.set(s, requester, 0);
        u.cachedHi.set(s, requester, 0);
        return true;
    }

    /** The table's answer when it has to be asked for and can be cached, or 0. No such answer is 0: it has rights. */
    private long missing(long[] s, int requester, int page, boolean write) {
        long answer = walk.translate(s, requester, g.pageNumber(page) << SecondLevelEntry.ADDR.lo(), write);
        if (!Translation.reachesMemory(answer) || Translation.SIZE.get(answer) == Translation.SIZE_ALL) {
            return 0;
        }
        int did = (int) Translation.DID.get(answer);
        if (did >= tags) {
            throw new IllegalStateException("DID " + did + " is outside the " + tags + " modelled tags");
        }
        int cached = (int) u.iotlbRights.get(s, did, page);
        boolean hit = (cached & (write ? VtdUnit.WRITE : VtdUnit.READ)) != 0;
        return hit || (cached != 0 && !rewalks) ? 0 : answer;
    }

    private long frameSlot(long answer) {
        return g.frameAt(Translation.FRAME.get(answer)) + 1L;
    }

    private void store(long[] s, int tag, int page, int rights, long frame) {
        u.iotlbRights.set(s, tag, page, rights);
        u.iotlbFrame.set(s, tag, page, frame);
    }

    private void dropWalk(long[] s, int requester) {
        u.walkRights.set(s, requester, 0);
        u.walkTag.set(s, requester, 0);
        u.walkPage.set(s, requester, 0);
        u.walkFrame.set(s, requester, 0);
    }

    /**
     * Forgets translations of a range of pages.
     *
     * @param tag the DID, or -1 for all
     * @param first number of the first page
     * @param count pages in the range, as an unsigned number; 0 means all
     */
    void forget(long[] s, int tag, long first, long count) {
        int from = tag < 0 ? 0 : tag;
        int to = tag < 0 ? tags - 1 : Math.min(tag, tags - 1);
        for (int t = from; t <= to; t++) {
            for (int page = 0; page < g.pages().size(); page++) {
                if (contains(first, count, page)) {
                    store(s, t, page, 0, 0);
                }
            }
        }
    }

    /** Takes rights from the walks in flight that {@link #forget} with the same range would have removed. */
    void drain(long[] s, int tag, long first, long count, int rights) {
        for (int r = 0; r < u.walkRights.size(); r++) {
            if ((tag < 0 || u.walkTag.get(s, r) == tag) && contains(first, count, (int) u.walkPage.get(s, r))) {
                long left = u.walkRights.get(s, r) & ~rights;
                if (left == 0) {
                    dropWalk(s, r);
                } else {
                    u.walkRights.set(s, r, left);
                }
            }
        }
    }

    private boolean contains(long first, long count, int page) {
        return count == 0 || Long.compareUnsigned(g.pageNumber(page) - first, count) < 0;
    }

    /**
     * Forgets context entries.
     *
     * @param did the DID they were cached with, or -1 for all
     * @param sid source-id, compared where {@code sidMask} has ones
     */
    void forgetContexts(long[] s, int did, int sid, int sidMask) {
        for (int r = 0; r < u.cachedLo.size(); r++) {
            boolean tagged = did < 0 || ContextEntry.DID.get(u.cachedHi.get(s, r)) == did;
            if (tagged && ((sourceIds[r] ^ sid) & sidMask) == 0) {
                u.cachedLo.set(s, r, 0);
                u.cachedHi.set(s, r, 0);
            }
        }
    }
}
