package dev.moat.iommu.amdvi;

import dev.moat.iommu.amdvi.Registers.ExclusionBase;
import dev.moat.iommu.amdvi.Registers.ExclusionLimit;
import java.util.Set;

/**
 * What a device table entry says about a request before any page table is read. Pure.
 *
 * <p>{@code @fails} in this order: V = 0 (untranslated), reserved bits of quadword 0, exclusion range (untranslated), TV,
 * Mode, Mode 0 (untranslated, or without permission), width. {@code @source} AMDVI-WALK.
 */
public final class DeviceCheck {
    /** The answer that tables have to be read; no other answer is 0. */
    public static final long NEEDS_TABLES = 0;

    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();
    private static final long RESERVED0 = Reserved.in(DeviceTableEntry.QUAD0);
    private static final long RESERVED1 = Reserved.in(DeviceTableEntry.QUAD1);
    private static final long RESERVED2 = Reserved.in(DeviceTableEntry.QUAD2);
    private static final long RESERVED3 = Reserved.in(DeviceTableEntry.QUAD3);

    private final int indexBits;
    private final int levels;
    private final boolean reservedAlways;
    private final boolean excludes;
    private final boolean translationOptional;
    private final boolean checksWidth;

    /** @param indexBits address bits that one level of page tables decodes, 1 to 9; 9 is real */
    public DeviceCheck(int indexBits, Capabilities can, Set<Deviation> deviations) {
        this.indexBits = indexBits;
        levels = can.levels();
        reservedAlways = deviations.contains(Deviation.DTE_RES_ALWAYS);
        excludes = !deviations.contains(Deviation.EXCLUSION);
        translationOptional = deviations.contains(Deviation.TV0_IDENTITY);
        checksWidth = !deviations.contains(Deviation.NO_WIDTH);
    }

    /**
     * Answers a request, as far as the entry can. The last two quadwords matter for interrupts only, but see
     * {@link Deviation#DTE_RES_ALWAYS}.
     *
     * @param iova byte address
     * @param exclusionBase the register of that name, as the next one
     * @return a {@link Translation}, or {@link #NEEDS_TABLES}
     */
    public long settled(
            long quad0,
            long quad1,
            long quad2,
            long quad3,
            long iova,
            boolean write,
            long exclusionBase,
            long exclusionLimit) {
        if (isIllegal(quad0, quad1, quad2, quad3)) {
            return Translation.of(Outcome.DEVICE_ENTRY_RESERVED);
        }
        if (!DeviceTableEntry.V.isSet(quad0)) {
            return Translation.of(Outcome.UNTRANSLATED);
        }
        if (excludes && isExcluded(quad1, iova, exclusionBase, exclusionLimit)) {
            return Translation.of(Outcome.UNTRANSLATED);
        }
        return translating(quad0, iova, write);
    }

    /** Whether reserved bits are set that count for DMA: those of quadword 0, when V is set. */
    boolean isIllegal(long quad0, long quad1, long quad2, long quad3) {
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

    private long translating(long quad0, long iova, boolean write) {
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
        return checksWidth && isBeyond(iova, mode) ? Translation.of(Outcome.BEYOND_WIDTH) : NEEDS_TABLES;
    }

    /** Whether an address has bits above those that a top table of this level decodes. */
    private boolean isBeyond(long iova, int mode) {
        int width = PAGE_SHIFT + indexBits * mode;
        return width < Long.SIZE && iova >>> width != 0;
    }
}
