package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.vtd.DeviceRange;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import java.util.List;

/**
 * Which translations an IOTLB invalidation names: those of a domain or of a page, and whether the tables above them go
 * too. {@code @source} Xen 4.17 drivers/passthrough/vtd/iommu.c iommu_flush_iotlb: the domain where a table was unlinked
 * (IOMMU_FLUSHF_all), never the hint IH.
 */
final class InvalidatedRange {
    /** The decisions below. */
    static final List<String> DECISIONS = List.of(
            "invalidation.whole-domain",
            "invalidation.page",
            "invalidation.mask",
            "invalidation.leaf-only",
            "invalidation.drain");
    /** The one in {@link #ofDevice}. */
    static final String OF_DEVICE = "invalidation.device-range";

    private final boolean pageSelective;
    private final int largestMask;
    private final long firstPage;
    /** {@code invalidation.whole-domain}: (DID, first page or -1 for all, what changed) to 1 for a domain-selective one. */
    private final Decision wholeDomain;
    /** {@code invalidation.page}: (page) to the page in a page-selective one. */
    private final Decision page;
    /** {@code invalidation.mask}: (AM of the range, CAP.MAMV, its pages) to the AM that is used, or -1 for the domain. */
    private final Decision mask;
    /** {@code invalidation.leaf-only}: (what changed) to 1 for the hint that only leaf entries did (IH). */
    private final Decision leafOnly;
    /** {@code invalidation.device-range}: (first page of the aligned range, its AM, its ADDR) to the ADDR that is used beside S. */
    private final Decision deviceAddress;
    /** {@code invalidation.drain}: to 1 when walks in flight are to be drained. */
    private final Decision drain;

    /** @param cap the CAP register */
    public InvalidatedRange(ModelBuilder model, Sizes sizes, long cap) {
        pageSelective = Registers.Cap.PSI.isSet(cap);
        largestMask = (int) Registers.Cap.MAMV.get(cap);
        firstPage = sizes.addresses().firstPage();
        wholeDomain = model.decision("invalidation.whole-domain", this::needsWhole);
        page = model.decision("invalidation.page", (s, first, b, c) -> first);
        Decision fitting = (s, am, largest, count) -> am <= largest ? am : -1;
        mask = sizes.needs(Sizes.Need.RANGES) ? model.decision("invalidation.mask", fitting) : fitting;
        Decision encoded = (s, page, am, address) -> address;
        boolean several = sizes.needs(Sizes.Need.RANGES) && sizes.needs(Sizes.Need.DEVICE_TLBS);
        deviceAddress = several ? model.decision(OF_DEVICE, encoded) : encoded;
        boolean hints = sizes.needs(Sizes.Need.LEAF_HINTS);
        Decision hint = (s, changed, b, c) -> hints && changed == Port.LEAVES ? 1 : 0;
        boolean unlinks = sizes.needs(Sizes.Need.TABLE_FRAMES);
        leafOnly = unlinks ? model.decision("invalidation.leaf-only", hint) : hint;
        drain = model.decision("invalidation.drain", (s, a, b, c) -> 1);
    }

    private int needsWhole(long[] s, int did, int first, int changed) {
        return first != Port.ALL_PAGES && pageSelective && changed != Port.WHOLE_SPACE ? 0 : 1;
    }

    /** Granularity of the invalidation that is asked for, as {@link Descriptors#G} has it. */
    int granularity(long[] s, int did, int first, int last, int changed) {
        if (did == Port.ALL_TAGS) {
            return Descriptors.GLOBAL;
        }
        boolean whole = wholeDomain.decide(s, did, first, changed) != 0 || (first != last && mask(s, first, last) < 0);
        return whole ? Descriptors.DOMAIN : Descriptors.PAGE;
    }

    /** AM, IH and ADDR of a page-selective one. */
    long pages(long[] s, int first, int last, int changed) {
        boolean hint = leafOnly.decide(s, changed, 0, 0) != 0;
        long named = firstPage + page.decide(s, Math.max(first, 0), 0, 0);
        int am = first == last ? 0 : mask(s, first, last);
        return Descriptors.iotlbRangeHi(named, am, hint);
    }

    /**
     * Second word of what asks a device for the same: all that it keeps where the IOTLB has to forget the whole domain. {@code @source} Xen
     * 4.21 iommu_flush_iotlb_psi, which goes on as iommu_flush_iotlb_dsi there; dev_invalidate_iotlb.
     *
     * @param first the first page, or {@link Port#ALL_PAGES}
     */
    long ofDevice(long[] s, int first, int last) {
        int am = first == Port.ALL_PAGES || first == last ? 0 : mask(s, first, last);
        if (first == Port.ALL_PAGES || am < 0) {
            return DeviceRange.all();
        }
        if (am == 0) {
            return DeviceRange.page(firstPage + first);
        }
        int page = (int) (firstPage + first) & -(1 << am);
        return DeviceRange.pages(deviceAddress.decide(s, page, am, (int) DeviceRange.address(page, am)));
    }

    /** AM of the smallest aligned range from the first page to the last, or -1 when the unit has none as large. */
    private int mask(long[] s, int first, int last) {
        int bits = Descriptors.Iotlb.mask(firstPage + first, firstPage + last);
        return mask.decide(s, bits, largestMask, last - first + 1);
    }

    /** Whether it drains walks in flight. */
    boolean drains(long[] s) {
        return drain.decide(s, 0, 0, 0) != 0;
    }
}
