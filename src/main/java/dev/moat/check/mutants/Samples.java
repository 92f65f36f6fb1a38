package dev.moat.check.mutants;

import dev.moat.state.Relation;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;

/**
 * Atoms of one relation that a run asked for, some of the true ones and some of the false ones: the first, the last, and others
 * spread over the run. The last ones are those that decide a control.
 */
final class Samples {
    private static final int FIRST = 32;
    private static final int MOST = 128;
    private static final int LAST = 16;

    private final Relation relation;
    private final List<Sample> samples = new ArrayList<>();
    private final long[] asked = new long[2];
    private final int[] kept = new int[2];
    /** The last ones, false and true, each a ring. */
    private final long[][][] states = new long[2][LAST][0];

    private final int[][][] places = new int[2][LAST][5];

    /** One atom in one state. */
    private static final class Sample {
        private final long[] state;
        private final int[] places;

        Sample(long[] state, int... places) {
            this.state = state;
            this.places = places;
        }
    }

    Samples(Relation relation) {
        this.relation = relation;
    }

    /** The relation's answer, remembered at times. */
    boolean ask(long[] s, int a, int b, int c, int d, int e) {
        boolean holds = relation.code().holds(s, a, b, c, d, e);
        int side = holds ? 1 : 0;
        long n = asked[side]++;
        // The first ones, then one at each eighth of the way to twice as many.
        boolean keeps = n < FIRST || (n % (Long.highestOneBit(n) >>> 3) == 0 && kept[side] < MOST);
        if (keeps) {
            kept[side]++;
            samples.add(new Sample(s.clone(), a, b, c, d, e));
        }
        int at = (int) (n % LAST);
        int[] last = places[side][at];
        last[0] = a;
        last[1] = b;
        last[2] = c;
        last[3] = d;
        last[4] = e;
        if (states[side][at].length == 0) {
            states[side][at] = s.clone();
        } else {
            System.arraycopy(s, 0, states[side][at], 0, s.length);
        }
        return holds;
    }

    /** Whether an atom was asked for that had this value. */
    boolean saw(boolean value) {
        return asked[value ? 1 : 0] > 0;
    }

    /** Whether some of the atoms remembered would be another if a family of slots had the values that it starts with. */
    boolean dependsOn(Slots left) {
        for (Sample sample : samples) {
            if (differs(sample.state, sample.places, left)) {
                return true;
            }
        }
        for (int side = 0; side < 2; side++) {
            for (int i = 0; i < Math.min(asked[side], LAST); i++) {
                if (differs(states[side][i], places[side][i], left)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean differs(long[] s, int[] a, Slots left) {
        long[] without = s.clone();
        for (int i = 0; i < left.size(); i++) {
            left.set(without, i, left.fixed());
        }
        return relation.code().holds(s, a[0], a[1], a[2], a[3], a[4])
                != relation.code().holds(without, a[0], a[1], a[2], a[3], a[4]);
    }
}
