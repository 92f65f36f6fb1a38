package dev.moat.bits;

/**
 * States that note which of their bits are asked for and stored through slots, and which CPU has which lock: told from others by their
 * length, which no schema's states have. Components say of their code that it reads states only so.
 *
 * <p>{@code @shape} {@code long[LENGTH]}: the state in the first words, from word {@code MOST} on the bits that were read, from
 * {@code 2 * MOST} on the bits that were stored; from {@code HOLDERS} on a word for each lock, 0 or the number and one of the CPU that
 * took it; then the first drop of a lock by a CPU that did not have it ({@link #unheld}), and whether any lock was taken.
 */
public final class Watched {
    /** Words of the largest state that can be watched. */
    public static final int MOST = 1024;

    /** Locks of which holders are noted. */
    public static final int LOCKS = 254;

    private static final int HOLDERS = 3 * MOST;
    private static final int UNHELD = HOLDERS + LOCKS;
    private static final int TAKEN = UNHELD + 1;

    /** What tells them from other states. */
    public static final int LENGTH = TAKEN + 2;

    private Watched() {}

    /** A state to be watched, all zeros. */
    public static long[] state() {
        return new long[LENGTH];
    }

    /** Makes a watched state the same as another one, of which so many words, at most {@link #MOST}, count, with nothing read and nothing stored. */
    public static void load(long[] from, long[] watched, int words) {
        System.arraycopy(from, 0, watched, 0, words);
        for (int w = 0; w < words; w++) {
            watched[MOST + w] = 0;
            watched[2 * MOST + w] = 0;
        }
    }

    /** Makes a watched state the same as another one, of which so many words count, with who has which lock. */
    public static void copy(long[] from, long[] watched, int words) {
        System.arraycopy(from, 0, watched, 0, words);
        System.arraycopy(from, HOLDERS, watched, HOLDERS, LENGTH - HOLDERS);
    }

    /** Bits of a word that were read since they were collected. */
    public static long read(long[] watched, int word) {
        return watched[MOST + word];
    }

    /** Adds the bits that were read or stored to a set of bits, and forgets them. */
    public static void collect(long[] watched, long[] bits) {
        for (int w = 0; w < bits.length; w++) {
            bits[w] |= watched[MOST + w] | watched[2 * MOST + w];
            watched[MOST + w] = 0;
            watched[2 * MOST + w] = 0;
        }
    }

    /** Notes that bits of a word were read. */
    public static void read(long[] s, int word, long bits) {
        s[MOST + word] |= bits;
    }

    /** Notes that they were stored. */
    public static void stored(long[] s, int word, long bits) {
        s[2 * MOST + word] |= bits;
    }

    /** Notes that a CPU has taken a lock, which is one of the first {@link #LOCKS}. */
    public static void took(long[] s, int lock, int cpu) {
        if (lock < LOCKS) {
            s[HOLDERS + lock] = cpu + 1L;
            s[TAKEN] = 1;
        }
    }

    /** Notes that a CPU drops a lock, and if it is the first time that one did not have it, that. */
    public static void dropped(long[] s, int lock, int cpu) {
        if (lock < LOCKS) {
            if (s[HOLDERS + lock] != cpu + 1L && s[UNHELD] == 0) {
                s[UNHELD] = lock + 1L;
            }
            s[HOLDERS + lock] = 0;
        }
    }

    /** The first lock that was dropped by a CPU that did not have it; -1 for none. */
    public static int unheld(long[] s) {
        return (int) s[UNHELD] - 1;
    }

    /** Whether a lock was taken since {@link #begin}. */
    public static boolean tookAny(long[] s) {
        return s[TAKEN] != 0;
    }

    /** The CPU that has a lock, -1 where none has. */
    public static int holder(long[] s, int lock) {
        return (int) s[HOLDERS + lock] - 1;
    }

    /** Says which CPU has a lock, -1 for none. */
    public static void setHolder(long[] s, int lock, int cpu) {
        s[HOLDERS + lock] = cpu + 1L;
    }

    /** Says that no lock was taken or dropped yet. */
    public static void begin(long[] s) {
        s[UNHELD] = 0;
        s[TAKEN] = 0;
    }
}
