package dev.moat.iommu.calgary;

import dev.moat.iommu.Memory;
import dev.moat.iommu.calgary.CalgaryGeometry.Part;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.Registers.ConfigRw;
import dev.moat.iommu.calgary.Registers.Tar;

/**
 * The result of a device's request. Reads only.
 *
 * <p>{@code @fails} in this order: bus off, bus stopped; then, if the bus is translated, address of 4 GiB or more,
 * addresses of other devices, behind the table, entry that cannot be read, right. A cached entry is used before
 * memory, also if it gives fewer rights. {@code @source} CALGARY-TRANSLATION.
 */
public final class TceWalk {
    private static final int PAGE_SHIFT = Tce.RPN.lo();
    /** The first page that no table has; an address there takes two cycles of the bus (DAC). */
    public static final long FOUR_GIB_PAGES = 1L << (Integer.SIZE - PAGE_SHIFT);

    private static final int ALL_RIGHTS = Tce.MAY_READ | Tce.MAY_WRITE;
    /** A window ends at its last MiB's end. */
    private static final long WINDOW_END = (1L << 20) - 1;

    private final CalgaryUnit u;
    private final CalgaryGeometry g;
    private final Memory memory;
    private final boolean absence;
    private final int[] behind;

    public TceWalk(CalgaryUnit unit) {
        u = unit;
        g = unit.geometry();
        memory = unit.memory();
        absence = g.has(Part.CACHED_ABSENCE);
        behind = g.behind().stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * The answer to a request right now, from what is cached and otherwise from memory.
     *
     * @param page 4 KiB page number of the address that the device gives, of up to 64 bits
     * @return a {@link DmaAnswer}
     */
    public long answer(long[] s, int requester, long page, boolean write) {
        return answer(s, behind[requester], page, write, false);
    }

    /** The same as if nothing were cached. */
    public long uncached(long[] s, int requester, long page, boolean write) {
        return answer(s, behind[requester], page, write, true);
    }

    private long answer(long[] s, int bus, long page, boolean write, boolean fromMemory) {
        long config = u.configRw.get(s, bus);
        if (ConfigRw.SLOT_DISABLE.isSet(config)) {
            return DmaAnswer.SLOT_DISABLED;
        }
        if (u.isStopped(s, bus)) {
            return DmaAnswer.WAITS;
        }
        boolean dac = isBeyond(page);
        if (!ConfigRw.TCE_ENABLE.isSet(config) || (dac && !ConfigRw.DAC_DISABLE.isSet(config))) {
            return DmaAnswer.to(page, ALL_RIGHTS);
        }
        if (dac) {
            return DmaAnswer.DAC_REJECTED;
        }
        if (isPeer(s, bus, page)) {
            return DmaAnswer.PEER;
        }
        long tar = u.tar.get(s, bus);
        if (isBehind(tar, page)) {
            return DmaAnswer.BEYOND_TABLE;
        }
        int modelled = g.pageAt(page);
        if (!fromMemory && modelled >= 0 && isCached(s, bus, modelled)) {
            return through(u.cachedTce.get(s, bus, modelled), write);
        }
        long address = entryAddress(tar, page);
        return memory.isReadable(s, address)
                ? through(Tce.inMemory(memory.read(s, address)), write)
                : DmaAnswer.TABLE_ACCESS;
    }

    /** Whether a page is beyond 32 bits of address, which no table has. */
    static boolean isBeyond(long page) {
        return page >= FOUR_GIB_PAGES;
    }

    /** The answer that an entry gives. */
    static long through(long tce, boolean write) {
        return (Tce.rights(tce) & (write ? Tce.MAY_WRITE : Tce.MAY_READ)) != 0
                ? DmaAnswer.to(Tce.RPN.get(tce), Tce.rights(tce))
                : DmaAnswer.NO_RIGHT;
    }

    /** Whether a page of the addresses below 4 GiB is behind the table that a TAR leads to. */
    static boolean isBehind(long tar, long page) {
        return page >= Tar.entries(tar);
    }

    /** Whether an entry of a page is cached for a bus, one without rights included. */
    boolean isCached(long[] s, int bus, int page) {
        return u.cachedTce.get(s, bus, page) != 0 || (absence && u.cachedAbsence.get(s, bus, page) != 0);
    }

    /** Whether a page of a bus lies where nothing is translated. */
    boolean isPeer(long[] s, int bus, long page) {
        if (page >= Generation.holeFrom() && page < Generation.holeEnd()) {
            return true;
        }
        if (!g.has(Part.ALL_REGISTERS)) {
            return false;
        }
        boolean second = ConfigRw.MEM2_ENABLE.isSet(u.configRw.get(s, bus));
        long address = page << PAGE_SHIFT;
        return in(address, wide(s, bus, Bridge.MEM_1_HIGH, Bridge.MEM_1_LOW), u.storedAt(s, bus, Bridge.MEM_1_SIZE))
                || (second
                        && in(
                                address,
                                wide(s, bus, Bridge.MEM_2_HIGH, Bridge.MEM_2_LOW),
                                wide(s, bus, Bridge.MEM_2_SIZE_HIGH, Bridge.MEM_2_SIZE_LOW)));
    }

    private long wide(long[] s, int bus, Bridge high, Bridge low) {
        return u.storedAt(s, bus, high) << Integer.SIZE | u.storedAt(s, bus, low);
    }

    private static boolean in(long address, long start, long last) {
        return Long.compareUnsigned(address, start) >= 0 && Long.compareUnsigned(address, last | WINDOW_END) <= 0;
    }

    /** Byte address of the entry of a page in the table that a TAR leads to. */
    static long entryAddress(long tar, long page) {
        return Tar.table(tar) + Long.BYTES * page;
    }

    /** Whether a request for a modelled page is accepted and goes through the bus's table. */
    boolean isTranslated(long[] s, int bus, int page) {
        long config = u.configRw.get(s, bus);
        long number = g.pageNumber(page);
        return ConfigRw.TCE_ENABLE.isSet(config)
                && !ConfigRw.SLOT_DISABLE.isSet(config)
                && !u.isStopped(s, bus)
                && !isPeer(s, bus, number)
                && !isBehind(u.tar.get(s, bus), number);
    }

    /**
     * What stands for the entry of a modelled page beyond 4 GiB: all rights at its own address where the bus lets it
     * through, else 0.
     */
    long entryBeyond(long[] s, int bus, int page) {
        long number = g.pageNumber(page);
        return isBeyond(number) && DmaAnswer.reachesMemory(answer(s, bus, number, false, false))
                ? Tce.of(number, ALL_RIGHTS)
                : 0;
    }

    /** The entry that a bus's table has for a modelled page, as the chip reads it; 0 when it cannot. */
    long entryInMemory(long[] s, int bus, int page) {
        long address = entryAddress(u.tar.get(s, bus), g.pageNumber(page));
        return memory.isReadable(s, address) ? Tce.inMemory(memory.read(s, address)) : 0;
    }
}
