package dev.moat.iommu.amdvi.semantics;

import dev.moat.iommu.Memory;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Registers.DeviceTableBase;

/** Where the device table's entries are. */
public final class DeviceTable {
    private DeviceTable() {}

    /** Byte address of the entry of a DevID. */
    public static long address(long register, int deviceId) {
        return (DeviceTableBase.BASE.get(register) << DeviceTableBase.BASE.lo())
                + (long) DeviceTableEntry.BYTES * deviceId;
    }

    /**
     * Reads an entry.
     *
     * @param register the device table base register; its size is not looked at
     * @param entry receives the quadwords
     * @return false, and the array is untouched, when it is not in memory
     */
    public static boolean read(long[] s, Memory memory, long register, int deviceId, long[] entry) {
        long address = address(register, deviceId);
        if (!memory.isReadable(s, address)) {
            return false;
        }
        for (int n = 0; n < entry.length; n++) {
            entry[n] = memory.read(s, address + (long) Long.BYTES * n);
        }
        return true;
    }
}
