package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;

/**
 * The result of a DMA request, packed into a long so that walks allocate nothing.
 *
 * <p>{@code @shape} OUTCOME 7:0. If it is {@link #TRANSLATED} or {@link #SHORT_OF_RIGHTS}, the answer also has: R 8, W
 * 9, LEVEL 12:10 of the page, XD 13, D 14 (the leaf is known to be dirty), IDENTITY 15, FRAME 63:24. With IDENTITY the
 * address is used as it is, without level and frame. {@code @unit} FRAME is the page's first 4 KiB frame.
 */
public final class DmaAnswer {
    private DmaAnswer() {}

    /** Outcome: the request reaches memory at {@link #address}, if there is any. */
    public static final int TRANSLATED = 0;
    /** Outcome: blocked by a cached translation without the right, and nothing recorded. */
    public static final int SHORT_OF_RIGHTS = 0xfe;
    /** Outcome: the address belongs to interrupts. */
    public static final int INTERRUPT = 0xff;

    /** {@link #TRANSLATED}, {@link #SHORT_OF_RIGHTS}, {@link #INTERRUPT}, or the number of a {@link FaultCondition}. */
    public static final BitField OUTCOME = new BitField("OUTCOME", 7, 0);

    public static final BitField R = BitField.bit("R", 8);
    public static final BitField W = BitField.bit("W", 9);
    /** 1 for 4 KiB, one more for each 9 bits. */
    public static final BitField LEVEL = new BitField("LEVEL", 12, 10);

    public static final BitField XD = BitField.bit("XD", 13);
    public static final BitField D = BitField.bit("D", 14);
    /** The address is not translated. */
    public static final BitField IDENTITY = BitField.bit("IDENTITY", 15);

    static final BitField NONE_23 = new BitField("NONE_23", 23, 16);
    public static final BitField FRAME = new BitField("FRAME", 63, 24);

    /** The answer of requests that are not translated. */
    public static final long SAME_ADDRESS = IDENTITY.mask() | R.mask() | W.mask();

    /** Bits that one level of tables decodes. */
    public static final int LEVEL_BITS = 9;
    /** Bits of the offset in the smallest page. */
    public static final int PAGE_BITS = 12;

    private static final int FRAME_BITS = Long.SIZE - PAGE_BITS;
    private static final long PAGE_NUMBERS = -1L >>> PAGE_BITS;

    public static long blocked(FaultCondition condition) {
        return condition.number();
    }

    public static long to(long frame, int level) {
        return LEVEL.set(FRAME.set(0, frame), level);
    }

    /** Whether the request is let through. */
    public static boolean isTranslated(long answer) {
        return OUTCOME.get(answer) == TRANSLATED;
    }

    /** Whether the request is blocked by a condition that can be recorded. */
    public static boolean isFault(long answer) {
        long outcome = OUTCOME.get(answer);
        return outcome != TRANSLATED && outcome < SHORT_OF_RIGHTS;
    }

    /** The condition of a {@link #isFault fault}. */
    public static FaultCondition condition(long answer) {
        return FaultCondition.of((int) OUTCOME.get(answer));
    }

    /** The address that a translated request reaches. */
    public static long address(long answer, long requested) {
        if (IDENTITY.isSet(answer)) {
            return requested;
        }
        long offset = ~pageMask((int) LEVEL.get(answer));
        return (FRAME.get(answer) << PAGE_BITS & ~offset) | (requested & offset);
    }

    /** The first 4 KiB page of the page of a level that a page number lies in. */
    public static long firstPage(long page, int level) {
        return page & pageMask(level) >>> PAGE_BITS;
    }

    /** The bits of a page number that a range of 2^am pages has in common. */
    public static long compared(int am) {
        return am >= FRAME_BITS ? 0 : PAGE_NUMBERS & -1L << am;
    }

    /**
     * Whether a cached page and a range have a 4 KiB page in common; both are aligned to their sizes.
     *
     * @param first first page number of the cached one, of this level
     * @param page any page number of the range
     * @param compared as {@link #compared} has it
     */
    public static boolean overlaps(long first, int level, long page, long compared) {
        return ((first ^ page) & compared) == 0 || firstPage(page, level) == first;
    }

    /** Ones above the offset in a page of a level. */
    public static long pageMask(int level) {
        return -1L << (PAGE_BITS + LEVEL_BITS * (level - 1));
    }
}
