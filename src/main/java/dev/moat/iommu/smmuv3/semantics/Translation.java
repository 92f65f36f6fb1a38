package dev.moat.iommu.smmuv3.semantics;

import dev.moat.iommu.smmuv3.format.TableDescriptor;

/**
 * A valid table descriptor, as it is kept in a TLB: it leads to a table, or to memory.
 *
 * @param second whether it is of stage 2; its input is then an intermediate address
 * @param vmid its tag
 * @param asid of stage 1, {@link #GLOBAL} if it is global; of stage 2 {@link #GLOBAL}
 * @param first the first address that it stands for
 * @param granule log2
 * @param indexBits of an address that index a table which is not the first one
 * @param level of the table in which it is
 * @param leaf whether it leads to memory, and not to a table
 * @param to the address of the memory or table
 * @param rights {@link #READ} and {@link #WRITE} of unprivileged data accesses; of a table those that it leaves
 */
public record Translation(
        boolean second,
        int vmid,
        int asid,
        long first,
        int granule,
        int indexBits,
        int level,
        boolean leaf,
        long to,
        int rights) {
    /** The same for every ASID. */
    public static final int GLOBAL = -1;

    public static final int READ = 1;
    public static final int WRITE = 2;
    static final int ALL = READ | WRITE;

    /** Log2 of the bytes that a descriptor stands for. */
    public static int shift(int granule, int indexBits, int level) {
        return granule + (TableDescriptor.LAST_LEVEL - level) * indexBits;
    }

    /** Log2 of the bytes that it stands for. */
    int shift() {
        return shift(granule, indexBits, level);
    }

    /** Whether it stands for an address. */
    public boolean covers(long address) {
        return (address ^ first) >>> shift() == 0;
    }

    /** Where an address leads that a leaf stands for. */
    public long output(long address) {
        return to | (address & ((1L << shift()) - 1));
    }
}
