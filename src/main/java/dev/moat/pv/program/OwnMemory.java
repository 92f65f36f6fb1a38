package dev.moat.pv.program;

import dev.moat.iommu.linux.DmaDirection;
import dev.moat.pv.state.Contents;
import dev.moat.pv.state.LayerSetting;
import dev.moat.pv.state.Mappings;
import dev.moat.pv.state.Pool;
import dev.moat.pv.state.Whole;

/**
 * Memory of a restricted pool that a device gets for its own, a page at a time ({@code swiotlb_alloc}, {@code swiotlb_free}): what the
 * allocator hands out is the page that the first slot is in. To relations it is a mapping in both directions whose buffer are its slots.
 */
final class OwnMemory {
    private final Whole whole;
    private final int both;

    OwnMemory(Whole whole) {
        this.whole = whole;
        int index = 0;
        while (Mappings.direction(index) != DmaDirection.BIDIRECTIONAL) {
            index++;
        }
        both = index;
    }

    boolean allocate(long[] s, int m) {
        Mappings mappings = whole.mappings();
        boolean isNext = mappings.is(s, m, Mappings.NONE) && (m == 0 || !mappings.is(s, m - 1, Mappings.NONE));
        if (!isNext || !mappings.isUsed(both)) {
            return false;
        }
        int slot = whole.pool().allocate(s);
        if (slot == Pool.NONE) {
            return false;
        }
        mappings.begin(s, m, bufferAt(slot), both);
        for (int half = slot; half < slot + Contents.HALVES; half++) {
            whole.contents().write(s, half, whole.contents().ofCpu(m));
        }
        mappings.slot.set(s, m, slot + 1);
        mappings.bus.set(s, m, whole.pool().toBus(s, slot));
        mappings.phase.set(s, m, Mappings.LIVE);
        return true;
    }

    /** The buffer that is this page of the pool. */
    private int bufferAt(int slot) {
        return whole.state().setting.shapes.indexOf(new LayerSetting.Shape(slot, Contents.HALVES));
    }

    boolean free(long[] s, int m) {
        Mappings mappings = whole.mappings();
        if (!mappings.is(s, m, Mappings.LIVE) || !mappings.isOwnMemory(s, m)) {
            return false;
        }
        whole.pool().free(s, (int) mappings.slot.get(s, m) - 1);
        whole.contents().age(s, m);
        mappings.phase.set(s, m, Mappings.NONE);
        mappings.slot.set(s, m, 0);
        return true;
    }
}
