package dev.moat.audit.read;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the events of a recording, in the order of its lines. A method throws IllegalArgumentException with what is wrong where an event
 * contradicts what was said before, such as a unit that is not there; nothing of it counts then.
 */
public interface EventHandler {
    /** A CPU that is not told. */
    int SOME_CPU = -1;

    /**
     * The next event stands here.
     *
     * @param source place in the source of what is recorded; empty where it is not told
     */
    void at(long line, String source);

    /** There is a unit. */
    void unit(int unit, String family, Map<String, Long> settings);

    /** There is a device behind a unit; deviceTlb is null where nothing is said about it. */
    void device(int unit, int requester, @Nullable Boolean deviceTlb);

    /** What else is recorded. */
    enum Also {
        /** The stores by which units tell that waits are done. */
        WAITS,
        /** Reads of registers, and of the statuses of waits. */
        LOADS,
        /** Each allocation of a frame, so that one that was freed is free until then. */
        ALLOC
    }

    /** Something else is recorded, from here on. */
    void records(Also what);

    /** A function promises something. */
    void function(String name, Function function);

    /** A CPU stores bytes, all in one page; value in the order of memory. */
    void store(int cpu, long address, byte[] value, int size);

    /** A unit stores bytes. */
    void unitStored(int unit, long address, byte[] value, int size);

    /** A CPU loads up to 8 bytes. */
    void load(int cpu, long address, long value, int size);

    /** What a page holds: 512 words. */
    void page(long frame, long[] words);

    /** What a page holds is not recorded any more. */
    void forget(long frame);

    /** A CPU writes a register. */
    void write(int cpu, int unit, int offset, int size, long value);

    /** A CPU reads a register. */
    void read(int cpu, int unit, int offset, int size, long value);

    /**
     * A function is called.
     *
     * @param arguments as the text has them
     * @param id of the call; empty for none
     * @param task who calls; empty where it is not told
     */
    void call(int cpu, String name, List<String> arguments, String id, String task);

    /** A function returns. */
    void returned(int cpu, String name, String id);

    /** Frames are allocated; owner empty where it is not told. */
    void allocated(long frame, long count, String owner);

    /** Frames are freed. */
    void freed(long frame, long count);

    /** Frames belong to somebody. */
    void owned(long frame, long count, String owner);

    /** The tables of a domain id are somebody's; {@code *} for those that may lead to any frame. */
    void domain(int unit, long domain, String owner);

    /** A unit took a command. */
    void took(int unit, List<Long> words);

    /**
     * What a device asked and got.
     *
     * @param pasid -1 for none
     * @param answer byte address in memory; null where the request was blocked
     */
    record Request(
            int unit,
            int requester,
            int pasid,
            long address,
            boolean write,
            @Nullable Long answer) {}

    /** A device asked. */
    void request(Request request);

    /** A comparison of the recording with memory found another word. */
    void differs(long address, long value);

    /** Events are missing here; a count of 0 where it is not known. */
    void lost(long count);
}
