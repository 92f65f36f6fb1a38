package dev.moat.iommu.smmuv3.semantics;

import dev.moat.iommu.Memory;
import dev.moat.iommu.smmuv3.format.Event;
import dev.moat.iommu.smmuv3.format.Registers.Enable;
import dev.moat.iommu.smmuv3.format.Registers.Errors;
import dev.moat.iommu.smmuv3.format.Registers.Queue;

/**
 * The event queue. A record that finds no room is lost, and the overflow flag is toggled unless software has yet to acknowledge it.
 * {@code @source} IHI 0070, event queue, event queue overflow.
 */
public final class EventQueue {
    private final RegisterBank registers;
    private final Memory memory;

    public EventQueue(RegisterBank registers, Memory memory) {
        this.registers = registers;
        this.memory = memory;
    }

    /** Whether a transaction leaves a record: it has to be recorded, and there is room for that. */
    public boolean takes(long[] s, Transaction t) {
        return isAsked(s, t) && !isFull(s) && memory.isReadable(s, place(s));
    }

    private boolean isAsked(long[] s, Transaction t) {
        return t.isRecorded() && Enable.EVENTQEN.isSet(registers.cr0.get(s));
    }

    private long place(long[] s) {
        return registers.events.address(s, registers.events.prod().get(s), Event.BYTES);
    }

    /** Records why a transaction was refused, if that has to be recorded. */
    public void record(long[] s, Transaction t) {
        RegisterBank.Queue queue = registers.events;
        long prod = queue.prod().get(s);
        if (takes(s, t)) {
            for (int word = 0; word < Event.WORDS; word++) {
                memory.write(s, place(s) + (long) word * Long.BYTES, t.record(word));
            }
            queue.prod().set(s, queue.after(s, prod));
        } else if (isAsked(s, t) && !isFull(s)) {
            registers.raise(s, Errors.EVENTQ_ABT);
        } else if (isAsked(s, t) && !Queue.OVERFLOW.isSet(prod ^ queue.cons().get(s))) {
            queue.prod().set(s, prod ^ Queue.OVERFLOW.mask());
        }
    }

    private boolean isFull(long[] s) {
        RegisterBank.Queue queue = registers.events;
        return Queue.isFull(
                queue.base().get(s),
                queue.most(),
                queue.prod().get(s),
                queue.cons().get(s));
    }
}
