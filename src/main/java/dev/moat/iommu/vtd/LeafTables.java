package dev.moat.iommu.vtd;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.SecondLevelEntry;

/**
 * Leaf tables as pages of memory. Where they lie in frames ({@link VtdGeometry.Part#TABLE_FRAMES}) software fills a
 * frame, links it by an entry of level 2 and unlinks it again; elsewhere each page has its table from the start.
 *
 * <p>{@code @unit} a leaf table in a frame has the frame's index; pages are indices too.
 */
public final class LeafTables {
    /** There is no such table. */
    public static final int NONE = -1;

    private final VtdUnit u;
    private final TableMap map;
    private final int size;

    LeafTables(VtdUnit unit) {
        u = unit;
        map = unit.map();
        size = 1 << unit.geometry().indexBits();
    }

    /** Element of {@link VtdUnit#leaf} where a tree, as software sees it, has a page's leaf entry, or {@link #NONE}. */
    public int element(long[] s, int tree, int page) {
        if (!map.areLeavesInFrames()) {
            return map.leafElement(tree, page);
        }
        int table = of(s, tree, page);
        return table == NONE ? NONE : table * size + ((int) u.geometry().pageNumber(page) & (size - 1));
    }

    /** The frame that a page's entry of level 2 names as its leaf table, or {@link #NONE}; where they lie in frames. */
    public int of(long[] s, int tree, int page) {
        long entry = u.directory.get(s, map.directoryElement(tree, 2, page));
        boolean leads = SecondLevelEntry.rights(entry) != 0 && !SecondLevelEntry.SP.isSet(entry);
        return leads ? u.geometry().frameAt(SecondLevelEntry.ADDR.get(entry)) : NONE;
    }

    /** A tree's entry of level 2 for a page when it is a leaf, or 0. */
    public long superpage(long[] s, int tree, int page) {
        long entry = map.areLeavesInFrames() ? u.directory.get(s, map.directoryElement(tree, 2, page)) : 0;
        return SecondLevelEntry.SP.isSet(entry) ? entry : 0;
    }

    /** The leaf entry that stands for one page of a superpage. */
    public long piece(long superpage, int page) {
        long first = SecondLevelEntry.ADDR.get(superpage);
        long offset = u.geometry().pageNumber(page) & (size - 1);
        return SecondLevelEntry.of(first + offset, SecondLevelEntry.rights(superpage));
    }

    /** Software fills a frame with the entries that a superpage stands for. */
    public void fillFrom(long[] s, int frame, long superpage) {
        int rights = SecondLevelEntry.rights(superpage);
        for (int i = 0; i < size; i++) {
            u.leaf.set(s, frame, i, SecondLevelEntry.of(SecondLevelEntry.ADDR.get(superpage) + i, rights));
        }
    }

    /**
     * The superpage that a table in a frame amounts to: as many frames in a row as it has entries, the first one aligned.
     *
     * @param sameRights whether their rights have to be equal; if not, those of {@code page} count
     * @return an entry of level 2, or 0
     */
    public long merged(long[] s, int frame, int page, boolean sameRights) {
        long first = SecondLevelEntry.ADDR.get(u.leaf.get(s, frame, 0));
        int rights =
                SecondLevelEntry.rights(u.leaf.get(s, frame, (int) u.geometry().pageNumber(page) & (size - 1)));
        for (int i = 0; i < size; i++) {
            long entry = u.leaf.get(s, frame, i);
            int own = SecondLevelEntry.rights(entry);
            if (own == 0 || (sameRights && own != rights) || SecondLevelEntry.ADDR.get(entry) != first + i) {
                return 0;
            }
        }
        return first % size == 0 ? SecondLevelEntry.of(first, rights) | SecondLevelEntry.SP.mask() : 0;
    }

    /** Software fills a frame with one entry. */
    public void fill(long[] s, int frame, long entry) {
        for (int i = 0; i < size; i++) {
            u.leaf.set(s, frame, i, entry);
        }
    }

    /** Whether no entry of the table in a frame is present. */
    public boolean isEmpty(long[] s, int frame) {
        for (int i = 0; i < size; i++) {
            if (SecondLevelEntry.rights(u.leaf.get(s, frame, i)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Software makes the entry of level 2 for a page lead to a table in a frame. */
    public void link(long[] s, int tree, int page, int table) {
        u.setDirectory(s, tree, page, u.leafTo(table, Rights.READ | Rights.WRITE));
    }

    /** Software clears the entry of level 2 for a page. */
    public void unlink(long[] s, int tree, int page) {
        u.setDirectory(s, tree, page, 0);
    }

    /** Whether a walk can go on in a frame as in a leaf table: an entry of level 2 leads there, or is cached that did. */
    public boolean isWalked(long[] s, int frame) {
        long number = u.geometry().frameNumber(frame);
        for (int i = 0; i < u.directory.size(); i++) {
            long entry = u.directory.get(s, i);
            boolean leads = SecondLevelEntry.rights(entry) != 0 && !SecondLevelEntry.SP.isSet(entry);
            if (leads && SecondLevelEntry.ADDR.get(entry) == number) {
                return true;
            }
        }
        for (int i = 0; i < u.paging.rights.size(); i++) {
            if (u.paging.rights.get(s, i) != 0 && u.paging.table.get(s, i) == frame) {
                return true;
            }
        }
        return false;
    }
}
