package dev.moat.iommu.amdvi.format;

import dev.moat.bits.BitField;

/**
 * The answer to one DMA request, packed into a long so that walks allocate nothing.
 *
 * <p>{@code @shape} OUTCOME 4:0, RIGHTS 6:5, SIZE 12:7, FRAME 57:13; all fields but OUTCOME are 0 unless the outcome is
 * {@link Outcome#TRANSLATED}, the address of an untranslated request is its own. {@code @unit} FRAME is a 4 KiB frame number,
 * of the 4 KiB that the request lies in; SIZE is log2 of the bytes of the whole page, less 12.
 */
public final class Translation {
    private Translation() {}

    /** Right to read, as a bit of a set of rights. */
    public static final int READ = 1;
    /** Right to write, as a bit of a set of rights. */
    public static final int WRITE = 2;

    /** Code of an {@link Outcome}. */
    public static final BitField OUTCOME = new BitField("OUTCOME", 4, 0);
    /** Rights of the whole path. */
    public static final BitField RIGHTS = new BitField("RIGHTS", 6, 5);

    public static final BitField SIZE = new BitField("SIZE", 12, 7);
    /** Wider than an address in memory: a page of level 6 can lead beyond 52 bits. */
    public static final BitField FRAME = new BitField("FRAME", 57, 13);

    static final BitField NONE_63 = new BitField("NONE_63", 63, 58);

    private static final int PAGE_SHIFT = PageTableEntry.ADDR.lo();

    /** Whether the request reaches memory. */
    public static boolean reachesMemory(long answer) {
        return outcome(answer).reachesMemory();
    }

    /** What became of the request. */
    public static Outcome outcome(long answer) {
        return Outcome.ofCode(OUTCOME.get(answer));
    }

    /** The byte address in memory that a request for an I/O address reaches; meaningful where {@link #reachesMemory}. */
    public static long address(long answer, long iova) {
        long offset = iova & ((1L << PAGE_SHIFT) - 1);
        return outcome(answer) == Outcome.UNTRANSLATED ? iova : (FRAME.get(answer) << PAGE_SHIFT) | offset;
    }

    /** The right that a request needs. */
    public static int right(boolean write) {
        return write ? WRITE : READ;
    }

    /** The answer of this outcome, which leads nowhere or to the request's own address. */
    public static long of(Outcome outcome) {
        return outcome.code();
    }

    /** The answer that leads to a page; its rights may be none, see {@link #limited}. */
    public static long to(long frame, int rights, int sizeShift) {
        return frame << FRAME.lo() | (long) (sizeShift - PAGE_SHIFT) << SIZE.lo() | (long) rights << RIGHTS.lo();
    }

    /** An answer of page tables, when the device has only these rights and the request needs one that the rest may lack. */
    public static long limited(long answer, int rights, boolean write) {
        if (OUTCOME.get(answer) != Outcome.TRANSLATED.code()) {
            return answer;
        }
        long left = RIGHTS.get(answer) & rights;
        return (left & right(write)) == 0 ? Outcome.NO_PERMISSION.code() : RIGHTS.set(answer, left);
    }
}
