package dev.moat.twin.calgary;

import dev.moat.iommu.Memory;
import dev.moat.iommu.calgary.CalgaryGeometry;
import dev.moat.iommu.calgary.CalgaryGeometry.Part;
import dev.moat.iommu.calgary.CalgaryUnit;
import dev.moat.iommu.calgary.ChipRegisters;
import dev.moat.iommu.calgary.DmaAnswer;
import dev.moat.iommu.calgary.Generation;
import dev.moat.iommu.calgary.Registers;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.Registers.SplitQueue;
import dev.moat.iommu.calgary.TceCache;
import dev.moat.iommu.calgary.TceWalk;
import dev.moat.iommu.calgary.linux.CalgaryBus;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import dev.moat.twin.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A chip of {@link dev.moat.iommu.calgary} whose caches hold all pages of the table. By chance it
 * caches and forgets entries, has requests of two devices in flight, and CPUs write lines back by themselves; polls answer as a
 * script says.
 *
 * <p>The twin has no requests that outlast an invalidation, so none does here: they are done when TAR is written.
 */
final class ModelledChip implements ChipRegisters {
    private static final List<Sort> PAGES = List.of(pages(0), pages(1));
    private static final long BUSY = SplitQueue.IDLE.set(0, 1);
    private static final int DEVICES = 2;

    final TableInMemory table;
    private final int bridge;
    private final int pages;
    private final CalgaryUnit unit;
    private final TceWalk walk;
    private final TceCache cache;
    private final AtomicInteger stale;
    private final Chance chance = new Chance(7);
    private final List<String> accesses = new ArrayList<>();
    private int busy;
    private int faults;

    ModelledChip(SchemaBuilder schema, CalgaryBus bus, AtomicInteger stale) {
        this.stale = stale;
        bridge = bus.bridge();
        pages = bus.entries();
        table = new TableInMemory(bus.table(), pages);
        Generation generation = bus.generation();
        CalgaryGeometry geometry = new CalgaryGeometry(
                generation == null ? Generation.CALGARY : generation,
                Sort.numbered("Bus", "b", Registers.BRIDGES),
                Sort.numbered("Requester", "q", DEVICES),
                List.of(bridge, bridge),
                PAGES.get(bus.size()),
                0,
                Sort.numbered("Frame", "f", 1),
                0,
                Sort.numbered("Table", "t", 1),
                bus.table(),
                bus.size(),
                List.of(Part.REQUESTS_IN_FLIGHT, Part.STOP_FAULTS, Part.ALL_REGISTERS));
        unit = new CalgaryUnit(schema, geometry, table.asSeen());
        walk = new TceWalk(unit);
        cache = new TceCache(unit, walk);
    }

    private static Sort pages(int size) {
        return Sort.numbered("Page", "p", Registers.Tar.entriesOf(size));
    }

    /** All registers 0. */
    void clear(long[] s) {
        for (int b = 0; b < Registers.BRIDGES; b++) {
            unit.aer.set(s, b, 0);
        }
    }

    /** Sets a register that is no access of the driver. */
    void preset(long[] s, int offset, long value, int width) {
        unit.write(s, offset, width, value);
    }

    long peek(long[] s, int offset, int width) {
        return unit.read(s, offset, width);
    }

    void polls(int busyReads, int softStopFaults) {
        busy = busyReads;
        faults = softStopFaults;
    }

    List<String> takeAccesses() {
        List<String> taken = List.copyOf(accesses);
        accesses.clear();
        return taken;
    }

    /** A device's request: its {@link DmaAnswer}, the error reported. */
    long access(long[] s, long page, boolean write) {
        int device = chance.below(DEVICES);
        boolean inTable = page < pages;
        if (inTable && chance.oneIn(16)) {
            cache.evict(s, bridge, (int) page);
        }
        long answer = walk.answer(s, device, page, write);
        if (answer != walk.uncached(s, device, page, write)) {
            stale.incrementAndGet();
        }
        cache.report(s, device, page, write);
        if (inTable && !chance.oneIn(4)) {
            boolean accepted = chance.oneIn(2) && cache.accept(s, device, (int) page, write);
            if (!accepted) {
                cache.fill(s, bridge, (int) page);
            }
        }
        if (chance.oneIn(4)) {
            cache.finish(s, device);
        }
        return answer;
    }

    /** Memory as the driver sees it; before a store the chip may read ahead, after it a CPU may write the line back. */
    Memory memory() {
        Memory stored = table.asStored();
        return new Memory() {
            @Override
            public boolean isReadable(long[] s, long address) {
                return stored.isReadable(s, address);
            }

            @Override
            public long read(long[] s, long address) {
                return stored.read(s, address);
            }

            @Override
            public boolean write(long[] s, long address, long value) {
                if (chance.oneIn(2)) {
                    cache.fill(s, bridge, table.entry(address));
                }
                boolean done = stored.write(s, address, value);
                if (chance.oneIn(8)) {
                    table.writeBack(s, address);
                }
                return done;
            }
        };
    }

    private void finishAll(long[] s) {
        for (int device = 0; device < DEVICES; device++) {
            cache.finish(s, device);
        }
    }

    @Override
    public long read(long[] s, int offset, int width) {
        long value = answer(s, offset, width);
        accesses.add(String.format("r%d.%x=%x", width, offset, value));
        return value;
    }

    private long answer(long[] s, int offset, int width) {
        if (offset == Registers.splitQueue(bridge)) {
            if (busy > 0) {
                busy--;
                return BUSY;
            }
            finishAll(s);
        } else if (offset == Registers.at(bridge, Bridge.PAGE_MIG_DEBUG) && faults > 0) {
            faults--;
            cache.failStop(s, bridge);
        }
        return unit.read(s, offset, width);
    }

    @Override
    public void write(long[] s, int offset, int width, long value) {
        accesses.add(String.format("w%d.%x=%x", width, offset, value));
        if (offset == Registers.tar(bridge)) {
            finishAll(s);
        }
        unit.write(s, offset, width, value);
    }
}
