package dev.moat.explore.orbit;

import java.util.Arrays;

/**
 * The least of all images of a state under a symmetry group, words compared in their order: the same for exactly the states
 * that some permutation leads from one to another. For one thread; allocates nothing per state.
 *
 * <p>{@code @shape} image word t of permutation p is the exclusive or of {@code table[c][value * group + p]} over the chunks c
 * that go there; {@link ImageTables} has made them. {@code @oracle} {@link Renaming} in the tests.
 */
public final class LeastImage {
    private final ImageTables tables;
    private final int group;
    private final long[] dead;
    private final long[] image;
    private final int[] live;
    private final long[] least;
    private int count;

    public LeastImage(ImageTables tables) {
        this.tables = tables;
        group = tables.group();
        dead = new long[tables.deadWords()];
        image = new long[group];
        live = new int[group];
        least = new long[tables.words()];
    }

    /** The least image of a state; the array is scratch. */
    public long[] of(long[] s) {
        tables.markDead(s, dead);
        tables.unmoved(s, least);
        count = group;
        for (int t = 0; t < tables.targets(); t++) {
            if (count == group) {
                all(s, t);
            } else {
                some(s, t);
            }
            least[tables.target(t)] |= keepLeast();
        }
        return least;
    }

    private void all(long[] s, int t) {
        Arrays.fill(image, 0);
        for (int p = 0; p < group; p++) {
            live[p] = p;
        }
        for (int c = tables.firstChunk(t); c < tables.firstChunk(t + 1); c++) {
            long[] table = tables.table(c);
            int at = tables.value(c, s, dead) * group;
            for (int p = 0; p < group; p++) {
                image[p] ^= table[at + p];
            }
        }
    }

    private void some(long[] s, int t) {
        for (int i = 0; i < count; i++) {
            image[i] = 0;
        }
        for (int c = tables.firstChunk(t); c < tables.firstChunk(t + 1); c++) {
            long[] table = tables.table(c);
            int at = tables.value(c, s, dead) * group;
            for (int i = 0; i < count; i++) {
                image[i] ^= table[at + live[i]];
            }
        }
    }

    /** Answers the least word, and goes on with the permutations that have it. */
    private long keepLeast() {
        long min = image[0];
        for (int i = 1; i < count; i++) {
            min = Math.min(min, image[i]);
        }
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (image[i] == min) {
                live[kept++] = live[i];
            }
        }
        count = kept;
        return min;
    }
}
