package dev.moat.explore;

import dev.moat.state.Footprint;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import java.util.SplittableRandom;

/**
 * Changes states at random wherever a footprint says that nobody looks. Values and choices of slots are drawn once and put together
 * anew for each state: a footprint is asked for some thousand states, and to draw every slot for each took most of the time.
 */
final class Perturbation {
    private static final int DRAWN = 512;

    private final Schema schema;
    private final SplittableRandom random;
    /** {@code @shape} [drawn][words of a state]: a legal value in every slot. */
    private final long[][] values;
    /** {@code @shape} [drawn][words of a state]: all bits of about half of the slots. */
    private final long[][] choices;

    Perturbation(Schema schema, SplittableRandom random) {
        this.schema = schema;
        this.random = random;
        values = new long[DRAWN][schema.words()];
        choices = new long[DRAWN][schema.words()];
        for (int n = 0; n < DRAWN; n++) {
            for (Slots f : schema.families()) {
                for (int i = 0; i < f.size(); i++) {
                    f.set(values[n], i, LegalValues.any(f, random));
                    choices[n][f.wordOf(i)] |= random.nextBoolean() ? mask(f, i) : 0;
                }
            }
        }
    }

    private static long mask(Slots f, int i) {
        return (f.width() == 64 ? -1L : (1L << f.width()) - 1) << f.shiftOf(i);
    }

    /** The bits of the slots of which the footprint has nothing, by word. */
    long[] outside(Footprint footprint) {
        long[] outside = new long[schema.words()];
        for (Slots f : schema.families()) {
            for (int i = 0; i < f.size(); i++) {
                long mask = mask(f, i);
                outside[f.wordOf(i)] |= (footprint.word(f.wordOf(i)) & mask) == 0 ? mask : 0;
            }
        }
        return outside;
    }

    /** The state with anything in about half of the slots of these bits, which {@link #outside} gave. */
    long[] of(long[] s, long[] outside) {
        long[] value = values[random.nextInt(DRAWN)];
        long[] choice = choices[random.nextInt(DRAWN)];
        long[] other = new long[s.length];
        for (int i = 0; i < s.length; i++) {
            other[i] = s[i] ^ ((s[i] ^ value[i]) & choice[i] & outside[i]);
        }
        return other;
    }
}
