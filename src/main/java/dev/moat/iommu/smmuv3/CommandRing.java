package dev.moat.iommu.smmuv3;

import dev.moat.iommu.Memory;
import dev.moat.iommu.smmuv3.SmmuGeometry.Part;
import dev.moat.iommu.smmuv3.format.Commands;
import dev.moat.iommu.smmuv3.semantics.Caches;
import dev.moat.iommu.smmuv3.semantics.Capabilities;
import dev.moat.iommu.smmuv3.semantics.CommandQueue;
import dev.moat.iommu.smmuv3.semantics.RegisterBank;

/**
 * The command queue of a unit of a search: {@link CommandQueue} on the unit's slots.
 *
 * <p>With {@link Part#FETCHED} commands stay in their entries when they are consumed, in front of CONS, until they are executed. So the
 * queue is full a little earlier than in hardware, which remembers them elsewhere.
 */
public final class CommandRing {
    private final CommandSlots queue;
    private final CommandQueue commands;
    private final Caches caches;

    /**
     * @param registers whose queue it is
     * @param memory where the unit finds the slots
     */
    public CommandRing(
            CommandSlots queue, RegisterBank registers, Memory memory, Caches caches, Capabilities capabilities) {
        this.queue = queue;
        this.caches = caches;
        commands = new CommandQueue(registers, memory, caches, capabilities);
    }

    /** Commands that software can still write. */
    public int free(long[] s) {
        return queue.shape().ring() - count(s);
    }

    /** Commands that are not executed. */
    public int count(long[] s) {
        return queue.count(s);
    }

    /** Software writes a command. False, with the state untouched, when the queue is full. */
    public boolean submit(long[] s, long lo, long hi) {
        return free(s) > 0 && commands.submit(s, lo, hi);
    }

    /** The first word of a command that is not executed, counted from the oldest one. */
    public long lo(long[] s, int place) {
        return queue.lo.get(s, place);
    }

    /** Its second word. */
    public long hi(long[] s, int place) {
        return queue.hi.get(s, place);
    }

    /**
     * The unit consumes the command at CONS without executing it, or completes the CMD_SYNC there. Needs {@link Part#FETCHED}.
     *
     * @param waits whether a CMD_SYNC waits for what is consumed and not executed, as it has to
     * @return false when there is none, the unit stands at an error, or the CMD_SYNC has to wait
     */
    public boolean fetch(long[] s, boolean waits) {
        if (!queue.isRunning(s) || queue.pending(s) == 0) {
            return false;
        }
        int place = queue.fetched(s);
        if (!commands.isLegal(lo(s, place), hi(s, place))) {
            return commands.consume(s);
        }
        if (Commands.isInvalidation(lo(s, place))) {
            queue.fetch(s);
            return true;
        }
        if (place != 0 && waits) {
            return false;
        }
        queue.remove(s, place, place, count(s) - 1);
        return true;
    }

    /**
     * The unit executes a command that it has consumed; without {@link Part#FETCHED} the one at CONS, or stops there.
     *
     * @param place which one, counted from the oldest
     * @return false when there is none, or the unit stands at an error
     */
    public boolean consume(long[] s, int place) {
        if (queue.shape().fetches()) {
            if (place >= queue.fetched(s)) {
                return false;
            }
            caches.forget(s, lo(s, place), hi(s, place));
            queue.remove(s, place, queue.fetched(s) - 1, count(s) - 1);
            return true;
        }
        if (place != 0 || !commands.consume(s)) {
            return false;
        }
        if (queue.isRunning(s)) {
            queue.remove(s, 0, 0, queue.pending(s));
        }
        return true;
    }
}
