package dev.moat.conform.dma;

import dev.moat.dma.release.LinuxRelease;
import dev.moat.dma.swiotlb.DmaDevice;
import dev.moat.dma.swiotlb.SwiotlbGeometry;
import dev.moat.dma.swiotlb.SwiotlbSlots;
import dev.moat.pv.BufferList;
import dev.moat.pv.PvFrames;
import dev.moat.pv.XenCoherent;
import dev.moat.pv.XenPool;
import dev.moat.pv.XenSwiotlb;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A paravirtual guest as a recorded case has it after {@code pool}. */
final class XenBench {
    private static final long MASK = 0xffff_ffffL;

    private final BouncePool pool;
    private final RecordedXen xen;
    private final PvFrames frames;
    private final boolean force;
    private final XenCoherent coherent;
    private final Map<String, BufferList> lists = new HashMap<>();
    private DmaDevice device = new DmaDevice(MASK, MASK, 0, 0, 0);

    /** @param force whether everything bounces */
    XenBench(long start, int slots, boolean force, LinuxRelease release) {
        pool = new BouncePool(start, new SwiotlbSlots.Division(slots, 1), -1, release);
        xen = new RecordedXen(pool.memory());
        frames = new PvFrames(xen);
        this.force = force;
        coherent = new XenCoherent(frames, xen);
    }

    BouncePool pool() {
        return pool;
    }

    long[] words() {
        return pool.words();
    }

    RecordedXen xen() {
        return xen;
    }

    PvFrames frames() {
        return frames;
    }

    XenSwiotlb swiotlb() {
        return new XenSwiotlb(frames, pool.swiotlb(device), force);
    }

    XenCoherent coherent() {
        return coherent;
    }

    XenPool pools() {
        return new XenPool(SwiotlbGeometry.LINUX, xen);
    }

    DmaDevice device() {
        return device;
    }

    void setDevice(DmaDevice device) {
        this.device = device;
    }

    /** The list with this text as it was mapped last, or null. */
    @Nullable
    BufferList list(String text) {
        return lists.get(text);
    }

    void setList(String text, BufferList list) {
        lists.put(text, list);
    }
}
