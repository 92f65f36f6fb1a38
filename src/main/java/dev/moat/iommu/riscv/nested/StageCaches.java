package dev.moat.iommu.riscv.nested;

import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.SecondStage;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.format.ProcessContext;
import dev.moat.iommu.riscv.semantics.Behaviour;
import dev.moat.iommu.riscv.semantics.Caches;
import dev.moat.iommu.riscv.semantics.MemoryStructures;
import dev.moat.iommu.riscv.semantics.Scope;
import dev.moat.iommu.riscv.semantics.Structures;
import dev.moat.iommu.riscv.semantics.Transaction;
import dev.moat.iommu.riscv.semantics.Transaction.Access;
import dev.moat.iommu.riscv.semantics.Transaction.Asked;
import dev.moat.iommu.riscv.semantics.Translator;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The unit's caches: contexts, alone or with the second-stage translation of the table that they name; leaf entries of
 * each stage; and combined translations of both stages. Contexts are filed under device and process, the others under
 * GSCID and PSCID; where a table lies is in no tag. {@code @source} RISCV-IOMMU, data structures, caching in-memory
 * data structures; in-memory queues, IOTINVAL and IODIR.
 */
final class StageCaches implements Caches {
    /** What {@link #gets} answers for a request that is refused. */
    static final int REFUSED = -2;

    /** What can be cached, each as one entry. */
    enum Kept {
        DEVICE("context"),
        DEVICE_ROOT("context-with-root"),
        PROCESS("process-context"),
        PROCESS_ROOT("process-context-with-root"),
        FIRST("first-stage"),
        SECOND("second-stage"),
        BOTH("both-stages");

        private final String label;

        Kept(String label) {
            this.label = label;
        }
    }

    private final GuestTables tables;
    private final List<Kept> kinds = new ArrayList<>();
    /** The elements of {@link Kept} that are in the state. */
    final Sort kept;
    /** Everything that can be cached, to be evicted. */
    final Sort slots;

    private final List<Slots> evicted = new ArrayList<>();
    private final List<Integer> elements = new ArrayList<>();

    /** Per device: IOHGATP of the cached context, 0 without one. */
    final Slots device;
    /** Per device: the frame of the table that it names, where that is cached with it. */
    final Slots deviceRoot;
    /** Per device and process: TA of the cached context, 0 without one. */
    final Slots process;
    /** The same as {@link #deviceRoot}. */
    final Slots processRoot;
    /** Per GSCID, PSCID and I/O page: 1 when an entry that leads to the guest's data is cached. */
    final Slots first;
    /** Per GSCID and page of a guest: the frame. */
    final Slots second;
    /** Per GSCID, PSCID and I/O page: the frame that both lead to. */
    final Slots both;

    private final Map<Kept, Translator> filling = new EnumMap<>(Kept.class);
    private final Translator using;
    private final Translator stored;

    /** {@code unit.second-takes-both}: to 1 when an IOTINVAL.GVMA takes what both stages lead to together. */
    private final Decision takesBoth;
    /** {@code unit.context-takes-processes}: to 1 when an IODIR.INVAL_DDT takes the process contexts of its device. */
    private final Decision takesProcesses;
    /** {@code unit.gscid}: (gscid) to the one under which translations are filed. */
    private final Decision gscid;
    /** {@code unit.pscid}: (pscid) to the one under which translations are filed. */
    private final Decision pscid;

    StageCaches(GuestTables tables, Setting setting, ModelBuilder model) {
        this.tables = tables;
        boolean roots = setting.flag(RiscvNested.ROOT_CACHE);
        boolean stages = setting.flag(RiscvNested.STAGE_CACHE);
        SchemaBuilder schema = model.schema();
        Sort io = Sort.numbered("IoPage", "p", tables.ioPages);
        device = cache(schema, "cached.context", Kept.DEVICE, true, tables.devices)
                .word(SecondStage.FIELDS, tables.iohgatp.varying());
        deviceRoot = cache(schema, "cached.contextRoot", Kept.DEVICE_ROOT, roots, tables.devices)
                .optional(tables.frames);
        process = cache(schema, "cached.process", Kept.PROCESS, tables.hasDirectory, tables.devices, tables.processes)
                .word(ProcessContext.FIELDS, tables.process.varying());
        processRoot = cache(
                        schema,
                        "cached.processRoot",
                        Kept.PROCESS_ROOT,
                        roots && tables.hasDirectory,
                        tables.devices,
                        tables.processes)
                .optional(tables.frames);
        first = cache(schema, "cached.first", Kept.FIRST, stages, tables.gscids, tables.pscids, io)
                .bits(1);
        second = cache(schema, "cached.second", Kept.SECOND, stages, tables.gscids, tables.guestPages)
                .optional(tables.frames);
        both = cache(schema, "cached.both", Kept.BOTH, true, tables.gscids, tables.pscids, io)
                .optional(tables.frames);
        kept = new Sort("Kept", kinds.stream().map(kind -> kind.label).toList());
        slots = new Sort("Cached", labels());
        Decision own = (s, tag, b, c) -> tag;
        takesBoth = model.decision("unit.second-takes-both", (s, a, b, c) -> 1);
        takesProcesses = model.decision("unit.context-takes-processes", (s, a, b, c) -> 1);
        gscid = model.decision("unit.gscid", own);
        pscid = model.decision("unit.pscid", own);
        Behaviour behaviour = Behaviour.specified(GuestTables.CAPABILITIES);
        kinds.forEach(kind -> filling.put(
                kind, new Translator(tables.registers, new Cached(kind), behaviour, GuestTables.INDEX_BITS)));
        using = new Translator(tables.registers, new Cached(null), behaviour, GuestTables.INDEX_BITS);
        stored = new Translator(tables.registers, new MemoryStructures(tables), behaviour, GuestTables.INDEX_BITS);
    }

    private SlotsBuilder cache(SchemaBuilder schema, String name, Kept kind, boolean there, Sort... index) {
        if (there) {
            kinds.add(kind);
            return schema.slots(name, Role.CACHE, Writer.IOMMU, index);
        }
        return schema.slots(name, Role.CACHE, Writer.IOMMU, Sort.numbered("None", "", 0));
    }

    private List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (Slots family : List.of(device, process, first, second, both)) {
            for (int i = 0; i < family.size(); i++) {
                evicted.add(family);
                elements.add(i);
                labels.add(family.label(i));
            }
        }
        return labels;
    }

    private boolean has(Kept kind) {
        return kinds.contains(kind);
    }

    // --- what a request finds

    /** Entries as they are cached, and else in memory; one kind of them is cached as it is found. */
    private final class Cached extends MemoryStructures {
        private final @Nullable Kept stores;

        Cached(@Nullable Kept stores) {
            super(tables);
            this.stores = stores;
        }

        @Override
        public int load(long[] s, Transaction t, Place place, boolean fresh) {
            if (isCached(s, t, place)) {
                return FOUND;
            }
            int status = super.load(s, t, place, fresh);
            if (status == FOUND && stores != null) {
                store(s, t, place);
            }
            return status;
        }

        private boolean isCached(long[] s, Transaction t, Place place) {
            switch (place.kind()) {
                case DEVICE_CONTEXT -> {
                    long word = device.get(s, t.deviceId() - GuestTables.deviceId(0));
                    t.loaded.set(DeviceContext.TC, tables.control());
                    t.loaded.set(DeviceContext.IOHGATP, word);
                    t.loaded.set(DeviceContext.TA, 0);
                    t.loaded.set(DeviceContext.FSC, tables.pointer());
                    return word != 0;
                }
                case PROCESS_CONTEXT -> {
                    int q = t.deviceId() - GuestTables.deviceId(0);
                    long ta = process.get(s, q, (int) place.index());
                    t.loaded.set(ProcessContext.TA, ta);
                    t.loaded.set(
                            ProcessContext.FSC, DeviceContext.Pointer.of(PageTableEntry.SV39, (int) place.index()));
                    return ta != 0;
                }
                case FIRST_STAGE -> {
                    boolean there = place.order() == 0 && has(Kept.FIRST) && first.get(s, index(s, t, place)) != 0;
                    t.loaded.set(0, GuestTables.toData());
                    return there;
                }
                case SECOND_STAGE -> {
                    int page = place.order() == 0 && has(Kept.SECOND) ? tables.pageAt(place.index()) : -1;
                    long frame = page < 0 ? 0 : second.get(s, gscid(s, t), page);
                    t.loaded.set(0, GuestTables.toFrame((int) frame - 1));
                    return frame != 0;
                }
                default -> {
                    return false;
                }
            }
        }

        private void store(long[] s, Transaction t, Place place) {
            long word = t.loaded.get(0);
            boolean leaf = place.order() == 0 && PageTableEntry.V.isSet(word);
            int q = t.deviceId() - GuestTables.deviceId(0);
            switch (place.kind()) {
                case DEVICE_CONTEXT -> {
                    if (stores == Kept.DEVICE && Control.V.isSet(t.loaded.get(DeviceContext.TC))) {
                        device.set(s, q, t.loaded.get(DeviceContext.IOHGATP));
                    }
                }
                case PROCESS_CONTEXT -> {
                    if (stores == Kept.PROCESS && ProcessContext.V.isSet(word)) {
                        process.set(s, q, (int) place.index(), word);
                    }
                }
                case FIRST_STAGE -> {
                    if (stores == Kept.FIRST && leaf) {
                        first.set(s, index(s, t, place), 1);
                    }
                }
                case SECOND_STAGE -> {
                    int page = tables.pageAt(place.index());
                    if (stores == Kept.SECOND && leaf && page >= 0) {
                        second.set(s, gscid(s, t), page, frame(PageTableEntry.PPN.get(word)));
                    }
                }
                default -> {}
            }
        }

        @Override
        public long root(long[] s, Transaction t, Kind kind, long page) {
            long frame = cachedRoot(s, t, kind);
            return frame == 0 ? NOT_CACHED : GuestTables.frameNumber((int) frame - 1);
        }

        private long cachedRoot(long[] s, Transaction t, Kind kind) {
            int q = t.deviceId() - GuestTables.deviceId(0);
            if (kind == Kind.DEVICE_CONTEXT) {
                return has(Kept.DEVICE_ROOT) ? deviceRoot.get(s, q) : 0;
            }
            return has(Kept.PROCESS_ROOT) ? processRoot.get(s, q, t.process()) : 0;
        }

        /** A root is cached with its context alone. */
        @Override
        public void offerRoot(long[] s, Transaction t, Kind kind, long page, long frame) {
            int q = t.deviceId() - GuestTables.deviceId(0);
            if (kind == Kind.DEVICE_CONTEXT && stores == Kept.DEVICE_ROOT && device.get(s, q) != 0) {
                deviceRoot.set(s, q, frame(frame));
            }
            if (kind == Kind.PROCESS_CONTEXT && stores == Kept.PROCESS_ROOT && process.get(s, q, t.process()) != 0) {
                processRoot.set(s, q, t.process(), frame(frame));
            }
        }

        @Override
        public @Nullable Stages translation(long[] s, Transaction t) {
            int at = index(s, t, t.iova() >>> Transaction.PAGE_SHIFT);
            long frame = at < 0 ? 0 : both.get(s, at);
            if (frame == 0) {
                return null;
            }
            long guest = (long) tables.number(tables.data()) << Transaction.PAGE_SHIFT;
            int shift = Transaction.PAGE_SHIFT;
            return new Stages(
                    GuestTables.toData(), shift, false, guest, GuestTables.toFrame((int) frame - 1), shift, 0);
        }

        @Override
        public void offerTranslation(long[] s, Transaction t) {
            int at = index(s, t, t.iova() >>> Transaction.PAGE_SHIFT);
            if (stores == Kept.BOTH && at >= 0) {
                both.set(s, at, frame(PageTableEntry.PPN.get(t.stages().second())));
            }
        }
    }

    private int gscid(long[] s, Transaction t) {
        return gscid.decide(s, t.gscid(), 0, 0);
    }

    private int index(long[] s, Transaction t, Structures.Place place) {
        return index(s, t, place.index());
    }

    /** Element of what is filed under both tags, -1 for another page. */
    private int index(long[] s, Transaction t, long page) {
        int io = (int) page - GuestTables.ioNumber(0);
        return io < 0 || io >= tables.ioPages ? -1 : index(gscid(s, t), pscid.decide(s, t.pscid(), 0, 0), io);
    }

    private int index(int ofGuest, int ofProcess, int io) {
        return (ofGuest * tables.pscids.size() + ofProcess) * tables.ioPages + io;
    }

    /** A frame number as it is cached. */
    private long frame(long number) {
        return tables.frameAt(number) + 1L;
    }

    private Transaction ask(Translator translator, long[] s, int q, int page) {
        int pid = tables.hasDirectory ? tables.processOf(page) : -1;
        Asked asked = new Asked(GuestTables.deviceId(q), pid, false, false, false);
        long iova = (long) GuestTables.ioNumber(tables.ioPage(page)) << Transaction.PAGE_SHIFT;
        Transaction t = Transaction.untranslated(asked, Access.READ, iova);
        translator.translate(s, t);
        return t;
    }

    private int frame(Transaction t) {
        return t.cause() == Cause.NONE ? tables.frameAt(t.address() >>> Transaction.PAGE_SHIFT) : REFUSED;
    }

    /** The frame that a read of an I/O page gets, -1 for other memory, or {@link #REFUSED}. */
    int gets(long[] s, int q, int page) {
        return frame(ask(using, s, q, page));
    }

    /** The same with nothing cached. */
    int uncached(long[] s, int q, int page) {
        return frame(ask(stored, s, q, page));
    }

    /**
     * A request is translated, and one kind of what it finds is cached.
     *
     * @return false when nothing new is
     */
    boolean fill(long[] s, int q, int page, int kind) {
        int before = cached(s);
        ask(Objects.requireNonNull(filling.get(kinds.get(kind))), s, q, page);
        return cached(s) != before;
    }

    private int cached(long[] s) {
        int count = 0;
        for (Slots family : List.of(device, deviceRoot, process, processRoot, first, second, both)) {
            for (int i = 0; i < family.size(); i++) {
                count += family.get(s, i) == 0 ? 0 : 1;
            }
        }
        return count;
    }

    /** IOHGATP of the context that the unit uses for a device, 0 when that is not valid. */
    long context(long[] s, int q) {
        long word = device.get(s, q);
        return word != 0 ? word : Control.V.isSet(tables.tc.get(s, q)) ? tables.iohgatp.get(s, q) : 0;
    }

    /** Whether the context that the unit uses for a device has a GSCID. */
    boolean isUnder(long[] s, int q, int t) {
        return context(s, q) != 0 && gscidOf(s, q) == t;
    }

    /** Its GSCID, meaningful where {@link #context} is not 0. */
    int gscidOf(long[] s, int q) {
        return (int) SecondStage.GSCID.get(context(s, q));
    }

    /** The PSCID of the process context that the unit uses, -1 when it has none. */
    int pscidOf(long[] s, int q, int x) {
        int guest = tables.guestBy(context(s, q));
        long ta = has(Kept.PROCESS) ? process.get(s, q, x) : 0;
        ta = ta != 0 || guest < 0 ? ta : tables.process.get(s, guest, x);
        return ta == 0 ? -1 : (int) ProcessContext.PSCID.get(ta);
    }

    /** Whether a cached context of a device names a page of its guest's as being in a frame. */
    boolean isRoot(long[] s, int q, int guestPage, int frame) {
        boolean named = tables.number(guestPage) == DeviceContext.Pointer.PPN.get(tables.pointer());
        boolean byDevice = named && has(Kept.DEVICE_ROOT) && deviceRoot.get(s, q) == frame + 1L;
        boolean tablesOf = tables.isOfTables(guestPage) && guestPage < tables.processes.size();
        return byDevice || (tablesOf && has(Kept.PROCESS_ROOT) && processRoot.get(s, q, guestPage) == frame + 1L);
    }

    /** Whether an entry of a first stage is cached. */
    boolean isFirst(long[] s, int t, int ofProcess, int io) {
        return has(Kept.FIRST) && first.get(s, index(t, ofProcess, io)) != 0;
    }

    /** The frame that a cached entry of a second stage has, -1 without one. */
    int secondOf(long[] s, int t, int guestPage) {
        return has(Kept.SECOND) ? (int) second.get(s, t, guestPage) - 1 : -1;
    }

    /** The frame that both stages lead to as cached, -1 for none. */
    int bothOf(long[] s, int t, int ofProcess, int io) {
        return (int) both.get(s, index(t, ofProcess, io)) - 1;
    }

    // --- what goes

    /** The unit forgets one entry. False when it is not there. */
    boolean evict(long[] s, int n) {
        Slots family = evicted.get(n);
        int i = elements.get(n);
        if (family.get(s, i) == 0) {
            return false;
        }
        drop(s, family, i);
        return true;
    }

    private void drop(long[] s, Slots family, int i) {
        family.set(s, i, 0);
        if (family == device && has(Kept.DEVICE_ROOT)) {
            deviceRoot.set(s, i, 0);
        }
        if (family == process && has(Kept.PROCESS_ROOT)) {
            processRoot.set(s, i, 0);
        }
    }

    @Override
    public void forget(long[] s, long lo, long hi) {
        for (int q = 0; q < tables.devices.size(); q++) {
            if (Scope.isOfDevice(lo, GuestTables.deviceId(q))) {
                drop(s, device, q);
            }
            for (int x = 0; has(Kept.PROCESS) && x < tables.processes.size(); x++) {
                forgetProcess(s, lo, q, x);
            }
        }
        for (int t = 0; t < tables.gscids.size(); t++) {
            for (int x = 0; x < tables.pscids.size(); x++) {
                for (int io = 0; io < tables.ioPages; io++) {
                    forgetPage(s, lo, hi, index(t, x, io));
                }
            }
            for (int page = 0; has(Kept.SECOND) && page < tables.guestPages.size(); page++) {
                if (Scope.isOfSecondStage(lo, t) && Scope.isOfPages(lo, hi, tables.number(page), 1, true)) {
                    second.set(s, t, page, 0);
                }
            }
        }
    }

    private void forgetProcess(long[] s, long lo, int q, int x) {
        int id = GuestTables.deviceId(q);
        boolean withDevice = Scope.isOfDevice(lo, id);
        boolean takes = !withDevice || takesProcesses.decide(s, 0, 0, 0) != 0;
        if (takes && Scope.isOfProcess(lo, id, x)) {
            drop(s, process, q * tables.processes.size() + x);
        }
    }

    private void forgetPage(long[] s, long lo, long hi, int at) {
        int io = at % tables.ioPages;
        int ofProcess = at / tables.ioPages % tables.pscids.size();
        int ofGuest = at / tables.ioPages / tables.pscids.size();
        boolean byFirst = Scope.isOfFirstStage(lo, ofGuest, ofProcess)
                && Scope.isOfPages(lo, hi, GuestTables.ioNumber(io), 1, true);
        boolean bySecond = Scope.isOfSecondStage(lo, ofGuest)
                && Scope.isOfPages(lo, hi, tables.number(tables.data()), 1, true)
                && takesBoth.decide(s, 0, 0, 0) != 0;
        if (byFirst && has(Kept.FIRST)) {
            first.set(s, at, 0);
        }
        if (byFirst || bySecond) {
            both.set(s, at, 0);
        }
    }
}
