package dev.moat.iommu.amdvi.semantics;

import dev.moat.iommu.Memory;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Events;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Registers.Control;
import dev.moat.iommu.amdvi.format.Registers.RingBase;
import dev.moat.iommu.amdvi.format.Registers.Status;

/**
 * The event log: the unit writes entries at the tail, software takes them from the head. When it is full, an event is lost,
 * EventOverflow is set and logging stops, until software has cleared that and switches the log off and on.
 *
 * <p>{@code @shape} a ring in memory that holds one entry less than it has. Interrupts are not modelled, only their bits in the
 * status register. {@code @source} AMDVI-EVENTS.
 */
public final class EventLog {
    private final RegisterBank registers;
    private final Memory memory;
    private final boolean silent;
    private final boolean needsInterrupt;
    private final boolean foreignWords;
    private final boolean omits;
    private final boolean ignoresSuppression;

    public EventLog(RegisterBank registers, Memory memory, Behaviour behaviour) {
        this.registers = registers;
        this.memory = memory;
        silent = behaviour.has(Deviation.EVT_NONE);
        needsInterrupt = behaviour.has(Deviation.EVT_OVERFLOW);
        foreignWords = behaviour.has(Deviation.EVT_WORDS);
        omits = behaviour.has(Deviation.EVT_MISSING);
        ignoresSuppression = behaviour.has(Deviation.EVT_EXTRA);
    }

    /**
     * A request that was blocked.
     *
     * @param quad1 of the device table entry that it was blocked by or behind; 0 without one
     * @param address what the event names, see {@link Events}
     */
    public record Blocked(Outcome outcome, int deviceId, boolean write, long quad1, long address) {
        private boolean isFault() {
            return outcome.eventCode() == Events.IO_PAGE_FAULT;
        }

        private long lo() {
            return Events.of(outcome, deviceId, (int) DeviceTableEntry.DOMAIN_ID.get(quad1), write);
        }
    }

    /**
     * Logs what a blocked request leaves, if anything. With SE one page fault of a device is logged until the unit forgets the device's
     * entry; one that the log loses does not count.
     *
     * @param caches what remembers of which devices one was logged
     */
    public void request(long[] s, Caches caches, Blocked blocked) {
        long lo = blocked.lo();
        if (lo == 0 || isSuppressed(s, caches, blocked) || isOmitted(blocked.outcome())) {
            return;
        }
        boolean written = foreignWords
                ? append(s, foreign(blocked.outcome().eventCode(), lo), 0)
                : append(s, lo, Events.address(blocked.outcome(), blocked.address()));
        if (written && blocked.isFault()) {
            caches.rememberFault(s, blocked.deviceId());
        }
    }

    private boolean isSuppressed(long[] s, Caches caches, Blocked blocked) {
        boolean all = DeviceTableEntry.SA.isSet(blocked.quad1());
        boolean further = DeviceTableEntry.SE.isSet(blocked.quad1()) && caches.hadFault(s, blocked.deviceId());
        return blocked.isFault() && (all || further) && !ignoresSuppression;
    }

    private boolean isOmitted(Outcome outcome) {
        return omits
                && (outcome == Outcome.INTERRUPT_RANGE
                        || outcome == Outcome.TRANSLATION_INVALID
                        || outcome == Outcome.MODE_ILLEGAL
                        || outcome == Outcome.UNTRANSLATED_DENIED);
    }

    /** How QEMU encodes an event of a request; of a page fault it names the device and function, without the bus. */
    private static long foreign(int code, long lo) {
        long deviceId = Events.DEVICE_ID.get(lo);
        long word = Events.CODE.set(0, code);
        if (code != Events.IO_PAGE_FAULT) {
            return Events.DEVICE_ID.set(word, deviceId);
        }
        word |= Events.I.mask() | (Events.RW.isSet(lo) ? Events.NX.mask() : Events.GN.mask());
        return Events.DEVICE_ID.set(word, deviceId & 0xff);
    }

    /**
     * Logs an error about a command.
     *
     * @param code {@link Events#ILLEGAL_COMMAND_ERROR} or {@link Events#COMMAND_HARDWARE_ERROR}
     * @param address of the command
     * @param opcode of the command, if it was read
     */
    public void command(long[] s, int code, long address, int opcode) {
        if (foreignWords) {
            append(s, Events.CODE.set(0, code) | ((long) opcode << Events.GN.lo()), 0);
        } else {
            append(s, Events.ofCommand(code), address);
        }
    }

    /** False when the event is lost. */
    private boolean append(long[] s, long lo, long hi) {
        boolean lost = Status.EVENT_OVERFLOW.isSet(registers.status.get(s));
        if (silent || lost || !registers.runsLog(s)) {
            return false;
        }
        boolean interrupts = Control.EVENT_INT_EN.isSet(registers.control.get(s)) || !needsInterrupt;
        long base = registers.eventBase.get(s);
        long tail = registers.eventTail.get(s);
        long next = RegisterBank.after(tail, base);
        if (next == registers.eventHead.get(s)) {
            if (interrupts) {
                registers.raise(s, Status.EVENT_OVERFLOW);
            }
            if (!needsInterrupt) {
                registers.eventError.set(s, 1);
                registers.settleStatus(s);
            }
            return false;
        }
        long at = RingBase.address(base, Registers.RingPointer.ENTRY.get(tail));
        memory.write(s, at, lo);
        memory.write(s, at + Long.BYTES, hi);
        registers.eventTail.set(s, next);
        if (interrupts) {
            registers.raise(s, Status.EVENT_LOG_INT);
        }
        return true;
    }
}
