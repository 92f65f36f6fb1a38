package dev.moat.iommu.riscv;

import dev.moat.iommu.Rights;
import dev.moat.iommu.riscv.RiscvGeometry.Part;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.semantics.MemoryStructures;
import dev.moat.iommu.riscv.semantics.Transaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a unit of a search finds entries: contexts, entries above leaf tables and pages as they are cached, everything else in memory.
 * Pages are cached in pieces of 4 KiB, which hardware may do.
 */
final class CachedStructures extends MemoryStructures {
    private final RiscvUnit u;
    private final RiscvGeometry g;
    private final List<Integer> deviceIds;
    private final boolean rewalks;
    private final boolean pages;
    private final boolean contexts;
    private final boolean tables;
    private final int tags;
    private final int pageCount;

    /**
     * @param rewalks whether a cached page without the right that is needed has the tables walked again
     * @param pages whether cached pages answer
     */
    CachedStructures(RiscvUnit unit, boolean rewalks, boolean pages) {
        super(unit.memory());
        u = unit;
        g = unit.geometry();
        deviceIds = g.users().deviceIds();
        this.rewalks = rewalks;
        this.pages = pages;
        contexts = g.has(Part.CONTEXT_CACHE);
        tables = g.has(Part.TABLE_CACHES);
        tags = g.tags().size();
        pageCount = g.pages().size();
    }

    /** The tag of a transaction's pages. */
    private int tag(Transaction t) {
        return g.isFirst() ? t.pscid() : t.gscid();
    }

    @Override
    public int load(long[] s, Transaction t, Place place, boolean fresh) {
        if (contexts && place.kind() == Kind.DEVICE_CONTEXT) {
            int requester = deviceIds.indexOf((int) place.index());
            if (requester >= 0 && u.cachedContext.get(s, requester) != 0) {
                for (int n = 0; n < DeviceContext.BASE_WORDS; n++) {
                    t.loaded.set(n, u.cachedWords.get(n).get(s, requester));
                }
                return FOUND;
            }
        }
        if (tables && place.order() == g.indexBits() && isOfStage(place.kind()) && tag(t) < tags) {
            long table = u.cachedTable.get(s, tag(t), u.node(place.index()));
            if (table != 0) {
                t.loaded.set(0, PageTableEntry.table(u.map().frameOf((int) table - 1)));
                return FOUND;
            }
        }
        return super.load(s, t, place, fresh);
    }

    private boolean isOfStage(Kind kind) {
        return kind == (g.isFirst() ? Kind.FIRST_STAGE : Kind.SECOND_STAGE);
    }

    @Override
    public @Nullable Stages translation(long[] s, Transaction t) {
        long page = (t.iova() >>> Transaction.PAGE_SHIFT) - g.pageNumber(0);
        int tag = tag(t);
        if (!pages || tag < 0 || tag >= tags || page < 0 || page >= pageCount) {
            return null;
        }
        int rights = u.cachedRights(s, tag, (int) page);
        if (rights == Rights.NONE || (rewalks && !t.isAllowedBy(rights))) {
            return null;
        }
        int frame = u.cachedFrame(s, tag, (int) page);
        long number = frame == RiscvUnit.ELSEWHERE ? PageTableEntry.PPN.max() : g.frameNumber(frame);
        long leaf = PageTableEntry.page(number, true, (rights & Rights.WRITE) != 0);
        int shift = Transaction.PAGE_SHIFT;
        return g.isFirst()
                ? new Stages(leaf, shift, false, number << shift, 0, Transaction.NO_TABLE_SHIFT, 0)
                : new Stages(0, Transaction.NO_TABLE_SHIFT, false, t.iova() & -1L << shift, leaf, shift, 0);
    }
}
