package dev.moat.iommu.amdvi.semantics;

import dev.moat.bits.BitField;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Registers.Control;
import dev.moat.iommu.amdvi.format.Registers.RingBase;
import dev.moat.iommu.amdvi.format.Registers.RingPointer;
import dev.moat.iommu.amdvi.format.Registers.Status;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import java.util.List;
import java.util.Map;

/**
 * The registers of one unit as slots of a state, each a whole word in its format. What a search never changes is declared as
 * fixed and takes no room in a stored state.
 */
public final class RegisterBank {
    /** {@link Registers.DeviceTableBase}. */
    public final Slots deviceTable;
    /** {@link RingBase} of the command buffer. */
    public final Slots commandBase;
    /** {@link RingBase} of the event log. */
    public final Slots eventBase;
    /** {@link Control}. */
    public final Slots control;
    /** {@link Registers.ExclusionBase}. */
    public final Slots exclusionBase;
    /** {@link Registers.ExclusionLimit}. */
    public final Slots exclusionLimit;
    /** {@link RingPointer} of the oldest command that is not done. {@code @writer} IOMMU. */
    public final Slots commandHead;
    /** {@link RingPointer} behind the newest command. */
    public final Slots commandTail;
    /** {@link RingPointer} of the oldest event that software has not taken. */
    public final Slots eventHead;
    /** {@link RingPointer} behind the newest event. {@code @writer} IOMMU. */
    public final Slots eventTail;
    /** {@link Status}. {@code @writer} IOMMU. */
    public final Slots status;
    /** 1 when the unit stopped at a command, until CmdBufEn goes from 0 to 1; no register shows it but CmdBufRun. */
    public final Slots commandError;
    /** 1 when an event was lost, until EventLogEn goes from 0 to 1; no register shows it but EventLogRun. */
    public final Slots eventError;
    /**
     * What the command head reads as with {@link Deviation#HEAD_WRAP} or {@link Deviation#HEAD_READ_STALE}; left out, as the next
     * one, in a search.
     */
    final Slots shownHead;
    /** What the command tail reads as with these. */
    final Slots shownTail;

    /**
     * What a register is at the start, and which of its bits can be otherwise in a state of the search.
     *
     * @param varying see {@link Slots#varying}
     */
    public record Start(long value, long varying) {
        /** Any value. */
        static final Start ANY = new Start(0, -1L);
    }

    /** Registers that are 0 at the start and can hold anything: of a unit that is used outside of a search. */
    public RegisterBank(SchemaBuilder schema) {
        this(schema, "", Map.of(), Start.ANY);
    }

    /**
     * Declares the registers.
     *
     * @param prefix stands before their names
     * @param starts by name; the others start as {@code other} says
     */
    public RegisterBank(SchemaBuilder schema, String prefix, Map<String, Start> starts, Start other) {
        Declaring d = (name, writer, fields) -> {
            Start start = starts.getOrDefault(name, other);
            return schema.slots(prefix + name, Role.ARCHITECTURAL, writer)
                    .fixed(start.value())
                    .word(fields, start.varying());
        };
        deviceTable = d.slot("deviceTable", Writer.HYPERVISOR, Registers.DeviceTableBase.FIELDS);
        commandBase = d.slot("commandBase", Writer.HYPERVISOR, RingBase.FIELDS);
        eventBase = d.slot("eventBase", Writer.HYPERVISOR, RingBase.FIELDS);
        control = d.slot("control", Writer.HYPERVISOR, Control.FIELDS);
        exclusionBase = d.slot("exclusionBase", Writer.HYPERVISOR, Registers.ExclusionBase.FIELDS);
        exclusionLimit = d.slot("exclusionLimit", Writer.HYPERVISOR, Registers.ExclusionLimit.FIELDS);
        commandHead = d.slot("commandHead", Writer.IOMMU, RingPointer.FIELDS);
        commandTail = d.slot("commandTail", Writer.HYPERVISOR, RingPointer.FIELDS);
        eventHead = d.slot("eventHead", Writer.HYPERVISOR, RingPointer.FIELDS);
        eventTail = d.slot("eventTail", Writer.IOMMU, RingPointer.FIELDS);
        status = d.slot("status", Writer.IOMMU, Status.FIELDS);
        commandError =
                schema.slots(prefix + "commandError", Role.QUEUE, Writer.IOMMU).bits(1);
        eventError =
                schema.slots(prefix + "eventError", Role.QUEUE, Writer.IOMMU).bits(1);
        SchemaBuilder shown = schema.onlyIf(other.equals(Start.ANY));
        shownHead = shown.slots(prefix + "shownHead", Role.GHOST, Writer.IOMMU).word(RingPointer.FIELDS, -1L);
        shownTail = shown.slots(prefix + "shownTail", Role.GHOST, Writer.IOMMU).word(RingPointer.FIELDS, -1L);
    }

    @FunctionalInterface
    private interface Declaring {
        Slots slot(String name, Writer writer, List<BitField> fields);
    }

    /** Whether the unit is on: translation, and with their own bits commands and events. */
    public boolean isOn(long[] s) {
        return Control.IOMMU_EN.isSet(control.get(s));
    }

    /** Whether events are logged when there are any. */
    public boolean runsLog(long[] s) {
        return Status.EVENT_LOG_RUN.isSet(status.get(s));
    }

    /** Whether commands are executed when there are any. */
    public boolean runsCommands(long[] s) {
        return Status.CMD_BUF_RUN.isSet(status.get(s));
    }

    /** Commands that the ring holds and that are not done. */
    public int pendingCommands(long[] s) {
        return distance(commandHead.get(s), commandTail.get(s), commandBase.get(s));
    }

    /** Entries from a head to a tail. */
    static int distance(long head, long tail, long base) {
        return (int) (RingPointer.ENTRY.get(tail) - RingPointer.ENTRY.get(head)) & RingBase.entries(base) - 1;
    }

    /** A head or tail one entry on, around the end of its ring. */
    static long after(long pointer, long base) {
        return RingPointer.ENTRY.set(0, (RingPointer.ENTRY.get(pointer) + 1) & RingBase.entries(base) - 1);
    }

    /** Sets a bit of the status register. */
    void raise(long[] s, BitField bit) {
        status.set(s, status.get(s) | bit.mask());
    }

    /** Software writes the control register: what goes from 0 to 1 starts again after an error. */
    public void setControl(long[] s, long value) {
        long rising = value & ~control.get(s);
        control.set(s, value);
        if (Control.CMD_BUF_EN.isSet(rising)) {
            commandError.set(s, 0);
        }
        if (Control.EVENT_LOG_EN.isSet(rising) && !Status.EVENT_OVERFLOW.isSet(status.get(s))) {
            eventError.set(s, 0);
        }
        settleStatus(s);
    }

    /** Makes CmdBufRun and EventLogRun what the control register and the errors say. */
    void settleStatus(long[] s) {
        long on = isOn(s) ? control.get(s) : 0;
        boolean commands = Control.CMD_BUF_EN.isSet(on) && commandError.get(s) == 0;
        boolean events = Control.EVENT_LOG_EN.isSet(on) && eventError.get(s) == 0;
        long word = Status.CMD_BUF_RUN.set(status.get(s), commands ? 1 : 0);
        status.set(s, Status.EVENT_LOG_RUN.set(word, events ? 1 : 0));
    }
}
