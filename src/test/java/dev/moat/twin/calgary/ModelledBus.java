package dev.moat.twin.calgary;

import dev.moat.conform.dma.DmaCellText;
import dev.moat.conform.dma.Pieces;
import dev.moat.iommu.calgary.DmaAnswer;
import dev.moat.iommu.calgary.Registers;
import dev.moat.iommu.calgary.linux.BusTable;
import dev.moat.iommu.calgary.linux.CalgaryBus;
import dev.moat.iommu.calgary.linux.CalgaryMapping;
import dev.moat.iommu.calgary.linux.CalgarySetup;
import dev.moat.iommu.calgary.linux.ErrorWatchdog;
import dev.moat.iommu.calgary.linux.Platform;
import dev.moat.iommu.calgary.linux.TceBlast;
import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.iommu.linux.DmaResult;
import dev.moat.iommu.linux.ScatterList;
import dev.moat.state.SchemaBuilder;
import dev.moat.twin.Segment;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What is compared with the twin: {@link dev.moat.iommu.calgary.linux} on a chip of {@link dev.moat.iommu.calgary}. */
final class ModelledBus implements CalgaryUnderTest {
    /** Windows that end behind the table set bits there. */
    private static final int BEHIND = 1 << 12;
    /** What the recorder leaves in an element that nobody has mapped. */
    private static final long UNMAPPED = 0x111;

    private static final List<DmaDirection> DIRECTIONS = List.of(DmaDirection.values());

    private final Chip made;
    private final ModelledChip chip;
    private final BusTable table;
    private final TceBlast blast;
    private final CalgarySetup setup;
    private final CalgaryMapping mapping;
    private final ErrorWatchdog watchdog;
    private final long[] s;
    private DmaDevice device = device(0);
    private ScatterList list = list(List.of());
    private int flushes;
    private int warnings;

    /**
     * A new bus.
     *
     * @param stale counts answers that memory no longer gave
     */
    ModelledBus(Chip made, AtomicInteger stale) {
        this(made, stale, BusTable::new);
    }

    /** Makes what the driver keeps of the bus. */
    @FunctionalInterface
    interface Tables {
        BusTable make(SchemaBuilder schema, CalgaryBus bus, Platform platform, AreaAllocator area);
    }

    /** The same with a table of the driver from here. */
    ModelledBus(Chip made, AtomicInteger stale, Tables tables) {
        this.made = made;
        CalgaryBus bus = new CalgaryBus(made.deviceId(), made.bus(), made.phb(), made.sizeSpec(), made.table());
        SchemaBuilder schema = new SchemaBuilder();
        chip = new ModelledChip(schema, bus, stale);
        Platform platform = new Platform(chip, chip.memory(), this::writeBack, message -> warnings++);
        table = tables.make(schema, bus, platform, new AreaAllocator(schema, "map", bus.entries() + BEHIND));
        blast = new TceBlast(schema, table);
        setup = new CalgarySetup(table);
        mapping = new CalgaryMapping(table, blast);
        watchdog = new ErrorWatchdog(table);
        s = schema.build().blank();
        chip.clear(s);
    }

    private static DmaDevice device(long boundaryMask) {
        return new DmaDevice(-1, -1, 0, boundaryMask == 0 ? 0xffff_ffffL : boundaryMask, 0);
    }

    private static ScatterList list(List<Segment> segments) {
        return new ScatterList(
                segments.stream().mapToLong(Segment::start).toArray(),
                segments.stream().mapToLong(Segment::size).toArray(),
                UNMAPPED);
    }

    private void writeBack(long[] state, long address) {
        flushes++;
        chip.table.writeBack(state, address);
    }

    @Override
    public void preset(long offset, long value, int width) {
        chip.preset(s, (int) offset, value, width);
    }

    @Override
    public void presetEntry(int index, long value) {
        table.store(s, index, value);
        flushes--;
    }

    @Override
    public void polls(int busyReads, int softStopFaults) {
        chip.polls(busyReads, softStopFaults);
    }

    @Override
    public void device(long boundaryMask, boolean panicOnOverflow) {
        device = device(boundaryMask);
        table.panicOnOverflow.set(s, panicOnOverflow ? 1 : 0);
    }

    @Override
    public String init() {
        return setup.start(s, made.kdump()) == DmaResult.BUG
                ? DmaCellText.BUG
                : String.format(
                        "0 entries=%d tar=%x timer=%d", table.bus().entries(), table.tar.get(s), ErrorWatchdog.FIRST);
    }

    @Override
    public String map(long physical, long size, int direction) {
        return DmaCellText.address(mapping.map(s, device, physical, size, DIRECTIONS.get(direction)));
    }

    @Override
    public String unmap(long dma, long size) {
        return DmaCellText.done(mapping.unmap(s, dma, size));
    }

    @Override
    public String mapSegments(List<Segment> segments, int direction) {
        list = list(segments);
        long result = mapping.mapList(s, device, list, DIRECTIONS.get(direction));
        String special = DmaCellText.special(result);
        return special != null ? special : Pieces.answer(result, list, list.size());
    }

    @Override
    public String unmapSegments() {
        return DmaCellText.done(mapping.unmapList(s, list));
    }

    @Override
    public String blast() {
        blast.run(s);
        return "";
    }

    @Override
    public String watchdog() {
        return "timer=" + watchdog.look(s);
    }

    @Override
    public String bridgeWindows(List<Segment> windows) {
        windows.forEach(w -> setup.reserveBridgeWindow(s, w.start(), w.size()));
        return "";
    }

    @Override
    public String disable() {
        setup.disable(s);
        return "timer=" + ErrorWatchdog.NEVER;
    }

    @Override
    public String freeBus() {
        setup.release(s);
        return "";
    }

    @Override
    public String access(long ioAddress, boolean write) {
        long answer = chip.access(s, ioAddress >>> 12, write);
        return DmaAnswer.reachesMemory(answer)
                ? Long.toHexString(DmaAnswer.FRAME.get(answer) << 12 | ioAddress & 0xfff)
                : CalgaryAnswer.BLOCKED;
    }

    @Override
    public List<String> takeAccesses() {
        return chip.takeAccesses();
    }

    @Override
    public int takeFlushes() {
        int taken = flushes;
        flushes = 0;
        return taken;
    }

    @Override
    public int takeWarnings() {
        int taken = warnings;
        warnings = 0;
        return taken;
    }

    @Override
    public long[] entries() {
        return chip.table.entries();
    }

    @Override
    public BitSet used() {
        long[] words = new long[table.area.words()];
        for (int i = 0; i < words.length; i++) {
            words[i] = table.area.word(s, i);
        }
        return BitSet.valueOf(words);
    }

    @Override
    public long peek(long offset) {
        boolean inWindow = Registers.windowAt((int) offset) >= 0;
        return chip.peek(s, (int) offset, inWindow ? Integer.BYTES : Long.BYTES);
    }
}
