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

    /**
     * What a read of a register shows to be done.
     *
     * @param left of {@link What#QUEUE}, how many of the newest commands the unit has not come to; negative when it was told of more than are
     *     known here
     */
    record Done(What what, long left) {
        /** What is done. */
        public enum What {
            NOTHING,
            /** The commands that were given by registers. */
            BY_REGISTER,
            /** The waits that tell it by a register alone. */
            WAITS,
            /** The waits that the unit has gone past in its queue. */
            QUEUE
        }

        public static final Done NOTHING = new Done(What.NOTHING, 0);
        public static final Done BY_REGISTER = new Done(What.BY_REGISTER, 0);
        public static final Done WAITS = new Done(What.WAITS, 0);
    }

    /**
     * What a read of the head of a queue shows. A head that is a little beyond the known tail is of commands that the unit was told of; any other that
     * does not lie among the commands is an old one.
     *
     * @param left commands behind it, as far as a ring tells: as a number below its size
     * @param size of the ring, with its wrap bit where it has one
     */
    static Done passed(long left, long size) {
        return new Done(Done.What.QUEUE, left <= size - size / 8 ? left : left - size);
    }

    /** Whether commands are executed one behind the other; if not, those between two waits in any order. */
    default boolean executesInOrder() {
        return true;
    }

    /** Whether pointers to tables of devices are cached for themselves, so that commands for what they lead to leave them. */
    default boolean cachesPointers() {
        return false;
    }

    /** Whether words of one entry of a device may be cached at different times, valid or not. */
    default boolean cachesWords() {
        return false;
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

    /** Words of memory from an address on; null where one of them was not shown. */
    static long @Nullable [] words(Memory memory, long at, int count) {
        long[] noState = new long[0];
        long[] words = new long[count];
        for (int w = 0; w < count; w++) {
            if (!memory.isReadable(noState, at + (long) Long.BYTES * w)) {
                return null;
            }
            words[w] = memory.read(noState, at + (long) Long.BYTES * w);
        }
        return words;
    }

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

    /** Whether a CPU may tell the unit of commands that another one has written at an address. */
    default boolean mayBeToldByOthers(long address) {
        return false;
    }

    /** Whether software has emptied the queue or switched it off since this was asked last: what it held is not executed any more. */
    boolean wasReset();

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
