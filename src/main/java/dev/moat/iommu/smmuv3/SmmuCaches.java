package dev.moat.iommu.smmuv3;

import dev.moat.iommu.Rights;
import dev.moat.iommu.smmuv3.SmmuGeometry.Part;
import dev.moat.iommu.smmuv3.format.TableDescriptor;
import dev.moat.iommu.smmuv3.semantics.Caches;
import dev.moat.iommu.smmuv3.semantics.Scope;
import dev.moat.iommu.smmuv3.semantics.Transaction;
import dev.moat.iommu.smmuv3.semantics.Translation;
import org.jspecify.annotations.Nullable;

/**
 * What a unit of a search does to its caches by itself, and what commands take from them. Every method is one atomic step: it answers
 * false and leaves the state untouched when it is not possible now. Descriptors are cached when they are valid, configurations of streams
 * whatever they are. {@code @source} IHI 0070, translation table and configuration caching.
 */
public final class SmmuCaches implements Caches {
    private final SmmuUnit u;
    private final SmmuWalk walk;
    private final SmmuGeometry g;
    private final int tags;

    public SmmuCaches(SmmuUnit unit, SmmuWalk walk) {
        u = unit;
        this.walk = walk;
        g = unit.geometry();
        tags = g.tags().size();
    }

    private void set(long[] s, int tag, int page, int rights, long frame, boolean block) {
        u.pageRights.set(s, tag, page, rights);
        u.pageFrame.set(s, tag, page, rights == Rights.NONE ? 0 : frame);
        if (u.pageOfBlock.size() != 0) {
            u.pageOfBlock.set(s, tag, page, block ? 1 : 0);
        }
    }

    /** What a transaction that misses finds, if it answers more than what is cached; null otherwise. */
    private @Nullable Translation found(long[] s, Transaction t, int page) {
        Translation leaf = t.leaf();
        int tag = walk.tag(t);
        if (leaf == null || tag < 0 || tag >= tags) {
            return null;
        }
        int before = u.cachedRights(s, tag, page);
        return (leaf.rights() & ~before) != 0 && (before == Rights.NONE || !t.isAllowedBy(before)) ? leaf : null;
    }

    private long slot(Transaction t) {
        return g.reachedAt(t.output() >>> SmmuGeometry.PAGE_SHIFT) + 1L;
    }

    /**
     * A transaction misses, is translated, and what it finds is cached, all at once.
     *
     * @return false when it hits or is refused
     */
    public boolean fill(long[] s, int requester, int page, boolean write) {
        Transaction t = walk.walk(s, requester, page, write);
        Translation leaf = found(s, t, page);
        if (leaf == null) {
            return false;
        }
        set(s, walk.tag(t), page, leaf.rights(), slot(t), leaf.level() != TableDescriptor.LAST_LEVEL);
        return true;
    }

    /**
     * A transaction misses and is translated; it is then in flight, and what it found is cached only with {@link #walkFinish}.
     *
     * @return false when the requester already has one in flight, and as {@link #fill}
     */
    public boolean walkStart(long[] s, int requester, int page, boolean write) {
        if (u.isWalking(s, requester)) {
            return false;
        }
        Transaction t = walk.walk(s, requester, page, write);
        Translation leaf = found(s, t, page);
        if (leaf == null) {
            return false;
        }
        u.walkRights.set(s, requester, leaf.rights());
        u.walkTag.set(s, requester, walk.tag(t));
        u.walkPage.set(s, requester, page);
        u.walkFrame.set(s, requester, slot(t));
        return true;
    }

    /** A transaction in flight is done, and what it found is cached as a page. False when there is none. */
    public boolean walkFinish(long[] s, int requester) {
        if (!u.isWalking(s, requester)) {
            return false;
        }
        set(
                s,
                (int) u.walkTag.get(s, requester),
                (int) u.walkPage.get(s, requester),
                (int) u.walkRights.get(s, requester),
                u.walkFrame.get(s, requester),
                false);
        dropWalk(s, requester);
        return true;
    }

    private void dropWalk(long[] s, int requester) {
        u.walkRights.set(s, requester, 0);
        u.walkTag.set(s, requester, 0);
        u.walkPage.set(s, requester, 0);
        u.walkFrame.set(s, requester, 0);
    }

    /** The unit forgets one page. False when it is not cached. */
    public boolean evict(long[] s, int tag, int page) {
        if (u.pageRights.get(s, tag, page) == 0) {
            return false;
        }
        set(s, tag, page, Rights.NONE, 0, false);
        return true;
    }

    /** Whether the configuration of a requester is cached. */
    public boolean isStreamCached(long[] s, int requester) {
        return g.has(Part.STREAM_CACHE) && u.cachedStream.get(s, requester) != 0;
    }

    /** Whether it is cached and has transactions translated. */
    public boolean isLedByCache(long[] s, int requester) {
        return isStreamCached(s, requester)
                && SmmuUnit.isTranslating(u.cachedWords.get(SmmuUnit.ENTRY).get(s, requester));
    }

    /** The unit caches a requester's configuration, valid or not. False when it is cached. */
    public boolean streamFill(long[] s, int requester) {
        if (isStreamCached(s, requester)) {
            return false;
        }
        u.cachedStream.set(s, requester, 1);
        long entry = u.streams.get(SmmuUnit.ENTRY).get(s, requester);
        for (int n = 0; n < u.streams.size(); n++) {
            boolean used = n == SmmuUnit.ENTRY || SmmuUnit.isTranslating(entry);
            u.cachedWords.get(n).set(s, requester, used ? u.streams.get(n).get(s, requester) : 0);
        }
        return true;
    }

    /** The unit forgets a requester's configuration. False when it is not cached. */
    public boolean streamEvict(long[] s, int requester) {
        if (!isStreamCached(s, requester)) {
            return false;
        }
        u.cachedStream.set(s, requester, 0);
        u.cachedWords.forEach(word -> word.set(s, requester, 0));
        return true;
    }

    /**
     * The unit caches the descriptor that leads to a leaf table, as a transaction of a requester finds it.
     *
     * @param node an element of {@link SmmuUnit#nodes}
     * @return false when it is cached, or the transaction does not come to one
     */
    public boolean tableFill(long[] s, int requester, int node) {
        int tag = walk.tag(s, requester);
        int space = walk.spaceOf(walk.word(s, requester, SmmuUnit.ROOT));
        if (tag < 0 || space < 0 || u.cachedTable.get(s, tag, node) != 0) {
            return false;
        }
        long above = u.above(s, space, pageOf(node));
        int table = TableDescriptor.leadsToTable(above)
                ? u.map().tableAt(TableDescriptor.ADDRESS.get(above))
                : TableMap.NONE;
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

    /** The unit forgets a cached descriptor that leads to a leaf table. False when it is not cached. */
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

    /** Transactions in flight that a command covers end with it. */
    @Override
    public void forget(long[] s, long lo, long hi) {
        for (int q = 0; q < g.requesters().size(); q++) {
            if (Scope.isOfConfiguration(lo, hi, Kind.STREAM_ENTRY, g.streamId(q))) {
                streamEvict(s, q);
            }
        }
        for (int tag = 0; tag < tags; tag++) {
            for (int page = 0; page < g.pages().size(); page++) {
                Translation cached = walk.cachedPage(s, tag, page);
                if (cached != null && Scope.isOf(lo, hi, cached)) {
                    set(s, tag, page, Rights.NONE, 0, false);
                }
            }
            for (int node = 0; node < u.nodes.size(); node++) {
                Translation table = walk.cachedTable(s, tag, g.pageNumber(pageOf(node)));
                if (table != null && Scope.isOf(lo, hi, table)) {
                    u.cachedTable.set(s, tag, node, 0);
                }
            }
        }
        for (int q = 0; q < u.walkRights.size(); q++) {
            if (u.isWalking(s, q)
                    && Scope.isOf(lo, hi, walk.page((int) u.walkTag.get(s, q), (int) u.walkPage.get(s, q)))) {
                dropWalk(s, q);
            }
        }
    }
}
