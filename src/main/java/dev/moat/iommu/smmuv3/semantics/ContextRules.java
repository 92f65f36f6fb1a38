package dev.moat.iommu.smmuv3.semantics;

import dev.moat.iommu.smmuv3.format.ContextDescriptor;

/** When a context descriptor is illegal. Fields of a region that is closed do not count. {@code @source} IHI 0070, CD, validity of CD. */
public final class ContextRules {
    private static final int NEVER_STALLS = 1;
    private static final int ALWAYS_STALLS = 2;

    private final Capabilities can;

    public ContextRules(Capabilities can) {
        this.can = can;
    }

    /** Whether it is legal, under a stream table entry whose S1STALLD is so. */
    public boolean isLegal(long[] context, boolean stallsDisabled) {
        long fields = context[0];
        boolean closed = ContextDescriptor.EPD0.isSet(fields) && ContextDescriptor.EPD1.isSet(fields);
        boolean stalls = ContextDescriptor.S.isSet(fields);
        return ContextDescriptor.V.isSet(fields)
                && ContextDescriptor.AA64.isSet(fields)
                && can.hasAArch64()
                && (ContextDescriptor.A.isSet(fields) || !can.terminatesByAbort())
                && can.stallModel() != (stalls ? NEVER_STALLS : ALWAYS_STALLS)
                && !(stalls && stallsDisabled)
                && (closed || can.hasEndianness(ContextDescriptor.ENDI.isSet(fields)))
                && (!ContextDescriptor.HA.isSet(fields) || can.tableUpdates() >= 1)
                && (!ContextDescriptor.HD.isSet(fields) || can.tableUpdates() >= 2)
                && can.isAsid(ContextDescriptor.ASID.get(fields))
                && isLegal(Stage.region(can, context, false))
                && isLegal(Stage.region(can, context, true));
    }

    private boolean isLegal(Stage region) {
        return !region.open()
                || (region.granule() != Capabilities.NO_GRANULE
                        && can.isRegion(region.inputBits(), region.granule(), can.hasWideRegions())
                        && !can.isBeyond(region.root(), region.outputBits()));
    }
}
