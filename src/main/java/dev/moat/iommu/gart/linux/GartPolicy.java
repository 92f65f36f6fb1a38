package dev.moat.iommu.gart.linux;

/**
 * How the kernel uses the GART.
 *
 * @param fullFlush whether every mapping empties the TLBs; otherwise only a search that starts anew does
 * @param force whether a device that reaches the memory itself uses the table too
 * @param merge whether pieces of a list that fit together page by page get one address
 * @param emergencyPages pages that are never given out, for drivers that ignore an error: the address of one is then the error; 0
 *     in newer kernels (from 6.1 at the latest), where no address is
 */
public record GartPolicy(boolean fullFlush, boolean force, boolean merge, int emergencyPages) {
    /** Newer kernels' policy with these flags. */
    public GartPolicy(boolean fullFlush, boolean force, boolean merge) {
        this(fullFlush, force, merge, 0);
    }
}
