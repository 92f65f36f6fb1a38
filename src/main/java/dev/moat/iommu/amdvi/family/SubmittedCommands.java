package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.CommandRing;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.Registers.RingPointer;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The command buffer, with a ghost that remembers which CPU put each command there. A COMPLETION_WAIT names its CPU by the
 * address that it stores to, an invalidation does not: two CPUs may write the same words, and only one of them has yet been served.
 *
 * <p>{@code @shape} one CPU per ring entry, without bits where there is one CPU; 0 for waits and free entries. A place is counted
 * from the head.
 */
public final class SubmittedCommands {
    /** In place of a DevID: the page counts. */
    private static final int NO_DEVICE = -1;

    private final AmdViUnit unit;
    private final CommandRing commands;
    private final int ring;
    private final Slots submitter;

    /** @param prefix stands before the name of the slots */
    SubmittedCommands(SchemaBuilder schema, String prefix, AmdViUnit unit, CommandRing commands, Sort cpus) {
        this.unit = unit;
        this.commands = commands;
        ring = unit.geometry().ring();
        submitter = schema.slots(
                        prefix + "command.submitter", Role.GHOST, Writer.GHOST, Sort.numbered("RingEntry", "c", ring))
                .live((s, entry) -> CommandCoverage.isInvalidation(unit.commandLo.get(s, entry)))
                .of(cpus);
    }

    /** Commands that software can still write. */
    int free(long[] s) {
        return commands.free(s);
    }

    private int count(long[] s) {
        return unit.registers.pendingCommands(s);
    }

    /** Appends a command for a CPU. False, with the state untouched, when the ring is full. */
    boolean submit(long[] s, int cpu, long lo, long hi) {
        int entry = entry(s, count(s));
        if (!commands.submit(s, lo, hi)) {
            return false;
        }
        submitter.set(s, entry, CommandCoverage.isInvalidation(lo) ? cpu : 0);
        return true;
    }

    /**
     * Software begins the command buffer anew and has everything forgotten: with INVALIDATE_IOMMU_ALL, or without IASup each device
     * table entry and all pages of each DomainID. {@code @source} Linux amd_iommu_reset_cmd_buffer, amd_iommu_flush_all_caches.
     */
    public void restart(long[] s) {
        commands.reset(s);
        for (int entry = 0; entry < ring; entry++) {
            submitter.set(s, entry, 0);
        }
        if (unit.geometry().capabilities().knows(Commands.INVALIDATE_IOMMU_ALL)) {
            execute(s, Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0);
            return;
        }
        for (int deviceId : unit.geometry().deviceIds()) {
            execute(s, Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, deviceId), 0);
        }
        for (int domainId = 0; domainId < unit.geometry().tags().size(); domainId++) {
            execute(s, Commands.pages(domainId), Commands.everyPage(true));
        }
    }

    private void execute(long[] s, long lo, long hi) {
        submit(s, 0, lo, hi);
        consume(s);
    }

    /** Whether there are commands that the unit has not executed. */
    public boolean isPending(long[] s) {
        return count(s) != 0;
    }

    /** The unit executes the oldest command, as {@link CommandRing#consume} says. */
    boolean consume(long[] s) {
        int before = count(s);
        int head = entry(s, 0);
        if (!commands.consume(s)) {
            return false;
        }
        if (count(s) == before) {
            return true;
        }
        boolean rotated = entry(s, 0) == head;
        for (int i = 1; rotated && i < before; i++) {
            submitter.set(s, entry(s, i - 1), submitter.get(s, entry(s, i)));
        }
        submitter.set(s, rotated ? entry(s, before - 1) : head, 0);
        return true;
    }

    /**
     * A command is executed before the one in front of it: invalidations may be done in parallel up to the next
     * COMPLETION_WAIT. {@code @source} AMDVI-COMMANDS.
     *
     * @param place of the one in front
     * @return false, with the state untouched, unless both are invalidations, not the same ones, and the unit runs
     */
    public boolean overtake(long[] s, int place) {
        if (place + 1 >= count(s) || !unit.registers.runsCommands(s)) {
            return false;
        }
        long lo = commands.lo(s, place);
        long hi = commands.hi(s, place);
        long laterLo = commands.lo(s, place + 1);
        long laterHi = commands.hi(s, place + 1);
        boolean both = CommandCoverage.isInvalidation(lo) && CommandCoverage.isInvalidation(laterLo);
        int cpu = submitter(s, place);
        int laterCpu = submitter(s, place + 1);
        if (!both || (lo == laterLo && hi == laterHi && cpu == laterCpu)) {
            return false;
        }
        commands.replace(s, place, laterLo, laterHi);
        commands.replace(s, place + 1, lo, hi);
        submitter.set(s, entry(s, place), laterCpu);
        submitter.set(s, entry(s, place + 1), cpu);
        return true;
    }

    private int submitter(long[] s, int place) {
        return (int) submitter.get(s, entry(s, place));
    }

    /** What a CPU has in the ring for a page under a DomainID, as {@link Port#finds} says. {@code @unit} a page number. */
    int findsPage(long[] s, int cpu, int domainId, long page) {
        return finds(s, cpu, domainId, page, NO_DEVICE);
    }

    /** The same for a DevID's cached device table entry. */
    int findsDevice(long[] s, int cpu, int deviceId) {
        return finds(s, cpu, 0, 0, deviceId);
    }

    private int finds(long[] s, int cpu, int domainId, long page, int deviceId) {
        int found = Port.NOTHING;
        for (int i = 0; i < count(s); i++) {
            if (isInvalidation(s, i) && submitter(s, i) == cpu) {
                boolean covers = deviceId == NO_DEVICE
                        ? coversPage(s, i, domainId, page)
                        : CommandCoverage.ofDevice(commands.lo(s, i), deviceId);
                found = Math.max(found, covers ? Port.COVERED : Port.OTHERS);
            }
        }
        return found;
    }

    /**
     * The same for a page and one command that a CPU submitted, counted from its last one.
     *
     * @param fromEnd how many it submitted later
     */
    int findsFromEnd(long[] s, int cpu, int fromEnd, int domainId, long page) {
        int later = 0;
        for (int i = count(s) - 1; i >= 0; i--) {
            if (isInvalidation(s, i) && submitter(s, i) == cpu && later++ == fromEnd) {
                return coversPage(s, i, domainId, page) ? Port.COVERED : Port.OTHERS;
            }
        }
        return Port.NOTHING;
    }

    private boolean coversPage(long[] s, int place, int domainId, long page) {
        return CommandCoverage.ofPage(commands.lo(s, place), commands.hi(s, place), domainId, page);
    }

    /** Whether a COMPLETION_WAIT with these words is in the ring. */
    boolean hasWait(long[] s, long lo, long hi) {
        for (int i = 0; i < count(s); i++) {
            if (commands.lo(s, i) == lo && commands.hi(s, i) == hi) {
                return true;
            }
        }
        return false;
    }

    /** Whether the last command that the unit has not executed is a wait. */
    boolean endsWithWait(long[] s) {
        return count(s) > 0 && !isInvalidation(s, count(s) - 1);
    }

    /** The CPU that submitted the oldest command, or -1 when that is a wait or there is none. */
    int nextSubmitter(long[] s) {
        return count(s) > 0 && isInvalidation(s, 0) ? submitter(s, 0) : -1;
    }

    private boolean isInvalidation(long[] s, int place) {
        return CommandCoverage.isInvalidation(commands.lo(s, place));
    }

    /** Adds what {@link #findsPage} and {@link #findsDevice} read. */
    void read(Footprint footprint) {
        footprint.all(unit.commandLo).all(unit.commandHi).all(submitter);
        footprint.all(unit.registers.commandHead).all(unit.registers.commandTail);
    }

    /** The ring entry at a place. */
    private int entry(long[] s, int place) {
        long head = RingPointer.ENTRY.get(unit.registers.commandHead.get(s));
        return (int) (head + place) & (ring - 1);
    }
}
