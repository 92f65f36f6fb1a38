package dev.moat.iommu.vocabulary;

import dev.moat.iommu.Iommu;
import dev.moat.iommu.Meaning;
import dev.moat.state.Footprint;
import org.jspecify.annotations.Nullable;

/** What the TLBs of devices serve of one right, as {@link HardwareRelations} has it; nothing where devices have none. */
final class KeptByDevices {
    private final Iommu iommu;
    private final Meaning.@Nullable DeviceTlbs devices;
    private final int requesters;
    private final int right;

    /** @param right one of {@link dev.moat.iommu.Rights} */
    KeptByDevices(Iommu iommu, int right) {
        this.iommu = iommu;
        this.right = right;
        devices = iommu.meaning().deviceTlbs();
        requesters = iommu.sizes().requesters().sort().size();
    }

    /** Whether any device has a TLB. */
    boolean isAny() {
        return devices != null;
    }

    /** Whether a device behind a unit keeps a frame for a page, and may use it as what has the tag. */
    boolean underTag(long[] s, int unit, int tag, int page, int frame) {
        for (int q = 0; devices != null && q < requesters; q++) {
            if (iommu.unitOf(q) == unit && isKept(s, q, page, frame) && devices.mayBeUsed(s, q, tag)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a device keeps a frame for a page, and a request by that passes now. */
    boolean passes(long[] s, int requester, int page, int frame) {
        return devices != null && isKept(s, requester, page, frame) && devices.isUsed(s, requester);
    }

    private boolean isKept(long[] s, int requester, int page, int frame) {
        return devices != null
                && (devices.rights(s, requester, page) & right) != 0
                && devices.frame(s, requester, page) == frame;
    }

    /** Adds what {@link #underTag} reads. */
    void read(Footprint footprint, int page) {
        for (int q = 0; q < requesters; q++) {
            read(footprint, q, page);
        }
    }

    /** Adds what {@link #passes} reads. */
    void read(Footprint footprint, int requester, int page) {
        if (devices != null) {
            devices.read(footprint, requester, page);
        }
    }
}
