package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Rights;
import dev.moat.iommu.TablePages;
import dev.moat.iommu.vtd.LeafTables;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.state.Footprint;

/** Second-level leaf tables as pages of memory, and the entries of level 2 above them. */
final class VtdTablePages implements TablePages {
    private final VtdUnit unit;
    private final LeafTables leafTables;

    VtdTablePages(VtdUnit unit) {
        this.unit = unit;
        leafTables = unit.leaves;
    }

    @Override
    public int of(long[] s, int space, int page) {
        return leafTables.of(s, space, page);
    }

    @Override
    public boolean areTogether(int page, int other) {
        int bits = unit.geometry().indexBits();
        return unit.geometry().pageNumber(page) >>> bits == unit.geometry().pageNumber(other) >>> bits;
    }

    @Override
    public boolean isSuperpage(long[] s, int space, int page) {
        return leafTables.superpage(s, space, page) != 0;
    }

    @Override
    public void clear(long[] s, int table) {
        leafTables.fill(s, table, 0);
    }

    @Override
    public void fill(long[] s, int table, int frame, int rights) {
        leafTables.fill(s, table, unit.leafTo(frame, rights));
    }

    @Override
    public void fillFromSuperpage(long[] s, int table, int space, int page) {
        leafTables.fillFrom(s, table, leafTables.superpage(s, space, page));
    }

    @Override
    public void link(long[] s, int space, int page, int table) {
        unit.setDirectory(s, space, page, unit.leafTo(table, Rights.ALL));
    }

    @Override
    public void unlink(long[] s, int space, int page) {
        unit.setDirectory(s, space, page, 0);
    }

    @Override
    public boolean canMerge(long[] s, int space, int page, boolean sameRights) {
        return merged(s, space, page, sameRights) != 0;
    }

    @Override
    public void merge(long[] s, int space, int page, boolean sameRights) {
        unit.setDirectory(s, space, page, merged(s, space, page, sameRights));
    }

    @Override
    public void storeSuperpage(long[] s, int space, int page, int frame, int rights) {
        unit.setDirectory(s, space, page, unit.leafTo(frame, rights) | SecondLevelEntry.SP.mask());
    }

    private long merged(long[] s, int space, int page, boolean sameRights) {
        int table = leafTables.of(s, space, page);
        return table == NONE ? 0 : leafTables.merged(s, table, page, sameRights);
    }

    @Override
    public boolean isEmpty(long[] s, int table) {
        return leafTables.isEmpty(s, table);
    }

    @Override
    public void readContent(Footprint footprint) {
        footprint.all(unit.leaf);
    }

    @Override
    public boolean isWalked(long[] s, int frame) {
        return leafTables.isWalked(s, frame);
    }

    @Override
    public void readWalked(Footprint footprint) {
        footprint.all(unit.directory).all(unit.paging.rights).all(unit.paging.table);
    }
}
