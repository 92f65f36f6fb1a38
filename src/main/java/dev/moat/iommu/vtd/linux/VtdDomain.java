package dev.moat.iommu.vtd.linux;

import dev.moat.iommu.memory.Memory;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers.Cap;

/**
 * The tag of one domain at one unit: devices that are led to its tables, and what of it is to be forgotten. {@code @source} Linux 6.1
 * iommu.c: domain_context_mapping_one, iommu_flush_iotlb_psi.
 */
public class VtdDomain {
    private final UnitQueue queue;
    private final Memory memory;
    private final int did;
    private final boolean pageSelective;
    private final int largestMask;

    /** Whether the unit may cache what is not present. */
    final boolean cachesAbsence;

    /** @param did of 16 bits, nobody else's at this unit; not 0 where the unit caches what is not present */
    public VtdDomain(UnitQueue queue, Memory memory, Capabilities can, int did) {
        this.queue = queue;
        this.memory = memory;
        this.did = did;
        pageSelective = Cap.PSI.isSet(can.cap());
        largestMask = (int) Cap.MAMV.get(can.cap());
        cachesAbsence = can.cachesFailures();
    }

    /**
     * Leads a function of bus 0 that has no domain to tables; where the unit caches what is not present, that is forgotten.
     *
     * @param devfn device and function, 8 bits
     * @throws IllegalStateException when the device has a domain, whose tag this one does not know, or the unit does not complete a
     *     descriptor
     */
    public void attach(long[] s, int devfn, VtdPages pages) {
        long at = queue.contextEntry(devfn);
        if (ContextEntry.P.isSet(memory.read(s, at))) {
            throw new IllegalStateException("device " + Integer.toHexString(devfn) + " has a domain");
        }
        memory.write(s, at + Long.BYTES, ContextEntry.hi(pages.levels() - 2, did));
        memory.write(s, at, ContextEntry.lo(ContextEntry.TT_UNTRANSLATED, pages.root()));
        if (cachesAbsence) {
            queue.submit(s, Descriptors.contextDevice(0, devfn, 0), 0);
            queue.submit(s, Descriptors.iotlbDomain(did), 0);
        }
    }

    /**
     * Has pages forgotten, and returns when they are.
     *
     * @param page the first one, in 4 KiB
     */
    void forget(long[] s, long page, long pages) {
        int mask = mask(page, pages);
        if (!pageSelective || mask > largestMask) {
            queue.submit(s, Descriptors.iotlbDomain(did), 0);
        } else {
            queue.submit(s, Descriptors.iotlbPage(did), Descriptors.iotlbRangeHi(page, mask, leavesTables()));
        }
    }

    /** Whether what the unit has cached of tables may stay (IH): never, as qi_flush_iotlb masks that out with the address. */
    boolean leavesTables() {
        return false;
    }

    /** Log2 of the smallest aligned range with all the pages. Hardware ignores the low bits of an address, so it may be more than twice. */
    int mask(long page, long pages) {
        return Descriptors.Iotlb.mask(page, page + pages - 1);
    }
}
