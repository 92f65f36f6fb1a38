package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import java.util.List;

/**
 * Which descriptors a unit knows, and which of their bits are reserved. Descriptors that name a PASID need a queue of
 * 256 bits, except the PASID cache's. Answers to page requests need it too, and ECAP.PRS. The invalidation of device
 * TLBs and of interrupt entries is known to any unit. {@code @source} VTD-QI.
 */
public final class DescriptorRules {
    private static final int TYPES = PageResponse.PAGE_GROUP_RESPONSE + 1;

    private final long[] lo = new long[TYPES];
    private final long[] hi = new long[TYPES];
    private final boolean[] known = new boolean[TYPES];
    private final boolean[] wide = new boolean[TYPES];
    private final boolean responsesAlways;
    private final boolean halfIgnored;
    /** By the low bits of a type: whether they are all of it that is looked at. */
    private final boolean[] byLowBits = new boolean[(int) Descriptors.TYPE.max() + 1];

    public DescriptorRules(long ecap, Deviations deviations) {
        know(Descriptors.CONTEXT_CACHE, Descriptors.ContextCache.LO, Descriptors.ContextCache.HI);
        know(Descriptors.IOTLB, Descriptors.Iotlb.LO, Descriptors.Iotlb.HI);
        know(Descriptors.WAIT, Descriptors.Wait.LO, Descriptors.Wait.HI);
        halfIgnored = deviations.has(Deviation.SECOND_HALF_IGNORED);
        responsesAlways = deviations.has(Deviation.PAGE_RESPONSE_ALWAYS);
        if (responsesAlways) {
            know(PageResponse.PAGE_GROUP_RESPONSE, PageResponse.LO, PageResponse.HI);
        } else if (Ecap.PRS.isSet(ecap)) {
            knowWide(PageResponse.PAGE_GROUP_RESPONSE, PageResponse.LO, PageResponse.HI);
        }
        if (!Ecap.PDS.isSet(ecap)) {
            lo[Descriptors.WAIT] |= Descriptors.Wait.PD.mask();
        }
        know(Descriptors.DEVICE_TLB, Descriptors.DeviceTlb.LO, Descriptors.DeviceTlb.HI);
        // The physical function's source-id is for units that throttle by it, here and in the one that names a PASID.
        boolean throttles = Ecap.DIT.isSet(ecap);
        if (!throttles) {
            lo[Descriptors.DEVICE_TLB] |= Descriptors.DeviceTlb.PFSID_LO.mask() | Descriptors.DeviceTlb.PFSID_HI.mask();
        }
        if (deviations.has(Deviation.ENTRY_CACHE_RESERVED_IGNORED)) {
            knowUnchecked(Descriptors.INTERRUPT_ENTRY_CACHE);
        } else {
            know(
                    Descriptors.INTERRUPT_ENTRY_CACHE,
                    Descriptors.InterruptEntryCache.LO,
                    Descriptors.InterruptEntryCache.HI);
        }
        if (deviations.has(Deviation.PASID_DESCRIPTORS_IGNORED)) {
            knowUnchecked(PasidDescriptors.PASID_IOTLB);
            knowUnchecked(PasidDescriptors.PASID_CACHE);
        } else if (Ecap.SMTS.isSet(ecap)) {
            knowWide(PasidDescriptors.PASID_IOTLB, PasidDescriptors.LO, PasidDescriptors.IOTLB_HI);
            knowWide(PasidDescriptors.PASID_DEVICE_TLB, PasidDescriptors.DeviceTlb.LO, PasidDescriptors.DeviceTlb.HI);
            if (!throttles) {
                lo[PasidDescriptors.PASID_DEVICE_TLB] |=
                        PasidDescriptors.DeviceTlb.PFSID_LO.mask() | PasidDescriptors.DeviceTlb.PFSID_HI.mask();
            }
            known[PasidDescriptors.PASID_CACHE] = true;
            if (deviations.has(Deviation.PASID_CACHE_CHECKED)) {
                knowWide(PasidDescriptors.PASID_CACHE, PasidDescriptors.LO, PasidDescriptors.NOTHING);
            }
        }
    }

    /** Whether PASID-cache descriptors are checked. */
    public boolean checksPasidCache() {
        return wide[PasidDescriptors.PASID_CACHE];
    }

    private void know(int type, List<BitField> first, List<BitField> second) {
        known[type] = true;
        lo[type] = Reserved.mask(first);
        hi[type] = Reserved.mask(second);
    }

    /** Where nothing is checked, the high bits of the type are not either: the recorded unit held them to be reserved. */
    private void knowUnchecked(int type) {
        known[type] = true;
        byLowBits[type] = true;
    }

    private void knowWide(int type, List<BitField> first, List<BitField> second) {
        know(type, first, second);
        wide[type] = true;
    }

    /** The type that a descriptor's first word names. */
    public int type(long first) {
        int low = (int) Descriptors.TYPE.get(first);
        return byLowBits[low] ? low : low | (int) Descriptors.TYPE_HIGH.get(first) << Descriptors.TYPE.width();
    }

    /**
     * Whether a descriptor may be executed.
     *
     * @param more third and fourth word together, 0 in a queue of 128 bits
     * @param wideQueue whether the queue has descriptors of 256 bits
     */
    public boolean isRight(long first, long second, long more, boolean wideQueue) {
        int type = type(first);
        if (type >= TYPES || !known[type] || (wide[type] && !wideQueue)) {
            return false;
        }
        // Nothing of an unchecked descriptor is looked at, its second half included.
        boolean unchecked = lo[type] == 0;
        boolean response = responsesAlways && type == PageResponse.PAGE_GROUP_RESPONSE;
        boolean lacking = response && !PageResponse.PP.isSet(first);
        boolean reserved = lacking || (first & lo[type]) != 0 || (second & hi[type]) != 0;
        return unchecked || (!reserved && (response || halfIgnored || more == 0));
    }
}
