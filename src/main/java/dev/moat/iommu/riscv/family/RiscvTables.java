package dev.moat.iommu.riscv.family;

import dev.moat.iommu.Rights;
import dev.moat.iommu.TablePages;
import dev.moat.iommu.Tables;
import dev.moat.iommu.queue.LeafTables;
import dev.moat.iommu.riscv.RiscvCaches;
import dev.moat.iommu.riscv.RiscvGeometry.Part;
import dev.moat.iommu.riscv.RiscvUnit;
import dev.moat.iommu.riscv.RiscvWalk;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.state.Footprint;

/**
 * Page tables as software stores and reads them: each entry with one store, A and D set from the start. No entry lets a device write
 * and not read. {@code @source} Linux riscv_iommu_map_pages, riscv_iommu_unmap_pages.
 */
final class RiscvTables implements Tables {
    private final RiscvUnit unit;
    private final RiscvWalk walk;
    private final LeafTables inFrames;
    private final boolean areInFrames;

    /** Tables of any unit of the machine: they are memory, the same for all. */
    public RiscvTables(RiscvUnit unit, RiscvWalk walk, RiscvCaches caches) {
        this.unit = unit;
        this.walk = walk;
        inFrames = new InFrames(unit, caches);
        areInFrames = unit.geometry().has(Part.TABLE_FRAMES);
    }

    @Override
    public int expressed(int rights) {
        return rights == Rights.WRITE ? Rights.ALL : rights;
    }

    /** The rights that an entry gives, none when it is not valid. */
    static int rightsOf(long entry) {
        if (!PageTableEntry.V.isSet(entry)) {
            return Rights.NONE;
        }
        return (PageTableEntry.R.isSet(entry) ? Rights.READ : Rights.NONE)
                | (PageTableEntry.W.isSet(entry) ? Rights.WRITE : Rights.NONE);
    }

    /** A page's leaf entry, or the one that its superpage stands for; 0 without either. */
    private long entry(long[] s, int space, int page) {
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
        return rightsOf(entry) == Rights.NONE ? ELSEWHERE : unit.geometry().frameAt(PageTableEntry.PPN.get(entry));
    }

    @Override
    public boolean leads(long[] s, int space, int page, int frame, int rights) {
        return unit.pageTo(frame, rights) == entry(s, space, page);
    }

    @Override
    public void store(long[] s, int space, int page, int frame, int rights) {
        unit.setLeaf(s, space, page, unit.pageTo(frame, rights));
    }

    @Override
    public int walk(long[] s, int space, int page, boolean write) {
        long number = walk.lookUp(s, space, page, write);
        return number == RiscvWalk.REFUSED ? ELSEWHERE : unit.geometry().frameAt(number);
    }

    @Override
    public void read(Footprint footprint, int space, int page) {
        footprint.all(unit.directory);
        if (areInFrames) {
            footprint.all(unit.leaf);
        } else {
            footprint.one(unit.leaf, unit.fixedLeafElement(space, page));
        }
    }

    @Override
    public void read(Footprint footprint) {
        footprint.all(unit.directory).all(unit.leaf);
    }

    @Override
    public TablePages pages() {
        return areInFrames ? inFrames : TablePages.FIXED;
    }

    /** Leaf tables in frames. */
    private static final class InFrames extends LeafTables {
        private final RiscvUnit unit;
        private final RiscvCaches caches;

        InFrames(RiscvUnit unit, RiscvCaches caches) {
            super(unit.leaf, unit.directory, unit.geometry());
            this.unit = unit;
            this.caches = caches;
        }

        @Override
        protected long above(long[] s, int space, int page) {
            return unit.above(s, space, page);
        }

        @Override
        protected void setAbove(long[] s, int space, int page, long entry) {
            unit.setAbove(s, space, page, entry);
        }

        @Override
        protected long tableAt(long number) {
            return PageTableEntry.table(number);
        }

        @Override
        protected boolean leadsToTable(long entry) {
            return PageTableEntry.V.isSet(entry) && !PageTableEntry.isLeaf(entry);
        }

        @Override
        protected boolean isSuperpage(long entry) {
            return PageTableEntry.V.isSet(entry) && PageTableEntry.isLeaf(entry);
        }

        @Override
        protected long number(long entry) {
            return PageTableEntry.PPN.get(entry);
        }

        @Override
        protected long page(int frame, int rights) {
            return unit.pageTo(frame, rights);
        }

        @Override
        protected long superpage(long page, long number) {
            return PageTableEntry.PPN.set(page, number);
        }

        @Override
        protected long pageOf(long superpage, long number) {
            return PageTableEntry.PPN.set(superpage, number);
        }

        @Override
        protected boolean isPresent(long entry) {
            return PageTableEntry.V.isSet(entry);
        }

        @Override
        protected int rights(long entry) {
            return rightsOf(entry);
        }

        @Override
        protected boolean isCached(long[] s, int frame) {
            return caches.isTableCached(s, frame);
        }

        @Override
        protected void readCached(Footprint footprint) {
            footprint.all(unit.cachedTable);
        }
    }
}
