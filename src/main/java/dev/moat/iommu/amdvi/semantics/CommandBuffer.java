package dev.moat.iommu.amdvi.semantics;

import dev.moat.bits.Reserved;
import dev.moat.iommu.Memory;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.Commands.CompletionWait;
import dev.moat.iommu.amdvi.format.Commands.Device;
import dev.moat.iommu.amdvi.format.Commands.IotlbPages;
import dev.moat.iommu.amdvi.format.Commands.Pages;
import dev.moat.iommu.amdvi.format.Events;
import dev.moat.iommu.amdvi.format.Registers.RingBase;
import dev.moat.iommu.amdvi.format.Registers.RingPointer;
import dev.moat.iommu.amdvi.format.Registers.Status;

/**
 * The command buffer: software writes commands at the tail, the unit executes them at the head, one at a time and in order, so
 * that a COMPLETION_WAIT is done when all before it are. At a command that is unknown, has a reserved bit set or cannot be
 * read, the unit logs that and stops there, until CmdBufEn goes from 0 to 1.
 *
 * <p>{@code @shape} a ring in memory, empty when head and tail are equal. {@code @source} AMDVI-COMMANDS.
 */
public final class CommandBuffer {
    private static final int OPCODES = (int) Commands.OPCODE.max() + 1;

    private final RegisterBank registers;
    private final Memory memory;
    private final Caches caches;
    private final EventLog log;
    private final Capabilities can;
    private final boolean continues;
    private final long[] reservedLo = new long[OPCODES];
    private final long[] reservedHi = new long[OPCODES];

    public CommandBuffer(RegisterBank registers, Memory memory, Caches caches, EventLog log, Behaviour behaviour) {
        this.registers = registers;
        this.memory = memory;
        this.caches = caches;
        this.log = log;
        can = behaviour.capabilities();
        continues = behaviour.has(Deviation.CMD_CONTINUES);
        for (int opcode = Commands.COMPLETION_WAIT; opcode <= Commands.INVALIDATE_IOMMU_ALL; opcode++) {
            know(opcode);
        }
    }

    private void know(int opcode) {
        reservedLo[opcode] = Reserved.in(Commands.fieldsLo(Commands.opcode(opcode)));
        reservedHi[opcode] = Reserved.in(Commands.fieldsHi(Commands.opcode(opcode)));
    }

    /** Commands that software can still write. */
    public int free(long[] s) {
        return RingBase.entries(registers.commandBase.get(s)) - 1 - registers.pendingCommands(s);
    }

    /**
     * Software writes a command behind the last one and moves the tail.
     *
     * @return false, with the state untouched, when the ring is full or is not in memory
     */
    public boolean submit(long[] s, long lo, long hi) {
        long base = registers.commandBase.get(s);
        long tail = registers.commandTail.get(s);
        long at = RingBase.address(base, RingPointer.ENTRY.get(tail));
        if (free(s) == 0 || !memory.write(s, at, lo) || !memory.write(s, at + Long.BYTES, hi)) {
            return false;
        }
        registers.commandTail.set(s, RegisterBank.after(tail, base));
        return true;
    }

    /**
     * The unit executes the command at the head, or stops there.
     *
     * @return false, with the state untouched, when there is none, or the unit does not execute commands
     */
    public boolean consume(long[] s) {
        if (!registers.runsCommands(s) || registers.pendingCommands(s) == 0) {
            return false;
        }
        long base = registers.commandBase.get(s);
        long head = registers.commandHead.get(s);
        long at = RingBase.address(base, RingPointer.ENTRY.get(head));
        if (!memory.isReadable(s, at)) {
            return unread(s, head, at);
        }
        long lo = memory.read(s, at);
        long hi = memory.read(s, at + Long.BYTES);
        int opcode = (int) Commands.OPCODE.get(lo);
        boolean legal = isLegal(lo, hi);
        if (!legal && !continues) {
            return stop(s, Events.ILLEGAL_COMMAND_ERROR, at, opcode);
        }
        if (!legal) {
            log.command(s, Events.ILLEGAL_COMMAND_ERROR, at, opcode);
        }
        if (legal || (can.knows(opcode) && runsThoughIllegal(opcode))) {
            execute(s, opcode, lo, hi);
        }
        registers.commandHead.set(s, RegisterBank.after(head, base));
        return true;
    }

    /** Whether the unit knows a command, and no reserved bit of it is set. */
    public boolean isLegal(long lo, long hi) {
        int opcode = (int) Commands.OPCODE.get(lo);
        return can.knows(opcode) && (lo & reservedLo[opcode]) == 0 && (hi & reservedHi[opcode]) == 0;
    }

    private boolean unread(long[] s, long head, long at) {
        if (!continues) {
            return stop(s, Events.COMMAND_HARDWARE_ERROR, at, 0);
        }
        log.command(s, Events.COMMAND_HARDWARE_ERROR, at, 0);
        registers.commandHead.set(s, RegisterBank.after(head, registers.commandBase.get(s)));
        return true;
    }

    private boolean stop(long[] s, int code, long address, int opcode) {
        log.command(s, code, address, opcode);
        registers.commandError.set(s, 1);
        registers.settleStatus(s);
        return true;
    }

    /** With {@link Deviation#CMD_CONTINUES}, whether a command is executed in spite of a reserved bit. */
    private static boolean runsThoughIllegal(int opcode) {
        return opcode != Commands.INVALIDATE_DEVTAB_ENTRY
                && opcode != Commands.INVALIDATE_IOTLB_PAGES
                && opcode != Commands.INVALIDATE_INTERRUPT_TABLE;
    }

    private void execute(long[] s, int opcode, long lo, long hi) {
        switch (opcode) {
            case Commands.COMPLETION_WAIT -> complete(s, lo, hi);
            case Commands.INVALIDATE_DEVTAB_ENTRY -> caches.forgetDevice(s, (int) Device.DEVICE_ID.get(lo));
            case Commands.INVALIDATE_IOMMU_PAGES ->
                caches.forgetPages(
                        s,
                        (int) Pages.DOMAIN_ID.get(lo),
                        Commands.firstPage(hi),
                        Commands.pageCount(hi),
                        Pages.PDE.isSet(hi));
            case Commands.INVALIDATE_IOTLB_PAGES ->
                caches.forgetRemote(
                        s, (int) IotlbPages.DEVICE_ID.get(lo), Commands.firstPage(hi), Commands.pageCount(hi));
            case Commands.INVALIDATE_IOMMU_ALL -> caches.forgetAll(s);
            // Interrupt tables and page requests are not in the state, and a prefetch is only a hint.
            default -> {}
        }
    }

    private void complete(long[] s, long lo, long hi) {
        if (CompletionWait.S.isSet(lo)) {
            memory.write(s, CompletionWait.ADDRESS.get(lo) << CompletionWait.ADDRESS.lo(), hi);
        }
        if (CompletionWait.I.isSet(lo)) {
            registers.raise(s, Status.COM_WAIT_INT);
        }
    }
}
