package dev.moat.iommu.riscv.semantics;

import dev.moat.iommu.Memory;
import dev.moat.iommu.riscv.format.FaultRecord;
import dev.moat.iommu.riscv.format.Registers.QueueBase;
import dev.moat.iommu.riscv.format.Registers.QueueControl;

/**
 * The fault queue: the unit writes records at the tail, software takes them from the head. A record is lost while the queue is full,
 * and while one of its errors stands, or it is off.
 *
 * <p>{@code @shape} a ring in memory that holds one record less than it has. {@code @source} RISCV-IOMMU, in-memory queues, fault queue.
 */
final class FaultQueue {
    private final RegisterBank registers;
    private final Memory memory;

    public FaultQueue(RegisterBank registers, Memory memory) {
        this.registers = registers;
        this.memory = memory;
    }

    /**
     * Appends a record.
     *
     * @return whether software is to be told, of it or of an error; not when the queue is off or an error stands
     */
    boolean append(long[] s, long first, long iotval, long iotval2) {
        RegisterBank.Queue queue = registers.faults;
        long control = queue.control().get(s);
        if (!queue.isOn(s) || (control & QueueControl.RECORD_EVENTS) != 0) {
            return false;
        }
        long tail = queue.tail().get(s);
        if (queue.after(s, tail) == queue.head().get(s)) {
            queue.control().set(s, control | QueueControl.OF.mask());
            return true;
        }
        long at = QueueBase.address(queue.base().get(s), tail, FaultRecord.BYTES);
        boolean big = registers.isBigEndian(s);
        boolean stored = memory.write(s, at, Words.ordered(first, big))
                && memory.write(s, at + Long.BYTES, 0)
                && memory.write(s, at + 2 * Long.BYTES, Words.ordered(iotval, big))
                && memory.write(s, at + 3 * Long.BYTES, Words.ordered(iotval2, big));
        if (!stored) {
            queue.control().set(s, control | QueueControl.MF.mask());
            return true;
        }
        queue.tail().set(s, queue.after(s, tail));
        return true;
    }
}
