package dev.moat.iommu.calgary.linux;

import dev.moat.iommu.calgary.CalgaryGeometry;
import dev.moat.iommu.calgary.Generation;
import dev.moat.iommu.calgary.Registers;
import org.jspecify.annotations.Nullable;

/**
 * A bus as the driver finds it.
 *
 * @param device PCI device number of its bridge; of no known chip, set-up ends in a BUG
 * @param number of the bus, 0 to 255
 * @param bridge of the chip, 0 to 3
 * @param size size specification of its table, 0 to 7
 * @param table byte address of its table, aligned to its size
 */
public record CalgaryBus(int device, int number, int bridge, int size, long table) {
    /** Throws {@link IllegalArgumentException} for values outside the bounds above. */
    public CalgaryBus {
        if (number < 0
                || number > 255
                || bridge < 0
                || bridge >= Registers.BRIDGES
                || size < 0
                || size > 7
                || !canLieAt(size, table)) {
            throw new IllegalArgumentException("a Calgary bus " + number + " below bridge " + bridge + " with size "
                    + size + " and a table at 0x" + Long.toHexString(table));
        }
    }

    /** Whether a table of a size can lie at an address. */
    public static boolean canLieAt(int size, long table) {
        return table % CalgaryGeometry.tableBytes(size) == 0 && Registers.Tar.table(table) == table;
    }

    /** Which chip it is below; null for a device that is none. */
    public @Nullable Generation generation() {
        for (Generation generation : Generation.values()) {
            if (generation.device() == device) {
                return generation;
            }
        }
        return null;
    }

    /** Entries of its table. */
    public int entries() {
        return Registers.Tar.entriesOf(size);
    }
}
