package dev.moat.viommu.svm;

import dev.moat.model.ModelBuilder;
import dev.moat.state.Liveness;
import dev.moat.state.Lock;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/** Guests' PASID entries and first-level tables, the physical PASID table, caches, page requests, and what Xen's CPUs are doing. */
final class SvmState {
    /** Values of {@link #staleTable}: one invalidation never pays for a later change. */
    static final int PAID = 0;

    static final int CHANGED = 1;
    static final int BEING_PAID = 2;
    static final int CHANGED_AGAIN = 3;

    /** Values of {@link #request}. */
    static final int NONE = 0;

    static final int SENT = 1;
    static final int DELIVERED = 2;

    /** Of {@link #staleEntry}, besides {@link #PAID}: a guest's call is changing it, and pays before it is over. */
    static final int ENTRY_OWED = 1;

    private static final Sort OWED = new Sort("Owed", List.of("paid", "being-paid"));
    private static final Sort STALE = new Sort("Stale", List.of("paid", "changed", "being-paid", "changed-again"));
    private static final Sort REQUEST = new Sort("Request", List.of("none", "sent", "delivered"));

    final SvmSetting setting;
    /** Per process: the guest's PASID entry is present. */
    final Slots bound;
    /** Per process and page: the gfn in its first-level table, or none; whether it may be written. */
    final Slots leaf;

    final Slots leafWrite;
    /** Per process and page, and per process: the guest took something away, and has not seen it invalidated. */
    final Slots staleTable;

    final Slots staleEntry;
    /** Per process: the PASID of the device that Xen has given it, or none. */
    final Slots index;
    /** Per PASID: the process whose tables its entry in Xen's PASID table leads to, or none; the same as the unit has it cached. */
    final Slots entry;

    final Slots cachedEntry;
    /** Per PASID and page: the frame that the unit has cached, or none, and whether for writing. */
    final Slots tlb;

    final Slots tlbWrite;
    /** The same of the device's own TLB. */
    final Slots device;

    final Slots deviceWrite;
    /** Per PASID: what the physical queue asks to be forgotten. */
    final Slots askedEntry;

    final Slots askedTlb;
    final Slots askedDevice;
    /** Per PASID and page: the device's page request; ghost: for whom it was sent. */
    final Slots request;

    final Slots sender;
    /** Per process and page: a page request in the guest's queue. */
    final Slots inbox;
    /** Per PASID: ghost: a response was sent that no request waits for. */
    final Slots unasked;
    /** Who has the lock of the device's PASIDs, or none. */
    final Lock lock;

    final Slots pc;
    final Slots process;
    final Slots pasid;
    final Slots page;

    SvmState(SvmSetting setting, ModelBuilder model) {
        this.setting = setting;
        SchemaBuilder schema = model.schema();
        Sort processes = setting.processes;
        Sort pages = setting.pages;
        Sort pasids = setting.pasids;
        bound = schema.slots("guest.pasidEntry", Role.ARCHITECTURAL, Writer.GUEST, processes)
                .bits(1);
        leaf = schema.slots("guest.leaf", Role.ARCHITECTURAL, Writer.GUEST, processes, pages)
                .optional(setting.gfns);
        leafWrite = schema.slots("guest.leaf.write", Role.ARCHITECTURAL, Writer.GUEST, processes, pages)
                .live((s, i) -> leaf.get(s, i) != 0)
                .bits(1);
        staleTable = schema.slots("stale.table", Role.GHOST, Writer.GHOST, processes, pages)
                .of(STALE);
        staleEntry =
                schema.slots("stale.entry", Role.GHOST, Writer.GHOST, processes).of(OWED);
        index = schema.slots("index", Role.HYPERVISOR, Writer.HYPERVISOR, processes)
                .optional(pasids);
        entry = schema.slots("pasidEntry", Role.ARCHITECTURAL, Writer.HYPERVISOR, pasids)
                .optional(processes);
        cachedEntry =
                schema.slots("pasidCache", Role.CACHE, Writer.IOMMU, pasids).optional(processes);
        tlb = schema.slots("piotlb", Role.CACHE, Writer.IOMMU, pasids, pages).optional(setting.frames);
        tlbWrite = schema.slots("piotlb.write", Role.CACHE, Writer.IOMMU, pasids, pages)
                .live((s, i) -> tlb.get(s, i) != 0)
                .bits(1);
        device = schema.slots("deviceTlb", Role.CACHE, Writer.DEVICE, pasids, pages)
                .optional(setting.frames);
        deviceWrite = schema.slots("deviceTlb.write", Role.CACHE, Writer.DEVICE, pasids, pages)
                .live((s, i) -> device.get(s, i) != 0)
                .bits(1);
        askedEntry = asked(schema, "asked.pasidCache");
        askedTlb = asked(schema, "asked.piotlb");
        askedDevice = asked(schema, "asked.deviceTlb");
        request = schema.slots("request", Role.QUEUE, Writer.DEVICE, pasids, pages)
                .of(REQUEST);
        sender = schema.slots("sender", Role.GHOST, Writer.GHOST, pasids, pages)
                .live((s, i) -> request.get(s, i) != NONE)
                .of(processes);
        inbox = schema.slots("guest.requests", Role.QUEUE, Writer.HYPERVISOR, processes, pages)
                .bits(1);
        unasked = schema.slots("unasked", Role.GHOST, Writer.GHOST, pasids).bits(1);
        lock = schema.slots("lock.pasids", Role.HYPERVISOR, Writer.HYPERVISOR).lock(setting.cpus);
        Sort cpus = setting.cpus;
        pc = model.cpus(cpus);
        model.cpusAreAlike();
        Liveness busy = (s, cpu) -> pc.get(s, cpu) != 0;
        process = local(schema, "cpu.process", cpus, busy).of(processes);
        pasid = local(schema, "cpu.pasid", cpus, busy).of(pasids);
        page = local(schema, "cpu.page", cpus, busy).of(pages);
    }

    private Slots asked(SchemaBuilder schema, String name) {
        return schema.slots(name, Role.QUEUE, Writer.HYPERVISOR, setting.pasids).bits(1);
    }

    private static SlotsBuilder local(SchemaBuilder schema, String name, Sort cpus, Liveness busy) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, cpus).live(busy);
    }

    /** A CPU's operation begins. */
    void begin(long[] s, int cpu, int ofProcess, int ofPasid, int ofPage) {
        process.set(s, cpu, ofProcess);
        pasid.set(s, cpu, ofPasid);
        page.set(s, cpu, ofPage);
    }

    /** The process that has a PASID of the host, or -1; there is one at most. */
    int processOf(long[] s, int hostPasid) {
        for (int x = 0; x < index.size(); x++) {
            if (index.get(s, x) == hostPasid + 1) {
                return x;
            }
        }
        return -1;
    }

    /** Whether an operation about a process runs. */
    boolean isBusy(long[] s, int ofProcess) {
        for (int cpu = 0; cpu < setting.cpus.size(); cpu++) {
            if (pc.get(s, cpu) != 0 && process.get(s, cpu) == ofProcess) {
                return true;
            }
        }
        return false;
    }
}
