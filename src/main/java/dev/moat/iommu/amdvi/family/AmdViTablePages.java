package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Rights;
import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.LeafArray;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.queue.LeafTables;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Sort;
import java.util.List;

/**
 * Tables of level 1 as pages of memory, and the entries of level 2 above them: a directory entry, or a page of the natural size of
 * level 2. {@code @source} Xen 4.17 iommu_map.c, iommu_pde_from_dfn, clear_iommu_pte_present.
 */
final class AmdViTablePages extends LeafTables {
    /** The level whose tables come and go. */
    private static final int LEAF = 1;

    private static final String WHOLE = "pde.stored-whole";
    private static final String DROPPED = "leaf-array.dropped";

    private final AmdViUnit unit;
    /** {@code pde.stored-whole}: (page) to 1 when the entry that splits a page of level 2 is stored at once, with its address. */
    private final Decision whole;
    /** The array of tables, empty where there is none. */
    final LeafArray array;

    private final boolean hasArray;
    /** {@code leaf-array.dropped}: (page) to 1 when the array forgets the table of a page whose entry of level 2 changes. */
    private final Decision dropped;

    /** @param hasArray whether {@link LeafArray} is there */
    AmdViTablePages(ModelBuilder model, AmdViUnit unit, boolean hasArray) {
        super(unit.leaf, unit.directory, unit.geometry());
        this.unit = unit;
        this.hasArray = hasArray;
        Sort frames = unit.geometry().frames().onlyIf(hasArray);
        array = new LeafArray(model.schema(), unit.geometry(), frames);
        dropped = hasArray ? model.decision(DROPPED, (s, page, b, c) -> 1) : (s, page, b, c) -> 1;
        whole = model.decision(WHOLE, (s, page, b, c) -> 1);
    }

    @Override
    protected long above(long[] s, int space, int page) {
        return unit.directory(s, space, LEAF + 1, page);
    }

    /** The array forgets what the entry led to. */
    @Override
    protected void setAbove(long[] s, int space, int page, long entry) {
        unit.setDirectory(s, space, LEAF + 1, page, entry);
        if (hasArray && dropped.decide(s, page, 0, 0) != 0) {
            array.set(s, space, page, LeafArray.NONE);
        }
    }

    @Override
    public void fillFromSuperpage(long[] s, int table, int space, int page) {
        super.fillFromSuperpage(s, table, space, page);
        if (whole.decide(s, page, 0, 0) == 0) {
            long superpage = above(s, space, page);
            unit.setDirectory(s, space, LEAF + 1, page, PageTableEntry.NEXT_LEVEL.set(superpage, LEAF));
        }
    }

    @Override
    public List<String> pageDecisions() {
        return List.of(WHOLE);
    }

    @Override
    public List<String> linkDecisions() {
        return hasArray ? List.of(DROPPED) : List.of();
    }

    @Override
    protected long tableAt(long number) {
        return PageTableEntry.table(LEAF, number, Rights.ALL);
    }

    @Override
    protected boolean leadsToTable(long entry) {
        return PageTableEntry.PR.isSet(entry) && PageTableEntry.NEXT_LEVEL.get(entry) == LEAF;
    }

    @Override
    protected boolean isSuperpage(long entry) {
        return PageTableEntry.PR.isSet(entry) && PageTableEntry.isPage(entry);
    }

    @Override
    protected long number(long entry) {
        return PageTableEntry.ADDR.get(entry);
    }

    @Override
    protected long page(int frame, int rights) {
        return unit.pageTo(frame, rights);
    }

    @Override
    protected long superpage(long page, long number) {
        return PageTableEntry.page(number, PageTableEntry.rights(page));
    }

    @Override
    protected long pageOf(long superpage, long number) {
        return superpage(superpage, number);
    }

    @Override
    protected boolean isPresent(long entry) {
        return PageTableEntry.PR.isSet(entry);
    }

    @Override
    protected int rights(long entry) {
        return AmdViTables.rightsOf(entry);
    }

    @Override
    protected boolean isCached(long[] s, int frame) {
        return unit.directories.isTableCached(s, frame);
    }

    @Override
    protected void readCached(Footprint footprint) {
        footprint.all(unit.directories.table);
    }
}
