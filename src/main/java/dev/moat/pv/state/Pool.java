package dev.moat.pv.state;

import dev.moat.dma.release.LinuxRelease;
import dev.moat.dma.swiotlb.DmaDevice;
import dev.moat.dma.swiotlb.Swiotlb;
import dev.moat.dma.swiotlb.SwiotlbSlots;
import dev.moat.dma.swiotlb.Transfer;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
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
    /** With the areas that are asked for, however few slots each has. */
    private final Swiotlb divided;
    /** As Linux 6.3 to 6.8 searched. */
    private final Swiotlb unaligned;

    private final TransientPool transientPool;
    /** {@code slots.in-one-segment}: 1 when a mapping's slots are looked for within a segment. */
    private final Decision inOneSegment;
    /** {@code slots.count}: (slots) to the number that is taken for so many. */
    private final Decision count;
    /** {@code slots.merged}: 1 when slots that are freed are counted together with free ones beside them. */
    private final Decision merged;
    /** {@code pool.areas}: (areas that are asked for, segments) to the areas that the pool is divided into. */
    private final Decision areas;
    /** {@code alloc.page-aligned}: 1 when the device's own memory is looked for from page to page. */
    private final Decision pageAligned;
    /** {@code sync.copies-in}: (1 when the device reads) to 1 when a sync for the device copies in. */
    private final Decision copiesIn;
    /** {@code unmap.in-pool}: (frame, 1 if Xen's table has it under a number of the pool) to 1 when a bus address in it is taken for the pool's. */
    private final Decision inPool;

    public Pool(LayerState layer, Contents contents, ModelBuilder model) {
        this.layer = layer;
        this.contents = contents;
        frames = new PvFrames(layer);
        long mask = (((long) layer.setting.reach * Contents.HALVES) << Contents.HALF_SHIFT) - 1;
        device = new DmaDevice(mask, mask, 0, 0, layer.setting.pools.minAlign);
        int segment = layer.setting.segmentSlots;
        int asked = layer.setting.pools.areas;
        int fitting = Math.min(asked, layer.setting.segments);
        LinuxRelease search = layer.setting.pools.search;
        swiotlb = library(segment, fitting, search);
        joined = library(powerOfTwo(segment * layer.setting.segments), fitting, search);
        divided = library(segment, asked, search);
        unaligned = library(segment, fitting, LinuxRelease.LINUX_6_6);
        transientPool = new TransientPool(layer, contents, swiotlb, model);
        dma = new XenSwiotlb(frames, swiotlb, layer.setting.force);
        inOneSegment = model.decision("slots.in-one-segment", (s, a, b, c) -> 1);
        count = model.decision("slots.count", (s, wanted, b, c) -> wanted);
        merged = model.decision("slots.merged", (s, a, b, c) -> 1);
        areas = model.decision("pool.areas", (s, wanted, segments, c) -> Math.min(wanted, segments));
        pageAligned = model.decision("alloc.page-aligned", (s, a, b, c) -> 1);
        copiesIn = model.decision("sync.copies-in", (s, toDevice, b, c) -> toDevice);
        inPool = model.decision("unmap.in-pool", (s, frame, asPool, c) -> isInPool(s, frame) ? 1 : 0);
    }

    /** The least one that is not less. */
    private static int powerOfTwo(int number) {
        return Integer.highestOneBit(2 * number - 1);
    }

    private Swiotlb library(int segmentSlots, int areas, LinuxRelease release) {
        int all = layer.setting.poolSlots();
        SwiotlbSlots.Division division = new SwiotlbSlots.Division(all, areas, all, layer.setting.pools.areas);
        SwiotlbSlots slots = new SwiotlbSlots(0, layer.geometry(segmentSlots), 0, division, release);
        return new Swiotlb(slots, contents, device, warning -> {});
    }

    /** All slots free. */
    public void initial(long[] s) {
        if (layer.poolBase() != 0 || !transientPool.isInPlace()) {
            throw new IllegalStateException("the pool's words are not the first");
        }
        used(s).slots().initialise(s);
    }

    private Swiotlb used(long[] s) {
        if (layer.setting.pools.areas > 1) {
            return dividedAsAsked(s);
        }
        return inOneSegment.decide(s, 0, 0, 0) != 0 ? swiotlb : joined;
    }

    private Swiotlb dividedAsAsked(long[] s) {
        int asked = layer.setting.pools.areas;
        return areas.decide(s, asked, layer.setting.segments, 0) > Math.min(asked, layer.setting.segments)
                ? divided
                : swiotlb;
    }

    /** Areas that the pool is divided into: no smaller than segments, as Linux has it since 6.5. */
    public int areas(long[] s) {
        return dividedAsAsked(s).slots().areas();
    }

    public static long bytes(int halves) {
        return (long) halves << Contents.HALF_SHIFT;
    }

    private boolean isInPool(long[] s, int frame) {
        if (isNative()) {
            return frame < layer.setting.poolPages || transientPool.contains(s, frame);
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
            int slot = mapByItsOwn(s, shape, transfer);
            if (slot != NONE) {
                layer.pools.noteUse(s);
            }
            return slot;
        }
        layer.pools.noteUse(s);
        if (taken < shape.size()) {
            contents.copy(s, address + bytes(taken), bytes(shape.first() + taken), bytes(shape.size() - taken));
        }
        return (int) (address >>> Contents.HALF_SHIFT);
    }

    /**
     * Makes a pool for a buffer that found no slots, and takes slots there.
     *
     * @return the first slot, or {@link #NONE}
     */
    public int mapByItsOwn(long[] s, LayerSetting.Shape shape, Transfer transfer) {
        long address = transientPool.map(s, shape, transfer);
        if (address == Swiotlb.ERROR) {
            return NONE;
        }
        return (int) (address >>> Contents.HALF_SHIFT);
    }

    /** Frees the slots at a place in the pool; what is in them is copied out as the transfer says. */
    public void unmap(long[] s, int slot, int size, Transfer transfer) {
        if (transientPool.isBehind(slot)) {
            transientPool.unmap(s, slot, size, transfer);
            return;
        }
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
        Swiotlb its = transientPool.isBehind(slot) ? transientPool.library(s) : used(s);
        DmaDirection direction = transfer.direction();
        if (forCpu) {
            its.syncForCpu(s, bytes(slot), bytes(1), direction);
            return;
        }
        if (copiesIn.decide(s, direction.isToDevice() ? 1 : 0, 0, 0) != 0) {
            its.syncForDevice(s, bytes(slot), bytes(1), DmaDirection.TO_DEVICE);
        }
    }

    /**
     * Takes a page of the pool for the device's own memory: {@code swiotlb_alloc}.
     *
     * @return its first slot, or {@link #NONE}
     */
    public int allocate(long[] s) {
        Swiotlb by = pageAligned.decide(s, 0, 0, 0) != 0 ? used(s) : unaligned;
        long address = by.allocate(s, CPU, bytes(Contents.HALVES));
        return address == Swiotlb.ERROR ? NONE : (int) (address >>> Contents.HALF_SHIFT);
    }

    /** Frees what begins at a slot, whosever it is: {@code swiotlb_free}. */
    public void free(long[] s, int slot) {
        used(s).free(s, bytes(slot));
    }

    /** The first slot of a run for a buffer in an area, or {@link #NONE}; nothing is taken. */
    public int look(long[] s, int area, LayerSetting.Shape shape) {
        return dividedAsAsked(s).look(s, area, bytes(shape.first()), bytes(shape.size()));
    }

    /** Takes that run. */
    public void take(long[] s, int area, int slot, LayerSetting.Shape shape) {
        dividedAsAsked(s).take(s, area, slot, bytes(shape.first()), bytes(shape.size()));
    }

    /** Says what buffer taken slots stand for, and copies it there. */
    public void fill(long[] s, int slot, LayerSetting.Shape shape) {
        dividedAsAsked(s).fill(s, slot, bytes(shape.first()), bytes(shape.size()));
    }

    /** Copies out what a device wrote to slots that are about to be freed. */
    public void copyOut(long[] s, int slot, int size, Transfer transfer) {
        dividedAsAsked(s).syncForCpu(s, bytes(slot), bytes(size), transfer.direction());
    }

    /** Frees slots, nothing of which is copied. */
    public void release(long[] s, int slot, int size, Transfer withoutSync) {
        dividedAsAsked(s).unmap(s, bytes(slot), bytes(size), withoutSync);
    }

    /** Whether a slot is of a pool that was made for one mapping. */
    public boolean isTransient(int slot) {
        return transientPool.isBehind(slot);
    }

    /** The area that a slot is in. */
    public int areaOf(long[] s, int slot) {
        return slot / (layer.setting.poolSlots() / areas(s));
    }

    /** Whether a call that is given a bus address goes on to the pool: {@code is_swiotlb_buffer}. */
    public boolean isRecognised(long[] s, int bus) {
        return layer.pools.isUsed(s) && isTakenForPool(s, bus / Contents.HALVES);
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
        return transientPool.isBehind(slot) ? transientPool.freeFrom(s, slot) : layer.poolFree.get(s, slot);
    }
}
