package dev.moat.iommu.riscv.semantics;

import dev.moat.bits.BitField;
import dev.moat.bits.Reserved;
import dev.moat.iommu.riscv.format.Registers;
import dev.moat.iommu.riscv.format.Registers.Capability;
import dev.moat.iommu.riscv.format.Registers.DebugRequest;
import dev.moat.iommu.riscv.format.Registers.DirectoryPointer;
import dev.moat.iommu.riscv.format.Registers.Features;
import dev.moat.iommu.riscv.format.Registers.Interrupts;
import dev.moat.iommu.riscv.format.Registers.Message;
import dev.moat.iommu.riscv.format.Registers.Qos;
import dev.moat.iommu.riscv.format.Registers.QueueBase;
import dev.moat.iommu.riscv.format.Registers.QueueControl;
import dev.moat.iommu.riscv.format.Registers.Vectors;
import dev.moat.state.Slots;

/**
 * A unit as software sees it: registers that are read and written. Commands do not run by themselves; {@link #step} runs one.
 * Performance counters are not modelled: their registers read 0.
 *
 * <p>{@code @unit} offsets as in {@link Registers}; accesses are of 4 or 8 bytes, naturally aligned. {@code @source} RISCV-IOMMU
 * registers.
 */
public final class RegisterFile {
    private static final int PAGE_SHIFT = 12;
    private static final long LOW = 0xffffffffL;

    private final RegisterBank registers;
    private final CommandQueue commands;
    private final Signals signals;
    private final DebugInterface debug;
    private final Capabilities can;
    private final boolean reservedDebugBits;
    private final boolean pageRequestsWithoutAts;

    public RegisterFile(
            RegisterBank registers, CommandQueue commands, Signals signals, DebugInterface debug, Behaviour behaviour) {
        this.registers = registers;
        this.commands = commands;
        this.signals = signals;
        this.debug = debug;
        can = behaviour.capabilities();
        reservedDebugBits = behaviour.has(Deviation.TRCTL_RSV);
        pageRequestsWithoutAts = behaviour.has(Deviation.PQCSR_NO_ATS);
    }

    private boolean has(BitField capability) {
        return capability.isSet(can.register());
    }

    /** The value of 4 or 8 bytes, without sign; 0 where there is no register. */
    public long load(long[] s, int offset, int bytes) {
        long word = word(s, offset & -Long.BYTES);
        if (bytes == Long.BYTES) {
            return word;
        }
        return (offset & Integer.BYTES) == 0 ? word & LOW : word >>> Integer.SIZE;
    }

    private long word(long[] s, int offset) {
        return switch (offset) {
            case Registers.CAPABILITIES -> can.register();
            case Registers.FCTL -> registers.fctl.get(s);
            case Registers.DDTP -> registers.ddtp.get(s);
            case Registers.CQB -> registers.commands.base().get(s);
            case Registers.CQH -> both(s, registers.commands.head(), registers.commands.tail());
            case Registers.FQB -> registers.faults.base().get(s);
            case Registers.FQH -> both(s, registers.faults.head(), registers.faults.tail());
            case Registers.PQB -> registers.pageRequests.base().get(s);
            case Registers.PQH -> both(s, registers.pageRequests.head(), registers.pageRequests.tail());
            case Registers.CQCSR -> both(s, registers.commands.control(), registers.faults.control());
            case Registers.PQCSR -> both(s, registers.pageRequests.control(), registers.ipsr);
            case Registers.TR_REQ_IOVA -> registers.debugAddress.get(s);
            case Registers.TR_REQ_CTL -> registers.debugRequest.get(s);
            case Registers.TR_RESPONSE -> registers.debugResponse.get(s);
            case Registers.QOSID -> registers.qos.get(s);
            case Registers.ICVEC -> registers.icvec.get(s);
            default -> message(s, offset - Registers.MSI_TABLE);
        };
    }

    private static long both(long[] s, Slots low, Slots high) {
        return low.get(s) | high.get(s) << Integer.SIZE;
    }

    private long message(long[] s, int offset) {
        int vector = offset / Registers.MSI_BYTES;
        if (offset < 0 || vector >= can.vectors()) {
            return 0;
        }
        return offset % Registers.MSI_BYTES == 0
                ? registers.messageAddress.get(s, vector)
                : registers.messageData.get(s, vector) | registers.messageControl.get(s, vector) << Integer.SIZE;
    }

    /**
     * Software writes a register; what can only be read stays as it is. Of a register of 8 bytes each half can be written alone.
     *
     * @param bytes 4 or 8
     */
    public void store(long[] s, int offset, int bytes, long value) {
        int at = offset & -Long.BYTES;
        if (isWide(at)) {
            long whole = value;
            if (bytes == Integer.BYTES) {
                long old = word(s, at);
                whole = (offset & Integer.BYTES) == 0
                        ? (old & ~LOW) | (value & LOW)
                        : (old & LOW) | (value << Integer.SIZE);
            }
            storeWide(s, at, whole);
        } else if (bytes == Long.BYTES) {
            storeNarrow(s, at + Integer.BYTES, value >>> Integer.SIZE);
            storeNarrow(s, at, value & LOW);
        } else {
            storeNarrow(s, offset, value & LOW);
        }
    }

    private static boolean isWide(int offset) {
        return switch (offset) {
            case Registers.FCTL,
                    Registers.CQH,
                    Registers.FQH,
                    Registers.PQH,
                    Registers.CQCSR,
                    Registers.PQCSR,
                    Registers.QOSID -> false;
            default -> offset < Registers.MSI_TABLE || offset % Registers.MSI_BYTES == 0;
        };
    }

    private void storeWide(long[] s, int offset, long value) {
        switch (offset) {
            case Registers.DDTP -> storeDirectory(s, value);
            case Registers.CQB -> storeBase(s, registers.commands, registers.commands.tail(), value);
            case Registers.FQB -> storeBase(s, registers.faults, registers.faults.head(), value);
            case Registers.PQB -> {
                if (can.hasAts()) {
                    storeBase(s, registers.pageRequests, registers.pageRequests.head(), value);
                }
            }
            case Registers.TR_REQ_IOVA -> {
                if (has(Capability.DBG)) {
                    registers.debugAddress.set(s, value & -1L << PAGE_SHIFT);
                }
            }
            case Registers.TR_REQ_CTL -> {
                if (has(Capability.DBG)) {
                    storeDebugRequest(s, value);
                }
            }
            case Registers.ICVEC -> registers.icvec.set(s, value & vectors());
            default -> {
                int entry = offset - Registers.MSI_TABLE;
                if (entry >= 0 && entry / Registers.MSI_BYTES < can.vectors() && can.hasMessages()) {
                    registers.messageAddress.set(
                            s, entry / Registers.MSI_BYTES, value & Message.ADDR.mask() & physical(0));
                }
            }
        }
    }

    /** Ones for the bits of a field that starts at an address bit and ends with the address width. */
    private long physical(int from) {
        return (1L << (Capability.PAS.get(can.register()) - from)) - 1;
    }

    private void storeDirectory(long[] s, long value) {
        long old = registers.ddtp.get(s);
        long mode = DirectoryPointer.MODE.get(value);
        long legal = mode <= DirectoryPointer.LAST_MODE ? mode : DirectoryPointer.MODE.get(old);
        registers.ddtp.set(s, DirectoryPointer.PPN.set(legal, DirectoryPointer.PPN.get(value) & physical(PAGE_SHIFT)));
    }

    private void storeBase(long[] s, RegisterBank.Queue queue, Slots softwares, long value) {
        long base = QueueBase.LOG2SZ.set(0, QueueBase.LOG2SZ.get(value));
        queue.base().set(s, QueueBase.PPN.set(base, QueueBase.PPN.get(value) & physical(PAGE_SHIFT)));
        softwares.set(s, 0);
    }

    private long vectors() {
        long bits = (1L << can.vectorBits()) - 1;
        long all = bits << Vectors.CIV.lo() | bits << Vectors.FIV.lo();
        all |= has(Capability.HPM) ? bits << Vectors.PMIV.lo() : 0;
        return can.hasAts() ? all | bits << Vectors.PIV.lo() : all;
    }

    private void storeDebugRequest(long[] s, long value) {
        long kept = ~Reserved.in(DebugRequest.FIELDS) | (reservedDebugBits ? 0xff0L : 0);
        registers.debugRequest.set(s, value & kept & ~DebugRequest.GO.mask());
        if (DebugRequest.GO.isSet(value)) {
            debug.run(s);
        }
    }

    private void storeNarrow(long[] s, int offset, long value) {
        switch (offset) {
            case Registers.FCTL -> storeFeatures(s, value);
            case Registers.CQT -> storeIndex(s, registers.commands, registers.commands.tail(), value);
            case Registers.FQH -> storeIndex(s, registers.faults, registers.faults.head(), value);
            case Registers.PQH -> {
                if (can.hasAts()) {
                    storeIndex(s, registers.pageRequests, registers.pageRequests.head(), value);
                }
            }
            case Registers.CQCSR ->
                storeControl(s, registers.commands, registers.commands.head(), value, QueueControl.COMMAND_EVENTS);
            case Registers.FQCSR ->
                storeControl(s, registers.faults, registers.faults.tail(), value, QueueControl.RECORD_EVENTS);
            case Registers.PQCSR -> {
                if (can.hasAts() || pageRequestsWithoutAts) {
                    RegisterBank.Queue queue = registers.pageRequests;
                    storeControl(s, queue, queue.tail(), value, QueueControl.RECORD_EVENTS);
                }
            }
            case Registers.IPSR -> {
                registers.ipsr.set(s, registers.ipsr.get(s) & ~(value & ~Reserved.in(Interrupts.FIELDS)));
                signals.settle(s);
            }
            case Registers.QOSID -> {
                if (has(Capability.QOSID)) {
                    registers.qos.set(s, value & ~Reserved.in(Qos.FIELDS));
                }
            }
            default -> storeMessage(s, offset - Registers.MSI_TABLE, value);
        }
    }

    private void storeMessage(long[] s, int offset, long value) {
        int vector = offset / Registers.MSI_BYTES;
        if (offset < 0 || vector >= can.vectors() || !can.hasMessages()) {
            return;
        }
        if (offset % Registers.MSI_BYTES == Long.BYTES) {
            registers.messageData.set(s, vector, value);
        } else {
            registers.messageControl.set(s, vector, value & Message.M.mask());
            signals.unmask(s, vector);
        }
    }

    private void storeFeatures(long[] s, long value) {
        long writable = (can.beWritable() && has(Capability.END) ? Features.BE.mask() : 0)
                | (Capability.IGS.get(can.register()) == Capability.IGS_BOTH ? Features.WSI.mask() : 0)
                | (can.gxlWritable() ? Features.GXL.mask() : 0);
        registers.fctl.set(s, (registers.fctl.get(s) & ~writable) | (value & writable));
    }

    private static void storeIndex(long[] s, RegisterBank.Queue queue, Slots index, long value) {
        index.set(s, value & QueueBase.indexMask(queue.base().get(s)));
    }

    /** @param units the index that the unit moves, which begins anew when the queue is switched on */
    private void storeControl(long[] s, RegisterBank.Queue queue, Slots units, long value, long events) {
        long old = queue.control().get(s);
        boolean on = QueueControl.EN.isSet(value);
        long errors = old & events & ~value;
        if (on && !QueueControl.EN.isSet(old)) {
            units.set(s, 0);
            errors = 0;
        }
        long kept = value & (QueueControl.EN.mask() | QueueControl.IE.mask());
        queue.control().set(s, errors | kept | (on ? QueueControl.ON.mask() : 0));
        signals.settleEnabled(s);
    }

    /**
     * The unit executes one command, or stops there.
     *
     * @return false when it has none to execute
     */
    public boolean step(long[] s) {
        boolean done = commands.consume(s);
        if (done) {
            signals.settle(s);
        }
        return done;
    }

    /** The unit executes what the command queue holds; it ends, since no command submits another. */
    public void run(long[] s) {
        while (step(s)) {
            // Each step takes one command off the queue, or stops it.
        }
    }

    /** The unit as it is at reset: everything is 0 except features and the mode of the device directory. */
    public void reset(long[] s, long fctl, int mode) {
        registers.fctl.set(s, fctl);
        registers.ddtp.set(s, DirectoryPointer.MODE.set(0, mode));
    }
}
