package dev.moat.iommu;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * A family's remapping of interrupts: how its entries are written, and what they make of a message. Software writes entries and
 * hardware reads them by this; a virtual unit reads its guest's by it, too.
 */
public interface Interrupts {
    /** Words of an entry; each is one store. */
    int WORDS = 2;

    /** For {@link #answer}: nobody asks who sent the message. */
    int UNVERIFIED = -1;

    /** For {@link #answer}: the entry is read as it is specified. */
    int AS_SPECIFIED = 0;
    /** The first and the last bus of a range are taken for each other. */
    int BUSES_SWAPPED = 1;
    /** Bits of the source that the entry leaves out are compared. */
    int QUALIFIER_IGNORED = 2;
    /** An absent entry whose faults are not recorded counts as present. */
    int SILENT_AS_PRESENT = 3;

    /** Of a source only its bus is compared. */
    int BY_BUS = 4;

    /** In place of a source: every source on one of these buses. */
    static int buses(int first, int last) {
        return (1 << 24) | (first << 8) | last;
    }

    /** In place of a source: every function of its device. */
    static int functions(int source) {
        return (1 << 25) | source;
    }

    /** A word in the family's format, the one of entries that are an interrupt; what the layout of states is called by. */
    List<BitField> format(int part);

    /** A word of an entry whose first word says which format the entry has, for printing. */
    List<BitField> formatOf(int part, long first);

    /**
     * A word of an entry that turns a source's messages into an interrupt.
     *
     * @param source the source-id that the entry accepts, {@link #buses}, {@link #functions}, or {@link #UNVERIFIED}
     * @param destination of 8 bits, or of more where {@link #wide} follows
     */
    long remapped(int part, int source, int vector, int destination);

    /**
     * A word of an entry that posts them to a virtual processor.
     *
     * @param descriptor byte address of the processor's posted-interrupt descriptor, a multiple of 64
     */
    long posted(int part, int source, int vector, long descriptor);

    /** The first word of an entry, its destination of 32 bits instead of 8. */
    long wide(long first);

    /** The first word of an entry, present or absent as before, whose faults are not recorded. */
    long silent(long first);

    /** The first word of an entry that is taken away: absent, the rest as before. */
    long absent(long first);

    /** Whether faults of messages that have the entry's index are not recorded, by its first word. */
    boolean isSilent(long first);

    /** Whether an entry is present, by its first word. */
    boolean isPresent(long first);

    /**
     * What an entry makes of a message that has its index.
     *
     * @param extended whether destinations have 32 bits
     * @return {@link Answer}
     */
    default long answer(long first, long second, int source, boolean extended) {
        return answer(first, second, source, extended, AS_SPECIFIED);
    }

    /**
     * The same, by a unit that makes a mistake.
     *
     * @param reading {@link #AS_SPECIFIED}, {@link #BUSES_SWAPPED}, {@link #QUALIFIER_IGNORED}, {@link #SILENT_AS_PRESENT} or {@link #BY_BUS}
     */
    long answer(long first, long second, int source, boolean extended, int reading);

    /** A processor's posted-interrupt descriptor, the word that says who is notified; for printing. */
    List<BitField> descriptorFormat();

    /**
     * That word.
     *
     * @param outstanding whether a notification has been sent and not been taken
     * @param suppressed whether none is sent but for urgent interrupts
     * @param destination the processor that is notified, of 8 bits
     */
    long descriptor(boolean outstanding, boolean suppressed, int vector, int destination);

    /** Whether a notification has been sent. */
    boolean isOutstanding(long descriptor);

    /** Whether none is sent but for urgent interrupts. */
    boolean isSuppressed(long descriptor);

    /** Who is notified. */
    int notified(long descriptor);

    /** With which vector. */
    int notification(long descriptor);

    /** What becomes of a message, packed into a long. {@code @shape} KIND 1:0, VECTOR 15:8, PLACE 63:16. */
    final class Answer {
        /** The message is blocked. */
        public static final int BLOCKED = 0;
        /** It is an interrupt of a processor, which is the place. */
        public static final int INTERRUPT = 1;
        /** It is posted; the place is the descriptor's address divided by 64. */
        public static final int POSTED = 2;

        private static final BitField KIND = new BitField("KIND", 1, 0);
        private static final BitField VECTOR = new BitField("VECTOR", 15, 8);
        private static final BitField PLACE = new BitField("PLACE", 63, 16);

        private Answer() {}

        /** Packs one that is not blocked. */
        public static long of(int kind, int vector, long place) {
            return KIND.set(VECTOR.set(PLACE.set(0, place), vector), kind);
        }

        /** {@link #BLOCKED}, {@link #INTERRUPT} or {@link #POSTED}. */
        public static int kind(long answer) {
            return (int) KIND.get(answer);
        }

        /** The vector, 0 to 255. */
        public static int vector(long answer) {
            return (int) VECTOR.get(answer);
        }

        /** The processor, by its APIC id, or the posted descriptor's address divided by 64. */
        public static long place(long answer) {
            return PLACE.get(answer);
        }
    }
}
