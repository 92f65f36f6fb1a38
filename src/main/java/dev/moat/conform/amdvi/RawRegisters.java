package dev.moat.conform.amdvi;

import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Registers.RingPointer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the registers of a QEMU's unit read as, where that is not what the unit goes by: most read as software wrote them, reserved bits
 * and registers of what is not modelled too, and the first one of the exclusion range reads 0.
 */
final class RawRegisters {
    /** The log of page requests, where it is and its pointers. */
    private static final Set<Integer> PAGE_LOG = Set.of(0x38, 0x2030, 0x2038);
    /** Where interrupts of the log go, in the newest version. */
    private static final int INTERRUPT_REGISTER = 0x170;

    private static final Set<Integer> POINTERS = Set.of(Registers.EVENT_HEAD, Registers.EVENT_TAIL);

    private final Machine machine;
    private final Set<Integer> kept = new TreeSet<>(Set.of(
            Registers.DEVICE_TABLE_BASE, Registers.COMMAND_BASE, Registers.EVENT_BASE, Registers.EXCLUSION_LIMIT));
    private final Map<Integer, Long> written = new HashMap<>();

    RawRegisters(Machine machine, boolean newest) {
        this.machine = machine;
        kept.addAll(PAGE_LOG);
        kept.addAll(POINTERS);
        if (newest) {
            kept.add(INTERRUPT_REGISTER);
        }
    }

    /** Notes what software writes in a row. */
    void software(AmdViRow row) {
        if (row.op() != Op.BOOT && row.op() != Op.REG) {
            return;
        }
        row.stores().forEach(store -> {
            int offset = (int) store.at();
            if (offset == Registers.EVENT_BASE) {
                // The unit begins a log anew.
                written.keySet().removeAll(POINTERS);
            }
            if (kept.contains(offset)) {
                written.put(offset, store.value());
            }
        });
    }

    long read(long offset) {
        if (offset == Registers.EXCLUSION_BASE) {
            return 0;
        }
        long own = machine.readRegister(offset);
        Long raw = written.get((int) offset);
        // The unit moves its pointers by itself.
        boolean moved = raw != null && POINTERS.contains((int) offset) && (raw & RingPointer.ENTRY.mask()) != own;
        return raw == null || moved ? own : raw;
    }
}
