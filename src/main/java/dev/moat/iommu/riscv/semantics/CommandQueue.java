package dev.moat.iommu.riscv.semantics;

import dev.moat.bits.BitField;
import dev.moat.bits.Reserved;
import dev.moat.iommu.Memory;
import dev.moat.iommu.queue.CommandUnit;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.Commands.Directory;
import dev.moat.iommu.riscv.format.Commands.Fence;
import dev.moat.iommu.riscv.format.Commands.Message;
import dev.moat.iommu.riscv.format.Commands.Translations;
import dev.moat.iommu.riscv.format.Registers.Capability;
import dev.moat.iommu.riscv.format.Registers.Features;
import dev.moat.iommu.riscv.format.Registers.QueueBase;
import dev.moat.iommu.riscv.format.Registers.QueueControl;

/**
 * The command queue: software writes commands at the tail, the unit executes them at the head, one at a time and in order. It stops
 * at a command that is illegal or cannot be read, and at a fence that cannot be completed; once software has cleared the error it
 * fetches the same slot again.
 *
 * <p>{@code @shape} a ring in memory, empty when head and tail are equal. {@code @source} RISCV-IOMMU, in-memory queues, command queue.
 */
public final class CommandQueue implements CommandUnit {
    private final RegisterBank registers;
    private final Memory memory;
    private final Caches caches;
    private final Outside outside;
    private final Capabilities can;

    public CommandQueue(RegisterBank registers, Memory memory, Caches caches, Outside outside, Capabilities can) {
        this.registers = registers;
        this.memory = memory;
        this.caches = caches;
        this.outside = outside;
        this.can = can;
    }

    /** Commands that software can still write. */
    public int free(long[] s) {
        return (int) QueueBase.indexMask(registers.commands.base().get(s)) - registers.commands.pending(s);
    }

    /**
     * Software writes a command behind the last one and moves the tail.
     *
     * @return false, with the state untouched, when the ring is full or is not in memory
     */
    @Override
    public boolean submit(long[] s, long lo, long hi) {
        RegisterBank.Queue queue = registers.commands;
        long tail = queue.tail().get(s);
        long at = QueueBase.address(queue.base().get(s), tail, Commands.BYTES);
        boolean big = registers.isBigEndian(s);
        if (free(s) == 0
                || !memory.write(s, at, Words.ordered(lo, big))
                || !memory.write(s, at + Long.BYTES, Words.ordered(hi, big))) {
            return false;
        }
        queue.tail().set(s, queue.after(s, tail));
        return true;
    }

    /**
     * The unit executes the command at the head, or stops there.
     *
     * @return false, with the state untouched, when there is none, the unit does not execute commands, or a fence has to wait
     */
    @Override
    public boolean consume(long[] s) {
        RegisterBank.Queue queue = registers.commands;
        long control = queue.control().get(s);
        if (!queue.isOn(s) || (control & QueueControl.STOPS) != 0 || queue.pending(s) == 0) {
            return false;
        }
        long head = queue.head().get(s);
        long at = QueueBase.address(queue.base().get(s), head, Commands.BYTES);
        Memory commands = memory.of(Memory.Kind.QUEUE);
        if (!commands.isReadable(s, at) || !commands.isReadable(s, at + Long.BYTES)) {
            return stop(s, QueueControl.MF);
        }
        boolean big = registers.isBigEndian(s);
        long lo = Words.ordered(commands.read(s, at), big);
        long hi = Words.ordered(commands.read(s, at + Long.BYTES), big);
        if (!isLegal(s, lo, hi)) {
            return stop(s, QueueControl.CMD_ILL);
        }
        if (Commands.KIND.get(lo) == Commands.IOFENCE_C) {
            return fence(s, lo, hi, head);
        }
        execute(s, lo, hi);
        queue.head().set(s, queue.after(s, head));
        return true;
    }

    private boolean stop(long[] s, BitField error) {
        RegisterBank.Queue queue = registers.commands;
        queue.control().set(s, queue.control().get(s) | error.mask());
        return true;
    }

    private boolean has(BitField capability) {
        return capability.isSet(can.register());
    }

    @Override
    public boolean isRunning(long[] s) {
        return (registers.commands.control().get(s) & QueueControl.STOPS) == 0;
    }

    @Override
    public boolean isInvalidation(long lo) {
        return Commands.isInvalidation(lo);
    }

    @Override
    public void forget(long[] s, long lo, long hi) {
        caches.forget(s, lo, hi);
    }

    @Override
    public boolean isLegal(long[] s, long lo, long hi) {
        if ((lo & Reserved.in(Commands.fieldsLo(lo))) != 0 || (hi & Reserved.in(Commands.fieldsHi(lo))) != 0) {
            return false;
        }
        return switch ((int) Commands.KIND.get(lo)) {
            case Commands.IOTINVAL_VMA -> isSupported(lo, hi);
            case Commands.IOTINVAL_GVMA -> isSupported(lo, hi) && !Translations.PSCV.isSet(lo);
            case Commands.IOFENCE_C -> !Fence.WSI.isSet(lo) || Features.WSI.isSet(registers.fctl.get(s));
            case Commands.IODIR_INVAL_DDT -> Directory.PID.get(lo) == 0;
            case Commands.IODIR_INVAL_PDT ->
                Directory.DV.isSet(lo) && Directory.PID.get(lo) >>> can.processIdBits() == 0;
            case Commands.ATS_INVAL, Commands.ATS_PRGR -> can.hasAts();
            default -> false;
        };
    }

    private boolean isSupported(long lo, long hi) {
        return (has(Capability.NL) || !Translations.NL.isSet(lo)) && (has(Capability.S) || !Translations.S.isSet(hi));
    }

    private void execute(long[] s, long lo, long hi) {
        switch ((int) Commands.KIND.get(lo)) {
            case Commands.ATS_INVAL -> {
                long sent = registers.atsSent.get(s);
                registers.atsOpen.set(s, registers.atsOpen.get(s) | 1L << sent);
                registers.atsSent.set(s, sent + 1);
                send(s, lo, hi);
            }
            case Commands.ATS_PRGR -> send(s, lo, hi);
            default -> caches.forget(s, lo, hi);
        }
    }

    private void send(long[] s, long lo, long hi) {
        boolean invalidation = Commands.KIND.get(lo) == Commands.ATS_INVAL;
        outside.message(
                s,
                new Outside.Message(
                        invalidation,
                        (int) Message.RID.get(lo),
                        Message.PV.isSet(lo) ? (int) Message.PID.get(lo) : -1,
                        Message.DSV.isSet(lo) ? (int) Message.DSEG.get(lo) : 0,
                        hi));
    }

    private boolean fence(long[] s, long lo, long hi, long head) {
        if (registers.atsOpen.size() != 0) {
            if (registers.atsOpen.get(s) != 0) {
                return false;
            }
            if (registers.atsLate.get(s) != 0) {
                registers.atsLate.set(s, 0);
                return stop(s, QueueControl.CMD_TO);
            }
        }
        outside.visible(s, Fence.PR.isSet(lo), Fence.PW.isSet(lo));
        if (Fence.AV.isSet(lo)) {
            long data = Words.ordered32(Fence.DATA.get(lo), registers.isBigEndian(s));
            if (!memory.of(Memory.Kind.QUEUE).write32(s, Fence.ADDR.get(hi) * Integer.BYTES, data)) {
                return stop(s, QueueControl.MF);
            }
        }
        RegisterBank.Queue queue = registers.commands;
        if (Fence.WSI.isSet(lo)) {
            queue.control().set(s, queue.control().get(s) | QueueControl.FENCE_W_IP.mask());
        }
        queue.head().set(s, queue.after(s, head));
        return true;
    }

    /**
     * A device answers an ATS invalidation, or the time for that is over.
     *
     * @param ordinal counted from the first one of the unit
     */
    public void answered(long[] s, int ordinal, boolean late) {
        long bit = 1L << ordinal;
        if ((registers.atsOpen.get(s) & bit) != 0) {
            registers.atsOpen.set(s, registers.atsOpen.get(s) & ~bit);
            registers.atsLate.set(s, late ? 1 : registers.atsLate.get(s));
        }
    }
}
