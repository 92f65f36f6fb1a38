package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.memory.Frames;
import dev.moat.memory.PageTypes;
import dev.moat.model.Action;
import dev.moat.model.Guarded;
import dev.moat.state.Slots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The executable Xen with a VT-d unit, as the recorder had it: domain 0 with device e0, other domains with or without I/O
 * tables, every other device in quarantine; each domain has its pages mapped for writing, its page tables pinned.
 */
final class VtdBench {
    /** Slots that rows name as {@code V0}, {@code V1}, ... */
    static final int SLOTS = 64;
    /** Pages of a domain that its page tables map from the start: {@code VA(P0)}, ... in the slots after those. */
    static final int OWN_PAGES = XenBench.OWN_PAGES;

    private static final int DEVICES = 2;

    private final XenBench bench;
    private final QueueLog log;
    private final Guarded contextFill;
    private final Guarded request;
    private final Slots cachedLo;
    private final Slots cachedHi;
    private final Slots rights;

    private VtdBench(XenBench bench) {
        this.bench = bench;
        log = new QueueLog(bench);
        contextFill = action("context_fill");
        request = action("dma");
        cachedLo = XenBench.slots(bench.machine(), "cachedLo");
        cachedHi = XenBench.slots(bench.machine(), "cachedHi");
        rights = XenBench.slots(bench.machine(), "iotlbRights");
    }

    private Guarded action(String name) {
        return bench.machine().model().actions().stream()
                .filter(a -> a.name().equals(name))
                .map(Action::code)
                .findFirst()
                .orElseThrow();
    }

    /** The frames that a case names, as such a machine numbers them. */
    public static Symbols symbols(XenCase recorded) {
        boolean second = recorded.rows().stream().anyMatch(row -> row.op() == XenOp.SET_VERSION);
        return Symbols.of(recorded, second ? XenBench.FIRST_FRAME : 1);
    }

    /**
     * A machine at the start of a case.
     *
     * @param iommu domains with I/O tables, as a bit set
     */
    public static VtdBench make(
            XenBench.Maker benches, XenCase recorded, Symbols symbols, int iommu, VtdConfiguration configuration) {
        int domains = CaseShape.domains(recorded, symbols, benches.release());
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("refs", "" + XenBench.REFS * CaseShape.grantFrames(recorded, benches.release()));
        settings.put("mode", "recorded");
        settings.put("host-slots", "" + (SLOTS + OWN_PAGES));
        settings.put("iommu-mask", "" + (iommu & domains));
        settings.put("devices", "" + DEVICES);
        settings.put("levels", "3");
        settings.put("ring", "256");
        settings.put("assign", "true");
        settings.put("upkeep-rule", "counters");
        settings.put("context-cache", "true");
        settings.putAll(configuration.settings());
        VtdBench made = new VtdBench(
                benches.make(domains, CaseShape.maptrackFrames(recorded, benches.release()), symbols, SLOTS, settings));
        List<Symbols.Frame> frames = symbols.frames();
        for (int i = 0; i < frames.size(); i++) {
            made.give(symbols.first() + i, frames.get(i));
        }
        made.log.take();
        return made;
    }

    /** Makes a frame what it is at the start, by the operations that would have done it. */
    private void give(int number, Symbols.Frame frame) {
        switch (frame.kind()) {
            case PAGE -> {
                bench.call("populate_physmap", frame.owner(), number);
                if (frame.number() < OWN_PAGES) {
                    bench.call("own_map", frame.owner(), SLOTS + frame.number(), number, 1);
                }
            }
            case PAGE_TABLE -> {
                bench.call("populate_physmap", frame.owner(), number);
                bench.call("pin_table", frame.owner(), number);
            }
            case GRANT_TABLE -> share(number, frame.owner());
            case FREE -> {}
        }
    }

    /** Xen's own memory, which a domain sees from its creation. */
    private void share(int number, int owner) {
        long[] s = bench.state();
        XenBench.slots(bench.machine(), "owner").set(s, number, owner + 1);
        XenBench.slots(bench.machine(), "frame.state").set(s, number, Frames.ALLOCATED);
        XenBench.slots(bench.machine(), "frame.type").set(s, number, PageTypes.SHARED);
        XenBench.slots(bench.machine(), "frame.type-count").set(s, number, 1);
    }

    /** Gives a device that is in quarantine to domain 0, where it is when the recorder boots. */
    public void boot(int device) {
        bench.stepper()
                .apply(
                        bench.machine()
                                .find("cpu0: assign_device(e" + device + ", d0)")
                                .orElseThrow(),
                        bench.state());
        log.take();
    }

    /** The bench without its devices. */
    public XenBench xen() {
        return bench;
    }

    /** The descriptors that hardware executed since the last call. */
    public List<QueueLog.Descriptor> takeDescriptors() {
        return log.take();
    }

    /** The device that a cell names; InputException when there is none. */
    public static int device(Cell cell) {
        if (!cell.text().startsWith("e")) {
            throw Symbols.unknown(cell, "a device: e0, e1");
        }
        return (int) cell.part(1).representable(DEVICES - 1);
    }

    /**
     * What a device may do with a frame, by a read and a write of it: bit 0 the read, bit 1 the write succeeds. Both are
     * answered from the caches if those can, and leave there what they found.
     */
    public int measure(int device, int frame) {
        long[] s = bench.state();
        contextFill.apply(s, device, 0, 0, 0, 0);
        if (!ContextEntry.P.isSet(cachedLo.get(s, device))) {
            return 0;
        }
        int tag = (int) ContextEntry.DID.get(cachedHi.get(s, device));
        request.apply(s, device, frame, 0, 0, 0);
        // In caching mode the write that fails may take the place of the read that did not.
        long read = rights.get(s, tag, frame);
        request.apply(s, device, frame, 0, 0, 0);
        return (int) (read | rights.get(s, tag, frame));
    }
}
