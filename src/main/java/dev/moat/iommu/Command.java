package dev.moat.iommu;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command that software gives a unit.
 *
 * @param what it is
 * @param at byte address of its slot in the queue; {@link #BY_REGISTER} where a register is the command
 * @param words its words as they were in memory
 * @param forgets what it has the unit forget
 * @param status of a wait: the store by which it tells that it is done; null for none
 * @param says what it is, or what is wrong with it
 */
public record Command(
        What what,
        long at,
        List<Long> words,
        List<Forgets> forgets,
        @Nullable Status status,
        String says) {
    /** What a command is. */
    public enum What {
        /** Has the unit forget something. */
        INVALIDATION,
        /** Is done when all before it are. */
        WAIT,
        /** Neither, and well-formed. */
        OTHER,
        /** The unit reports an error and stops. */
        WRONG,
        /** Its slot in memory was not shown. */
        UNKNOWN
    }

    /** For {@link #at}. */
    public static final long BY_REGISTER = -1;

    /**
     * A store that a unit makes when a wait is done.
     *
     * @param address in bytes
     * @param bytes 4 or 8
     */
    public record Status(long address, int bytes, long value) {}

    public Command {
        words = List.copyOf(words);
        forgets = List.copyOf(forgets);
    }

    /** One of no further meaning. */
    public static Command plain(What what, long at, List<Long> words, String says) {
        return new Command(what, at, words, List.of(), null, says);
    }

    /** An invalidation. */
    public static Command invalidation(long at, List<Long> words, List<Forgets> forgets, String says) {
        return new Command(What.INVALIDATION, at, words, forgets, null, says);
    }
}
