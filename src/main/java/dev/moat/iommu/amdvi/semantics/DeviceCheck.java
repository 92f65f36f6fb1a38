package dev.moat.iommu.amdvi.semantics;

import dev.moat.bits.Reserved;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers.DeviceTableBase;
import dev.moat.iommu.amdvi.format.Registers.ExclusionBase;
import dev.moat.iommu.amdvi.format.Registers.ExclusionLimit;
import dev.moat.iommu.amdvi.format.Translation;

/**
 * What registers and the device table entry say about a request before any page table is read. Reads only.
 *
 * <p>{@code @fails} in this order: unit off (untranslated), device table too short, addresses that stand for interrupts; then
 * by the entry: V = 0 (untranslated), reserved bits of quadword 0, exclusion range (untranslated), TV,
 * Mode, Mode 0 (untranslated, or without permission), width. {@code @source} AMDVI-WALK.
 */
public final class DeviceCheck {
    /** The answer that more has to be read: the entry, or page tables. No {@link Translation} here is 0. */
    public static final long UNSETTLED = 0;

    /** The 1 MiB of addresses that stand for interrupts, as a number of MiB. */
    private static final long INTERRUPTS = 0xfee;

    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();
    private static final long RESERVED0 = Reserved.in(DeviceTableEntry.QUAD0);
    private static final long RESERVED1 = Reserved.in(DeviceTableEntry.QUAD1);
    private static final long RESERVED2 = Reserved.in(DeviceTableEntry.QUAD2);
    private static final long RESERVED3 = Reserved.in(DeviceTableEntry.QUAD3);

    private final int indexBits;
    private final RegisterBank registers;
    private final int levels;
    private final boolean reservedAlways;
    private final boolean excludes;
    private final boolean translationOptional;
    private final boolean checksWidth;

    /** @param indexBits address bits that one level of page tables decodes, 1 to 9; 9 is real */
    public DeviceCheck(int indexBits, RegisterBank registers, Behaviour behaviour) {
        this.indexBits = indexBits;
        this.registers = registers;
        levels = behaviour.capabilities().levels();
        reservedAlways = behaviour.has(Deviation.DTE_RES_ALWAYS);
        excludes = !behaviour.has(Deviation.EXCLUSION);
        translationOptional = behaviour.has(Deviation.TV0_IDENTITY);
        checksWidth = !behaviour.has(Deviation.NO_WIDTH);
    }

    /**
     * Answers a request, as far as that needs no device table entry.
     *
     * @param iova byte address
     * @return a {@link Translation}, or {@link #UNSETTLED}
     */
    public long withoutEntry(long[] s, int deviceId, long iova) {
        if (!registers.isOn(s)) {
            return Translation.of(Outcome.UNTRANSLATED);
        }
        if (deviceId >= DeviceTableBase.entries(registers.deviceTable.get(s))) {
            return Translation.of(Outcome.BEYOND_DEVICE_TABLE);
        }
        return isInterrupt(iova) ? Translation.of(Outcome.INTERRUPT_RANGE) : UNSETTLED;
    }

    /** Whether a request is for the addresses that stand for interrupts: a write is one, a read gets nothing. */
    public static boolean isInterrupt(long iova) {
        return iova >>> 20 == INTERRUPTS;
    }

    /**
     * Answers a request that has come to the device table entry, as far as that can. Its other quadwords matter for interrupts
     * only, but see {@link Deviation#DTE_RES_ALWAYS} and {@link #isIllegal}.
     *
     * @param iova byte address
     * @return a {@link Translation}, or {@link #UNSETTLED} when page tables have to be read
     */
    public long byEntry(long[] s, long quad0, long quad1, long iova, boolean write) {
        if (isIllegal(quad0, quad1, 0, 0)) {
            return Translation.of(Outcome.DEVICE_ENTRY_RESERVED);
        }
        if (!DeviceTableEntry.V.isSet(quad0)) {
            return Translation.of(Outcome.UNTRANSLATED);
        }
        if (excludes && isExcluded(quad1, iova, registers.exclusionBase.get(s), registers.exclusionLimit.get(s))) {
            return Translation.of(Outcome.UNTRANSLATED);
        }
        return translating(quad0, iova, write);
    }

    /** Whether an entry leads to page tables, for requests that neither the exclusion range nor their address settles. */
    public boolean leadsToTables(long quad0, long quad1) {
        return !isIllegal(quad0, quad1, 0, 0)
                && DeviceTableEntry.V.isSet(quad0)
                && translating(quad0, 0, false) == UNSETTLED;
    }

    /** Whether reserved bits are set that count for DMA: those of quadword 0, when V is set. */
    public boolean isIllegal(long quad0, long quad1, long quad2, long quad3) {
        if (reservedAlways) {
            return ((quad0 & RESERVED0) | (quad1 & RESERVED1) | (quad2 & RESERVED2) | (quad3 & RESERVED3)) != 0;
        }
        return DeviceTableEntry.V.isSet(quad0) && (quad0 & RESERVED0) != 0;
    }

    private static boolean isExcluded(long quad1, long iova, long base, long limit) {
        boolean applies = ExclusionBase.ALLOW.isSet(base) || DeviceTableEntry.EX.isSet(quad1);
        long page = iova >>> PAGE_SHIFT;
        return ExclusionBase.EX_EN.isSet(base)
                && applies
                && page >= ExclusionBase.BASE.get(base)
                && page <= ExclusionLimit.LIMIT.get(limit);
    }

    /** The answer of an entry with V set and no reserved bit, outside of the exclusion range, or {@link #UNSETTLED}. */
    public long translating(long quad0, long iova, boolean write) {
        boolean hasTables = DeviceTableEntry.TV.isSet(quad0);
        if (!hasTables && !translationOptional) {
            return Translation.of(Outcome.TRANSLATION_INVALID);
        }
        int mode = hasTables ? (int) DeviceTableEntry.MODE.get(quad0) : DeviceTableEntry.MODE_UNTRANSLATED;
        if (mode > levels) {
            return Translation.of(Outcome.MODE_ILLEGAL);
        }
        if (mode == DeviceTableEntry.MODE_UNTRANSLATED) {
            boolean permitted = (DeviceTableEntry.rights(quad0) & Translation.right(write)) != 0;
            return Translation.of(permitted ? Outcome.UNTRANSLATED : Outcome.UNTRANSLATED_DENIED);
        }
        return checksWidth && isBeyond(iova, mode) ? Translation.of(Outcome.BEYOND_WIDTH) : UNSETTLED;
    }

    /** Whether an address has bits above those that a top table of this level decodes. */
    private boolean isBeyond(long iova, int mode) {
        int width = PAGE_SHIFT + indexBits * mode;
        return width < Long.SIZE && iova >>> width != 0;
    }
}
