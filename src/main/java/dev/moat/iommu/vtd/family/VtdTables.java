package dev.moat.iommu.vtd.family;

import dev.moat.iommu.TablePages;
import dev.moat.iommu.Tables;
import dev.moat.iommu.vtd.Translation;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.VtdWalk;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.state.Footprint;

/** Second-level tables as software stores and reads them. */
final class VtdTables implements Tables {
    private final VtdUnit unit;
    private final VtdWalk walk;
    private final TablePages pages;

    /** @param unit any unit of the machine: tables are memory, the same for all */
    public VtdTables(VtdUnit unit, VtdWalk walk) {
        this.unit = unit;
        this.walk = walk;
        pages = new VtdTablePages(unit);
    }

    @Override
    public int rights(long[] s, int space, int page) {
        return SecondLevelEntry.rights(unit.leaf(s, space, page));
    }

    @Override
    public int frame(long[] s, int space, int page) {
        long entry = unit.leaf(s, space, page);
        return SecondLevelEntry.rights(entry) == 0
                ? ELSEWHERE
                : unit.geometry().frameAt(SecondLevelEntry.ADDR.get(entry));
    }

    @Override
    public boolean leads(long[] s, int space, int page, int frame, int rights) {
        return unit.leafTo(frame, rights) == unit.leaf(s, space, page);
    }

    @Override
    public void store(long[] s, int space, int page, int frame, int rights) {
        unit.setLeaf(s, space, page, unit.leafTo(frame, rights));
    }

    @Override
    public int walk(long[] s, int space, int page, boolean write) {
        long answer = walk.lookUpStored(s, space, unit.geometry().pageNumber(page), write);
        return Translation.reachesMemory(answer) ? unit.geometry().frameAt(Translation.FRAME.get(answer)) : ELSEWHERE;
    }

    @Override
    public void read(Footprint footprint, int space, int page) {
        footprint.all(unit.directory);
        if (unit.map().areLeavesInFrames()) {
            footprint.all(unit.leaf);
        } else {
            footprint.one(unit.leaf, unit.map().leafElement(space, page));
        }
    }

    @Override
    public void read(Footprint footprint) {
        footprint.all(unit.directory).all(unit.leaf);
    }

    @Override
    public TablePages pages() {
        return pages;
    }
}
