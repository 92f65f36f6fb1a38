package dev.moat.iommu.gart.linux;

import dev.moat.iommu.gart.NodeRegisters.ApertureBase;
import dev.moat.iommu.gart.NodeRegisters.ApertureControl;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the aperture is, and which part of it the driver uses: its upper end. {@code @unit} byte addresses, bytes.
 * {@code @source} LINUX-GART.
 *
 * @param base of the aperture
 * @param apertureSize bytes of the aperture
 * @param size bytes of the part that the driver uses
 * @param table address of the table, which has an entry for every page of the aperture; aligned to 4 KiB
 * @param scratch address of the page that unmapped entries lead to
 */
public record GartAperture(long base, long apertureSize, long size, long table, long scratch) {
    private static final long FOUR_GIB = 1L << 32;
    /** The driver's part ends where the kernel can change the rights of its own mapping. */
    private static final long LARGE_PAGE = 1L << 21;

    private static final int NO_ORDER = 7;
    static final int PAGE_SHIFT = 12;

    /** What the firmware has left in the registers of a northbridge. */
    public record Found(long apertureControl, long apertureBase) {
        /** Address of the aperture, 0 when there is none below 4 GiB. */
        private long base() {
            boolean fits = ApertureControl.ORDER.get(apertureControl) != NO_ORDER
                    && ApertureBase.address(apertureBase) + ApertureControl.size(apertureControl) <= FOUR_GIB;
            return fits ? ApertureBase.address(apertureBase) : 0;
        }
    }

    /**
     * Memory of the machine, as the firmware's map (e820) has it. {@code @unit} byte addresses.
     *
     * @param first address
     * @param last address
     */
    public record Memory(long first, long last) {
        /** Whether any of it lies in an aperture, which is translated there and not reached. */
        private boolean isBelow(GartAperture layout) {
            return first < layout.base + layout.apertureSize && last >= layout.base;
        }
    }

    /**
     * The layout for what the firmware has set up, unless its aperture lies over memory; otherwise like {@link #of(List, GartOptions,
     * boolean, long)}. {@code @source} LINUX aperture_64.c: aperture_valid, "Aperture pointing to e820 RAM".
     *
     * @param memory in use; what the kernel has set aside for the aperture is none
     * @return null also when any of the memory would be lost
     */
    public static @Nullable GartAperture clearOf(
            List<Memory> memory, List<Found> nodes, GartOptions options, boolean agp, long table) {
        GartAperture layout = of(nodes, options, agp, table);
        return layout != null && memory.stream().anyMatch(m -> m.isBelow(layout)) ? null : layout;
    }

    /**
     * The layout for what the firmware has set up.
     *
     * @param nodes what every northbridge says
     * @param agp whether AGP uses the lower half; not asked where the options give a size
     * @param table where the table will be
     * @return without a scratch page yet; null when the northbridges do not agree on an aperture
     */
    public static @Nullable GartAperture of(List<Found> nodes, GartOptions options, boolean agp, long table) {
        Found first = nodes.get(0);
        long base = first.base();
        long apertureSize = ApertureControl.size(first.apertureControl());
        for (Found node : nodes) {
            if (node.base() == 0
                    || node.base() != base
                    || ApertureControl.size(node.apertureControl()) != apertureSize) {
                return null;
            }
        }
        long wanted = options.size() != 0 ? options.size() : agp ? apertureSize / 2 : apertureSize;
        // The end that is trimmed is counted from the aperture's begin, although the driver's part is at its end.
        long end = base + wanted;
        long trimmed = wanted - (((end + LARGE_PAGE - 1) & -LARGE_PAGE) - end);
        return new GartAperture(base, apertureSize, trimmed, table, 0);
    }

    /** The same with another scratch page. */
    public GartAperture withScratch(long page) {
        return new GartAperture(base, apertureSize, size, table, page);
    }

    /** Address of the first page that the driver uses. */
    public long busBase() {
        return base + apertureSize - size;
    }

    /** Pages that the driver uses. */
    public long pages() {
        return size >>> PAGE_SHIFT;
    }

    /** Address of the entry of a page of the driver's part. */
    public long entryAddress(long page) {
        return table + Integer.BYTES * (((apertureSize - size) >>> PAGE_SHIFT) + page);
    }

    /** Bytes of the table. */
    public long tableBytes() {
        return (apertureSize >>> PAGE_SHIFT) * Integer.BYTES;
    }
}
