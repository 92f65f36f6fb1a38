package dev.moat.iommu.vtd.interrupt;

import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.Reserved;
import dev.moat.iommu.vtd.format.SourceId;

/**
 * What an entry makes of a request: present, then reserved fields, then the requester, then the message.
 *
 * <p>That reserved delivery modes, destination bits outside of 47:40 without extended mode, SVT 3 and posted format without
 * CAP.PI are 0x24 is from memory of the specification. {@code @source} VTD-INTERRUPT-REMAPPING.
 */
public final class EntryRules {
    /** Delivery modes that are reserved, as a set of bits. */
    private static final int RESERVED_MODES = 1 << 3 | 1 << 6;

    private static final long REMAPPED_LO = Reserved.mask(RemapEntry.Remapped.LO);
    private static final long REMAPPED_HI = Reserved.mask(RemapEntry.Remapped.HI);
    private static final long POSTED_LO = Reserved.mask(RemapEntry.Posted.LO);
    private static final long POSTED_HI = Reserved.mask(RemapEntry.Posted.HI);

    private final boolean posts;
    private final boolean postedAsRemapped;
    private final boolean modesUnchecked;
    private final boolean destinationUnchecked;
    private final boolean typeAsFailure;
    private final boolean busesSwapped;

    /** @param posts whether entries in posted format have a meaning, CAP.PI */
    public EntryRules(boolean posts, Deviations deviations) {
        this.posts = posts;
        postedAsRemapped = deviations.has(Deviation.POSTED_AS_REMAPPED);
        modesUnchecked = deviations.has(Deviation.DELIVERY_MODE_UNCHECKED);
        destinationUnchecked = deviations.has(Deviation.DESTINATION_UNCHECKED);
        typeAsFailure = deviations.has(Deviation.VERIFICATION_TYPE_AS_FAILURE);
        busesSwapped = deviations.has(Deviation.BUS_RANGE_SWAPPED);
    }

    /**
     * The answer to a request that leads to an entry.
     *
     * @param sid the requester, or {@link InterruptRequest#NO_SOURCE}, of whom nothing is verified
     * @param extended whether destinations have 32 bits
     * @return an {@link InterruptAnswer}; {@link InterruptAnswer#POSTED} where the vector is to be posted
     */
    public long answer(long lo, long hi, int sid, boolean extended) {
        if (!RemapEntry.P.isSet(lo)) {
            return InterruptAnswer.blocked(InterruptFault.ENTRY_NOT_PRESENT, lo);
        }
        boolean posted = posts && RemapEntry.IM.isSet(lo);
        if (isReserved(lo, hi, posted, extended)) {
            return InterruptAnswer.blocked(InterruptFault.ENTRY_RESERVED, lo);
        }
        if (sid != InterruptRequest.NO_SOURCE && !isFrom(hi, sid)) {
            return InterruptAnswer.blocked(InterruptFault.SOURCE_INVALID, lo);
        }
        if (posted) {
            return InterruptAnswer.POSTED;
        }
        long dest = extended ? RemapEntry.Remapped.DST.get(lo) : RemapEntry.Remapped.DST8.get(lo);
        return InterruptAnswer.remapped(lo, dest);
    }

    private boolean isReserved(long lo, long hi, boolean posted, boolean extended) {
        if (RemapEntry.SVT.get(hi) == RemapEntry.SVT_RESERVED && !typeAsFailure) {
            return true;
        }
        if (posted) {
            return (lo & POSTED_LO) != 0 || (hi & POSTED_HI) != 0;
        }
        if ((lo & REMAPPED_LO) != 0 || (hi & REMAPPED_HI) != 0) {
            return true;
        }
        boolean wrongMode = (RESERVED_MODES >>> (int) RemapEntry.Remapped.DLM.get(lo) & 1) != 0;
        long outside = RemapEntry.Remapped.DST.mask() & ~RemapEntry.Remapped.DST8.mask();
        return (RemapEntry.IM.isSet(lo) && !postedAsRemapped)
                || (wrongMode && !modesUnchecked)
                || (!extended && (lo & outside) != 0 && !destinationUnchecked);
    }

    private boolean isFrom(long hi, int sid) {
        int named = (int) RemapEntry.SID.get(hi);
        return switch ((int) RemapEntry.SVT.get(hi)) {
            case RemapEntry.SVT_NONE -> true;
            case RemapEntry.SVT_SOURCE -> ((named ^ sid) & SourceId.compared((int) RemapEntry.SQ.get(hi))) == 0;
            case RemapEntry.SVT_BUSES -> {
                int high = named >>> 8;
                int low = named & 0xff;
                int bus = sid >>> 8;
                yield busesSwapped ? low <= bus && bus <= high : high <= bus && bus <= low;
            }
            default -> false;
        };
    }
}
