package dev.moat.iommu;

import java.util.List;

/**
 * A unit as software sees it that has nothing but its registers and memory: what a hypervisor emulates. Every method is bounded whatever has
 * been written, and all that the unit keeps is in the state.
 */
public interface RegisterUnit {
    /** Bytes of the register page. */
    int PAGE = 0x1000;

    /** For {@link #step}: there is nothing to do, or the queue is off or stopped. */
    int NOTHING = -1;

    /** For {@link #step}, beside the kind: the queue has stopped at it. */
    int STOPPED = 0x100;

    /** For {@link #request}: without a PASID. */
    int NO_PASID = -1;

    /** Gives the registers their values at reset. */
    void reset(long[] s);

    /**
     * Software reads a register.
     *
     * @param offset byte offset in the register page
     * @param bytes 4 or 8
     * @return without sign; 0 where there is no register
     */
    long load(long[] s, int offset, int bytes);

    /**
     * Software writes a register; what it has queued is left for {@link #step}.
     *
     * @param offset byte offset in the register page; one without a register is ignored
     * @param bytes 4 or 8; any other number is ignored
     */
    void store(long[] s, int offset, int bytes, long value);

    /**
     * Executes the oldest queued descriptor, or stops at it.
     *
     * @return its kind, one of {@link Manual#descriptors}, with {@link #STOPPED} where the queue stands at it now; or {@link #NOTHING}
     */
    int step(long[] s);

    /** Whether the queue stands at an error, as software can read. */
    boolean isQueueStopped(long[] s);

    /**
     * A device asks for an address, or to have a page there.
     *
     * @param source source-id
     * @param pasid 20 bits, or {@link #NO_PASID}
     * @param access one of {@link Manual#accesses}
     * @return one of {@link Manual#outcomes}
     */
    int request(long[] s, int source, int pasid, long address, int access);

    /**
     * A device raises an interrupt.
     *
     * @param source source-id
     * @param address byte address that it writes to
     * @param data 32 bits
     * @return one of {@link Manual#outcomes}
     */
    int interrupt(long[] s, int source, long address, long data);

    /** What software knows of the unit. */
    Manual manual();

    /**
     * What software that has read the manual writes, and what a unit says came of it. A hostile guest that knows it gets further than one
     * that writes at random.
     */
    interface Manual {
        /** Kinds of descriptors; the last one stands for those that could not be read. */
        List<String> descriptors();

        /** What may come of a request or an interrupt: what passes, then the faults by their reasons. */
        List<String> outcomes();

        /** What a device may ask for, by name. */
        List<String> accesses();

        /** Registers, by name. */
        List<String> registers();

        /** The register at a byte offset, an element of {@link #registers}, or -1. */
        int register(int offset);

        /** Ways to set the unit up: each with tables of its own. */
        List<String> setUps();

        /** Pages that tables and queue need, from page 0 on. */
        int pages();

        /**
         * A word of these pages, each of which holds 8 words over and over again: tables that lead somewhere, for the most part.
         *
         * @param setUp an element of {@link #setUps}
         */
        long word(int setUp, int page, int word);

        /** What leads the unit to these tables, and switches it on. */
        List<Write> starting(long[] s, int setUp);

        /** What has the unit take the pointers as they are in its registers now. */
        Write latching();

        /** What clears every error and every fault record. */
        List<Write> recovering();

        /** Descriptors that software queues, by name. */
        List<String> commands();

        /** The words of one for a queue as it is set up now. */
        long[] command(long[] s, int command);

        /** The byte address at which the next descriptor goes into the queue. */
        long tail(long[] s);

        /** What tells the unit that it is there. */
        Write queued(long[] s);

        /** What tells the unit that the whole queue is full. */
        Write flooded(long[] s);

        /** Interrupts that devices raise, by name. */
        List<String> messages();

        /** The byte address that one is written to. */
        long messageAddress(int message);

        /** What is written there, 32 bits. */
        long messageData(int message);
    }

    /**
     * One write of a register.
     *
     * @param offset byte offset in the register page
     * @param bytes 4 or 8
     */
    record Write(int offset, int bytes, long value) {}
}
