package dev.moat.iommu.queue;

/** What a unit does with the commands in its queue. */
public interface CommandUnit {
    /** Whether it fetches commands when there are any. */
    boolean isRunning(long[] s);

    /** Whether it executes a command; it stops there otherwise. */
    boolean isLegal(long[] s, long lo, long hi);

    /** Whether a command asks to forget something; others are fences. */
    boolean isInvalidation(long lo);

    /** Software writes a command and moves the tail. False, with the state untouched, when the queue is full. */
    boolean submit(long[] s, long lo, long hi);

    /** The unit executes the command at the head, or stops there. False, with the state untouched, when it does neither. */
    boolean consume(long[] s);

    /** Executes an invalidation that was fetched. */
    void forget(long[] s, long lo, long hi);
}
