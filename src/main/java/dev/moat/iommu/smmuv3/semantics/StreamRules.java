package dev.moat.iommu.smmuv3.semantics;

import dev.moat.iommu.smmuv3.format.StreamTableEntry;

/** When a stream table entry is illegal. Fields of a stage that is off do not count. {@code @source} IHI 0070, STE, validity of STE. */
public final class StreamRules {
    private static final int NEVER_STALLS = 1;
    private static final int ALWAYS_STALLS = 2;

    private final Capabilities can;
    private final Latitude latitude;

    public StreamRules(Capabilities can, Latitude latitude) {
        this.can = can;
        this.latitude = latitude;
    }

    /** Whether an entry is legal. */
    public boolean isLegal(long[] entry) {
        long word = entry[0];
        long config = StreamTableEntry.CONFIG.get(word);
        boolean nested = StreamTableEntry.hasStage(config, StreamTableEntry.STAGE_2);
        return StreamTableEntry.V.isSet(word)
                && (!StreamTableEntry.hasStage(config, StreamTableEntry.STAGE_1) || isStage1Legal(entry, nested))
                && (!nested || isStage2Legal(entry[2], entry[3]));
    }

    private boolean isStage1Legal(long[] entry, boolean nested) {
        boolean far = can.isBeyond(StreamTableEntry.contexts(entry[0]), can.addressBits());
        boolean stalls = StreamTableEntry.S1_STALLD.isSet(entry[1]) && can.stallModel() != 0;
        return can.hasStage1() && !stalls && (!far || (nested && !latitude.isFarContextIllegal()));
    }

    private boolean isStage2Legal(long fields, long table) {
        int granule = can.granule(StreamTableEntry.S2_TG.get(fields));
        return can.hasStage2()
                && StreamTableEntry.S2_AA64.isSet(fields)
                && can.hasAArch64()
                && granule != Capabilities.NO_GRANULE
                && isSize(fields, granule)
                && !can.isBeyond(Stage.address(StreamTableEntry.S2_TTB, table), Stage.outputBits(can, fields, granule))
                && can.hasEndianness(StreamTableEntry.S2_ENDI.isSet(fields))
                && (!StreamTableEntry.S2_HA.isSet(fields) || can.tableUpdates() >= 1)
                && (!StreamTableEntry.S2_HD.isSet(fields) || can.tableUpdates() >= 2)
                && can.stallModel() != (StreamTableEntry.S2_S.isSet(fields) ? NEVER_STALLS : ALWAYS_STALLS)
                && can.isVmid(StreamTableEntry.S2_VMID.get(fields));
    }

    /** Whether the size of intermediate addresses is possible, and the start level is one from which it can be walked. */
    private boolean isSize(long fields, int granule) {
        int bits = Stage.inputBits(fields);
        int level = Stage.startLevel(fields, granule);
        int above = Translation.shift(granule, can.indexBits(granule), level);
        return bits <= can.addressBits()
                && can.isRegion(bits, granule, true)
                && level >= 0
                && level <= 3
                && bits > above
                && bits <= above + can.indexBits(granule) + Stage.CONCATENATED_BITS;
    }
}
