package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.PageRange;
import dev.moat.iommu.amdvi.format.Commands;

/** The cached entries that a command removes. */
final class CommandCoverage {
    private CommandCoverage() {}

    /** Whether it removes what is cached for a page under a DomainID. {@code @unit} a 4 KiB page number. */
    static boolean ofPage(long lo, long hi, int domainId, long page) {
        if (Commands.OPCODE.get(lo) == Commands.INVALIDATE_IOMMU_ALL) {
            return true;
        }
        if (Commands.OPCODE.get(lo) != Commands.INVALIDATE_IOMMU_PAGES
                || Commands.Pages.DOMAIN_ID.get(lo) != domainId) {
            return false;
        }
        return PageRange.contains(Commands.firstPage(hi), Commands.pageCount(hi), page);
    }

    /** Whether it removes a DevID's cached device table entry. */
    static boolean ofDevice(long lo, int deviceId) {
        return Commands.OPCODE.get(lo) == Commands.INVALIDATE_IOMMU_ALL
                || (Commands.OPCODE.get(lo) == Commands.INVALIDATE_DEVTAB_ENTRY
                        && Commands.Device.DEVICE_ID.get(lo) == deviceId);
    }

    /** Whether it is one of the invalidations that drivers ask for here. */
    static boolean isInvalidation(long lo) {
        int opcode = (int) Commands.OPCODE.get(lo);
        return opcode == Commands.INVALIDATE_DEVTAB_ENTRY
                || opcode == Commands.INVALIDATE_IOMMU_PAGES
                || opcode == Commands.INVALIDATE_IOMMU_ALL;
    }
}
