package dev.moat.iommu.riscv;

import dev.moat.iommu.Rights;
import dev.moat.iommu.riscv.RiscvGeometry.Part;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.semantics.Caches;
import dev.moat.iommu.riscv.semantics.Scope;
import dev.moat.iommu.riscv.semantics.Transaction;

/**
 * What a unit of a search does to its caches by itself, and what commands take from them. Every method is one atomic step: it answers
 * false and leaves the state untouched when it is not possible now. Only valid entries are cached. {@code @source} RISCV-IOMMU, data
 * structures, caching; in-memory queues, IOTINVAL and IODIR.
 */
public final class RiscvCaches implements Caches {
    private final RiscvUnit u;
    private final RiscvWalk walk;
    private final RiscvGeometry g;
    private final int tags;

    public RiscvCaches(RiscvUnit unit, RiscvWalk walk) {
        u = unit;
        this.walk = walk;
        g = unit.geometry();
        tags = g.tags().size();
    }

    private void set(long[] s, int tag, int page, int rights, long frame) {
        u.pageRights.set(s, tag, page, rights);
        u.pageFrame.set(s, tag, page, rights == Rights.NONE ? 0 : frame);
    }

    private long slot(Transaction t) {
        return g.reachedAt(t.address() >>> Transaction.PAGE_SHIFT) + 1L;
    }

    /** Whether what a transaction found can be cached, and answers more than what is. */
    private boolean isNew(long[] s, Transaction t, int page) {
        int rights = walk.rights(t);
        int tag = walk.tag(t);
        return rights != Rights.NONE && tag >= 0 && tag < tags && (rights & ~u.cachedRights(s, tag, page)) != 0;
    }

    /**
     * A request misses, is translated, and what it finds is cached, all at once.
     *
     * @return false when the request hits or is refused
     */
    public boolean fill(long[] s, int requester, int page, boolean write) {
        Transaction t = walk.walk(s, requester, page, write);
        if (!isNew(s, t, page) || isHit(s, t, page, write)) {
            return false;
        }
        set(s, walk.tag(t), page, walk.rights(t), slot(t));
        return true;
    }

    private boolean isHit(long[] s, Transaction t, int page, boolean write) {
        return (u.cachedRights(s, walk.tag(t), page) & Rights.of(write)) != 0;
    }

    /**
     * A request misses and is translated; it is then in flight, and what it found is cached only with {@link #walkFinish}.
     *
     * @return false when the requester already has one in flight, and as {@link #fill}
     */
    public boolean walkStart(long[] s, int requester, int page, boolean write) {
        if (u.isWalking(s, requester)) {
            return false;
        }
        Transaction t = walk.walk(s, requester, page, write);
        if (!isNew(s, t, page) || isHit(s, t, page, write)) {
            return false;
        }
        u.walkRights.set(s, requester, walk.rights(t));
        u.walkTag.set(s, requester, walk.tag(t));
        u.walkPage.set(s, requester, page);
        u.walkFrame.set(s, requester, slot(t));
        return true;
    }

    /** A request in flight is done, and what it found is cached, unless a command covered it. False when there is none. */
    public boolean walkFinish(long[] s, int requester) {
        if (!u.isWalking(s, requester)) {
            return false;
        }
        if (u.walkCovered.size() == 0 || u.walkCovered.get(s, requester) == 0) {
            set(
                    s,
                    (int) u.walkTag.get(s, requester),
                    (int) u.walkPage.get(s, requester),
                    (int) u.walkRights.get(s, requester),
                    u.walkFrame.get(s, requester));
        }
        dropWalk(s, requester);
        return true;
    }

    private void dropWalk(long[] s, int requester) {
        u.walkRights.set(s, requester, 0);
        u.walkTag.set(s, requester, 0);
        u.walkPage.set(s, requester, 0);
        u.walkFrame.set(s, requester, 0);
        if (u.walkCovered.size() != 0) {
            u.walkCovered.set(s, requester, 0);
        }
    }

    /** The unit forgets one page. False when it is not cached. */
    public boolean evict(long[] s, int tag, int page) {
        if (u.pageRights.get(s, tag, page) == 0) {
            return false;
        }
        set(s, tag, page, Rights.NONE, 0);
        return true;
    }

    /** Whether the context of a requester is cached. */
    public boolean isContextCached(long[] s, int requester) {
        return g.has(Part.CONTEXT_CACHE) && u.cachedContext.get(s, requester) != 0;
    }

    /** The unit caches a requester's context. False when it is cached, or not valid. */
    public boolean contextFill(long[] s, int requester) {
        long tc = u.contexts.get(DeviceContext.TC).get(s, requester);
        if (isContextCached(s, requester) || !Control.V.isSet(tc)) {
            return false;
        }
        u.cachedContext.set(s, requester, 1);
        for (int n = 0; n < DeviceContext.BASE_WORDS; n++) {
            u.cachedWords.get(n).set(s, requester, u.contexts.get(n).get(s, requester));
        }
        return true;
    }

    /** The unit forgets a requester's context. False when it is not cached. */
    public boolean contextEvict(long[] s, int requester) {
        if (!isContextCached(s, requester)) {
            return false;
        }
        u.cachedContext.set(s, requester, 0);
        u.cachedWords.forEach(word -> word.set(s, requester, 0));
        return true;
    }

    /**
     * The unit caches the entry that leads to a leaf table, as a request of a requester finds it.
     *
     * @param node an element of {@link RiscvUnit#nodes}
     * @return false when it is cached, or the request does not come to one
     */
    public boolean tableFill(long[] s, int requester, int node) {
        long context = walk.contextWord(s, requester, u.rootIndex());
        int tag = walk.contextTag(s, requester);
        int space = walk.spaceOf(context);
        if (tag < 0 || tag >= tags || space < 0 || u.cachedTable.get(s, tag, node) != 0) {
            return false;
        }
        long above = u.above(s, space, pageOf(node));
        boolean leads = PageTableEntry.V.isSet(above) && !PageTableEntry.isLeaf(above);
        int table = leads ? u.map().tableAt(PageTableEntry.PPN.get(above)) : TableMap.NONE;
        if (table < 0 || table >= u.map().leafTables()) {
            return false;
        }
        u.cachedTable.set(s, tag, node, table + 1L);
        return true;
    }

    /** The first page in use below a node. */
    private int pageOf(int node) {
        int page = 0;
        while (u.node(g.pageNumber(page)) != node) {
            page++;
        }
        return page;
    }

    /** The unit forgets a cached entry that leads to a leaf table. False when it is not cached. */
    public boolean tableEvict(long[] s, int tag, int node) {
        if (u.cachedTable.get(s, tag, node) == 0) {
            return false;
        }
        u.cachedTable.set(s, tag, node, 0);
        return true;
    }

    /** Whether a leaf table is cached under any tag. */
    public boolean isTableCached(long[] s, int table) {
        for (int i = 0; i < u.cachedTable.size(); i++) {
            if (u.cachedTable.get(s, i) == table + 1L) {
                return true;
            }
        }
        return false;
    }

    private boolean isOfTag(long lo, int tag) {
        return g.isFirst() ? Scope.isOfFirstStage(lo, Transaction.HOST, tag) : Scope.isOfSecondStage(lo, tag);
    }

    /** Requests in flight that a command covers end, or with {@link Part#UNFENCED} leave nothing in the caches. */
    @Override
    public void forget(long[] s, long lo, long hi) {
        for (int r = 0; r < g.users().deviceIds().size(); r++) {
            if (Scope.isOfDevice(lo, g.users().deviceIds().get(r))) {
                contextEvict(s, r);
            }
        }
        for (int tag = 0; tag < tags; tag++) {
            if (isOfTag(lo, tag)) {
                forget(s, tag, lo, hi);
            }
        }
        for (int r = 0; r < u.walkRights.size(); r++) {
            boolean covered = u.isWalking(s, r)
                    && isOfTag(lo, (int) u.walkTag.get(s, r))
                    && Scope.isOfPages(lo, hi, g.pageNumber((int) u.walkPage.get(s, r)), 1, true);
            if (covered && u.walkCovered.size() != 0) {
                u.walkCovered.set(s, r, 1);
            } else if (covered) {
                dropWalk(s, r);
            }
        }
    }

    private void forget(long[] s, int tag, long lo, long hi) {
        for (int page = 0; page < g.pages().size(); page++) {
            if (u.pageRights.get(s, tag, page) != 0 && Scope.isOfPages(lo, hi, g.pageNumber(page), 1, true)) {
                set(s, tag, page, Rights.NONE, 0);
            }
        }
        for (int node = 0; node < u.nodes.size(); node++) {
            long first = g.pageNumber(pageOf(node)) & -1L << g.indexBits();
            if (Scope.isOfPages(lo, hi, first, 1L << g.indexBits(), false)) {
                u.cachedTable.set(s, tag, node, 0);
            }
        }
    }
}
