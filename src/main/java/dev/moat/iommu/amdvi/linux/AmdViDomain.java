package dev.moat.iommu.amdvi.linux;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.memory.Memory;
import java.util.ArrayList;
import java.util.List;

/**
 * The tag of one domain at one unit: devices that are led to its tables, and what of it is to be forgotten. {@code @source} Linux 6.1
 * iommu.c: set_dte_entry, domain_flush_pages, build_inv_iommu_pages.
 */
public class AmdViDomain {
    /** Log2 of the pages of the largest range that has a size of its own; beyond, all are named. */
    private static final int LARGEST = 40;

    private final UnitCommands commands;
    private final Memory memory;
    private final int domainId;

    private final List<Integer> devices = new ArrayList<>();

    /** Whether the unit may cache what is not present. */
    final boolean cachesAbsence;

    /** Levels that tables may have. */
    final int mostLevels;

    /** @param domainId of 16 bits, nobody else's at this unit */
    public AmdViDomain(UnitCommands commands, Memory memory, Capabilities can, int domainId) {
        this.commands = commands;
        this.memory = memory;
        this.domainId = domainId;
        cachesAbsence = can.cachesFailures();
        mostLevels = can.levels();
    }

    /**
     * Leads a device that has no domain to tables; what the unit has cached of it is forgotten.
     *
     * @param deviceId of 16 bits, within the device table
     * @throws IllegalStateException when the device has a domain, whose tag this one does not know, or the unit does not complete a command
     */
    public void attach(long[] s, int deviceId, AmdViPages pages) {
        long at = commands.deviceTable() + (long) DeviceTableEntry.BYTES * deviceId;
        if (DeviceTableEntry.V.isSet(memory.read(s, at))) {
            throw new IllegalStateException("device " + Integer.toHexString(deviceId) + " has a domain");
        }
        memory.write(s, at + Long.BYTES, DeviceTableEntry.quad1(domainId));
        store(s, deviceId, pages.levels(), pages.root());
        forgetEntry(s, deviceId);
        forgetAll(s);
        devices.add(deviceId);
    }

    /** Leads all devices to a top table, each with one store; when it returns, the unit has forgotten where they were led. */
    void lead(long[] s, int levels, long root) {
        devices.forEach(deviceId -> store(s, deviceId, levels, root));
        devices.forEach(deviceId -> forgetEntry(s, deviceId));
    }

    private void store(long[] s, int deviceId, int levels, long root) {
        long at = commands.deviceTable() + (long) DeviceTableEntry.BYTES * deviceId;
        memory.write(s, at, DeviceTableEntry.quad0(levels, root, Translation.READ | Translation.WRITE));
    }

    /** Has the unit forget the entry of a device. */
    void forgetEntry(long[] s, int deviceId) {
        commands.submit(s, Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, deviceId), 0);
    }

    /**
     * Has pages and the tables above them forgotten, and returns when they are: by one command, or, where the unit caches what is not
     * present and so is a hypervisor's, by one for each aligned part, none of which names another page. {@code @unit} 4 KiB.
     */
    void forget(long[] s, long page, long pages) {
        long size;
        for (long done = 0; done < pages; done += size) {
            long at = page + done;
            size = pages - done;
            if (cachesAbsence && pages < 1L << LARGEST) {
                size = Long.highestOneBit(size);
                size = at == 0 ? size : Math.min(size, Long.lowestOneBit(at));
            }
            forgetRange(s, at, size);
        }
    }

    private void forgetRange(long[] s, long page, long pages) {
        int order = order(page, pages);
        if (order > LARGEST) {
            forgetAll(s);
        } else {
            commands.submit(s, Commands.pages(domainId), Commands.range(page, order, directories()));
        }
    }

    /** Has everything forgotten, tables too. */
    void forgetAll(long[] s) {
        commands.submit(s, Commands.pages(domainId), Commands.everyPage(true));
    }

    /** Log2 of the smallest aligned range with all the pages. */
    int order(long page, long pages) {
        return Commands.order(page, page + pages - 1);
    }

    /** Whether an invalidation of pages takes what is cached of tables, too (PDE): always, in Linux 6.1 and 6.12; in 7.3 where a table has gone. */
    boolean directories() {
        return true;
    }
}
