package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.Rights;
import dev.moat.iommu.TablePages;
import dev.moat.iommu.Tables;
import dev.moat.iommu.queue.LeafTables;
import dev.moat.iommu.smmuv3.SmmuCaches;
import dev.moat.iommu.smmuv3.SmmuGeometry.Part;
import dev.moat.iommu.smmuv3.SmmuUnit;
import dev.moat.iommu.smmuv3.format.TableDescriptor;
import dev.moat.state.Footprint;

/**
 * Page tables as software stores and reads them: each descriptor with one store, the access flag set from the start. Stage 1 has no page
 * that a device can write and not read. {@code @source} Linux io-pgtable-arm.c.
 */
final class SmmuTables implements Tables {
    private final SmmuUnit unit;
    private final LeafTables inFrames;
    private final boolean areInFrames;

    /** Tables of any unit of the machine: they are memory, the same for all. */
    public SmmuTables(SmmuUnit unit, SmmuCaches caches) {
        this.unit = unit;
        inFrames = new InFrames(unit, caches);
        areInFrames = unit.geometry().has(Part.TABLE_FRAMES);
    }

    @Override
    public int expressed(int rights) {
        return unit.geometry().isFirst() && rights == Rights.WRITE ? Rights.ALL : rights;
    }

    /** A page's leaf entry, or the one that its superpage stands for; 0 without either. */
    private long entry(long[] s, int space, int page) {
        return areInFrames && inFrames.isSuperpage(s, space, page)
                ? inFrames.piece(s, space, page)
                : unit.leaf(s, space, page);
    }

    @Override
    public int rights(long[] s, int space, int page) {
        return unit.rightsOf(entry(s, space, page));
    }

    @Override
    public int frame(long[] s, int space, int page) {
        long entry = entry(s, space, page);
        return unit.rightsOf(entry) == Rights.NONE
                ? ELSEWHERE
                : unit.geometry().frameAt(TableDescriptor.ADDRESS.get(entry));
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
        long entry = entry(s, space, page);
        boolean allowed = (unit.rightsOf(entry) & Rights.of(write)) != 0;
        return allowed ? unit.geometry().frameAt(TableDescriptor.ADDRESS.get(entry)) : ELSEWHERE;
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
        private final SmmuUnit unit;
        private final SmmuCaches caches;

        InFrames(SmmuUnit unit, SmmuCaches caches) {
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
            return TableDescriptor.table(number);
        }

        @Override
        protected boolean leadsToTable(long entry) {
            return TableDescriptor.leadsToTable(entry);
        }

        @Override
        protected boolean isSuperpage(long entry) {
            return TableDescriptor.isBlock(entry);
        }

        @Override
        protected long number(long entry) {
            return TableDescriptor.ADDRESS.get(entry);
        }

        @Override
        protected long page(int frame, int rights) {
            return unit.pageTo(frame, rights);
        }

        @Override
        protected long superpage(long page, long number) {
            return TableDescriptor.ADDRESS.set(page & ~TableDescriptor.TABLE.mask(), number);
        }

        @Override
        protected long pageOf(long block, long number) {
            return TableDescriptor.ADDRESS.set(block | TableDescriptor.TABLE.mask(), number);
        }

        @Override
        protected boolean isPresent(long entry) {
            return TableDescriptor.VALID.isSet(entry);
        }

        @Override
        protected int rights(long entry) {
            return unit.rightsOf(entry);
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
