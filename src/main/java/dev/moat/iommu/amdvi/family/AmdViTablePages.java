package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Rights;
import dev.moat.iommu.TablePages;
import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.LeafArray;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Sort;
import java.util.List;

/**
 * Tables of level 1 as pages of memory, and the entries of level 2 above them: a directory entry, or a page of the natural size of
 * level 2. {@code @source} Xen 4.17 iommu_map.c, iommu_pde_from_dfn, clear_iommu_pte_present.
 */
final class AmdViTablePages implements TablePages {
    /** The level whose tables come and go. */
    private static final int LEAF = 1;

    private static final String WHOLE = "pde.stored-whole";
    private static final String DROPPED = "leaf-array.dropped";

    private final AmdViUnit unit;
    private final int size;
    /** {@code pde.stored-whole}: (page) to 1 when the entry that splits a page of level 2 is stored at once, with its address. */
    private final Decision whole;
    /** The array of tables, empty where there is none. */
    final LeafArray array;

    private final boolean hasArray;
    /** {@code leaf-array.dropped}: (page) to 1 when the array forgets the table of a page whose entry of level 2 changes. */
    private final Decision dropped;

    /** @param hasArray whether {@link LeafArray} is there */
    AmdViTablePages(ModelBuilder model, AmdViUnit unit, boolean hasArray) {
        this.unit = unit;
        this.hasArray = hasArray;
        size = 1 << unit.geometry().indexBits();
        Sort frames = unit.geometry().frames().onlyIf(hasArray);
        array = new LeafArray(model.schema(), unit.geometry(), frames);
        dropped = hasArray ? model.decision(DROPPED, (s, page, b, c) -> 1) : (s, page, b, c) -> 1;
        whole = model.decision(WHOLE, (s, page, b, c) -> 1);
    }

    private long above(long[] s, int space, int page) {
        return unit.directory(s, space, LEAF + 1, page);
    }

    /** Which entry of its table of level 1 stands for a page. */
    private int index(int page) {
        return (int) unit.geometry().pageNumber(page) & (size - 1);
    }

    private static boolean leadsToTable(long above) {
        return PageTableEntry.PR.isSet(above) && PageTableEntry.NEXT_LEVEL.get(above) == LEAF;
    }

    @Override
    public int of(long[] s, int space, int page) {
        long above = above(s, space, page);
        return leadsToTable(above) ? unit.geometry().frameAt(PageTableEntry.ADDR.get(above)) : NONE;
    }

    @Override
    public boolean areTogether(int page, int other) {
        return unit.geometry().pageNumber(page) / size == unit.geometry().pageNumber(other) / size;
    }

    @Override
    public boolean isSuperpage(long[] s, int space, int page) {
        long above = above(s, space, page);
        return PageTableEntry.PR.isSet(above) && PageTableEntry.isPage(above);
    }

    /** The entry of level 1 that stands for one page of a page of level 2. */
    long piece(long[] s, int space, int page) {
        return piece(above(s, space, page), index(page));
    }

    private static long piece(long superpage, int index) {
        return PageTableEntry.page(PageTableEntry.ADDR.get(superpage) + index, PageTableEntry.rights(superpage));
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
        long superpage = above(s, space, page);
        for (int i = 0; i < size; i++) {
            unit.leaf.set(s, table, i, piece(superpage, i));
        }
        if (whole.decide(s, page, 0, 0) == 0) {
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

    /** Changes the entry of level 2 for a page; the array forgets what that led to. */
    private void setAbove(long[] s, int space, int page, long entry) {
        unit.setDirectory(s, space, LEAF + 1, page, entry);
        if (hasArray && dropped.decide(s, page, 0, 0) != 0) {
            array.set(s, space, page, LeafArray.NONE);
        }
    }

    @Override
    public void link(long[] s, int space, int page, int table) {
        long frame = unit.geometry().frameNumber(table);
        setAbove(s, space, page, PageTableEntry.table(LEAF, frame, Rights.ALL));
    }

    @Override
    public void unlink(long[] s, int space, int page) {
        setAbove(s, space, page, 0);
    }

    @Override
    public boolean canMerge(long[] s, int space, int page, boolean sameRights) {
        return merged(s, space, page, sameRights) != 0;
    }

    @Override
    public void merge(long[] s, int space, int page, boolean sameRights) {
        setAbove(s, space, page, merged(s, space, page, sameRights));
    }

    @Override
    public void storeSuperpage(long[] s, int space, int page, int frame, int rights) {
        long first = unit.geometry().frameNumber(frame);
        setAbove(s, space, page, PageTableEntry.page(first, rights));
    }

    /** The entry of level 2 that the leaf table of a page amounts to, or 0. */
    private long merged(long[] s, int space, int page, boolean sameRights) {
        int table = of(s, space, page);
        if (table == NONE) {
            return 0;
        }
        long first = PageTableEntry.ADDR.get(unit.leaf.get(s, table, 0));
        int rights = AmdViTables.rightsOf(unit.leaf.get(s, table, index(page)));
        for (int i = 0; i < size; i++) {
            long entry = unit.leaf.get(s, table, i);
            int own = AmdViTables.rightsOf(entry);
            if (own == Rights.NONE || (sameRights && own != rights) || PageTableEntry.ADDR.get(entry) != first + i) {
                return 0;
            }
        }
        return first % size == 0 ? PageTableEntry.page(first, rights) : 0;
    }

    @Override
    public boolean isEmpty(long[] s, int table) {
        for (int i = 0; i < size; i++) {
            if (PageTableEntry.PR.isSet(unit.leaf.get(s, table, i))) {
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
            if (leadsToTable(entry) && PageTableEntry.ADDR.get(entry) == number) {
                return true;
            }
        }
        return unit.directories.isTableCached(s, frame);
    }

    @Override
    public void readWalked(Footprint footprint) {
        footprint.all(unit.directory).all(unit.directories.table);
    }
}
