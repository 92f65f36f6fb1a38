package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Visibility;
import dev.moat.iommu.vtd.VtdUnit;

/** Lines written back (clflush), and the flush of the write buffer (GCMD.WBF), which a CPU polls. */
final class VtdVisibility implements Visibility {
    private final VtdUnit unit;
    private final CpuWaits waits;

    /** @param unit the only unit where stores are seen late */
    public VtdVisibility(VtdUnit unit, CpuWaits waits) {
        this.unit = unit;
        this.waits = waits;
    }

    @Override
    public void writeBack(long[] s, int space, int page) {
        unit.late.writeBack(s, unit.leaf, unit.map().leafElement(space, page));
    }

    @Override
    public void writeBackEntry(long[] s, int requester) {
        unit.late.writeBack(s, unit.contextLo, requester);
    }

    @Override
    public boolean startFlush(long[] s, int cpu) {
        return unit.late.startFlush(s) && waits.note(s, cpu, CpuWaits.FLUSH);
    }

    @Override
    public boolean isFlushed(long[] s, int cpu) {
        return waits.isFree(s, cpu);
    }

    /** The unit ends a flush. False when none was asked for. */
    public boolean finishFlush(long[] s) {
        return unit.late.finishFlush(s) && waits.complete(s, CpuWaits.FLUSH);
    }
}
