package dev.moat.iommu;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A unit as its software drives it in a recording. It sees software's register accesses, reads tables and queue from
 * the recorded memory, and gives their meaning. It caches nothing: the judge decides what caches may hold.
 *
 * <p>Every method is bounded, whatever software has written.
 */
public interface RecordedUnit {
    /** Software wrote a register; what the unit does about it is done when this returns. */
    void wrote(int offset, int bytes, long value);

    /** What a read of a register shows to be done. */
    enum Done {
        NOTHING,
        /** The commands that were given by registers. */
        BY_REGISTER,
        /** The waits that tell it by a register alone. */
        WAITS
    }

    /** Software read a register and got this value. */
    Done wasRead(int offset, int bytes, long value);

    /** Whether requests of devices are translated now. */
    boolean translates();

    /**
     * A page of the tables of devices that the unit goes by.
     *
     * @param frame 4 KiB frame number
     * @param position of its first entry
     */
    record Root(long frame, TableKind kind, long position) {}

    /** Where the tables of devices begin now; empty while the unit has none. */
    List<Root> roots();

    /**
     * What an entry means.
     *
     * @param words of the page
     * @param at index of the entry's first word
     */
    Entry decode(TableKind kind, long[] words, int at);

    /** The oldest command that software has given and that was not told here yet; null where there is none. */
    @Nullable
    Command next();

    /** Whether software has emptied the queue or switched it off since this was asked last: what it held is not executed any more. */
    boolean wasReset();

    /** The frames of the queue as it is set up now. */
    List<Long> queue();

    /** What a request gets. */
    enum Outcome {
        MEMORY,
        BLOCKED,
        /** Such requests are not judged. */
        UNKNOWN
    }

    /** @param address byte address in memory, where it gets there */
    record Reached(Outcome outcome, long address) {}

    /** The domain id in a tag, as software knows it. */
    long domain(long tag);

    /** A tag as reports print it, for example {@code DID 5}. */
    String tagName(long tag);

    /**
     * What a request gets by registers and memory as they are, without any cache.
     *
     * @param requester source-id
     * @param pasid -1 for none
     */
    Reached translate(int requester, int pasid, long address, boolean write);
}
