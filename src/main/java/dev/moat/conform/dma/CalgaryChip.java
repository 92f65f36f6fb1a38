package dev.moat.conform.dma;

import dev.moat.iommu.calgary.CalgaryGeometry;
import dev.moat.iommu.calgary.CalgaryUnit;
import dev.moat.iommu.calgary.ChipRegisters;
import dev.moat.iommu.calgary.Generation;
import dev.moat.iommu.calgary.Registers;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.linux.BusTable;
import dev.moat.iommu.calgary.linux.CalgaryBus;
import dev.moat.iommu.calgary.linux.CalgaryMapping;
import dev.moat.iommu.calgary.linux.CalgarySetup;
import dev.moat.iommu.calgary.linux.ErrorWatchdog;
import dev.moat.iommu.calgary.linux.Platform;
import dev.moat.iommu.calgary.linux.TceBlast;
import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.KernelLog;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A chip at its real size with one bus and Linux's driver on it, all zero, as a {@code chip} row sets it up. Accesses of its
 * registers are written down, and the split queue and the debug register can be told what to answer.
 */
final class CalgaryChip implements ChipRegisters {
    /** As the recorder's split queue reads while transactions are outstanding. */
    private static final long BUSY = 0x0100_0000_0000_0000L;

    /** Room behind the largest table: windows below 4 GiB end here. */
    private static final int MAP_BITS = (1 << 20) + (1 << 12);

    private static final long FIRST_PAGE = 0x5000_0000L;

    final CalgaryBus bus;
    /** Whether the table is that of a kernel that crashed. */
    final boolean takeOver;

    final TableMemory memory;
    final BusTable table;
    final TceBlast blast;
    final CalgarySetup setup;
    final CalgaryMapping mapping;
    final ErrorWatchdog watchdog;
    Pages pages = new Pages(FIRST_PAGE);
    private final CalgaryUnit unit;
    /** What is written to offsets where the chip has no register, by offset, 32 bits each. */
    private final Map<Integer, Long> rest = new HashMap<>();

    private final List<String> accesses = new ArrayList<>();
    private int repeated;
    private int flushes;
    private int warnings;
    private int busyPolls;
    private int stopFaults;
    private int busyBefore;
    private int faultsBefore;
    private Pages pagesBefore = pages;
    /** The state. */
    final long[] s;

    CalgaryChip(CalgaryBus bus, boolean takeOver) {
        this.bus = bus;
        this.takeOver = takeOver;
        memory = new TableMemory(bus.table(), CalgaryGeometry.tableBytes(bus.size()));
        SchemaBuilder schema = new SchemaBuilder();
        Sort none = Sort.numbered("None", "", 0);
        Generation generation = bus.generation();
        unit = new CalgaryUnit(
                schema,
                new CalgaryGeometry(
                        generation == null ? Generation.CALGARY : generation,
                        Sort.numbered("Bus", "b", Registers.BRIDGES),
                        none,
                        List.of(),
                        none,
                        0,
                        none,
                        0,
                        Sort.numbered("Table", "t", 1),
                        bus.table(),
                        bus.size(),
                        List.of(CalgaryGeometry.Part.ALL_REGISTERS)),
                memory);
        KernelLog log = message -> warnings++;
        Platform platform = new Platform(this, memory, (state, address) -> flushes++, log);
        table = new BusTable(schema, bus, platform, new AreaAllocator(schema, "map", MAP_BITS));
        blast = new TceBlast(schema, table);
        setup = new CalgarySetup(table);
        mapping = new CalgaryMapping(table, blast);
        watchdog = new ErrorWatchdog(table);
        s = schema.build().blank();
        for (int b = 0; b < Registers.BRIDGES; b++) {
            unit.aer.set(s, b, 0);
        }
    }

    /** Nothing has happened yet in this step. */
    void begin() {
        memory.begin();
        accesses.clear();
        repeated = 0;
        flushes = 0;
        warnings = 0;
        busyBefore = busyPolls;
        faultsBefore = stopFaults;
        pagesBefore = pages.copy();
    }

    /** Takes back what happened since {@link #begin}, but for what was written down. */
    void undo(long[] before) {
        memory.undo();
        System.arraycopy(before, 0, s, 0, before.length);
        busyPolls = busyBefore;
        stopFaults = faultsBefore;
        pages = pagesBefore;
    }

    /** The next reads of the split queue find it busy, the next ones of the debug register a stop that failed. */
    void answer(int busy, int faults) {
        busyPolls = busy;
        stopFaults = faults;
    }

    /** Sets a register without being written down. */
    void preset(int offset, int width, long value) {
        store(s, offset, width, value);
    }

    int flushes() {
        return flushes;
    }

    int warnings() {
        return warnings;
    }

    /** Accesses since {@link #begin}, in order, with {@code *n} for n equal ones in a row. */
    String accesses() {
        return String.join(";", accesses) + (repeated > 1 ? "*" + repeated : "");
    }

    private void note(char kind, int width, int offset, long value) {
        String access = kind + "" + width + "." + Integer.toHexString(offset) + "=" + Long.toHexString(value);
        int last = accesses.size() - 1;
        if (last >= 0 && accesses.get(last).equals(access)) {
            repeated++;
            return;
        }
        if (repeated > 1) {
            accesses.set(last, accesses.get(last) + "*" + repeated);
        }
        accesses.add(access);
        repeated = 1;
    }

    @Override
    public long read(long[] state, int offset, int width) {
        long value = load(state, offset, width);
        note('r', width, offset, value);
        return value;
    }

    private long load(long[] state, int offset, int width) {
        if (busyPolls > 0 && isAt(offset, Registers.splitQueue(0))) {
            busyPolls--;
            return BUSY;
        }
        if (stopFaults > 0 && isAt(offset, Registers.at(0, Bridge.PAGE_MIG_DEBUG))) {
            stopFaults--;
            return Registers.PageMigration.SOFTSTOPFAULT.mask();
        }
        long value = 0;
        if (unit.isRegister(offset)) {
            return unit.read(state, offset, width);
        }
        for (int i = 0; i < width; i += Integer.BYTES) {
            value = value << Integer.SIZE | rest.getOrDefault(offset + i, 0L);
        }
        return value;
    }

    /** Whether an offset is that of the same register of any bridge. */
    private static boolean isAt(int offset, int ofBridge0) {
        int distance = offset - ofBridge0;
        int bridge = distance / (Registers.at(1, Bridge.CSR) - Registers.at(0, Bridge.CSR));
        return distance >= 0
                && bridge < Registers.BRIDGES
                && distance % (Registers.at(1, Bridge.CSR) - Registers.at(0, Bridge.CSR)) == 0;
    }

    @Override
    public void write(long[] state, int offset, int width, long value) {
        note('w', width, offset, value);
        store(state, offset, width, value);
    }

    private void store(long[] state, int offset, int width, long value) {
        if (unit.isRegister(offset)) {
            unit.write(state, offset, width, value);
            return;
        }
        for (int i = 0; i < width; i += Integer.BYTES) {
            long half = width == Long.BYTES && i == 0 ? value >>> Integer.SIZE : value & 0xffff_ffffL;
            rest.put(offset + i, half);
        }
    }
}
