package dev.moat.iommu.riscv;

import dev.moat.iommu.Rights;
import dev.moat.iommu.riscv.RiscvGeometry.Part;
import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Attributes;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.SecondStage;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.semantics.Behaviour;
import dev.moat.iommu.riscv.semantics.MemoryStructures;
import dev.moat.iommu.riscv.semantics.Transaction;
import dev.moat.iommu.riscv.semantics.Transaction.Access;
import dev.moat.iommu.riscv.semantics.Transaction.Asked;
import dev.moat.iommu.riscv.semantics.Translator;

/** A unit's answer to a device's request in a search: from its caches, otherwise from memory. Reads only. */
public final class RiscvWalk {
    /** The request is refused. */
    public static final long REFUSED = -1;

    private final RiscvUnit u;
    private final RiscvGeometry g;
    private final Asked[] asked;
    private final Translator cached;
    private final Translator walking;
    private final Translator stored;

    /** @param rewalks whether a cached page without the right that is needed has the tables walked again */
    public RiscvWalk(RiscvUnit unit, boolean rewalks) {
        u = unit;
        g = unit.geometry();
        asked = g.users().deviceIds().stream().map(Asked::by).toArray(Asked[]::new);
        Behaviour behaviour = Behaviour.specified(g.capabilities());
        cached = new Translator(u.registers, new CachedStructures(u, rewalks, true), behaviour, g.indexBits());
        walking = new Translator(u.registers, new CachedStructures(u, rewalks, false), behaviour, g.indexBits());
        stored = new Translator(u.registers, new MemoryStructures(u.memory()), behaviour, g.indexBits());
    }

    private Transaction by(Translator translator, long[] s, int requester, int page, boolean write) {
        long iova = g.pageNumber(page) << Transaction.PAGE_SHIFT;
        Transaction t = Transaction.untranslated(asked[requester], write ? Access.WRITE : Access.READ, iova);
        translator.translate(s, t);
        return t;
    }

    private static long frame(Transaction t) {
        return t.cause() == Cause.NONE ? t.address() >>> Transaction.PAGE_SHIFT : REFUSED;
    }

    /** The 4 KiB frame number that a request reaches right now, or {@link #REFUSED}. */
    public long answer(long[] s, int requester, int page, boolean write) {
        return frame(by(cached, s, requester, page, write));
    }

    /** What a request gets from contexts and tables as software stored them, as if nothing were cached; likewise. */
    public long uncached(long[] s, int requester, int page, boolean write) {
        return frame(by(stored, s, requester, page, write));
    }

    /** A request that misses and is translated: what it finds, with the tag under which that can be cached. */
    Transaction walk(long[] s, int requester, int page, boolean write) {
        return by(walking, s, requester, page, write);
    }

    /** Tag of what a transaction found. */
    int tag(Transaction t) {
        return g.isFirst() ? t.pscid() : t.gscid();
    }

    /** Rights of the page that a transaction found; none when it was refused. */
    int rights(Transaction t) {
        if (t.cause() != Cause.NONE) {
            return Rights.NONE;
        }
        long leaf = g.isFirst() ? t.stages().first() : t.stages().second();
        int read = PageTableEntry.R.isSet(leaf) ? Rights.READ : Rights.NONE;
        return PageTableEntry.W.isSet(leaf) ? read | Rights.WRITE : read;
    }

    /** A word of the context that the unit uses for a requester now; 0 when that is not valid. */
    long contextWord(long[] s, int requester, int word) {
        if (g.has(Part.CONTEXT_CACHE) && u.cachedContext.get(s, requester) != 0) {
            return u.cachedWords.get(word).get(s, requester);
        }
        boolean valid = Control.V.isSet(u.contexts.get(DeviceContext.TC).get(s, requester));
        return valid ? u.contexts.get(word).get(s, requester) : 0;
    }

    /** The tag of the context that the unit uses for a requester now. */
    int contextTag(long[] s, int requester) {
        return g.isFirst()
                ? (int) Attributes.PSCID.get(contextWord(s, requester, DeviceContext.TA))
                : (int) SecondStage.GSCID.get(contextWord(s, requester, DeviceContext.IOHGATP));
    }

    /** The space whose tables a word of a context leads to, or -1. */
    public int spaceOf(long rootWord) {
        for (int space = 0; space < g.users().spaces().size(); space++) {
            long own = u.rootWord(space, g.isFirst() ? 0 : (int) SecondStage.GSCID.get(rootWord));
            if (own == rootWord) {
                return space;
            }
        }
        return -1;
    }

    /** Whether something cached refuses a request that is allowed as software stored it. */
    public boolean blocked(long[] s, int requester, int page, boolean write) {
        return answer(s, requester, page, write) == REFUSED && uncached(s, requester, page, write) != REFUSED;
    }

    /** The frame that the tables of a space lead to as stored, whatever is cached and whoever has them; or {@link #REFUSED}. */
    public long lookUp(long[] s, int space, int page, boolean write) {
        long number = g.pageNumber(page);
        int table = u.map().root(space);
        for (int level = g.levels() - 1; level >= 0; level--) {
            long entry = entry(s, table, level, number);
            boolean allowed = PageTableEntry.U.isSet(entry)
                    && (write ? PageTableEntry.W.isSet(entry) : PageTableEntry.R.isSet(entry));
            if (!PageTableEntry.V.isSet(entry)) {
                return REFUSED;
            }
            if (PageTableEntry.isLeaf(entry)) {
                long offset = (1L << (g.indexBits() * level)) - 1;
                long first = PageTableEntry.PPN.get(entry);
                return allowed && (first & offset) == 0 ? first | (number & offset) : REFUSED;
            }
            table = u.map().tableAt(PageTableEntry.PPN.get(entry));
            if (table < 0) {
                return REFUSED;
            }
        }
        return REFUSED;
    }

    private long entry(long[] s, int table, int level, long page) {
        long address = (u.map().frameOf(table) << Transaction.PAGE_SHIFT)
                + (long) Long.BYTES * u.map().index(level, page);
        return u.memory().read(s, address);
    }
}
