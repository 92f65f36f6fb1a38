package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Rights;
import dev.moat.iommu.amdvi.AmdViGeometry;
import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import java.util.List;

/**
 * Pages of 8 KiB: where two aligned pages lead to two aligned frames with equal rights, one entry with NextLevel 7 stands in both
 * places. Before one of the two changes, each gets an entry of its own. {@code @source} Linux 6.1 io_pgtable.c, v1_alloc_pte and
 * iommu_v1_map_pages: PAGE_SIZE_PTE_COUNT copies, all of which are cleared.
 */
final class ReplicatedPages {
    private static final String COPIES = "leaf.copies";
    static final List<String> DECISIONS = List.of(COPIES);

    private static final int SIZE_SHIFT = 13;

    private final AmdViUnit unit;
    private final AmdViGeometry g;
    /** {@code leaf.copies}: (the page that changes, the copy's page) to 1 when this copy of its entry is replaced. */
    private final Decision replaced;

    ReplicatedPages(ModelBuilder model, AmdViUnit unit) {
        this.unit = unit;
        g = unit.geometry();
        replaced = model.decision(COPIES, (s, page, copy, c) -> 1);
    }

    /** The entry of 4 KiB that a page's entry stands for. */
    long piece(int page, long entry) {
        return isSized(entry)
                ? PageTableEntry.page(
                        PageTableEntry.ADDR.get(entry) | (g.pageNumber(page) & 1), PageTableEntry.rights(entry))
                : entry;
    }

    /** Stores an entry of 4 KiB, and makes one page of two where it can. */
    void store(long[] s, int space, int page, long entry) {
        int other = other(page);
        long old = unit.leaf(s, space, page);
        if (isSized(old)) {
            replace(s, space, page, other, piece(other, old));
        }
        if (!isSized(old) || replaced.decide(s, page, page, 0) != 0) {
            unit.setLeaf(s, space, page, entry);
        }
        if (other >= 0 && isPair(entry, unit.leaf(s, space, other), page)) {
            long first = PageTableEntry.ADDR.get(entry) & ~1L;
            long both = PageTableEntry.sizedPage(first, SIZE_SHIFT, PageTableEntry.rights(entry));
            unit.setLeaf(s, space, page, both);
            unit.setLeaf(s, space, other, both);
        }
    }

    private void replace(long[] s, int space, int changed, int copy, long entry) {
        if (replaced.decide(s, changed, copy, 0) != 0) {
            unit.setLeaf(s, space, copy, entry);
        }
    }

    private static boolean isSized(long entry) {
        return PageTableEntry.PR.isSet(entry) && PageTableEntry.NEXT_LEVEL.get(entry) == PageTableEntry.SIZED;
    }

    private boolean isPair(long entry, long other, int page) {
        long frame = PageTableEntry.ADDR.get(entry);
        return AmdViTables.rightsOf(entry) != Rights.NONE
                && (frame & 1) == (g.pageNumber(page) & 1)
                && other == PageTableEntry.page(frame ^ 1, PageTableEntry.rights(entry));
    }

    /** The page with which one makes 8 KiB, or -1 when it is not modelled. */
    private int other(int page) {
        boolean first = (g.pageNumber(page) & 1) == 0;
        int other = first ? page + 1 : page - 1;
        return other < g.pages().size() ? other : -1;
    }
}
