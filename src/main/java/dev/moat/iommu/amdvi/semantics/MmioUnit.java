package dev.moat.iommu.amdvi.semantics;

import dev.moat.bits.Reserved;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Registers.RingPointer;
import dev.moat.iommu.amdvi.format.Registers.Status;

/**
 * A unit as software sees it: registers that are read and written. Commands do not run by themselves; {@link #step} runs one.
 * The log of page requests and the interrupt registers are not modelled: they read 0.
 *
 * <p>{@code @unit} offsets as in {@link Registers}; accesses are of 64 bits. {@code @source} AMDVI-REGISTERS.
 */
public final class MmioUnit {
    /** With {@link Deviation#STATUS_WIDE}: what of the status register QEMU keeps from writes, and what a 1 clears. */
    private static final long QEMU_KEPT = 0xff;

    private static final long QEMU_CLEARABLE = 0x67;

    private final RegisterBank registers;
    private final CommandBuffer commands;
    private final Capabilities can;
    private final boolean headWraps;
    private final boolean headStale;
    private final boolean keepsLog;
    private final boolean pointersRaw;
    private final boolean statusReadOnly;
    private final boolean statusWide;

    public MmioUnit(RegisterBank registers, CommandBuffer commands, Behaviour behaviour) {
        this.registers = registers;
        this.commands = commands;
        can = behaviour.capabilities();
        headWraps = behaviour.has(Deviation.HEAD_WRAP);
        headStale = behaviour.has(Deviation.HEAD_READ_STALE);
        keepsLog = behaviour.has(Deviation.EVT_BASE_KEPT);
        pointersRaw = behaviour.has(Deviation.POINTERS_RAW);
        statusReadOnly = behaviour.has(Deviation.STATUS_RO);
        statusWide = behaviour.has(Deviation.STATUS_WIDE);
    }

    /** The value of a register. */
    public long read(long[] s, int offset) {
        return switch (offset) {
            case Registers.DEVICE_TABLE_BASE -> registers.deviceTable.get(s);
            case Registers.COMMAND_BASE -> registers.commandBase.get(s);
            case Registers.EVENT_BASE -> registers.eventBase.get(s);
            case Registers.CONTROL -> registers.control.get(s);
            case Registers.EXCLUSION_BASE -> registers.exclusionBase.get(s);
            case Registers.EXCLUSION_LIMIT -> registers.exclusionLimit.get(s);
            case Registers.EXTENDED_FEATURE -> can.features();
            case Registers.COMMAND_HEAD -> (shows() ? registers.shownHead : registers.commandHead).get(s);
            case Registers.COMMAND_TAIL -> (shows() ? registers.shownTail : registers.commandTail).get(s);
            case Registers.EVENT_HEAD -> registers.eventHead.get(s);
            case Registers.EVENT_TAIL -> registers.eventTail.get(s);
            case Registers.STATUS -> registers.status.get(s);
            default -> 0;
        };
    }

    /** Software writes a register; reserved bits are dropped, and what is read only stays as it is. */
    public void write(long[] s, int offset, long value) {
        switch (offset) {
            case Registers.DEVICE_TABLE_BASE ->
                registers.deviceTable.set(s, value & ~Reserved.in(Registers.DeviceTableBase.FIELDS));
            case Registers.COMMAND_BASE -> {
                registers.commandBase.set(s, value & ~Reserved.in(Registers.RingBase.FIELDS));
                registers.commandHead.set(s, 0);
                registers.commandTail.set(s, 0);
                if (!headStale) {
                    show(s, 0, 0);
                }
            }
            case Registers.EVENT_BASE -> moveLog(s, value & ~Reserved.in(Registers.RingBase.FIELDS));
            case Registers.CONTROL -> registers.setControl(s, value);
            case Registers.EXCLUSION_BASE ->
                registers.exclusionBase.set(s, value & ~Reserved.in(Registers.ExclusionBase.FIELDS));
            case Registers.EXCLUSION_LIMIT ->
                registers.exclusionLimit.set(s, value & ~Reserved.in(Registers.ExclusionLimit.FIELDS));
            case Registers.COMMAND_HEAD -> {
                registers.commandHead.set(s, value & RingPointer.ENTRY.mask());
                long shown = pointersRaw ? value : registers.commandHead.get(s);
                show(s, shown, read(s, Registers.COMMAND_TAIL));
            }
            case Registers.COMMAND_TAIL -> {
                registers.commandTail.set(s, value & RingPointer.ENTRY.mask());
                long shown = pointersRaw ? value : registers.commandTail.get(s);
                show(s, read(s, Registers.COMMAND_HEAD), shown);
            }
            case Registers.EVENT_HEAD -> registers.eventHead.set(s, value & RingPointer.ENTRY.mask());
            case Registers.EVENT_TAIL -> registers.eventTail.set(s, value & RingPointer.ENTRY.mask());
            case Registers.STATUS -> registers.status.set(s, status(registers.status.get(s), value));
            default -> {}
        }
    }

    private void moveLog(long[] s, long base) {
        if (!keepsLog || !Status.EVENT_LOG_INT.isSet(registers.status.get(s))) {
            registers.eventBase.set(s, base);
            registers.eventHead.set(s, 0);
            registers.eventTail.set(s, 0);
        }
    }

    private long status(long old, long value) {
        if (statusReadOnly) {
            return old;
        }
        return statusWide
                ? (old & QEMU_KEPT & ~(value & QEMU_CLEARABLE)) | (value & ~QEMU_KEPT)
                : old & ~(value & Status.CLEARABLE);
    }

    /** Whether the command pointers do not always read as they are. */
    private boolean shows() {
        return headWraps || headStale || pointersRaw;
    }

    private void show(long[] s, long head, long tail) {
        if (shows()) {
            registers.shownHead.set(s, head);
            registers.shownTail.set(s, tail);
        }
    }

    /** The unit executes one command; false when it has none to execute. */
    public boolean step(long[] s) {
        if (!commands.consume(s)) {
            return false;
        }
        long head = registers.commandHead.get(s);
        boolean wrapped = headWraps && head == 0;
        long size = (long) Registers.RingBase.entries(registers.commandBase.get(s)) * Commands.BYTES;
        show(s, wrapped ? size : head, read(s, Registers.COMMAND_TAIL));
        return true;
    }

    /** The unit executes what the command buffer holds; it ends, since no command submits another. */
    public void run(long[] s) {
        while (step(s)) {
            // Each step takes one command off the ring, or stops the unit.
        }
    }
}
