package dev.moat.iommu.vocabulary;

import dev.moat.state.Footprint;
import dev.moat.state.Sort;
import java.util.List;

/**
 * A machine that remaps interrupts, as the discipline reads it ({@link InterruptDiscipline}). A device's message is a page, the line
 * where it ends is a frame, a table of entries is a space, what a unit has cached of it for a device has the device's number for its tag.
 */
public interface RemappedInterrupts {
    /**
     * What there is.
     *
     * @param messages the numbers of a message that a device can send
     * @param spaces tables, as devices are led to them
     */
    record Sizes(Sort domains, Sort devices, Sort lines, List<String> messages, List<String> spaces) {
        /** Copies lists. */
        public Sizes {
            messages = List.copyOf(messages);
            spaces = List.copyOf(spaces);
        }
    }

    /** What there is; the same at each call. */
    Sizes sizes();

    /** Invalidations that can be under way; the same at each call. */
    List<String> tokens();

    /** The domain that a device is of. */
    int domainOf(int device);

    /** The domain of a table. */
    int domainOfSpace(int space);

    /** The table that the unit takes a device's messages by, as it stands for the device's tag; -1 for a device that is behind none. */
    int spaceOf(int device);

    /** Whether the unit is led from a device to a table now. */
    boolean isLed(long[] s, int device, int space);

    /** Whether a table ever leads a message anywhere; the same at each call. */
    boolean isInTable(int space, int message);

    /** Whether two states may differ in where a table leads a message; true when in doubt. */
    boolean isTouched(long[] before, long[] after, int space, int message);

    /** The line to which a table leads a message, or -1. */
    int leads(long[] s, int space, int message);

    /** Whether messages pass a table by that are to be remapped by it, so that each may end at any line. */
    boolean isPassedBy(long[] s, int space);

    /** The line to which what is cached leads a device's message, or -1. */
    int mayLead(long[] s, int device, int message);

    /** The domain that has a line for itself, or -1. */
    int ownerOf(long[] s, int line);

    /** Whether a device's messages may end at a line that nobody has for himself. */
    boolean uses(long[] s, int device, int line);

    /** Whether what may be cached for a device's message is to be forgotten before anything is free. */
    boolean owes(long[] s, int device, int message);

    /** Whether an invalidation was asked for, and who asked does not know yet that it was done. */
    boolean isUnderWay(long[] s, int token);

    /** Whether the unit has still to do it. */
    boolean isQueued(long[] s, int token);

    /** Whether it is to remove what is cached for a device's message. */
    boolean covers(int token, int device, int message);

    /** Adds what {@link #isLed} reads. */
    void readLed(Footprint footprint, int device);

    /** Adds what {@link #leads} and {@link #isPassedBy} read. */
    void readTable(Footprint footprint, int space, int message);

    /** Adds what {@link #mayLead} reads. */
    void readCache(Footprint footprint, int device, int message);

    /** Adds what {@link #ownerOf} reads. */
    void readOwner(Footprint footprint, int line);

    /** Adds what {@link #uses} reads. */
    void readUses(Footprint footprint, int device);

    /** Adds what {@link #owes} reads. */
    void readOwes(Footprint footprint, int device);

    /** Adds what {@link #isUnderWay} and {@link #isQueued} read. */
    void readTokens(Footprint footprint, int token);
}
