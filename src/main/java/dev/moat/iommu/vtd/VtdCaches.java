package dev.moat.iommu.vtd;

import dev.moat.iommu.PageRange;
import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.FaultReason;
import dev.moat.iommu.vtd.format.SecondLevelEntry;

/**
 * The unit's own actions on its caches. Every method is one atomic step: it answers false and leaves the state
 * untouched when it is not possible now.
 *
 * <p>A superpage is cached in 4 KiB fragments, which hardware may do; this allows the most behaviour. An absent or
 * wrong entry is cached only in caching mode (CAP.CM): in the IOTLB under the DID of the walk, in the context cache
 * under DID 0. An unreadable entry is never cached. {@code @source} VTD-CACHES. {@code @oracle} SlowUnit in the tests.
 */
public final class VtdCaches {
    private final VtdUnit u;
    private final VtdWalk walk;
    private final VtdGeometry g;
    private final int tags;
    private final boolean rewalks;
    private final boolean failures;
    private final int[] sourceIds;

    public VtdCaches(VtdUnit unit, VtdWalk walk) {
        u = unit;
        this.walk = walk;
        g = unit.geometry();
        tags = g.tags().size();
        rewalks = g.capabilities().rewalks();
        failures = g.capabilities().cachesFailures();
        sourceIds = g.sourceIds().stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * A DMA request misses the IOTLB, is translated, and its answer is cached, all at once. In caching mode the answer
     * may be a failure.
     *
     * @return false when the request hits, the tables give it nothing that can be cached, or it is not translated by
     *     tables
     */
    public boolean fill(long[] s, int requester, int page, boolean write) {
        long answer = missing(s, requester, page, write);
        if (answer == 0) {
            return false;
        }
        int tag = walk.did(s, walk.toTables(s, requester, g.pageNumber(page)));
        store(s, tag, page, rights(answer), frameSlot(answer), denied(s, requester, page, write, answer));
        return true;
    }

    /**
     * A DMA request misses the IOTLB and its walk reads the tables; the answer reaches the IOTLB only with
     * {@link #walkFinish}.
     *
     * @return false when the requester already has a walk in flight, and as {@link #fill}
     */
    public boolean walkStart(long[] s, int requester, int page, boolean write) {
        if (u.isWalking(s, requester)) {
            return false;
        }
        long answer = missing(s, requester, page, write);
        if (answer == 0) {
            return false;
        }
        u.walkRights.set(s, requester, rights(answer));
        if (failures) {
            u.walkDenied.set(s, requester, denied(s, requester, page, write, answer));
        }
        u.walkTag.set(s, requester, walk.did(s, walk.toTables(s, requester, g.pageNumber(page))));
        u.walkPage.set(s, requester, page);
        u.walkFrame.set(s, requester, frameSlot(answer));
        return true;
    }

    /** A walk in flight enters its answer into the IOTLB. False when there is none. */
    public boolean walkFinish(long[] s, int requester) {
        if (!u.isWalking(s, requester)) {
            return false;
        }
        store(
                s,
                (int) u.walkTag.get(s, requester),
                (int) u.walkPage.get(s, requester),
                (int) u.walkRights.get(s, requester),
                u.walkFrame.get(s, requester),
                failures ? (int) u.walkDenied.get(s, requester) : 0);
        dropWalk(s, requester);
        return true;
    }

    /** The unit forgets one translation, or one failure. False when neither is cached. */
    public boolean evict(long[] s, int tag, int page) {
        if (u.iotlbRights.get(s, tag, page) == 0 && deniedRights(s, tag, page) == 0) {
            return false;
        }
        store(s, tag, page, 0, 0, 0);
        return true;
    }

    /**
     * The unit caches a requester's context entry; in caching mode also that root or context entry is not present or
     * wrong.
     *
     * @return false when either is cached already, or memory holds nothing that can be cached
     */
    public boolean contextFill(long[] s, int requester) {
        if (walk.isCached(s, requester) || walk.cachedFailure(s, requester) != 0) {
            return false;
        }
        int entry = walk.readContext(s, requester);
        if (entry < 0) {
            return failures && contextFailure(s, requester, -entry);
        }
        u.cachedLo.set(s, requester, u.late.visible(s, u.contextLo, entry));
        u.cachedHi.set(s, requester, u.late.visible(s, u.contextHi, entry));
        return true;
    }

    private boolean contextFailure(long[] s, int requester, int code) {
        FaultReason reason = FaultReason.ofCode(code);
        if (reason == FaultReason.ROOT_ACCESS || reason == FaultReason.CONTEXT_ACCESS) {
            return false;
        }
        long failure = VtdUnit.REASON.set(0, code);
        u.cachedFailure.set(s, requester, VtdUnit.UNRECORDED.set(failure, walk.isUnrecorded(s, requester) ? 1 : 0));
        return true;
    }

    /** The unit forgets what it has cached of a requester's context entry. False when nothing is. */
    public boolean contextEvict(long[] s, int requester) {
        if (!walk.isCached(s, requester) && walk.cachedFailure(s, requester) == 0) {
            return false;
        }
        dropContext(s, requester);
        return true;
    }

    private void dropContext(long[] s, int requester) {
        u.cachedLo.set(s, requester, 0);
        u.cachedHi.set(s, requester, 0);
        if (failures) {
            u.cachedFailure.set(s, requester, 0);
        }
    }

    /**
     * What the unit answers to a DMA request right now, from whatever it has cached and otherwise from the tables. Under a
     * DID that is none of the modelled ones nothing is cached.
     *
     * @return a {@link Translation}
     */
    public long answer(long[] s, int requester, int page, boolean write) {
        int context = walk.toTables(s, requester, g.pageNumber(page));
        if (context < 0) {
            return walk.translate(s, requester, g.pageNumber(page) << SecondLevelEntry.ADDR.lo(), write);
        }
        int tag = walk.did(s, context);
        if (tag >= tags) {
            return walk.descend(s, context, g.pageNumber(page), write);
        }
        int cached = (int) u.iotlbRights.get(s, tag, page);
        int denied = deniedRights(s, tag, page);
        if ((cached & right(write)) != 0) {
            int frame = u.cachedFrame(s, tag, page);
            long number = frame == VtdUnit.ELSEWHERE ? Translation.FRAME.max() : g.frameNumber(frame);
            return Translation.to(number, cached, Translation.SIZE_4K, tag);
        }
        if ((denied & right(write)) != 0 && (denied & VtdUnit.ERRONEOUS) != 0) {
            return Translation.blocked(FaultReason.TABLE_RESERVED);
        }
        return (denied & right(write)) != 0 || (cached != 0 && !rewalks)
                ? Translation.blocked(write ? FaultReason.NO_WRITE_PERMISSION : FaultReason.NO_READ_PERMISSION)
                : walk.descend(s, context, g.pageNumber(page), write);
    }

    /**
     * Whether something cached, or something not yet visible, blocks a DMA request that the tables as software stored
     * them allow: the completeness that a missing invalidation or flush costs, whatever the caches did before.
     */
    public boolean blocked(long[] s, int requester, int page, boolean write) {
        return !Translation.reachesMemory(answer(s, requester, page, write))
                && Translation.reachesMemory(walk.uncached(s, requester, g.pageNumber(page), write));
    }

    /**
     * The unit caches the table that a requester's walk comes to at a node of {@link PagingCaches#nodes}.
     *
     * @return false when the DID has that node cached, or the walk does not come there
     */
    public boolean pscFill(long[] s, int requester, int node) {
        int context = walk.toTables(s, requester, u.paging.pageBelow(node));
        int tag = context < 0 ? tags : walk.did(s, context);
        if (tag >= tags || u.paging.rights.get(s, tag, node) != 0) {
            return false;
        }
        int table = walk.nextTable(s, context, node);
        if (table == TableWalk.NO_TABLE) {
            return false;
        }
        u.paging.store(s, tag, node, table >>> 2, table & 3);
        return true;
    }

    /** The unit forgets one table of a DID. False when it is not cached. */
    public boolean pscEvict(long[] s, int tag, int node) {
        if (u.paging.rights.get(s, tag, node) == 0) {
            return false;
        }
        u.paging.store(s, tag, node, 0, 0);
        return true;
    }

    /**
     * The table's answer when it has to be asked for and can be cached, or 0. No such answer is 0. Under a DID that is none of
     * the modelled ones nothing is.
     */
    private long missing(long[] s, int requester, int page, boolean write) {
        int context = walk.toTables(s, requester, g.pageNumber(page));
        if (context < 0) {
            return 0;
        }
        int tag = walk.did(s, context);
        if (tag >= tags) {
            return 0;
        }
        int cached = (int) u.iotlbRights.get(s, tag, page);
        if ((cached & right(write)) != 0
                || (cached != 0 && !rewalks)
                || (deniedRights(s, tag, page) & right(write)) != 0) {
            return 0;
        }
        long answer = walk.descend(s, context, g.pageNumber(page), write);
        return Translation.reachesMemory(answer) || (failures && isFailure(answer)) ? answer : 0;
    }

    private static int right(boolean write) {
        return write ? Rights.WRITE : Rights.READ;
    }

    private static int rights(long answer) {
        return (int) Translation.RIGHTS.get(answer);
    }

    private int deniedRights(long[] s, int tag, int page) {
        return failures ? (int) u.iotlbDenied.get(s, tag, page) : 0;
    }

    /** Whether an answer of the second-level tables says that an entry is not present, lacks the right, or is wrong. */
    private static boolean isFailure(long answer) {
        long outcome = Translation.OUTCOME.get(answer);
        return outcome == FaultReason.NO_WRITE_PERMISSION.code()
                || outcome == FaultReason.NO_READ_PERMISSION.code()
                || outcome == FaultReason.TABLE_RESERVED.code();
    }

    /** The rights that a walk found missing: the one asked for, and the other if that fails for the same kind of reason. */
    private int denied(long[] s, int requester, int page, boolean write, long answer) {
        if (Translation.reachesMemory(answer)) {
            return 0;
        }
        int context = walk.toTables(s, requester, g.pageNumber(page));
        long other = walk.descend(s, context, g.pageNumber(page), !write);
        boolean erroneous = isErroneous(answer);
        boolean both = isFailure(other) && isErroneous(other) == erroneous;
        return (both ? Rights.READ | Rights.WRITE : right(write)) | (erroneous ? VtdUnit.ERRONEOUS : 0);
    }

    private static boolean isErroneous(long answer) {
        return Translation.OUTCOME.get(answer) == FaultReason.TABLE_RESERVED.code();
    }

    /** The frame of an answer as the IOTLB keeps it; 0, the dead value, for a failure. */
    private long frameSlot(long answer) {
        return Translation.reachesMemory(answer) ? g.reachedAt(Translation.FRAME.get(answer)) + 1L : 0;
    }

    private void store(long[] s, int tag, int page, int rights, long frame, int denied) {
        u.iotlbRights.set(s, tag, page, rights);
        u.iotlbFrame.set(s, tag, page, frame);
        if (failures) {
            u.iotlbDenied.set(s, tag, page, denied);
        }
    }

    private void dropWalk(long[] s, int requester) {
        u.walkRights.set(s, requester, 0);
        if (failures) {
            u.walkDenied.set(s, requester, 0);
        }
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
     * @param leafOnly whether the paging-structure caches keep what they have (the hint IH)
     */
    public void forget(long[] s, int tag, long first, long count, boolean leafOnly) {
        if (!leafOnly) {
            u.paging.forget(s, tag, first, count);
        }
        int firstOf = count == 0 ? 0 : g.pagesBelow(first);
        int end = count == 0 ? g.pages().size() : g.pagesBelow(first + count);
        int from = tag < 0 ? 0 : tag;
        int to = tag < 0 ? tags - 1 : Math.min(tag, tags - 1);
        for (int t = from; t <= to; t++) {
            for (int page = firstOf; page < end; page++) {
                store(s, t, page, 0, 0, 0);
            }
        }
    }

    /** Takes rights from the walks in flight that {@link #forget} with the same range would have removed. */
    public void drain(long[] s, int tag, long first, long count, int rights) {
        for (int r = 0; r < u.walkRights.size(); r++) {
            if ((tag < 0 || u.walkTag.get(s, r) == tag)
                    && PageRange.contains(first, count, g.pageNumber((int) u.walkPage.get(s, r)))) {
                u.walkRights.set(s, r, u.walkRights.get(s, r) & ~rights);
                long denied = failures ? u.walkDenied.get(s, r) & ~rights : 0;
                if ((denied & ~VtdUnit.ERRONEOUS) != 0) {
                    u.walkDenied.set(s, r, denied);
                } else if (u.walkRights.get(s, r) == 0) {
                    dropWalk(s, r);
                }
            }
        }
    }

    /**
     * Forgets context entries.
     *
     * @param did the DID they were cached with, 0 for what was not present or wrong; or -1 for all
     * @param sid source-id, compared where {@code sidMask} has ones
     */
    public void forgetContexts(long[] s, int did, int sid, int sidMask) {
        for (int r = 0; r < u.cachedLo.size(); r++) {
            // A cached failure has no second word, so the tag that it is compared with here is 0, as it should be.
            boolean tagged = did < 0 || ContextEntry.DID.get(u.cachedHi.get(s, r)) == did;
            if (tagged && ((sourceIds[r] ^ sid) & sidMask) == 0) {
                dropContext(s, r);
            }
        }
    }
}
