package dev.moat.iommu.smmuv3;

import dev.moat.iommu.smmuv3.SmmuGeometry.Part;
import dev.moat.iommu.smmuv3.semantics.Caches;
import dev.moat.iommu.smmuv3.semantics.Latitude;
import dev.moat.iommu.smmuv3.semantics.Transaction;
import dev.moat.iommu.smmuv3.semantics.Transaction.Access;
import dev.moat.iommu.smmuv3.semantics.Translation;
import dev.moat.iommu.smmuv3.semantics.Translator;
import org.jspecify.annotations.Nullable;

/** A unit's answer to a device's transaction in a search: from its caches, otherwise from memory. Reads only. */
public final class SmmuWalk {
    /** The transaction is refused. */
    public static final long REFUSED = -1;

    /** Where cached pages lead that are none of the modelled frames. */
    private static final long OUTSIDE = (1L << 36) - 1;

    private final SmmuUnit u;
    private final SmmuGeometry g;
    private final boolean rewalks;
    private final boolean streams;
    private final Translator cached;
    private final Translator walking;
    private final Translator stored;

    /** @param rewalks whether a cached page without the right that is needed has the tables walked again */
    public SmmuWalk(SmmuUnit unit, boolean rewalks) {
        u = unit;
        g = unit.geometry();
        this.rewalks = rewalks;
        streams = g.has(Part.STREAM_CACHE);
        cached = translator(new View(true));
        walking = translator(new View(false));
        stored = translator(Caches.NONE);
    }

    private Translator translator(Caches caches) {
        return new Translator(u.registers, u.memory(), caches, u.capabilities(), Latitude.PLAIN);
    }

    private Transaction by(Translator translator, long[] s, int requester, int page, boolean write) {
        long address = g.pageNumber(page) << SmmuGeometry.PAGE_SHIFT;
        Transaction t = new Transaction(g.streamId(requester), address, write ? Access.WRITE : Access.READ);
        translator.translate(s, t);
        return t;
    }

    private static long frame(Transaction t) {
        return t.passes() ? t.output() >>> SmmuGeometry.PAGE_SHIFT : REFUSED;
    }

    /** The 4 KiB frame number that a transaction reaches right now, or {@link #REFUSED}. */
    public long answer(long[] s, int requester, int page, boolean write) {
        return frame(by(cached, s, requester, page, write));
    }

    /** What it gets from entries and tables as software stored them, as if nothing were cached; likewise. */
    public long uncached(long[] s, int requester, int page, boolean write) {
        return frame(by(stored, s, requester, page, write));
    }

    /** Whether something cached refuses a transaction that is allowed as software stored it. */
    public boolean blocked(long[] s, int requester, int page, boolean write) {
        return answer(s, requester, page, write) == REFUSED && uncached(s, requester, page, write) != REFUSED;
    }

    /** A transaction that misses and is translated: what it finds, with the tag under which that can be cached. */
    Transaction walk(long[] s, int requester, int page, boolean write) {
        return by(walking, s, requester, page, write);
    }

    /** The tag of what a transaction found. */
    int tag(Transaction t) {
        return (g.isFirst() ? t.asid() : t.vmid()) - 1;
    }

    /** A word of the configuration that the unit uses for a requester now. */
    long word(long[] s, int requester, int word) {
        boolean isCached = streams && u.cachedStream.get(s, requester) != 0;
        return (isCached ? u.cachedWords : u.streams).get(word).get(s, requester);
    }

    /** The tag under which the unit caches what it translates for a requester now, or -1 when it translates nothing. */
    int tag(long[] s, int requester) {
        int tag = u.tagOf(word(s, requester, SmmuUnit.TAGGED));
        boolean translating = SmmuUnit.isTranslating(word(s, requester, SmmuUnit.ENTRY));
        return translating && tag < g.tags().size() ? tag : -1;
    }

    /** The space whose tables a word leads to, or -1. */
    public int spaceOf(long rootWord) {
        int space = g.spaces().size() - 1;
        while (space >= 0 && u.rootWord(space) != rootWord) {
            space--;
        }
        return space;
    }

    /** A page under a tag as a descriptor, whatever it leads to. */
    public Translation page(int tag, int page) {
        return translation(tag, g.pageNumber(page), 0, 3, true, Translation.READ);
    }

    /** What the unit has cached for a page under a tag, as a descriptor; null without anything. */
    @Nullable
    Translation cachedPage(long[] s, int tag, int page) {
        int rights = u.cachedRights(s, tag, page);
        if (rights == 0) {
            return null;
        }
        boolean block = u.pageOfBlock.size() != 0 && u.pageOfBlock.get(s, tag, page) != 0;
        int frame = u.cachedFrame(s, tag, page);
        long to = frame == SmmuUnit.ELSEWHERE ? OUTSIDE : g.frameNumber(frame);
        long offset = g.pageNumber(page) & (1L << g.indexBits()) - 1;
        return translation(tag, g.pageNumber(page), block ? to - offset : to, block ? 2 : 3, true, rights);
    }

    /** The same of the table that is cached for the pages from one on; null without one. */
    @Nullable
    Translation cachedTable(long[] s, int tag, long firstPage) {
        long table = g.has(Part.TABLE_CACHES) ? u.cachedTable.get(s, tag, u.node(firstPage)) : 0;
        return table == 0
                ? null
                : translation(
                        tag,
                        firstPage,
                        u.map().frameOf((int) table - 1),
                        2,
                        false,
                        Translation.READ | Translation.WRITE);
    }

    private Translation translation(int tag, long page, long frame, int level, boolean leaf, int rights) {
        boolean second = !g.isFirst();
        long first = level == 2 ? page & -1L << g.indexBits() : page;
        return new Translation(
                second,
                second ? SmmuGeometry.id(tag) : 0,
                second ? Translation.GLOBAL : SmmuGeometry.id(tag),
                first << SmmuGeometry.PAGE_SHIFT,
                SmmuGeometry.PAGE_SHIFT,
                g.indexBits(),
                level,
                leaf,
                frame << SmmuGeometry.PAGE_SHIFT,
                rights);
    }

    /** What is cached, or all of it except pages. */
    private final class View implements Caches {
        private final boolean pages;

        View(boolean pages) {
            this.pages = pages;
        }

        @Override
        public long @Nullable [] configuration(long[] s, Kind kind, int streamId) {
            int requester = streams ? g.sizes().requesters().sourceIds().indexOf(streamId) : -1;
            if (requester < 0 || u.cachedStream.get(s, requester) == 0) {
                return null;
            }
            long entry = u.cachedWords.get(SmmuUnit.ENTRY).get(s, requester);
            long tagged = u.cachedWords.get(SmmuUnit.TAGGED).get(s, requester);
            long root = u.cachedWords.get(SmmuUnit.ROOT).get(s, requester);
            return switch (kind) {
                case STREAM_DESCRIPTOR -> null;
                case STREAM_ENTRY ->
                    g.isFirst()
                            ? new long[] {entry, 0, 0, 0, 0, 0, 0, 0}
                            : new long[] {entry, 0, tagged, root, 0, 0, 0, 0};
                case CONTEXT -> new long[] {tagged, root, 0, 0, 0, 0, 0, 0};
            };
        }

        private @Nullable Translation find(long[] s, Transaction t, int id, long address) {
            int tag = id - 1;
            long page = address >>> SmmuGeometry.PAGE_SHIFT;
            long n = page - g.pageNumber(0);
            if (tag < 0 || tag >= g.tags().size() || n < 0 || n >= g.pages().size()) {
                return null;
            }
            Translation found = pages ? cachedPage(s, tag, (int) n) : null;
            return found != null && (!rewalks || t.isAllowedBy(found.rights())) ? found : cachedTable(s, tag, page);
        }

        @Override
        public @Nullable Translation stage1(long[] s, Transaction t) {
            return g.isFirst() ? find(s, t, t.asid(), t.untagged()) : null;
        }

        @Override
        public @Nullable Translation stage2(long[] s, Transaction t, long intermediate) {
            return g.isFirst() ? null : find(s, t, t.vmid(), intermediate);
        }
    }
}
