package dev.moat.iommu.amdvi;

import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.format.Registers.Control;
import dev.moat.iommu.amdvi.format.Registers.RingPointer;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.CommandBuffer;
import dev.moat.iommu.amdvi.semantics.EventLog;

/**
 * The command buffer of a unit of a search: {@link CommandBuffer} on the unit's slots, kept so that states that behave alike are
 * equal. What is behind the head is 0, and unless the head keeps its place, the ring is rotated so that the head is entry 0.
 */
public final class CommandRing {
    private final AmdViUnit u;
    private final CommandBuffer commands;
    private final boolean rotates;

    public CommandRing(AmdViUnit unit, AmdViCaches caches, EventLog log) {
        u = unit;
        Behaviour behaviour = Behaviour.specified(unit.geometry().capabilities());
        commands = new CommandBuffer(unit.registers, unit.memory(), caches, log, behaviour);
        rotates = !unit.geometry().has(Part.RING_POSITION);
    }

    /** Commands that software can still write. */
    public int free(long[] s) {
        return commands.free(s);
    }

    /** Software writes a command. False, with the state untouched, when the ring is full. */
    public boolean submit(long[] s, long lo, long hi) {
        return commands.submit(s, lo, hi);
    }

    /** Whether there are commands that the unit has not executed. */
    public boolean isPending(long[] s) {
        return u.registers.pendingCommands(s) != 0;
    }

    /**
     * The unit executes one command, or stops at one that is illegal.
     *
     * @return false when it has none, or stopped
     */
    public boolean consume(long[] s) {
        long before = u.registers.commandHead.get(s);
        if (!commands.consume(s)) {
            return false;
        }
        if (u.registers.commandHead.get(s) != before) {
            retire(s, (int) RingPointer.ENTRY.get(before));
        }
        return true;
    }

    private void retire(long[] s, int head) {
        int left = u.registers.pendingCommands(s);
        if (!rotates) {
            u.commandLo.set(s, head, 0);
            u.commandHi.set(s, head, 0);
            return;
        }
        for (int entry = 0; entry < left; entry++) {
            u.commandLo.set(s, entry, u.commandLo.get(s, entry + 1));
            u.commandHi.set(s, entry, u.commandHi.get(s, entry + 1));
        }
        u.commandLo.set(s, left, 0);
        u.commandHi.set(s, left, 0);
        u.registers.commandHead.set(s, 0);
        u.registers.commandTail.set(s, RingPointer.ENTRY.set(0, left));
    }

    /** The first word of a command that is not executed yet, counted from the head. */
    public long lo(long[] s, int place) {
        return u.commandLo.get(s, entry(s, place));
    }

    /** Its second word. */
    public long hi(long[] s, int place) {
        return u.commandHi.get(s, entry(s, place));
    }

    /** Software puts another command in its place. */
    public void replace(long[] s, int place, long lo, long hi) {
        u.commandLo.set(s, entry(s, place), lo);
        u.commandHi.set(s, entry(s, place), hi);
    }

    private int entry(long[] s, int place) {
        long head = RingPointer.ENTRY.get(u.registers.commandHead.get(s));
        return (int) (head + place) & (u.geometry().ring() - 1);
    }

    /**
     * Software switches the command buffer off, empties it, and switches it on at its first entry: what it held is lost. Needs
     * {@link Part#RESTART}.
     */
    public void reset(long[] s) {
        long control = u.registers.control.get(s);
        u.registers.setControl(s, Control.CMD_BUF_EN.set(control, 0));
        for (int entry = 0; entry < u.geometry().ring(); entry++) {
            u.commandLo.set(s, entry, 0);
            u.commandHi.set(s, entry, 0);
        }
        u.registers.commandHead.set(s, 0);
        u.registers.commandTail.set(s, 0);
        u.registers.setControl(s, control);
    }

    /**
     * Software switches the command buffer off and on, which makes the unit try the command at the head again. False when it is
     * not stopped. Needs {@link Part#RESTART}.
     */
    public boolean restart(long[] s) {
        if (u.registers.commandError.get(s) == 0) {
            return false;
        }
        long control = u.registers.control.get(s);
        u.registers.setControl(s, Control.CMD_BUF_EN.set(control, 0));
        u.registers.setControl(s, control);
        return true;
    }
}
