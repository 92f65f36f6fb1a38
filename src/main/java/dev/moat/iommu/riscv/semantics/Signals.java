package dev.moat.iommu.riscv.semantics;

import dev.moat.bits.BitField;
import dev.moat.iommu.Memory;
import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.FaultRecord;
import dev.moat.iommu.riscv.format.Registers.Features;
import dev.moat.iommu.riscv.format.Registers.Interrupts;
import dev.moat.iommu.riscv.format.Registers.Message;
import dev.moat.iommu.riscv.format.Registers.QueueControl;
import dev.moat.iommu.riscv.format.Registers.Vectors;

/**
 * Reports to software: fault records, pending interrupts, and the messages that units without wires send for them. A
 * bit of ipsr follows the errors of its queue, as long as that has interrupts enabled. Each time that it goes from 0
 * to 1 a message is sent, or held back while its vector is masked. {@code @source} RISCV-IOMMU, registers, ipsr and
 * msi_cfg_tbl.
 */
public final class Signals {
    private final RegisterBank registers;
    private final Memory memory;
    private final FaultQueue faults;
    private final boolean onlyNewErrors;

    public Signals(RegisterBank registers, Memory memory, Behaviour behaviour) {
        this.registers = registers;
        this.memory = memory;
        faults = new FaultQueue(registers, memory);
        onlyNewErrors = behaviour.has(Deviation.IE_LEVEL);
    }

    /** Records what a transaction is refused for, if it is to be recorded. */
    public void record(long[] s, Transaction t) {
        if (t.isRecorded()) {
            append(s, t.record(), t.iotval(), t.iotval2());
        }
    }

    private void append(long[] s, long first, long iotval, long iotval2) {
        if (faults.append(s, first, iotval, iotval2)) {
            raise(s, registers.faults, Interrupts.FIP);
        }
    }

    /** The errors of every queue whose interrupt is enabled become pending, unless they are. */
    void settle(long[] s) {
        settle(s, registers.commands, QueueControl.COMMAND_EVENTS, Interrupts.CIP);
        settle(s, registers.faults, QueueControl.RECORD_EVENTS, Interrupts.FIP);
        settle(s, registers.pageRequests, QueueControl.RECORD_EVENTS, Interrupts.PIP);
    }

    private void settle(long[] s, RegisterBank.Queue queue, long events, BitField bit) {
        if ((queue.control().get(s) & events) != 0) {
            raise(s, queue, bit);
        }
    }

    /** As {@link #settle}, where software has just enabled an interrupt. */
    void settleEnabled(long[] s) {
        if (!onlyNewErrors) {
            settle(s);
        }
    }

    /** Something happened of which a queue tells, if its interrupt is enabled. */
    void raise(long[] s, RegisterBank.Queue queue, BitField bit) {
        long pending = registers.ipsr.get(s);
        if (!QueueControl.IE.isSet(queue.control().get(s)) || bit.isSet(pending)) {
            return;
        }
        registers.ipsr.set(s, pending | bit.mask());
        if (!Features.WSI.isSet(registers.fctl.get(s)) && registers.messageAddress.size() != 0) {
            send(s, vector(s, bit));
        }
    }

    private int vector(long[] s, BitField bit) {
        BitField field =
                bit.equals(Interrupts.CIP) ? Vectors.CIV : bit.equals(Interrupts.FIP) ? Vectors.FIV : Vectors.PIV;
        return (int) field.get(registers.icvec.get(s));
    }

    private void send(long[] s, int vector) {
        if (Message.M.isSet(registers.messageControl.get(s, vector))) {
            registers.messageHeld.set(s, vector, 1);
            return;
        }
        long address = registers.messageAddress.get(s, vector);
        long data = Words.ordered32(registers.messageData.get(s, vector), registers.isBigEndian(s));
        if (!memory.write32(s, address, data)) {
            append(s, FaultRecord.CAUSE.set(0, Cause.MESSAGE_WRITE), address, 0);
        }
    }

    /** Software has written the control of a vector: a message that was held back is sent once it is not masked. */
    void unmask(long[] s, int vector) {
        boolean masked = Message.M.isSet(registers.messageControl.get(s, vector));
        if (!masked && registers.messageHeld.get(s, vector) != 0) {
            registers.messageHeld.set(s, vector, 0);
            send(s, vector);
        }
    }
}
