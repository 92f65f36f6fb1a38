package dev.moat.iommu.calgary.family;

import dev.moat.iommu.Visibility;
import dev.moat.iommu.calgary.TcesInState;

/** Stores to tables are seen once their line is written back; a bus is led by registers, which are seen at once. */
final class TceVisibility implements Visibility {
    private final CalgaryTables tables;
    private final TcesInState tces;

    public TceVisibility(CalgaryTables tables, TcesInState tces) {
        this.tables = tables;
        this.tces = tces;
    }

    @Override
    public void writeBack(long[] s, int space, int page) {
        tces.writeBack(s, tables.address(space, page));
    }
}
