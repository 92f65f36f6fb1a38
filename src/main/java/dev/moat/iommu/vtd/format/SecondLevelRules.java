package dev.moat.iommu.vtd.format;

import dev.moat.iommu.vtd.format.Registers.Ecap;

/**
 * What a unit with some capabilities makes of second-level entries: which are leaves, which bits are reserved. {@code @source}
 * VTD-SL-ENTRY.
 */
public final class SecondLevelRules {
    private final Capabilities capabilities;
    private final long beyond;
    private final long snoop;
    private final long transientMapping;

    /** Those of the specification. */
    public SecondLevelRules(Capabilities capabilities) {
        this(capabilities, Deviations.NONE);
    }

    public SecondLevelRules(Capabilities capabilities, Deviations deviations) {
        this.capabilities = capabilities;
        beyond = Reserved.beyond(SecondLevelEntry.ADDR, capabilities.hostAddressBits());
        long ecap = capabilities.ecap();
        boolean taken = deviations.has(Deviation.SNOOP_WITH_SCALABLE_MODE) && Ecap.SMTS.isSet(ecap);
        boolean snoops = Ecap.SC.isSet(ecap) || taken;
        snoop = snoops ? 0 : SecondLevelEntry.SNP.mask();
        boolean isTransient = Ecap.DT.isSet(ecap) && !deviations.has(Deviation.TRANSIENT_MAPPING_RESERVED);
        transientMapping = isTransient ? 0 : SecondLevelEntry.TM.mask();
    }

    /** Bits of an address that tables of a width translate. */
    public int width(int aw) {
        int bits = (aw + 2) * DmaAnswer.LEVEL_BITS + DmaAnswer.PAGE_BITS;
        return Math.min(bits, capabilities.guestAddressBits());
    }

    /** Whether an address is beyond what tables of a width translate. */
    public boolean isBeyond(long address, int aw) {
        return address >>> width(aw) != 0;
    }

    /** Whether an entry that is present leads to a page. */
    public boolean isLeaf(long entry, int level) {
        return level == 1 || (SecondLevelEntry.SP.isSet(entry) && capabilities.supportsSuperpage(level));
    }

    /** The bits that must be clear in an entry of a level, 1 for the lowest. */
    public long reserved(int level, boolean leaf) {
        if (!leaf) {
            return beyond | SecondLevelEntry.SNP.mask() | SecondLevelEntry.TM.mask() | SecondLevelEntry.SP.mask();
        }
        long below = SecondLevelEntry.ADDR.mask() & ~DmaAnswer.pageMask(level);
        return beyond | below | transientMapping | snoop;
    }

    /** Address of the entry that an address leads to in a table. */
    public static long entryAddress(long table, long address, int level) {
        int shift = DmaAnswer.PAGE_BITS + DmaAnswer.LEVEL_BITS * (level - 1);
        long index = address >>> shift & ((1 << DmaAnswer.LEVEL_BITS) - 1);
        return (table << DmaAnswer.PAGE_BITS) + index * Long.BYTES;
    }
}
