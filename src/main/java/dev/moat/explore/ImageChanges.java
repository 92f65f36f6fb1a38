package dev.moat.explore;

import dev.moat.bits.Watched;
import java.util.Arrays;

/**
 * The differences between the fingerprints of a state's images and those of its successor's, and the bits of the state
 * on which they depend. For one thread.
 *
 * <p>Whether an element names something is evaluated if a bit changed on which the answer depends. These bits are
 * learned as {@link dev.moat.machine.Conditions} learns them, and nothing is missed for the same reason. {@code
 * @oracle} {@link OrbitPrint#of(long[])}.
 */
final class ImageChanges {
    private final ImageTables tables;
    private final int words;
    private final int namings;
    /** {@code @shape} word w of naming n at {@code n * words + w}: the bits that were seen to be read for it. */
    private final long[] reads;

    private final long[] watched = Watched.state();
    /** The same of one question. */
    private final long[] bits;

    private boolean grown;

    /** @param words of a state of the tables' schema, which is {@link dev.moat.state.Schema#isWatchable} */
    public ImageChanges(ImageTables tables, int words) {
        this.tables = tables;
        this.words = words;
        namings = tables.namings();
        reads = new long[namings * words];
        bits = new long[words];
    }

    /** Memory that those of a schema with so many words a state take, about. */
    public static long bytes(ImageTables tables, int words) {
        return 8L * tables.namings() * words;
    }

    /** Learns what tells which elements of a state name something. */
    public void look(long[] s) {
        for (int n = 0; n < namings; n++) {
            names(s, n);
        }
    }

    /**
     * What leads from the fingerprint of each image of a state to that of its successor's.
     *
     * @param into a word for each permutation
     * @param by the bits of {@code before} on which that depends are added to them
     */
    public void find(long[] before, long[] after, long[] into, long[] by) {
        Arrays.fill(into, 0);
        long unmoved = 0;
        for (int w = 0; w < words; w++) {
            long changed = before[w] ^ after[w];
            if (changed != 0) {
                unmoved ^= tables.unmoved(w, changed);
                by[w] |= move(w, before[w], after[w], into);
            }
        }
        for (int p = 0; p < into.length; p++) {
            into[p] ^= unmoved;
        }
        for (int n = 0; n < namings; n++) {
            if (isTouched(n, before, after) && names(before, n, by) != names(after, n, by)) {
                name(n, into);
            }
        }
    }

    /** Adds what it makes of a difference that a word has changed; the bits of it on which that depends. */
    private long move(int w, long before, long after, long[] into) {
        long read = before ^ after;
        for (int c = tables.firstChunk(w); c < tables.firstChunk(w + 1); c++) {
            if (tables.has(c, before ^ after)) {
                read |= tables.read(c, before ^ after);
                tables.add(c, before, into);
                tables.add(c, after, into);
            }
        }
        return read;
    }

    /** Adds what it makes of a difference that an element names something or not. */
    private void name(int n, long[] into) {
        int w = words + (n >>> 6);
        long bit = 1L << n;
        for (int c = tables.firstChunk(w); c < tables.firstChunk(w + 1); c++) {
            if (tables.has(c, bit)) {
                tables.add(c, bit, into);
            }
        }
    }

    private boolean isTouched(int n, long[] before, long[] after) {
        long any = 0;
        for (int w = 0; w < words; w++) {
            any |= (before[w] ^ after[w]) & reads[n * words + w];
        }
        return any != 0;
    }

    private boolean names(long[] s, int n, long[] by) {
        boolean names = names(s, n);
        for (int w = 0; w < words; w++) {
            by[w] |= bits[w];
        }
        return names;
    }

    /** Whether an element names something; learns what tells. */
    private boolean names(long[] s, int n) {
        Watched.load(s, watched, words);
        boolean names = tables.names(watched, n);
        Arrays.fill(bits, 0);
        Watched.collect(watched, bits);
        for (int w = 0; w < words; w++) {
            grown |= (bits[w] & ~reads[n * words + w]) != 0;
            reads[n * words + w] |= bits[w];
        }
        return names;
    }

    /** Whether anything was learned since it was asked last. */
    public boolean grew() {
        boolean was = grown;
        grown = false;
        return was;
    }

    /** Learns what another thread has learned, of a machine built alike. */
    public void learn(ImageChanges other) {
        for (int i = 0; i < reads.length; i++) {
            grown |= (other.reads[i] & ~reads[i]) != 0;
            reads[i] |= other.reads[i];
        }
    }
}
