package dev.moat.pv.state;

import dev.moat.dma.swiotlb.SwiotlbGeometry;
import dev.moat.model.ModelBuilder;
import dev.moat.pv.P2m;
import dev.moat.state.Liveness;
import dev.moat.state.Lock;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.stream.Stream;

/**
 * The memory of a machine: whose a frame is, the tables between numbers, the kernel's page table entries and TLBs. The layer's
 * domain is number 0.
 *
 * <p>{@code @shape} the pool's bookkeeping is the first words of the state, as {@code SwiotlbSlots} has them.
 */
public final class LayerState implements P2m {
    /** Values of {@link #holder}: in Xen's heap; leaving its owner, nobody else's yet; taken for somebody; device memory. */
    public static final int HEAP = 0;

    public static final int LEAVING = 1;
    public static final int COMING = 2;
    public static final int DEVICE_MEMORY = 3;
    /** And from here on domains; the first is the layer's. */
    public static final int OURS = 4;

    /** Values of {@link #use}. */
    public static final int IDLE = 0;

    public static final int COHERENT = 1;
    public static final int BALLOONED = 2;

    private static final int COUNT_BITS = 8;
    private static final int SIZE_BITS = 16;
    private static final int RUN = 2;

    public final LayerSetting setting;
    /** Parts of the largest buffer. */
    public final Sort parts;

    public final Sort halves = new Sort("Half", List.of("first", "second"));
    public final Sort slots;

    public final Slots poolFree;
    /** What the pool has beside its slots. */
    public final PoolState pools;

    /** Per frame: the heap, on its way, device memory, or a domain. */
    public final Slots holder;
    /** Per frame: the number that its owner has it by. */
    public final Slots m2p;
    /** Per page: its frame, or none. */
    public final Slots p2m;
    /** Per page: the frame is another domain's. */
    public final Slots foreign;
    /** Per page: the frame that the kernel's own entry leads to, or none. */
    public final Slots pte;
    /** Per page: idle, coherent memory or ballooned. */
    public final Slots use;
    /** Per page: frames were exchanged for it. */
    public final Slots remapped;
    /** The frame that an alias in the vmap area leads to, or none; and whether the kernel has given it up. */
    public final Slots alias;

    public final Slots aliasGivenUp;
    /** Per CPU: the frame that its TLB holds, or none. */
    public final Slots tlb;
    /** Per frame of the layer's domain: the guest that maps it by a grant, or none. */
    public final Slots lent;
    /** The device's own memory. */
    public final DeviceMemory deviceMemory;
    /** Whether the pool is in use. */
    public final Slots ready;
    /** Segments of the pool that are being set up, or in use. */
    public final Slots poolSegments;
    /** The device, where it comes and goes. */
    public final PassedDevice device;
    /** Who has the reservation lock, or none. */
    public final Lock lock;

    public final Slots pc;
    /** Per CPU: the first page that its operation is about. */
    public final Slots page;
    /** Per CPU and page of a run: the frame that was taken from under it, or none. */
    public final Slots in;
    /** Per CPU and page: the frame that is put there, or none. */
    public final Slots out;
    /** Per CPU: frames that will do for what is asked of Xen. */
    public final Slots limit;
    /** Per CPU: it does what may sleep. */
    public final Slots sleeps;
    /** Per CPU: what it keeps while it maps or unmaps in steps. */
    public final MapLocals locals;

    public LayerState(LayerSetting setting, ModelBuilder model) {
        this.setting = setting;
        SchemaBuilder schema = model.schema();
        parts = Sort.numbered("Part", "part", setting.mostParts());
        Sort own = Sort.numbered("Slot", "slot", setting.poolSlots());
        slots = Sort.numbered("Slot", "slot", RUN * setting.firstBuffer());
        Sort area = Sort.numbered("Area", "a", 1);
        Sort areas = Sort.numbered("Area", "a", setting.pools.areas);
        // One behind the other, and the first of all: SwiotlbSlots reads and writes them (Pool).
        poolFree = word(schema, "pool.free", own, (1L << COUNT_BITS) - 1);
        word(schema, "pool.original", own, -1L);
        word(schema, "pool.bytes", own, (1L << SIZE_BITS) - 1);
        word(schema, "pool.taken", areas, (1L << COUNT_BITS) - 1);
        word(schema, "pool.hint", areas, (1L << COUNT_BITS) - 1);
        pools = new PoolState(setting, schema, own);
        Sort f = setting.frames;
        Sort gfns = setting.gfns;
        holder = xen(schema, "holder", f).of(holders());
        m2p = xen(schema, "m2p", f).optional(gfns);
        lent = xen(schema, "lent", f.onlyIf(setting.lent)).optional(setting.domains);
        p2m = kernel(schema, "p2m", gfns).optional(f);
        foreign = kernel(schema, "p2m.foreign", gfns.onlyIf(setting.foreign)).bits(1);
        pte = kernel(schema, "pte", gfns).optional(f);
        use = kernel(schema, "use", gfns).of(new Sort("Use", List.of("idle", "coherent", "ballooned")));
        remapped = kernel(schema, "remapped", gfns.onlyIf(setting.coherent)).bits(1);
        boolean aliases = setting.vmap != LayerSetting.Vmap.NONE;
        alias = kernel(schema, "alias", area.onlyIf(aliases)).optional(f);
        aliasGivenUp = kernel(schema, "alias.given-up", area.onlyIf(aliases)).bits(1);
        deviceMemory = new DeviceMemory(setting, schema);
        ready = kernel(schema, "pool.ready", area.onlyIf(setting.setsUp)).bits(1);
        poolSegments = kernel(schema, "pool.segments", area.onlyIf(setting.halving))
                .bits(SlotsBuilder.bitsFor(setting.segments + 1));
        device = new PassedDevice(setting, schema);
        tlb = schema.slots("tlb", Role.CACHE, Writer.DEVICE, setting.cpus.onlyIf(setting.tlbs))
                .optional(f);
        lock = kernel(schema, "reservation-lock", area).lock(setting.cpus);
        Sort cpus = setting.cpus;
        Sort run = Sort.numbered("Run", "r", 1 << setting.order);
        pc = model.cpus(cpus);
        // The device's unit is asked by none of them. It is the first one that sets the pool up: with TLBs, idle CPUs
        // differ. And each begins with an area of its own.
        if ((!setting.setsUp || !setting.tlbs) && setting.pools.areas == 1) {
            model.cpusAreAlike();
        }
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        Liveness busyRun = (s, i) -> pc.get(s, i / run.size()) != 0;
        page = local(schema, "cpu.page", busy, cpus).of(gfns);
        limit = local(schema, "cpu.limit", busy, cpus).bits(SlotsBuilder.bitsFor(f.size()));
        sleeps = local(schema, "cpu.sleeps", busy, cpus).bits(1);
        in = local(schema, "cpu.in", busyRun, cpus, run).optional(f);
        out = local(schema, "cpu.out", busyRun, cpus, run).optional(f);
        locals = new MapLocals(this, schema, busy);
    }

    private static Slots word(SchemaBuilder schema, String name, Sort index, long varying) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, index).word(List.of(), varying);
    }

    private static SlotsBuilder xen(SchemaBuilder schema, String name, Sort index) {
        return schema.slots(name, Role.ARCHITECTURAL, Writer.HYPERVISOR, index);
    }

    private static SlotsBuilder kernel(SchemaBuilder schema, String name, Sort index) {
        return schema.slots(name, Role.HYPERVISOR, Writer.GUEST, index);
    }

    private static SlotsBuilder local(SchemaBuilder schema, String name, Liveness busy, Sort... index) {
        return schema.slots(name, Role.HYPERVISOR, Writer.GUEST, index).live(busy);
    }

    private Sort holders() {
        return new Sort(
                "Holder",
                Stream.concat(
                                Stream.of("heap", "leaving", "coming", "device-memory"),
                                setting.domains.labels().stream())
                        .toList());
    }

    /** The first word of the pool's bookkeeping. */
    public int poolBase() {
        return poolFree.wordOf(0);
    }

    /** Sizes as the library wants them: slots of 2 KiB, pages of 4 KiB. */
    public SwiotlbGeometry geometry(int segmentSlots) {
        return new SwiotlbGeometry(SwiotlbGeometry.LINUX.slotShift(), segmentSlots, SwiotlbGeometry.LINUX.pageShift());
    }

    @Override
    public long p2m(long[] s, long pfn) {
        if (!isValid(pfn) || p2m.get(s, (int) pfn) == 0) {
            return INVALID;
        }
        long mfn = p2m.get(s, (int) pfn) - 1;
        return isForeign(s, (int) pfn) ? mfn | FOREIGN : mfn;
    }

    @Override
    public long m2p(long[] s, long mfn) {
        return mfn < 0 || mfn >= m2p.size() || m2p.get(s, (int) mfn) == 0 ? INVALID : m2p.get(s, (int) mfn) - 1;
    }

    @Override
    public boolean isValid(long pfn) {
        return pfn >= 0 && pfn < p2m.size();
    }

    /** Whether another domain's frame is mapped at a page. */
    public boolean isForeign(long[] s, int gfn) {
        return foreign.size() > 0 && foreign.get(s, gfn) != 0;
    }

    /** Whether a page is the pool's, or that of a pool for one mapping. */
    public boolean isPool(int gfn) {
        return gfn < setting.firstBuffer();
    }

    /** Pages of the pool that are being set up, or in use: fewer than all after it was halved. */
    public int pagesInUse(long[] s) {
        return poolSegments.size() == 0
                ? setting.poolPages
                : (int) poolSegments.get(s, 0) * setting.poolPages / setting.segments;
    }

    public boolean isOurs(long[] s, int frame) {
        return holder.get(s, frame) == OURS;
    }

    public boolean isLent(long[] s, int frame) {
        return lent.size() > 0 && lent.get(s, frame) != 0;
    }

    /** Whether an entry of the kernel leads to a frame. */
    public boolean isMappedByKernel(long[] s, int frame) {
        for (int gfn = 0; gfn < pte.size(); gfn++) {
            if (pte.get(s, gfn) == frame + 1) {
                return true;
            }
        }
        return alias.size() > 0 && alias.get(s, 0) == frame + 1;
    }

    /** Whether a CPU's TLB holds a frame. */
    public boolean isInTlb(long[] s, int frame) {
        for (int cpu = 0; cpu < tlb.size(); cpu++) {
            if (tlb.get(s, cpu) == frame + 1) {
                return true;
            }
        }
        return false;
    }

    /** Whether a page's frame is being swapped: it was taken from under it and nothing was put back. */
    public boolean isUnsettled(long[] s, int gfn) {
        for (int cpu = 0; cpu < pc.size(); cpu++) {
            for (int i = 0; i < runPages() && pc.get(s, cpu) != 0; i++) {
                if (in.get(s, cpu, i) != 0 && page.get(s, cpu) + i == gfn) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a CPU's operation has taken a frame from under its page. */
    public boolean hasTaken(long[] s, int cpu, int frame) {
        boolean has = false;
        for (int i = 0; i < runPages() && pc.get(s, cpu) != 0; i++) {
            has |= in.get(s, cpu, i) == frame + 1;
        }
        return has;
    }

    /** A CPU's operation begins: no frames are in its hands. */
    public boolean clearLocals(long[] s, int cpu) {
        for (int i = 0; i < runPages(); i++) {
            in.set(s, cpu, i, 0);
            out.set(s, cpu, i, 0);
        }
        return true;
    }

    /** Pages that are exchanged at once. */
    public int runPages() {
        return 1 << setting.order;
    }

    /** Whether coherent memory may begin at a page: it is as aligned as it is long. */
    public boolean isFirstOfRun(int gfn) {
        return (gfn - setting.firstBuffer()) % runPages() == 0;
    }

    /** Whether an operation of some CPU is about a page. */
    public boolean isInOperation(long[] s, int gfn) {
        for (int cpu = 0; cpu < pc.size(); cpu++) {
            int first = (int) page.get(s, cpu);
            if (pc.get(s, cpu) != 0 && gfn >= first && gfn < first + runPages()) {
                return true;
            }
        }
        return false;
    }

    public boolean isReady(long[] s) {
        return ready.size() == 0 || ready.get(s, 0) != 0;
    }

    /** An exchange has taken the frame from its domain, or found it, and it is nobody's until that goes on. */
    public boolean isOnTheWay(long[] s, int frame) {
        return holder.get(s, frame) == LEAVING || holder.get(s, frame) == COMING;
    }

    /** A running exchange knows the frame: it gives it to somebody. */
    public boolean isInACall(long[] s, int frame) {
        for (int i = 0; i < in.size(); i++) {
            if (in.get(s, i) == frame + 1 || out.get(s, i) == frame + 1) {
                return true;
            }
        }
        return false;
    }

    /** Empties the TLB of a CPU. */
    public void flushTlb(long[] s, int cpu) {
        if (tlb.size() > 0) {
            tlb.set(s, cpu, 0);
        }
    }

    public void flushTlbs(long[] s) {
        for (int cpu = 0; cpu < tlb.size(); cpu++) {
            tlb.set(s, cpu, 0);
        }
    }

    /** Whether the backend of the setting answers DMA calls; before a device comes, it may not. */
    public boolean isLayerOn(long[] s) {
        return device.isLayerOn(s);
    }

    /** Lays frames under pages and hands the others out; no frame has the number of its page where that can be helped. */
    public void initial(long[] s) {
        if (setting.halving) {
            poolSegments.set(s, 0, setting.segments);
        }
        if (!setting.xen) {
            for (int gfn = 0; gfn < setting.gfns.size(); gfn++) {
                give(s, gfn, OURS, gfn);
                pte.set(s, gfn, p2m.get(s, gfn));
            }
            return;
        }
        int next = setting.setsUp ? setting.frames.size() - setting.poolPages : 0;
        int segmentPages = setting.segmentSlots / RUN;
        for (int gfn = 0; gfn < setting.poolPages; gfn++) {
            int segment = setting.segments - 1 - gfn / segmentPages;
            give(s, next + segment * segmentPages + gfn % segmentPages, OURS, gfn);
            pte.set(s, gfn, p2m.get(s, gfn));
        }
        for (int i = 0; i < setting.bufferPages; i++) {
            int gfn = setting.poolPages + i;
            give(s, i % RUN == 0 ? lastFree(s) : firstFree(s), OURS, gfn);
            pte.set(s, gfn, p2m.get(s, gfn));
        }
        if (setting.foreign) {
            use.set(s, setting.foreignPage(), BALLOONED);
        }
        if (setting.ioremap) {
            holder.set(s, firstFree(s), DEVICE_MEMORY);
        }
        for (int d = 1; d < setting.domains.size(); d++) {
            give(s, firstFree(s), OURS + d, 0);
        }
    }

    /** A guest's frames are its page 0: that number is in the m2p, and the layer's own table does not say it back. */
    private void give(long[] s, int frame, int owner, int gfn) {
        holder.set(s, frame, owner);
        m2p.set(s, frame, gfn + 1);
        if (owner == OURS) {
            p2m.set(s, gfn, frame + 1);
        }
    }

    /** The first frame of the heap, or -1. */
    public int firstFree(long[] s) {
        for (int f = 0; f < holder.size(); f++) {
            if (holder.get(s, f) == HEAP) {
                return f;
            }
        }
        return -1;
    }

    /** The last frame of the heap, or -1. */
    public int lastFree(long[] s) {
        for (int f = holder.size() - 1; f >= 0; f--) {
            if (holder.get(s, f) == HEAP) {
                return f;
            }
        }
        return -1;
    }
}
