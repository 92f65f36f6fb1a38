package dev.moat.iommu.queue;

import dev.moat.state.Footprint;

/** The registers that say where a command queue begins and ends. {@code @unit} entries. */
public interface QueuePointers {
    /** Commands that the unit has not fetched. */
    int pending(long[] s);

    /** The next command that the unit fetches; it may be one round ahead, with a wrap bit. */
    int head(long[] s);

    /** The head goes on by one entry. */
    void advance(long[] s);

    /** Says of other places that they are the next ones; neither is below the first entry nor wraps. */
    void move(long[] s, int head, int tail);

    /** Adds what says where the queue is. */
    void read(Footprint footprint);
}
