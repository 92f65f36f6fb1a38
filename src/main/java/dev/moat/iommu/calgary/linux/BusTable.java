package dev.moat.iommu.calgary.linux;

import dev.moat.iommu.calgary.Registers.Tar;
import dev.moat.iommu.calgary.Tce;
import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Writer;

/**
 * What the driver keeps of a bus (its {@code iommu_table}), and how it stores entries. {@code @unit} entries are numbered as in the
 * bus's table, 4 KiB of I/O addresses each. Not final, so that tests can break a step of it. {@code @source} LINUX-CALGARY.
 */
public class BusTable {
    private final CalgaryBus bus;
    private final Platform platform;

    /** One bit per entry, set when it is given out or reserved. */
    public final AreaAllocator area;
    /** Whether the bus has a table. */
    public final Slots present;
    /** Entry at which the next search begins. */
    public final Slots hint;
    /** TAR as set-up left it; what an invalidation writes. */
    public final Slots tar;
    /** Kernel parameter: stop the system when the table is full. */
    public final Slots panicOnOverflow;

    /**
     * Declares the slots of a bus.
     *
     * @param area its bitmap: at least its entries; more where windows that end behind the table are to be seen being reserved
     */
    public BusTable(SchemaBuilder schema, CalgaryBus bus, Platform platform, AreaAllocator area) {
        if (area.capacity() < bus.entries()) {
            throw new IllegalArgumentException("a bitmap of " + area.capacity() + " for " + bus.entries() + " entries");
        }
        this.bus = bus;
        this.platform = platform;
        this.area = area;
        String prefix = "bus" + bus.number() + ".";
        present = slots(schema, prefix + "present").bits(1);
        hint = slots(schema, prefix + "hint").bits(SlotsBuilder.bitsFor(bus.entries()));
        tar = slots(schema, prefix + "tar").word(Tar.FIELDS, bus.size() | bus.table());
        panicOnOverflow = slots(schema, prefix + "panicOnOverflow").bits(1);
    }

    private static SlotsBuilder slots(SchemaBuilder schema, String name) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR);
    }

    public CalgaryBus bus() {
        return bus;
    }

    Platform platform() {
        return platform;
    }

    /** The rights that an entry gets: there is always one to read, so that a mapping from the device is readable too. */
    public static int rights(DmaDirection direction) {
        return direction == DmaDirection.TO_DEVICE ? Tce.MAY_READ : Tce.MAY_READ | Tce.MAY_WRITE;
    }

    private long address(int entry) {
        return bus.table() + (long) Long.BYTES * entry;
    }

    /** Stores one entry, and writes its line back. */
    public void store(long[] s, int entry, long tce) {
        platform.memory().write(s, address(entry), Tce.inMemory(tce));
        platform.lines().writeBack(s, address(entry));
    }

    /** Stores entries for frames that follow one another. */
    void build(long[] s, int entry, int count, long frame, DmaDirection direction) {
        for (int i = 0; i < count; i++) {
            store(s, entry + i, Tce.of(frame + i, rights(direction)));
        }
    }

    /** Clears entries. */
    void clear(long[] s, int entry, int count) {
        for (int i = 0; i < count; i++) {
            store(s, entry + i, 0);
        }
    }

    /** Whether an entry holds anything, as software sees it. */
    boolean isUsed(long[] s, int entry) {
        return platform.memory().read(s, address(entry)) != 0;
    }
}
