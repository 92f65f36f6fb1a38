package dev.moat.pv.state;

import dev.moat.dma.swiotlb.DmaDevice;
import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.dma.swiotlb.SwiotlbSlots;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Decision;
import dev.moat.pv.DmaBackend;
import dev.moat.pv.PvFrames;
import dev.moat.pv.XenSwiotlb;

/** The pool and the address arithmetic around it: the library's code over the words of the state, and what faults change of it. */
public final class Pool {
    /** No slots. */
    public static final int NONE = -1;

    private static final int CPU = 0;

    private final LayerState layer;
    private final Contents contents;
    public final PvFrames frames;
    public final DmaDevice device;
    private final XenSwiotlb dma;
    private final Swiotlb swiotlb;
    private final Swiotlb joined;
    /** {@code slots.in-one-segment}: 1 when a mapping's slots are looked for within a segment. */
    private final Decision inOneSegment;
    /** {@code slots.count}: (slots) to the number that is taken for so many. */
    private final Decision count;
    /** {@code slots.merged}: 1 when slots that are freed are counted together with free ones beside them. */
    private final Decision merged;
    /** {@code unmap.in-pool}: (frame, 1 if Xen's table has it under a number of the pool) to 1 when a bus address in it is taken for the pool's. */
    private final Decision inPool;

    public Pool(LayerState layer, Contents contents, ModelBuilder model) {
        this.layer = layer;
        this.contents = contents;
        frames = new PvFrames(layer);
        long mask = (((long) layer.setting.reach * Contents.HALVES) << Contents.HALF_SHIFT) - 1;
        device = new DmaDevice(mask, mask, 0, 0, 0);
        swiotlb = library(layer.setting.segmentSlots);
        joined = library(powerOfTwo(layer.setting.segmentSlots * layer.setting.segments));
        dma = new XenSwiotlb(frames, swiotlb, layer.setting.force);
        inOneSegment = model.decision("slots.in-one-segment", (s, a, b, c) -> 1);
        count = model.decision("slots.count", (s, wanted, b, c) -> wanted);
        merged = model.decision("slots.merged", (s, a, b, c) -> 1);
        inPool = model.decision("unmap.in-pool", (s, frame, asPool, c) -> isInPool(s, frame) ? 1 : 0);
    }

    /** The least one that is not less. */
    private static int powerOfTwo(int number) {
        return Integer.highestOneBit(2 * number - 1);
    }

    private Swiotlb library(int segmentSlots) {
        SwiotlbSlots slots = new SwiotlbSlots(0, layer.geometry(segmentSlots), 0, layer.slots.size(), 1);
        return new Swiotlb(slots, contents, device, warning -> {});
    }

    /** All slots free. */
    public void initial(long[] s) {
        if (layer.poolBase() != 0) {
            throw new IllegalStateException("the pool's words are not the first");
        }
        used(s).slots().initialise(s);
    }

    private Swiotlb used(long[] s) {
        return inOneSegment.decide(s, 0, 0, 0) != 0 ? swiotlb : joined;
    }

    public static long bytes(int halves) {
        return (long) halves << Contents.HALF_SHIFT;
    }

    private boolean isInPool(long[] s, int frame) {
        if (isNative()) {
            return layer.isPool(frame);
        }
        // The library's pool is as large as can be; one that was halved ends earlier.
        return layer.m2p(s, frame) < layer.pagesInUse(s) && dma.isBuffer(s, bytes(frame * Contents.HALVES));
    }

    /** Whether native swiotlb has the pool, to which a bus address is the kernel's own. */
    private boolean isNative() {
        return layer.setting.backend == DmaBackend.NATIVE_SWIOTLB;
    }

    /** What answers DMA calls now. */
    public DmaBackend backend(long[] s) {
        return layer.isLayerOn(s) ? layer.setting.backend : DmaBackend.NATIVE;
    }

    /** Bus address of a half of the guest's, in halves. */
    public int toBus(long[] s, int half) {
        if (backend(s) != DmaBackend.XEN_SWIOTLB) {
            return half;
        }
        return (int) (frames.toBus(s, bytes(half)) >>> Contents.HALF_SHIFT);
    }

    /**
     * Takes slots for a buffer and copies it there.
     *
     * @return the first slot, or {@link #NONE}
     */
    public int map(long[] s, LayerSetting.Shape shape, Transfer transfer) {
        int taken = count.decide(s, shape.size(), 0, 0);
        long address = used(s).map(s, CPU, bytes(shape.first()), bytes(taken), transfer);
        if (address == Swiotlb.ERROR) {
            return NONE;
        }
        if (taken < shape.size()) {
            contents.copy(s, address + bytes(taken), bytes(shape.first() + taken), bytes(shape.size() - taken));
        }
        return (int) (address >>> Contents.HALF_SHIFT);
    }

    /** Frees the slots at a place in the pool; what is in them is copied out as the transfer says. */
    public void unmap(long[] s, int slot, int size, Transfer transfer) {
        int freed = (int) (swiotlb.slots().bytesFrom(s, slot) >>> Contents.HALF_SHIFT);
        used(s).unmap(s, bytes(slot), bytes(size), transfer);
        if (merged.decide(s, 0, 0, 0) == 0) {
            keepApart(s, slot, freed);
        }
    }

    /** Writes the counts as if what was freed had nothing free beside it. */
    private void keepApart(long[] s, int slot, int freed) {
        for (int i = 0; i < freed; i++) {
            layer.poolFree.set(s, slot + i, freed - i);
        }
        int mask = layer.setting.segmentSlots - 1;
        for (int i = slot - 1; i >= (slot & ~mask) && layer.poolFree.get(s, i) != 0; i--) {
            layer.poolFree.set(s, i, slot - i);
        }
    }

    public void sync(long[] s, int slot, boolean forCpu, Transfer transfer) {
        if (forCpu) {
            used(s).syncForCpu(s, bytes(slot), bytes(1), transfer.direction());
        } else {
            used(s).syncForDevice(s, bytes(slot), bytes(1), transfer.direction());
        }
    }

    /** Whether the layer takes a bus address for the pool's. */
    public boolean isTakenForPool(long[] s, int frame) {
        long page = layer.m2p(s, frame);
        return inPool.decide(s, frame, layer.isValid(page) && layer.isPool((int) page) ? 1 : 0, 0) != 0;
    }

    /** The slot that the layer finds at a bus address which it takes for the pool's: what Xen's table says, whosever it is. */
    public int slotAt(long[] s, int bus) {
        return isNative() ? bus : (int) layer.m2p(s, bus / Contents.HALVES) * Contents.HALVES + bus % Contents.HALVES;
    }

    /** Free slots from this one on, as the bookkeeping says. */
    public long freeFrom(long[] s, int slot) {
        return layer.poolFree.get(s, slot);
    }
}
