package dev.moat.pv;

/**
 * The two tables between a guest's frame numbers and the machine's: its own p2m and Xen's m2p. In a search, both are words of
 * the state. {@code @unit} frame numbers of 4 KiB pages.
 */
public interface P2m {
    /** What no entry says: nothing is there. */
    long INVALID = -1;
    /** Set in a p2m entry: the frame is another domain's, mapped by a grant. */
    long FOREIGN = 1L << 63;
    /** Set in a p2m entry: both numbers are the same, as in ranges for devices. */
    long IDENTITY = 1L << 62;

    /** The guest's entry, with its bits; or {@link #INVALID}. */
    long p2m(long[] s, long pfn);

    /** Xen's entry; or {@link #INVALID}. It says what the owner's p2m says, if the frame is the guest's. */
    long m2p(long[] s, long mfn);

    /** Whether the guest has memory of this number. */
    boolean isValid(long pfn);
}
