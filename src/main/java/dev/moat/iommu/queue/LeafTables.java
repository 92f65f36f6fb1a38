package dev.moat.iommu.queue;

import dev.moat.iommu.Rights;
import dev.moat.iommu.TablePages;
import dev.moat.state.Footprint;
import dev.moat.state.Slots;

/**
 * Leaf tables as pages of memory, and the entries above them: one that leads to a table, or a superpage. {@code @source} Linux
 * riscv_iommu_pte_alloc, riscv_iommu_pte_free, io-pgtable-arm.c; Xen 4.17 iommu_pde_from_dfn, clear_iommu_pte_present.
 */
public abstract class LeafTables implements TablePages {
    private final Slots leaf;
    private final Slots directory;
    private final Places places;
    private final int size;

    /**
     * @param leaf entries per leaf table and index
     * @param directory entries above them
     */
    protected LeafTables(Slots leaf, Slots directory, Places places) {
        this.leaf = leaf;
        this.directory = directory;
        this.places = places;
        size = 1 << places.indexBits();
    }

    /** The entry above the leaf table of a page. */
    protected abstract long above(long[] s, int space, int page);

    /** Software stores it. */
    protected abstract void setAbove(long[] s, int space, int page, long entry);

    /** An entry that leads to the leaf table in a frame with a number. */
    protected abstract long tableAt(long number);

    /** Whether an entry above leads to a leaf table. */
    protected abstract boolean leadsToTable(long entry);

    /** Whether it is a superpage. */
    protected abstract boolean isSuperpage(long entry);

    /** The number of the frame that an entry names. */
    protected abstract long number(long entry);

    /** The entry of a page, or 0 without rights. */
    protected abstract long page(int frame, int rights);

    /** The entry of a page as one of a superpage that begins at a frame with a number. */
    protected abstract long superpage(long page, long number);

    /** The other way round. */
    protected abstract long pageOf(long superpage, long number);

    /** Whether an entry of a leaf table is there. */
    protected abstract boolean isPresent(long entry);

    /** The rights that it gives. */
    protected abstract int rights(long entry);

    /** Whether an entry that led to a table in a frame is cached. */
    protected abstract boolean isCached(long[] s, int frame);

    /** Adds what that reads. */
    protected abstract void readCached(Footprint footprint);

    /** Which entry of its leaf table stands for a page. */
    private int index(int page) {
        return (int) places.pageNumber(page) & (size - 1);
    }

    @Override
    public int of(long[] s, int space, int page) {
        long above = above(s, space, page);
        return leadsToTable(above) ? places.frameAt(number(above)) : NONE;
    }

    @Override
    public boolean areTogether(int page, int other) {
        return places.pageNumber(page) / size == places.pageNumber(other) / size;
    }

    @Override
    public boolean isSuperpage(long[] s, int space, int page) {
        return isSuperpage(above(s, space, page));
    }

    /** The leaf entry that stands for one page of a superpage. */
    public long piece(long[] s, int space, int page) {
        return piece(above(s, space, page), index(page));
    }

    private long piece(long superpage, int index) {
        return pageOf(superpage, number(superpage) + index);
    }

    @Override
    public void clear(long[] s, int table) {
        fill(s, table, 0);
    }

    @Override
    public void fill(long[] s, int table, int frame, int rights) {
        fill(s, table, page(frame, rights));
    }

    private void fill(long[] s, int table, long entry) {
        for (int i = 0; i < size; i++) {
            leaf.set(s, table, i, entry);
        }
    }

    @Override
    public void fillFromSuperpage(long[] s, int table, int space, int page) {
        long superpage = above(s, space, page);
        for (int i = 0; i < size; i++) {
            leaf.set(s, table, i, piece(superpage, i));
        }
    }

    @Override
    public void link(long[] s, int space, int page, int table) {
        setAbove(s, space, page, tableAt(places.frameNumber(table)));
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
        setAbove(s, space, page, rights == Rights.NONE ? 0 : superpage(page(frame, rights), places.frameNumber(frame)));
    }

    /** The entry above that the leaf table of a page amounts to, or 0. */
    private long merged(long[] s, int space, int page, boolean sameRights) {
        int table = of(s, space, page);
        if (table == NONE) {
            return 0;
        }
        long first = number(leaf.get(s, table, 0));
        long own = leaf.get(s, table, index(page));
        for (int i = 0; i < size; i++) {
            long entry = leaf.get(s, table, i);
            int rights = rights(entry);
            boolean differs = sameRights && rights != rights(own);
            if (rights == Rights.NONE || differs || number(entry) != first + i) {
                return 0;
            }
        }
        return first % size == 0 ? superpage(own, first) : 0;
    }

    @Override
    public boolean isEmpty(long[] s, int table) {
        for (int i = 0; i < size; i++) {
            if (isPresent(leaf.get(s, table, i))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void readContent(Footprint footprint) {
        footprint.all(leaf);
    }

    @Override
    public boolean isWalked(long[] s, int frame) {
        long number = places.frameNumber(frame);
        for (int i = 0; i < directory.size(); i++) {
            long entry = directory.get(s, i);
            if (leadsToTable(entry) && number(entry) == number) {
                return true;
            }
        }
        return isCached(s, frame);
    }

    @Override
    public void readWalked(Footprint footprint) {
        footprint.all(directory);
        readCached(footprint);
    }
}
