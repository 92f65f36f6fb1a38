package dev.moat.iommu.riscv.family;

import dev.moat.iommu.Rights;
import dev.moat.iommu.TablePages;
import dev.moat.iommu.riscv.RiscvCaches;
import dev.moat.iommu.riscv.RiscvUnit;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.state.Footprint;

/**
 * Leaf tables as pages of memory, and the entries above them: one that leads to a table, or a superpage. {@code @source} Linux
 * riscv_iommu_pte_alloc, riscv_iommu_pte_free.
 */
final class RiscvTablePages implements TablePages {
    private final RiscvUnit unit;
    private final RiscvCaches caches;
    private final int size;

    public RiscvTablePages(RiscvUnit unit, RiscvCaches caches) {
        this.unit = unit;
        this.caches = caches;
        size = 1 << unit.geometry().indexBits();
    }

    /** Which entry of its leaf table stands for a page. */
    private int index(int page) {
        return (int) unit.geometry().pageNumber(page) & (size - 1);
    }

    private static boolean leadsToTable(long above) {
        return PageTableEntry.V.isSet(above) && !PageTableEntry.isLeaf(above);
    }

    @Override
    public int of(long[] s, int space, int page) {
        long above = unit.above(s, space, page);
        return leadsToTable(above) ? unit.geometry().frameAt(PageTableEntry.PPN.get(above)) : NONE;
    }

    @Override
    public boolean areTogether(int page, int other) {
        return unit.geometry().pageNumber(page) / size == unit.geometry().pageNumber(other) / size;
    }

    @Override
    public boolean isSuperpage(long[] s, int space, int page) {
        long above = unit.above(s, space, page);
        return PageTableEntry.V.isSet(above) && PageTableEntry.isLeaf(above);
    }

    /** The leaf entry that stands for one page of a superpage. */
    long piece(long[] s, int space, int page) {
        return piece(unit.above(s, space, page), index(page));
    }

    private static long piece(long superpage, int index) {
        return PageTableEntry.PPN.set(superpage, PageTableEntry.PPN.get(superpage) + index);
    }

    @Override
    public void clear(long[] s, int table) {
        fill(s, table, 0);
    }

    @Override
    public void fill(long[] s, int table, int frame, int rights) {
        fill(s, table, unit.pageTo(frame, rights));
    }

    private void fill(long[] s, int table, long entry) {
        for (int i = 0; i < size; i++) {
            unit.leaf.set(s, table, i, entry);
        }
    }

    @Override
    public void fillFromSuperpage(long[] s, int table, int space, int page) {
        long superpage = unit.above(s, space, page);
        for (int i = 0; i < size; i++) {
            unit.leaf.set(s, table, i, piece(superpage, i));
        }
    }

    @Override
    public void link(long[] s, int space, int page, int table) {
        unit.setAbove(s, space, page, PageTableEntry.table(unit.geometry().frameNumber(table)));
    }

    @Override
    public void unlink(long[] s, int space, int page) {
        unit.setAbove(s, space, page, 0);
    }

    @Override
    public boolean canMerge(long[] s, int space, int page, boolean sameRights) {
        return merged(s, space, page, sameRights) != 0;
    }

    @Override
    public void merge(long[] s, int space, int page, boolean sameRights) {
        unit.setAbove(s, space, page, merged(s, space, page, sameRights));
    }

    @Override
    public void storeSuperpage(long[] s, int space, int page, int frame, int rights) {
        unit.setAbove(s, space, page, unit.pageTo(frame, rights));
    }

    /** The entry above that the leaf table of a page amounts to, or 0. */
    private long merged(long[] s, int space, int page, boolean sameRights) {
        int table = of(s, space, page);
        if (table == NONE) {
            return 0;
        }
        long first = PageTableEntry.PPN.get(unit.leaf.get(s, table, 0));
        long own = unit.leaf.get(s, table, index(page));
        for (int i = 0; i < size; i++) {
            long entry = unit.leaf.get(s, table, i);
            int rights = RiscvTables.rightsOf(entry);
            boolean differs = sameRights && rights != RiscvTables.rightsOf(own);
            if (rights == Rights.NONE || differs || PageTableEntry.PPN.get(entry) != first + i) {
                return 0;
            }
        }
        return first % size == 0 ? PageTableEntry.PPN.set(own, first) : 0;
    }

    @Override
    public boolean isEmpty(long[] s, int table) {
        for (int i = 0; i < size; i++) {
            if (PageTableEntry.V.isSet(unit.leaf.get(s, table, i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isWalked(long[] s, int frame) {
        long number = unit.geometry().frameNumber(frame);
        for (int i = 0; i < unit.directory.size(); i++) {
            long entry = unit.directory.get(s, i);
            if (leadsToTable(entry) && PageTableEntry.PPN.get(entry) == number) {
                return true;
            }
        }
        return caches.isTableCached(s, frame);
    }

    @Override
    public void readWalked(Footprint footprint) {
        footprint.all(unit.directory).all(unit.cachedTable);
    }
}
