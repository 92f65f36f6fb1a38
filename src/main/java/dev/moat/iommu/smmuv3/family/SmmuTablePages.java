package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.Rights;
import dev.moat.iommu.TablePages;
import dev.moat.iommu.smmuv3.SmmuCaches;
import dev.moat.iommu.smmuv3.SmmuUnit;
import dev.moat.iommu.smmuv3.format.TableDescriptor;
import dev.moat.state.Footprint;

/**
 * Leaf tables as pages of memory, and the descriptors above them: one that leads to a table, or a block. {@code @source} Linux
 * io-pgtable-arm.c.
 */
final class SmmuTablePages implements TablePages {
    private final SmmuUnit unit;
    private final SmmuCaches caches;
    private final int size;

    public SmmuTablePages(SmmuUnit unit, SmmuCaches caches) {
        this.unit = unit;
        this.caches = caches;
        size = 1 << unit.geometry().indexBits();
    }

    /** Which entry of its leaf table stands for a page. */
    private int index(int page) {
        return (int) unit.geometry().pageNumber(page) & (size - 1);
    }

    private static boolean leadsToTable(long above) {
        return TableDescriptor.leadsToTable(above);
    }

    @Override
    public int of(long[] s, int space, int page) {
        long above = unit.above(s, space, page);
        return leadsToTable(above) ? unit.geometry().frameAt(TableDescriptor.ADDRESS.get(above)) : NONE;
    }

    @Override
    public boolean areTogether(int page, int other) {
        return unit.geometry().pageNumber(page) / size == unit.geometry().pageNumber(other) / size;
    }

    @Override
    public boolean isSuperpage(long[] s, int space, int page) {
        long above = unit.above(s, space, page);
        return TableDescriptor.isBlock(above);
    }

    /** The leaf entry that stands for one page of a superpage. */
    long piece(long[] s, int space, int page) {
        return piece(unit.above(s, space, page), index(page));
    }

    private static long piece(long block, int index) {
        long page = block | TableDescriptor.TABLE.mask();
        return TableDescriptor.ADDRESS.set(page, TableDescriptor.ADDRESS.get(block) + index);
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
        unit.setAbove(s, space, page, TableDescriptor.table(unit.geometry().frameNumber(table)));
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
        unit.setAbove(
                s,
                space,
                page,
                block(unit.pageTo(frame, rights), unit.geometry().frameNumber(frame)));
    }

    /** The entry above that the leaf table of a page amounts to, or 0. */
    private long merged(long[] s, int space, int page, boolean sameRights) {
        int table = of(s, space, page);
        if (table == NONE) {
            return 0;
        }
        long first = TableDescriptor.ADDRESS.get(unit.leaf.get(s, table, 0));
        long own = unit.leaf.get(s, table, index(page));
        for (int i = 0; i < size; i++) {
            long entry = unit.leaf.get(s, table, i);
            int rights = unit.rightsOf(entry);
            boolean differs = sameRights && rights != unit.rightsOf(own);
            if (rights == Rights.NONE || differs || TableDescriptor.ADDRESS.get(entry) != first + i) {
                return 0;
            }
        }
        return first % size == 0 ? block(own, first) : 0;
    }

    /** A page's descriptor as that of a block. */
    private static long block(long page, long frame) {
        return TableDescriptor.ADDRESS.set(page & ~TableDescriptor.TABLE.mask(), frame);
    }

    @Override
    public boolean isEmpty(long[] s, int table) {
        for (int i = 0; i < size; i++) {
            if (TableDescriptor.VALID.isSet(unit.leaf.get(s, table, i))) {
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
            if (leadsToTable(entry) && TableDescriptor.ADDRESS.get(entry) == number) {
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
