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

    /** A word in the family's format, for printing. */
    List<BitField> format(int part);

    /**
     * A word of an entry that turns a source's messages into an interrupt.
     *
     * @param source the source-id that the entry accepts, or {@link #UNVERIFIED}
     * @param destination of 8 bits
     */
    long remapped(int part, int source, int vector, int destination);

    /**
     * A word of an entry that posts them to a virtual processor.
     *
     * @param descriptor byte address of the processor's posted-interrupt descriptor, a multiple of 64
     */
    long posted(int part, int source, int vector, long descriptor);

    /** Whether an entry is present, by its first word. */
    boolean isPresent(long first);

    /**
     * What an entry makes of a message that has its index.
     *
     * @param extended whether destinations have 32 bits
     * @return {@link Answer}
     */
    long answer(long first, long second, int source, boolean extended);

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
