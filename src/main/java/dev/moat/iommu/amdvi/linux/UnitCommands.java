package dev.moat.iommu.amdvi.linux;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Registers.DeviceTableBase;
import dev.moat.iommu.amdvi.format.Registers.RingBase;
import dev.moat.iommu.amdvi.semantics.MmioUnit;
import dev.moat.iommu.memory.Memory;

/**
 * One unit as Linux starts it, and its command buffer: a command, a completion wait behind it, the tail, and then the stored word, which
 * has to be there before a caller goes on. {@code @source} Linux 6.1 iommu.c: iommu_queue_command_sync, iommu_completion_wait.
 */
public final class UnitCommands {
    /** Frames of device table, commands, events and the word of waits, one after the other; each ring has two. */
    public static final int FRAMES = 6;

    private static final int SHIFT = 12;
    private static final int RING_ORDER = 9;
    private static final int RING_BYTES = Commands.BYTES << RING_ORDER;
    /** IommuEn, EventLogEn, CmdBufEn. */
    private static final long ON = 0x1005;

    private final MmioUnit unit;
    private final Memory memory;
    private final long first;
    private int tail;
    private long waits;

    /**
     * @param unit that reads its tables from the memory
     * @param first of {@link #FRAMES} frames, all zero: the device table has 128 entries
     */
    public UnitCommands(MmioUnit unit, Memory memory, long first) {
        this.unit = unit;
        this.memory = memory;
        this.first = first;
    }

    /** Tables, rings and the unit are switched on; no device has an entry yet. */
    public void start(long[] s) {
        unit.write(s, Registers.DEVICE_TABLE_BASE, DeviceTableBase.BASE.set(0, first));
        unit.write(s, Registers.COMMAND_BASE, ring(first + 1));
        unit.write(s, Registers.EVENT_BASE, ring(first + 3));
        unit.write(s, Registers.CONTROL, ON);
        submit(s, Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0);
    }

    private static long ring(long frame) {
        return RingBase.LENGTH.set(RingBase.BASE.set(0, frame), RING_ORDER);
    }

    /** Where the device table is. {@code @unit} byte address. */
    long deviceTable() {
        return first << SHIFT;
    }

    /**
     * Has one command executed.
     *
     * @throws IllegalStateException when the unit has stopped and the wait behind it is not done
     */
    void submit(long[] s, long lo, long hi) {
        put(s, lo, hi);
        long word = (first + 5) << SHIFT;
        put(s, Commands.waitStore(word), ++waits);
        unit.write(s, Registers.COMMAND_TAIL, tail);
        unit.run(s);
        if (memory.read(s, word) != waits) {
            throw new IllegalStateException("the unit did not finish command " + Long.toHexString(lo));
        }
    }

    private void put(long[] s, long lo, long hi) {
        long at = ((first + 1) << SHIFT) + tail;
        memory.write(s, at, lo);
        memory.write(s, at + Long.BYTES, hi);
        tail = (tail + Commands.BYTES) % RING_BYTES;
    }
}
