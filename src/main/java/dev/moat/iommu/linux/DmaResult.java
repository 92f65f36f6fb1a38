package dev.moat.iommu.linux;

/** What a mapping call answers in place of an address or a count, when it is none: a negative number. */
public final class DmaResult {
    private DmaResult() {}

    /** The call did what it was asked for, and has nothing else to say. */
    public static final long DONE = 0;
    /** There is no room; nothing is mapped. */
    public static final long FAILED = -1;
    /** A call that Linux stops at with a BUG. */
    public static final long BUG = -2;
    /** There is no room, and the system was told to stop then. */
    public static final long PANIC = -3;
    /** A call that Linux never comes back from: see {@link AreaAllocator#ENDLESS}. */
    public static final long ENDLESS = -4;
    /** A list without elements. */
    public static final long EMPTY = -5;

    /** The result that stands for a search that found nothing: what {@link AreaAllocator#find} answers below 0. */
    public static long ofSearch(long found) {
        if (found == AreaAllocator.BUG) {
            return BUG;
        }
        return found == AreaAllocator.ENDLESS ? ENDLESS : FAILED;
    }
}
