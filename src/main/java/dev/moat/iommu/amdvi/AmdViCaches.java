package dev.moat.iommu.amdvi;

import dev.moat.iommu.PageRange;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Caches;
import dev.moat.iommu.amdvi.semantics.TableWalk;

/**
 * A unit's own actions on its caches in a search, and the effect of commands on them. Every method is one atomic step:
 * it answers false and leaves the state untouched when it is not possible now.
 *
 * <p>Pages are cached in pieces of 4 KiB, which hardware may do, under the DomainID and without the device's own
 * rights, since other devices share them; a device table entry is cached whatever it says. The absence of a page, or
 * of every right, is cached only with NpCache. An unreadable entry is never cached. {@code @source} AMDVI-CACHES.
 */
public final class AmdViCaches implements Caches {
    private final AmdViUnit u;
    private final AmdViWalk walk;
    private final AmdViGeometry g;
    private final TableCaches directories;
    private final int tags;
    private final int[] deviceIds;
    private final boolean drains;
    private final boolean failures;

    public AmdViCaches(AmdViUnit unit, AmdViWalk walk) {
        u = unit;
        this.walk = walk;
        g = unit.geometry();
        directories = unit.directories;
        tags = g.tags().size();
        deviceIds = g.deviceIds().stream().mapToInt(Integer::intValue).toArray();
        drains = g.capabilities().drains();
        failures = g.capabilities().cachesFailures();
    }

    /**
     * The tables' answer when it has to be asked for and can be cached, or 0. No such answer is 0. Under a DomainID that is none of the
     * modelled ones nothing is.
     */
    private long missing(long[] s, int requester, int page, boolean write) {
        if (!walk.needsTables(s, requester, page, write)
                || walk.tag(s, requester) >= tags
                || walk.isHit(s, walk.tag(s, requester), page, write)) {
            return 0;
        }
        long answer = walk.tables(s, requester, page, write);
        boolean hasRights = Translation.RIGHTS.get(answer) != 0;
        boolean readable = Translation.outcome(answer) != Outcome.TABLE_ACCESS;
        return hasRights || (failures && readable) ? answer : 0;
    }

    /** The code that stands for an answer without rights, 0 for one that has some. */
    private static int failureOf(long answer) {
        if (Translation.RIGHTS.get(answer) != 0) {
            return 0;
        }
        boolean page = Translation.outcome(answer) == Outcome.TRANSLATED;
        return page ? Outcome.NO_PERMISSION.code() : (int) Translation.OUTCOME.get(answer);
    }

    /** The frame of an answer as the caches keep it; 0, the dead value, for one without rights. */
    private long frameSlot(long answer) {
        return Translation.RIGHTS.get(answer) != 0 ? g.reachedAt(Translation.FRAME.get(answer)) + 1L : 0;
    }

    private void forget(long[] s, int tag, int page) {
        u.pageRights.set(s, tag, page, 0);
        u.pageFrame.set(s, tag, page, 0);
        if (failures) {
            u.pageFailure.set(s, tag, page, 0);
        }
    }

    /**
     * A DMA request misses, is translated, and the tables' answer is cached, all at once; with NpCache also that there is none.
     * The tables are asked before the device's own rights, so they are cached for a device that lacks them too.
     *
     * @return false when the request hits, the tables give it nothing that can be cached, or it does not come to them
     */
    public boolean fill(long[] s, int requester, int page, boolean write) {
        long answer = missing(s, requester, page, write);
        if (answer == 0) {
            return false;
        }
        int tag = walk.tag(s, requester);
        u.pageRights.set(s, tag, page, Translation.RIGHTS.get(answer));
        u.pageFrame.set(s, tag, page, frameSlot(answer));
        if (failures) {
            u.pageFailure.set(s, tag, page, failureOf(answer));
        }
        return true;
    }

    /**
     * A request for the other half of a page of 8 KiB misses, and its entry is kept for this half too; only where a walk of this half
     * would find something else, because its own copy of the entry says so.
     */
    public boolean fillOtherHalf(long[] s, int requester, int page) {
        int half = (g.pageNumber(page) & 1) == 0 ? page + 1 : page - 1;
        long answer = half < g.pages().size() ? missing(s, requester, half, false) : 0;
        if (Translation.RIGHTS.get(answer) == 0 || Translation.SIZE.get(answer) == 0) {
            return false;
        }
        long here = Translation.FRAME.set(answer, Translation.FRAME.get(answer) ^ 1);
        int tag = walk.tag(s, requester);
        boolean hit = walk.isHit(s, tag, page, false);
        if (hit || walk.tables(s, requester, page, false) == here) {
            return false;
        }
        u.pageRights.set(s, tag, page, Translation.RIGHTS.get(here));
        u.pageFrame.set(s, tag, page, frameSlot(here));
        if (failures) {
            u.pageFailure.set(s, tag, page, 0);
        }
        return true;
    }

    /**
     * A DMA request misses and its walk reads the tables; the answer is cached only with {@link #walkFinish}.
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
        u.walkRights.set(s, requester, Translation.RIGHTS.get(answer));
        if (failures) {
            u.walkFailure.set(s, requester, failureOf(answer));
        }
        u.walkTag.set(s, requester, walk.tag(s, requester));
        u.walkPage.set(s, requester, page);
        u.walkFrame.set(s, requester, frameSlot(answer));
        return true;
    }

    /** What a walk in flight found is cached. False when there is none. */
    public boolean walkFinish(long[] s, int requester) {
        if (!u.isWalking(s, requester)) {
            return false;
        }
        int tag = (int) u.walkTag.get(s, requester);
        int page = (int) u.walkPage.get(s, requester);
        u.pageRights.set(s, tag, page, u.walkRights.get(s, requester));
        u.pageFrame.set(s, tag, page, u.walkFrame.get(s, requester));
        if (failures) {
            u.pageFailure.set(s, tag, page, u.walkFailure.get(s, requester));
        }
        dropWalk(s, requester);
        return true;
    }

    private void dropWalk(long[] s, int requester) {
        u.walkRights.set(s, requester, 0);
        if (failures) {
            u.walkFailure.set(s, requester, 0);
        }
        u.walkTag.set(s, requester, 0);
        u.walkPage.set(s, requester, 0);
        u.walkFrame.set(s, requester, 0);
    }

    /** The unit forgets one page, or that there is none. False when neither is cached. */
    public boolean evict(long[] s, int tag, int page) {
        if (u.pageRights.get(s, tag, page) == 0 && walk.failure(s, tag, page) == 0) {
            return false;
        }
        forget(s, tag, page);
        return true;
    }

    /** The unit caches a requester's device table entry, whatever it says. False when it is cached. */
    public boolean deviceFill(long[] s, int requester) {
        if (walk.isEntryCached(s, requester)) {
            return false;
        }
        u.cachedEntry.set(s, requester, 1);
        u.cachedQuad0.set(s, requester, u.quad0.get(s, requester));
        u.cachedQuad1.set(s, requester, u.quad1.get(s, requester));
        return true;
    }

    /** The unit forgets a requester's device table entry, and that it had a fault. False when the entry is not cached. */
    public boolean deviceEvict(long[] s, int requester) {
        if (!walk.isEntryCached(s, requester)) {
            return false;
        }
        forgetFault(s, requester);
        u.cachedEntry.set(s, requester, 0);
        u.cachedQuad0.set(s, requester, 0);
        u.cachedQuad1.set(s, requester, 0);
        return true;
    }

    @Override
    public boolean hadFault(long[] s, int deviceId) {
        return u.faulted.size() != 0 && u.faulted.get(s, g.deviceIds().indexOf(deviceId)) != 0;
    }

    @Override
    public void rememberFault(long[] s, int deviceId) {
        if (u.faulted.size() != 0) {
            u.faulted.set(s, g.deviceIds().indexOf(deviceId), 1);
        }
    }

    private void forgetFault(long[] s, int requester) {
        if (u.faulted.size() != 0) {
            u.faulted.set(s, requester, 0);
        }
    }

    /**
     * The unit caches the table that a requester's walk comes to at a node of {@link TableCaches#nodes}.
     *
     * @return false when it is cached, or the walk does not come there
     */
    public boolean tableFill(long[] s, int requester, int node) {
        long table = walk.tableAt(s, requester, node);
        int tag = walk.tag(s, requester);
        if (table == TableWalk.NO_TABLE || tag >= tags || directories.isCached(s, tag, node)) {
            return false;
        }
        int number = u.map().tableAt(TableWalk.TABLE.get(table));
        directories.store(s, tag, node, number, (int) TableWalk.RIGHTS.get(table));
        return true;
    }

    /** The unit forgets one table of a DomainID. False when it is not cached. */
    public boolean tableEvict(long[] s, int tag, int node) {
        if (!directories.isCached(s, tag, node)) {
            return false;
        }
        directories.drop(s, tag, node);
        return true;
    }

    @Override
    public void forgetDevice(long[] s, int deviceId) {
        for (int r = 0; r < deviceIds.length; r++) {
            if (deviceIds[r] == deviceId) {
                deviceEvict(s, r);
                forgetFault(s, r);
            }
        }
    }

    /** Also takes hold of the walks in flight in the range, where the unit does that. */
    @Override
    public void forgetPages(long[] s, int domainId, long first, long count, boolean directoriesToo) {
        if (directoriesToo) {
            directories.forget(s, domainId, first, count);
        }
        for (int page = 0; domainId < tags && page < g.pages().size(); page++) {
            if (contains(first, count, page)) {
                forget(s, domainId, page);
            }
        }
        for (int r = 0; drains && r < u.walkRights.size(); r++) {
            boolean covered = u.walkTag.get(s, r) == domainId && contains(first, count, (int) u.walkPage.get(s, r));
            if (u.isWalking(s, r) && covered) {
                dropWalk(s, r);
            }
        }
    }

    private boolean contains(long first, long count, int page) {
        return PageRange.contains(first, count, g.pageNumber(page));
    }

    @Override
    public void forgetAll(long[] s) {
        for (int r = 0; r < deviceIds.length; r++) {
            deviceEvict(s, r);
            forgetFault(s, r);
        }
        for (int tag = 0; tag < tags; tag++) {
            forgetPages(s, tag, 0, 0, true);
        }
    }
}
