package dev.moat.iommu.queue;

/**
 * The command queue of a unit of a search, kept so that states that behave alike are equal. What is executed is 0, and unless the
 * head keeps its place, the queue is rotated so that the oldest command is entry 0.
 *
 * <p>Where commands are fetched before they are executed, they stay in their entries until then, in front of the head. So the queue is
 * full a little earlier than in hardware, which remembers them elsewhere.
 */
public final class CommandRing {
    private final CommandSlots queue;
    private final CommandUnit unit;
    private final int ring;

    public CommandRing(CommandSlots queue, CommandUnit unit) {
        this.queue = queue;
        this.unit = unit;
        ring = queue.shape().ring();
    }

    /** Commands that software can still write. */
    public int free(long[] s) {
        return queue.shape().most() - count(s);
    }

    /** Commands that are not executed. */
    public int count(long[] s) {
        return queue.count(s);
    }

    /** Software writes a command. False, with the state untouched, when the queue is full. */
    public boolean submit(long[] s, long lo, long hi) {
        return free(s) > 0 && unit.submit(s, lo, hi);
    }

    /** The first word of a command that is not executed, counted from the oldest one. */
    public long lo(long[] s, int place) {
        return queue.lo.get(s, entry(s, place));
    }

    /** Its second word. */
    public long hi(long[] s, int place) {
        return queue.hi.get(s, entry(s, place));
    }

    /** The queue entry of a command that is not executed. */
    public int entry(long[] s, int place) {
        return queue.first(s) + place & ring - 1;
    }

    /** Puts another command in the place of one. */
    public void replace(long[] s, int place, long lo, long hi) {
        queue.lo.set(s, entry(s, place), lo);
        queue.hi.set(s, entry(s, place), hi);
    }

    /** Whether the unit executes commands when there are any. */
    public boolean isRunning(long[] s) {
        return unit.isRunning(s);
    }

    /**
     * The unit fetches the invalidation at the head, or completes the fence there. Needs a queue that fetches.
     *
     * @param waits whether a fence waits for what is fetched and not executed, as it has to
     * @return false when there is none, the unit stands at an error, or the fence has to wait
     */
    public boolean fetch(long[] s, boolean waits) {
        if (!isRunning(s) || queue.pending(s) == 0) {
            return false;
        }
        int fetched = queue.fetched(s);
        long lo = lo(s, fetched);
        boolean legal = unit.isLegal(s, lo, hi(s, fetched));
        if (!legal || !unit.isInvalidation(lo)) {
            return (!legal || fetched == 0 || !waits) && complete(s, fetched);
        }
        queue.fetched.set(s, fetched + 1L);
        queue.advance(s);
        return true;
    }

    /** A fence is completed, or the unit stops at what is there. */
    private boolean complete(long[] s, int place) {
        if (!unit.consume(s)) {
            return false;
        }
        if (isRunning(s)) {
            // The head is behind the fence now, and the fence behind what is fetched: it goes.
            queue.fetched.set(s, place + 1L);
            remove(s, place);
        }
        return true;
    }

    /**
     * The unit executes a command that it has fetched; in a queue that does not fetch the one at the head, or stops there.
     *
     * @param place which one, counted from the oldest
     * @return false when there is none, or the unit stands at an error
     */
    public boolean consume(long[] s, int place) {
        if (queue.shape().fetches()) {
            if (!isFetched(s, place)) {
                return false;
            }
            unit.forget(s, lo(s, place), hi(s, place));
            remove(s, place);
            return true;
        }
        if (place != 0 || !unit.consume(s)) {
            return false;
        }
        if (isRunning(s)) {
            retire(s);
        }
        return true;
    }

    /** A fetched command is executed: those before it move up. */
    private void remove(long[] s, int place) {
        for (int i = place; i > 0; i--) {
            replace(s, i, lo(s, i - 1), hi(s, i - 1));
        }
        replace(s, 0, 0, 0);
        queue.fetched.set(s, queue.fetched.get(s) - 1);
        queue.rotate(s);
    }

    /** The command in front of the head is executed. */
    private void retire(long[] s) {
        int before = queue.first(s) - 1 & ring - 1;
        queue.lo.set(s, before, 0);
        queue.hi.set(s, before, 0);
        queue.rotate(s);
    }

    /** Whether a command is one that the unit has fetched. */
    public boolean isFetched(long[] s, int place) {
        return place < queue.fetched(s);
    }
}
