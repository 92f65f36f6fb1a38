package dev.moat.explore;

import dev.moat.bits.Words;
import java.util.Arrays;

/**
 * Fingerprints of orbits: equal for exactly the states that some permutation of a group maps to one another, except
 * for collisions. For one thread; allocates nothing per state.
 *
 * <p>{@code @shape} the sum of the mixed fingerprints of all images, mixed once more. A state that n permutations
 * leave unchanged has each of its images n times, so for an even n the lowest bits of the sum are 0. {@code @oracle}
 * {@link Renaming} in the tests.
 */
final class OrbitPrint {
    /** Of so many states that were met last the orbits are known; a power of two. */
    private static final int RECENT = 1 << 15;

    private final ImageTables tables;
    private final int group;
    /** A state, and which of its elements name nothing. */
    private final long[] base;

    private final long[] other;
    /** The sum of the fingerprint of each image of the base. */
    private final long[] sums;

    private final long[] changed;
    /** {@code @shape} fingerprints of states, by their lowest bits, each with that of its orbit; 0 where there is none. */
    private final long[] met = new long[2 * RECENT];

    public OrbitPrint(ImageTables tables) {
        this.tables = tables;
        group = tables.group();
        base = new long[tables.words()];
        other = new long[base.length];
        sums = new long[group];
        changed = new long[group];
        for (int c = 0; c < tables.firstChunk(base.length); c++) {
            tables.add(c, 0, sums);
        }
    }

    /** Those of the group. */
    public ImageTables tables() {
        return tables;
    }

    /** Takes a state as the one from which others differ in few words. */
    public void base(long[] s) {
        compare(s);
        for (int p = 0; p < group; p++) {
            sums[p] ^= changed[p];
        }
        System.arraycopy(other, 0, base, 0, base.length);
    }

    /** The fingerprint of the orbit of a state that was met of late, by the state's own; 0 if none was. */
    public long known(long print) {
        int at = 2 * ((int) print & (RECENT - 1));
        return met[at] == print ? met[at + 1] : 0;
    }

    /** The same as {@link #of}, known from now on for a while by the state's own fingerprint, which is not 0. */
    public long learn(long print, long[] s) {
        int at = 2 * ((int) print & (RECENT - 1));
        met[at] = print;
        met[at + 1] = of(s);
        return met[at + 1];
    }

    /** The fingerprint of a state's orbit, never 0; found the sooner, the less differs from the base. */
    public long of(long[] s) {
        compare(s);
        long sum = 0;
        for (int p = 0; p < group; p++) {
            sum += Fingerprint.mixed(sums[p] ^ changed[p]);
        }
        return Fingerprint.of(Fingerprint.mixed(sum));
    }

    /**
     * The fingerprint of the orbit of a state that differs from the base, by what {@link ImageChanges} tells of that.
     *
     * @param at where these words begin, one for each permutation
     */
    public long of(long[] changes, int at) {
        long sum = 0;
        for (int p = 0; p < group; p++) {
            sum += Fingerprint.mixed(sums[p] ^ changes[at + p]);
        }
        return Fingerprint.of(Fingerprint.mixed(sum));
    }

    private void compare(long[] s) {
        tables.view(s, other);
        long unmoved = 0;
        Arrays.fill(changed, 0);
        for (int w = Words.differing(base, other, 0, 0); w < base.length; w = Words.differing(base, other, 0, w + 1)) {
            long bits = base[w] ^ other[w];
            unmoved ^= tables.unmoved(w, bits);
            change(w, bits);
        }
        for (int p = 0; p < group; p++) {
            changed[p] ^= unmoved;
        }
    }

    private void change(int w, long bits) {
        for (int c = tables.firstChunk(w); c < tables.firstChunk(w + 1); c++) {
            if (tables.has(c, bits)) {
                tables.add(c, base[w], changed);
                tables.add(c, other[w], changed);
            }
        }
    }
}
