package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Rights;
import dev.moat.iommu.TablePages;
import dev.moat.iommu.Tables;
import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.AmdViWalk;
import dev.moat.iommu.amdvi.LeafArray;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.TableWalk;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Host page tables as software stores and reads them: each entry with one store. {@code @source} Xen 4.17 iommu_map.c,
 * set_iommu_pde_present, write_atomic since XSA-347; an entry without rights is not present.
 */
final class AmdViTables implements Tables {
    private final AmdViUnit unit;
    private final AmdViWalk walk;
    private final AmdViTablePages inFrames;
    private final boolean areInFrames;
    private final @Nullable ReplicatedPages replicated;

    /**
     * Tables of any unit of the machine: they are memory, the same for all.
     *
     * @param replicates whether two pages are made one of 8 KiB, see {@link ReplicatedPages}; not where tables are frames
     * @param hasArray whether entries are found by an array of leaf tables, see {@link LeafArray}; only where tables are frames
     */
    public AmdViTables(ModelBuilder model, AmdViUnit unit, AmdViWalk walk, boolean replicates, boolean hasArray) {
        this.unit = unit;
        replicated = replicates ? new ReplicatedPages(model, unit) : null;
        this.walk = walk;
        areInFrames = unit.map().areLeavesInFrames();
        inFrames = new AmdViTablePages(model, unit, hasArray);
    }

    /** The rights that an entry gives, none when it is not present. */
    static int rightsOf(long entry) {
        return PageTableEntry.PR.isSet(entry) ? PageTableEntry.rights(entry) : Rights.NONE;
    }

    /** A page's entry of level 1, or the one that a page of level 2 stands for; 0 without either. */
    private long entry(long[] s, int space, int page) {
        if (replicated != null) {
            return replicated.piece(page, unit.leaf(s, space, page));
        }
        return areInFrames && inFrames.isSuperpage(s, space, page)
                ? inFrames.piece(s, space, page)
                : unit.leaf(s, space, page);
    }

    @Override
    public int rights(long[] s, int space, int page) {
        return rightsOf(entry(s, space, page));
    }

    @Override
    public int frame(long[] s, int space, int page) {
        long entry = entry(s, space, page);
        return rightsOf(entry) == Rights.NONE ? ELSEWHERE : unit.geometry().frameAt(PageTableEntry.ADDR.get(entry));
    }

    @Override
    public boolean leads(long[] s, int space, int page, int frame, int rights) {
        return unit.pageTo(frame, rights) == entry(s, space, page);
    }

    @Override
    public void store(long[] s, int space, int page, int frame, int rights) {
        long entry = unit.pageTo(frame, rights);
        if (replicated != null) {
            replicated.store(s, space, page, entry);
        } else if (areInFrames) {
            storeByArray(s, space, page, entry);
        } else {
            unit.setLeaf(s, space, page, entry);
        }
    }

    /** In the table that the array has for the page, or after a walk, which the array remembers. */
    private void storeByArray(long[] s, int space, int page, long entry) {
        int table = inFrames.array.get(s, space, page);
        if (table == LeafArray.NONE) {
            table = inFrames.of(s, space, page);
            inFrames.array.set(s, space, page, table);
        }
        if (table != TablePages.NONE) {
            unit.leaf.set(s, table, unit.map().index(1, page), entry);
        }
    }

    @Override
    public int walk(long[] s, int space, int page, boolean write) {
        long answer = walk.lookUp(s, TableWalk.top(unit.quad0For(space, Rights.ALL)), page);
        long limited = Translation.limited(answer, Rights.ALL, write);
        return Translation.reachesMemory(limited) ? unit.geometry().frameAt(Translation.FRAME.get(limited)) : ELSEWHERE;
    }

    @Override
    public void read(Footprint footprint, int space, int page) {
        footprint.all(unit.directory);
        if (areInFrames) {
            footprint.all(unit.leaf);
        } else {
            int table = unit.map().table(space, 1, page);
            footprint.one(
                    unit.leaf,
                    (table << unit.geometry().indexBits()) + unit.map().index(1, page));
        }
    }

    @Override
    public void read(Footprint footprint) {
        footprint.all(unit.directory).all(unit.leaf);
    }

    @Override
    public List<String> tableDecisions() {
        return replicated == null ? List.of() : ReplicatedPages.DECISIONS;
    }

    @Override
    public TablePages pages() {
        return areInFrames ? inFrames : TablePages.FIXED;
    }
}
