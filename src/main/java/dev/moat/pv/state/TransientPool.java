package dev.moat.pv.state;

import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.dma.swiotlb.SwiotlbSlots;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import java.util.Arrays;

/**
 * The pool that Linux makes for one mapping that finds no slots, of as many slots as it needs, and frees when that is unmapped
 * ({@code swiotlb_find_slots}, {@code swiotlb_del_transient}). The allocator has one page for it, behind the pool's; whoever has the page behind
 * that one keeps it.
 */
final class TransientPool {
    private final LayerState layer;
    /** By the slots that are counted, from 1 on. */
    private final Swiotlb[] bySlots = new Swiotlb[PoolState.TRANSIENT_ROOM];
    /** {@code transient.counted}: (slots of the pool, those of a segment) to the slots that are counted as free when it is made. */
    private final Decision counted;

    /** First word of its bookkeeping: behind the pool's. */
    private final int base;

    /** @param swiotlb bounces by the pool that there is from the start, for the same device */
    TransientPool(LayerState layer, Contents contents, Swiotlb swiotlb, ModelBuilder model) {
        this.layer = layer;
        base = swiotlb.slots().end();
        counted = model.decision("transient.counted", (s, slots, segment, c) -> slots);
        for (int i = 0; i < bySlots.length && layer.setting.pools.growing; i++) {
            SwiotlbSlots.Division division = new SwiotlbSlots.Division(i + 1, 1, PoolState.TRANSIENT_ROOM, 1);
            SwiotlbSlots slots = new SwiotlbSlots(
                    base,
                    layer.geometry(PoolState.TRANSIENT_ROOM),
                    Pool.bytes(layer.setting.poolSlots()),
                    division,
                    layer.setting.pools.search);
            bySlots[i] = new Swiotlb(slots, contents, swiotlb.device(), warning -> {});
        }
    }

    /** Whether its words are where the schema has them. */
    boolean isInPlace() {
        return !layer.setting.pools.growing || layer.pools.transientFree.wordOf(0) == base;
    }

    /** Whether a slot, counted from the first of all pools, is behind those that there are from the start. */
    boolean isBehind(int slot) {
        return slot >= layer.setting.poolSlots();
    }

    private Swiotlb used(long[] s, int slots) {
        return bySlots[counted.decide(s, slots, PoolState.TRANSIENT_ROOM, 0) - 1];
    }

    /** Makes the pool and takes its slots for a buffer; {@link Swiotlb#ERROR}, and no pool, where that cannot be. */
    long map(long[] s, LayerSetting.Shape shape, Transfer transfer) {
        int wanted = shape.size();
        if (!isAllocated(s, wanted)) {
            return Swiotlb.ERROR;
        }
        Swiotlb made = used(s, wanted);
        made.slots().initialise(s);
        long address = made.map(s, 0, Pool.bytes(shape.first()), Pool.bytes(wanted), transfer);
        layer.pools.transientSlots.set(s, 0, wanted);
        if (address == Swiotlb.ERROR) {
            free(s, made);
        }
        return address;
    }

    /** The allocator gives no page that is in use, larger than it has, or that the device cannot address. */
    private boolean isAllocated(long[] s, int wanted) {
        return layer.setting.pools.growing
                && wanted <= Contents.HALVES
                && layer.pools.transientSlots(s) == 0
                && layer.setting.poolPages < layer.setting.reach;
    }

    /** Copies out as the transfer says, and frees the pool. */
    void unmap(long[] s, int slot, int size, Transfer transfer) {
        Swiotlb made = used(s, layer.pools.transientSlots(s));
        made.unmap(s, Pool.bytes(slot), Pool.bytes(size), transfer);
        free(s, made);
    }

    private void free(long[] s, Swiotlb made) {
        Arrays.fill(s, base, made.slots().end(), 0);
        layer.pools.transientSlots.set(s, 0, 0);
    }

    Swiotlb library(long[] s) {
        return used(s, layer.pools.transientSlots(s));
    }

    /** Whether a page is that of a pool that there is. */
    boolean contains(long[] s, long gfn) {
        return layer.pools.transientSlots(s) != 0 && gfn == layer.setting.poolPages;
    }

    long freeFrom(long[] s, int slot) {
        int place = slot - layer.setting.poolSlots();
        return place < layer.pools.transientSlots(s) ? layer.pools.transientFree.get(s, place) : 0;
    }
}
