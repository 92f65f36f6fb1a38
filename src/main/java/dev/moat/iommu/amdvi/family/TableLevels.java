package dev.moat.iommu.amdvi.family;

/**
 * How many levels the page tables of a space have, which is decided when it is created. {@code @source} Xen 4.17
 * pci_amd_iommu.c, amd_iommu_domain_init: as many as the highest frame of the machine needs. Linux starts with three and puts
 * another level on top when an address does not fit: package {@code iommu.amdvi.family}.
 */
final class TableLevels {
    private TableLevels() {}

    /** Levels that the specification has. */
    public static final int MOST = 6;

    /**
     * The fewest levels that decode pages up to a last one.
     *
     * @param last 4 KiB page number
     * @param fewest the least answer
     * @param indexBits address bits that one level decodes
     * @return from {@code fewest} to {@link #MOST}, which may not be enough
     */
    public static int forPages(long last, int fewest, int indexBits) {
        int levels = fewest;
        while (levels < MOST && last >>> (indexBits * levels) != 0) {
            levels++;
        }
        return levels;
    }
}
