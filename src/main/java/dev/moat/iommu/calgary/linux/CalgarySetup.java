package dev.moat.iommu.calgary.linux;

import static dev.moat.iommu.calgary.linux.CalgaryMapping.PAGE_SHIFT;

import dev.moat.bits.BitField;
import dev.moat.iommu.calgary.Generation;
import dev.moat.iommu.calgary.Registers;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.Registers.ConfigRw;
import dev.moat.iommu.calgary.Registers.SplitTimeout;
import dev.moat.iommu.calgary.Registers.Tar;
import dev.moat.iommu.linux.DmaResult;
import org.jspecify.annotations.Nullable;

/**
 * Sets a bus up and gives it up again. {@code @source} LINUX-CALGARY.
 */
public final class CalgarySetup {
    /** Entries from 0 on that are never given out: a driver that ignores an error uses them. */
    public static final int EMERGENCY_ENTRIES = 32;
    /** What the designers of CalIOC2 recommend to set in SAVIOR_L2. */
    private static final BitField RECOMMENDED = BitField.bit("RECOMMENDED", 23);
    /** A window ends at its last MiB's end. */
    private static final long WINDOW_END = (1L << 20) - 1;
    /** The bus that a slow controller was found on. */
    private static final int SLOW_BUS = 1;

    private final BusTable table;
    private final CalgaryBus bus;
    private final Platform platform;

    public CalgarySetup(BusTable table) {
        this.table = table;
        bus = table.bus();
        platform = table.platform();
    }

    /**
     * Clears or takes over the table, reserves what must not be given out, leads the bridge to the table, and has the bus
     * translated. The chip's registers are used in this order.
     *
     * @param takeOver whether the table is that of a kernel that crashed: it is left as it is, and what it uses is reserved
     * @return {@link DmaResult#DONE}; {@link DmaResult#BUG} when the bus has a table already, with nothing done, or its device is no
     *     chip, with the table cleared or taken over
     */
    public long start(long[] s, boolean takeOver) {
        if (table.present.get(s) != 0) {
            return DmaResult.BUG;
        }
        table.present.set(s, 1);
        table.hint.set(s, 0);
        table.area.clear(s);
        if (takeOver) {
            reserveUsed(s);
        } else {
            table.clear(s, 0, bus.entries());
        }
        Generation generation = bus.generation();
        if (generation == null) {
            return DmaResult.BUG;
        }
        reserveHoles(s, generation);
        setTar(s);
        quirk(s, generation);
        long config = platform.read(s, bus.bridge(), Bridge.CONFIG_RW);
        platform.writeThrough(s, bus.bridge(), Bridge.CONFIG_RW, config | ConfigRw.TRANSLATE);
        return DmaResult.DONE;
    }

    private void reserveUsed(long[] s) {
        for (int entry = 0; entry < bus.entries(); entry++) {
            if (table.isUsed(s, entry)) {
                table.area.take(s, entry, 1);
            }
        }
    }

    private void reserveHoles(long[] s, Generation generation) {
        reserve(s, 0, EMERGENCY_ENTRIES);
        reserve(s, generation.avoidedFrom(), Generation.holeEnd() - generation.avoidedFrom());
        long start = wide(s, Bridge.MEM_1_LOW, Bridge.MEM_1_HIGH);
        reserveWindow(s, start, platform.read(s, bus.bridge(), Bridge.MEM_1_SIZE));
        if (ConfigRw.MEM2_ENABLE.isSet(platform.read(s, bus.bridge(), Bridge.CONFIG_RW))) {
            long second = wide(s, Bridge.MEM_2_LOW, Bridge.MEM_2_HIGH);
            reserveWindow(s, second, wide(s, Bridge.MEM_2_SIZE_LOW, Bridge.MEM_2_SIZE_HIGH));
        }
    }

    /** Two registers, the low half read first. */
    private long wide(long[] s, Bridge low, Bridge high) {
        long value = platform.read(s, bus.bridge(), low);
        return platform.read(s, bus.bridge(), high) << Integer.SIZE | value;
    }

    private void reserveWindow(long[] s, long start, long last) {
        reserve(s, start >>> PAGE_SHIFT, (int) (((last | WINDOW_END) + 1 - start) >>> PAGE_SHIFT));
    }

    /**
     * Reserves a memory window of a bridge behind the bus, with one page more than it has; one that begins at 0 is none.
     *
     * @param start byte address
     * @param size bytes
     */
    public void reserveBridgeWindow(long[] s, long start, long size) {
        if (start != 0) {
            reserve(s, start >>> PAGE_SHIFT, (int) (size >>> PAGE_SHIFT) + 1);
        }
    }

    /**
     * Reserves entries. What begins behind the table is left out; what ends there is not cut off, so that bits behind the table are
     * set, as far as there are any.
     */
    private void reserve(long[] s, long entry, int count) {
        if (entry < bus.entries()) {
            table.area.take(s, (int) entry, Math.min(count, table.area.capacity() - (int) entry));
        }
    }

    private void setTar(long[] s) {
        int offset = Registers.tar(bus.bridge());
        long kept = platform.chip().read(s, offset, Long.BYTES) & ~Tar.SOFTWARE;
        long tar = kept | bus.table() | bus.size();
        table.tar.set(s, tar);
        platform.chip().write(s, offset, Long.BYTES, tar);
        platform.chip().read(s, offset, Long.BYTES);
    }

    private void quirk(long[] s, Generation generation) {
        if (generation == Generation.CALIOC2) {
            long value = platform.read(s, bus.bridge(), Bridge.SAVIOR_L2);
            platform.write(s, bus.bridge(), Bridge.SAVIOR_L2, value | RECOMMENDED.mask());
        } else if (bus.number() == SLOW_BUS) {
            long value = platform.chip().read(s, Registers.CONFIG, Long.BYTES);
            long slow = SplitTimeout.of(bus.bridge()).set(value, SplitTimeout.TWO_SECONDS);
            platform.chip().write(s, Registers.CONFIG, Long.BYTES, slow);
            platform.chip().read(s, Registers.CONFIG, Long.BYTES);
        }
    }

    /** Ends translation: addresses reach memory as they are. */
    public void disable(long[] s) {
        long config = platform.read(s, bus.bridge(), Bridge.CONFIG_RW);
        platform.writeThrough(s, bus.bridge(), Bridge.CONFIG_RW, config & ~ConfigRw.TRANSLATE);
    }

    /** Takes the table from the bridge and from the driver. */
    public void release(long[] s) {
        int offset = Registers.tar(bus.bridge());
        long kept = platform.chip().read(s, offset, Long.BYTES) & ~Tar.SOFTWARE;
        platform.chip().write(s, offset, Long.BYTES, kept);
        platform.chip().read(s, offset, Long.BYTES);
        table.present.set(s, 0);
    }

    /**
     * The size specification that the kernel chooses.
     *
     * @param specified by an option, or null
     * @param crashedPages {@code @unit} 4 KiB pages of memory of the crashed kernel whose tables are taken over; 0 when there was
     *     none or it is not known: then the largest
     */
    public static int size(@Nullable Integer specified, long crashedPages) {
        if (specified != null) {
            return specified;
        }
        if (crashedPages == 0) {
            return (int) Tar.SIZE.max();
        }
        // An eighth of the smallest table's bytes per entry, as a power of two of pages.
        long pages = ((crashedPages << PAGE_SHIFT >>> 13) - 1) >>> PAGE_SHIFT;
        return (int) Math.min(Tar.SIZE.max(), Long.SIZE - Long.numberOfLeadingZeros(pages));
    }
}
