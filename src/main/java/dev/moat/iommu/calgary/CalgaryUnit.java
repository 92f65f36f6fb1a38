package dev.moat.iommu.calgary;

import dev.moat.bits.BitField;
import dev.moat.iommu.Memory;
import dev.moat.iommu.calgary.CalgaryGeometry.Part;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.Registers.ConfigRw;
import dev.moat.iommu.calgary.Registers.Csr;
import dev.moat.iommu.calgary.Registers.PageMigration;
import dev.moat.iommu.calgary.Registers.SplitQueue;
import dev.moat.iommu.calgary.Registers.Tar;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One chip in the state: its registers, and what it has cached or in flight. Tables are in a {@link Memory}.
 *
 * <p>A family that the geometry leaves out has no elements. After a reset arbitration is on and everything else is 0: no bus
 * is translated. {@code @source} CALGARY-REGISTERS, CALGARY-CACHE.
 */
public final class CalgaryUnit implements ChipRegisters {
    /** What {@link #cachedFrame} answers for memory that is none of the modelled frames. */
    public static final int ELSEWHERE = -1;

    private static final long ALL_SLOTS = 0xffff_ffffL;
    private static final List<BitField> VALUE_32 = List.of(new BitField("VALUE", Integer.SIZE - 1, 0));
    /** What a busy split queue reads as; of a real one only the idle value is known. */
    private static final long BUSY = SplitQueue.IDLE.set(0, 1);

    private static final long IDLE = SplitQueue.IDLE.mask();

    /** Registers that are only stored. */
    private static final List<Bridge> STORED = Stream.of(Bridge.values())
            .filter(r -> r != Bridge.CSR
                    && r != Bridge.CONFIG_RW
                    && r != Bridge.AER
                    && r != Bridge.PAGE_MIG_CTRL
                    && r != Bridge.PAGE_MIG_DEBUG)
            .toList();

    private final CalgaryGeometry g;
    private final Memory memory;
    private final boolean all;

    /** TAR per bus; one word. {@code @writer} HYPERVISOR. */
    public final Slots tar;
    /** CONFIG_RW per bus; 32 bits. {@code @writer} HYPERVISOR. */
    public final Slots configRw;
    /** CSR per bus; 32 bits. */
    public final Slots csr;
    /** AER per bus; 32 bits. {@code @writer} HYPERVISOR. */
    public final Slots aer;
    /** PAGE_MIG_CTRL per bus; 32 bits; left out for a Calgary. {@code @writer} HYPERVISOR. */
    public final Slots stopControl;
    /** SOFTSTOPFAULT of PAGE_MIG_DEBUG per bus; left out without {@link Part#STOP_FAULTS}. */
    public final Slots stopFault;
    /** Registers without effect on the rest per bus, 32 bits; left out without {@link Part#ALL_REGISTERS}. */
    public final Slots stored;
    /** CALGARY_CONFIG; as {@link #stored}. */
    public final Slots splitTimeout;
    /** Cached entry per bus and page, as {@link Tce}; 0 when nothing is cached, or an entry of 0. */
    public final Slots cachedTce;
    /** Whether an entry without rights is cached per bus and page; left out without {@link Part#CACHED_ABSENCE}. */
    public final Slots cachedAbsence;
    /** Request in flight per requester: 0 for none, 1 a read, 2 a write; left out without {@link Part#REQUESTS_IN_FLIGHT}. */
    public final Slots flight;
    /** Page of a request in flight; dead without one, as the next. */
    public final Slots flightPage;
    /** The entry that a request in flight was translated with. */
    public final Slots flightTce;

    /**
     * Declares the chip's slots.
     *
     * @param memory where its tables are
     */
    public CalgaryUnit(SchemaBuilder schema, CalgaryGeometry geometry, Memory memory) {
        g = geometry;
        this.memory = memory;
        all = g.has(Part.ALL_REGISTERS);
        Sort none = Sort.numbered("None", "", 0);
        boolean ioc2 = g.generation() == Generation.CALIOC2;
        tar = register(schema, "tar", g.buses()).word(Tar.FIELDS, varyingTar());
        configRw = register(schema, "configRw", g.buses())
                .word(ConfigRw.FIELDS, ConfigRw.TRANSLATE | ConfigRw.SLOT_DISABLE.mask());
        csr = schema.slots("csr", Role.ARCHITECTURAL, Writer.IOMMU, g.buses()).word(Csr.FIELDS, Csr.ERROR.mask());
        aer = register(schema, "aer", g.buses()).fixed(ALL_SLOTS).word(VALUE_32, ALL_SLOTS);
        SchemaBuilder stops = schema.onlyIf(ioc2 || all);
        stopControl = register(stops, "stopControl", ioc2 || all ? g.buses() : none)
                .word(PageMigration.FIELDS, PageMigration.SOFTSTOP.mask());
        boolean faults = g.has(Part.STOP_FAULTS);
        stopFault = schema.onlyIf(faults)
                .slots("stopFault", Role.ARCHITECTURAL, Writer.IOMMU, faults ? g.buses() : none)
                .bits(1);
        SchemaBuilder others = schema.onlyIf(all);
        Sort registers =
                new Sort("Register", all ? STORED.stream().map(Enum::name).toList() : List.of());
        stored = register(others, "stored", g.buses(), registers).word(VALUE_32, 0);
        splitTimeout = register(others, "splitTimeout", all ? new Sort[0] : new Sort[] {none})
                .word(Registers.SplitTimeout.FIELDS, 0);
        cachedTce = cache(schema, "cachedTce", g.buses(), g.pages()).word(Tce.FIELDS, varyingTce(g));
        boolean absence = g.has(Part.CACHED_ABSENCE);
        cachedAbsence = cache(schema.onlyIf(absence), "cachedAbsence", absence ? g.buses() : none, g.pages())
                .bits(1);
        boolean flights = g.has(Part.REQUESTS_IN_FLIGHT);
        SchemaBuilder moving = schema.onlyIf(flights);
        Sort flying = flights ? g.requesters() : none;
        Liveness inFlight = (s, i) -> flight().get(s, i) != 0;
        flight = cache(moving, "flight", flying).bits(2);
        flightPage = cache(moving, "flightPage", flying).live(inFlight).of(g.pages());
        flightTce = cache(moving, "flightTce", flying).live(inFlight).word(Tce.FIELDS, varyingTce(g));
    }

    private static SlotsBuilder register(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.ARCHITECTURAL, Writer.HYPERVISOR, index);
    }

    private static SlotsBuilder cache(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.CACHE, Writer.IOMMU, index);
    }

    // Liveness code runs only after construction; this keeps it from reading a field that is not assigned yet.
    private Slots flight() {
        return flight;
    }

    private long varyingTar() {
        long bits = (Tar.SIZE.mask() & g.size()) | Tar.VALID.mask();
        for (int t = 0; t < g.tables().size(); t++) {
            bits |= g.tableAddress(t);
        }
        return bits;
    }

    /** The bits in which entries that lead to the geometry's frames can differ. */
    static long varyingTce(CalgaryGeometry g) {
        long frames = 0;
        for (int f = 0; f < g.frames().size(); f++) {
            frames |= g.frameNumber(f);
        }
        return Tce.RPN.set(0, frames) | Tce.READ.mask() | Tce.WRITE.mask();
    }

    public CalgaryGeometry geometry() {
        return g;
    }

    Memory memory() {
        return memory;
    }

    /** Whether the chip lets no device on a bus: nothing is accepted, nothing is refused. */
    public boolean isStopped(long[] s, int bus) {
        boolean soft = stopControl.size() != 0
                && PageMigration.SOFTSTOP.isSet(stopControl.get(s, bus))
                && (stopFault.size() == 0 || stopFault.get(s, bus) == 0);
        return soft || aer.get(s, bus) == 0;
    }

    /** Whether the chip was told to let none in, whatever became of that. */
    public boolean isToldToStop(long[] s, int bus) {
        return aer.get(s, bus) == 0
                || (stopControl.size() != 0 && PageMigration.SOFTSTOP.isSet(stopControl.get(s, bus)));
    }

    /** Whether a request of a bus has been accepted and is not done. */
    public boolean isBusy(long[] s, int bus) {
        for (int r = 0; r < flight.size(); r++) {
            if (flight.get(s, r) != 0 && g.behind().get(r) == bus) {
                return true;
            }
        }
        return false;
    }

    /** Rights that the cache gives on a bus and page, 0 when nothing is cached. */
    public int cachedRights(long[] s, int bus, int page) {
        return Tce.rights(cachedTce.get(s, bus, page));
    }

    /** Frame that the cache leads to; meaningful when {@link #cachedRights} is not 0. */
    public int cachedFrame(long[] s, int bus, int page) {
        return g.frameAt(Tce.RPN.get(cachedTce.get(s, bus, page)));
    }

    @Override
    public long read(long[] s, int offset, int width) {
        int start = offset & -Long.BYTES;
        if (is64(start)) {
            long value = read64(s, start);
            if (width == Long.BYTES) {
                return value;
            }
            return offset == start ? value >>> Integer.SIZE : value & ALL_SLOTS;
        }
        return width == Long.BYTES
                ? read32(s, offset) << Integer.SIZE | read32(s, offset + Integer.BYTES)
                : read32(s, offset);
    }

    @Override
    public void write(long[] s, int offset, int width, long value) {
        int start = offset & -Long.BYTES;
        if (is64(start)) {
            write64(s, start, width == Long.BYTES ? value : half(read64(s, start), offset == start, value));
        } else if (width == Long.BYTES) {
            write32(s, offset, value >>> Integer.SIZE);
            write32(s, offset + Integer.BYTES, value & ALL_SLOTS);
        } else {
            write32(s, offset, value & ALL_SLOTS);
        }
    }

    /** Whether the chip has the register whose 32 bits, or half of whose 64 bits, are at an offset. */
    public boolean isRegister(int offset) {
        int start = offset & -Long.BYTES;
        if (is64(start)) {
            return start == Registers.CONFIG
                    ? all
                    : Math.max(Registers.tarAt(start), Registers.splitQueueAt(start))
                            < g.buses().size();
        }
        int bus = busOf(offset);
        boolean debug = bus >= 0 && stopFault.size() != 0 && offset == Registers.at(bus, Bridge.PAGE_MIG_DEBUG);
        return debug || (bus >= 0 && (slotsOf(offset) != null || (all && otherAt(offset) >= 0)));
    }

    private static long half(long old, boolean high, long value) {
        return high ? (old & ALL_SLOTS) | value << Integer.SIZE : (old & ~ALL_SLOTS) | (value & ALL_SLOTS);
    }

    private static boolean is64(int offset) {
        return offset == Registers.CONFIG || Registers.tarAt(offset) >= 0 || Registers.splitQueueAt(offset) >= 0;
    }

    private long read64(long[] s, int offset) {
        if (offset == Registers.CONFIG) {
            return all ? splitTimeout.get(s) : 0;
        }
        int bus = Math.max(Registers.tarAt(offset), Registers.splitQueueAt(offset));
        if (bus >= g.buses().size()) {
            return 0;
        }
        return Registers.tarAt(offset) >= 0 ? tar.get(s, bus) : isBusy(s, bus) ? BUSY : IDLE;
    }

    private void write64(long[] s, int offset, long value) {
        int bus = Registers.tarAt(offset);
        if (offset == Registers.CONFIG && all) {
            splitTimeout.set(s, value);
        } else if (bus >= 0 && bus < g.buses().size()) {
            tar.set(s, bus, value);
            forget(s, bus);
        }
    }

    /** The bus whose window an offset is in, or -1. */
    private int busOf(int offset) {
        int bridge = Registers.windowAt(offset);
        return bridge < g.buses().size() ? bridge : -1;
    }

    private long read32(long[] s, int offset) {
        int bus = busOf(offset);
        Slots slots = bus < 0 ? null : slotsOf(offset);
        if (slots != null) {
            return slots.get(s, bus);
        }
        if (bus >= 0 && stopFault.size() != 0 && offset == Registers.at(bus, Bridge.PAGE_MIG_DEBUG)) {
            return PageMigration.SOFTSTOPFAULT.set(0, stopFault.get(s, bus));
        }
        int other = bus < 0 || !all ? -1 : otherAt(offset);
        return other < 0 ? 0 : stored.get(s, bus, other);
    }

    private void write32(long[] s, int offset, long value) {
        int bus = busOf(offset);
        Slots slots = bus < 0 ? null : slotsOf(offset);
        int other = bus < 0 || !all ? -1 : otherAt(offset);
        if (slots != null) {
            slots.set(s, bus, value);
            if (slots == stopControl && stopFault.size() != 0) {
                stopFault.set(s, bus, 0);
            }
        } else if (other >= 0) {
            stored.set(s, bus, other, value);
        }
    }

    private @Nullable Slots slotsOf(int offset) {
        int at = Registers.inWindow(offset);
        if (at == Bridge.CSR.offset()) {
            return csr;
        }
        if (at == Bridge.CONFIG_RW.offset()) {
            return configRw;
        }
        if (at == Bridge.AER.offset()) {
            return aer;
        }
        return at == Bridge.PAGE_MIG_CTRL.offset() && stopControl.size() != 0 ? stopControl : null;
    }

    private static int otherAt(int offset) {
        int at = Registers.inWindow(offset);
        for (int i = 0; i < STORED.size(); i++) {
            if (STORED.get(i).offset() == at) {
                return i;
            }
        }
        return -1;
    }

    /** A register that is only stored; 0 where it is left out. */
    long storedAt(long[] s, int bus, Bridge register) {
        return all ? stored.get(s, bus, STORED.indexOf(register)) : 0;
    }

    /** The chip forgets what it has cached for a bus. Requests in flight go on. */
    void forget(long[] s, int bus) {
        for (int page = 0; page < g.pages().size(); page++) {
            drop(s, bus, page);
        }
    }

    /** The chip forgets one entry. */
    void drop(long[] s, int bus, int page) {
        cachedTce.set(s, bus, page, 0);
        if (cachedAbsence.size() != 0) {
            cachedAbsence.set(s, bus, page, 0);
        }
    }
}
