package dev.moat.trace;

import dev.moat.limit.StoppedException;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import java.nio.LongBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tests whether normalisation may reset the values that it resets. A search that merges two states hides a difference
 * that some code could still read. The test takes the values that real transitions leave behind, and follows them
 * until something reads one: a relation, the guard of a letter, or an effect elsewhere. An idle CPU is excepted: its
 * next operation begins with dead values.
 */
final class LeftOvers {
    /** Of letters that are followed twice. */
    private static final int MOST_ASKED = 1_000_000;

    private final Machine machine;
    private final AtomConditions meanings;
    private final Stepper stepper;
    private final Set<List<LongBuffer>> seen = new HashSet<>();
    private int asked;

    LeftOvers(Machine machine, AtomConditions meanings) {
        this.machine = machine;
        this.meanings = meanings;
        stepper = machine.stepper();
    }

    /** A state with what was left over, and as it is searched. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Pair(long[] left, long[] s) {}

    /**
     * Says who reads what was set back, if anybody does.
     *
     * @param left a state as a transition left it
     * @param s the same with what is dead set back
     */
    @Nullable
    String reader(long[] left, long[] s, String by) {
        Pair first = cleared(left, s);
        long[] over = new long[s.length];
        for (int w = 0; w < s.length; w++) {
            over[w] = first.left[w] ^ s[w];
        }
        ArrayDeque<Pair> open = new ArrayDeque<>();
        String reader = meet(first, open);
        while (reader == null && !open.isEmpty() && asked < MOST_ASKED) {
            reader = follow(open.remove(), over, open);
        }
        if (reader == null) {
            return null;
        }
        List<Schema.Change> changes = machine.schema().diff(first.left, s);
        return reader + " reads what is not live: after " + by + " "
                + (changes.isEmpty() ? "bits of no slot are" : changes.get(0) + " is")
                + " set back, and without that it differs";
    }

    /** The relation that tells two states apart; if none does and they differ, they are to be followed. */
    private @Nullable String meet(Pair pair, ArrayDeque<Pair> open) {
        if (Arrays.equals(pair.left, pair.s)
                || asked >= MOST_ASKED
                || !seen.add(List.of(LongBuffer.wrap(pair.left), LongBuffer.wrap(pair.s)))) {
            return null;
        }
        open.add(pair);
        return meanings.toldApart(pair.left, pair.s);
    }

    /** The letter that reads what two states differ in, or the relation that does so behind it. */
    private @Nullable String follow(Pair pair, long[] over, ArrayDeque<Pair> open) {
        String reader = null;
        for (int letter = 0; reader == null && letter < machine.instances(); letter++) {
            asked++;
            StoppedException.look();
            long[] a = pair.left.clone();
            long[] b = pair.s.clone();
            boolean does = stepper.apply(letter, b);
            if (does != applies(letter, a) || (does && !differOnly(a, b, over))) {
                reader = machine.name(letter);
            } else if (does) {
                reader = meet(cleared(a, b), open);
            }
        }
        return reader;
    }

    private boolean applies(int letter, long[] s) {
        try {
            return stepper.apply(letter, s);
        } catch (StoppedException e) {
            throw e;
        } catch (RuntimeException e) {
            // It meets what it never does where that is set back; what is left of the state is not the other's.
            Arrays.fill(s, -1L);
            return true;
        }
    }

    private static boolean differOnly(long[] a, long[] b, long[] over) {
        for (int w = 0; w < a.length; w++) {
            if (((a[w] ^ b[w]) & ~over[w]) != 0) {
                return false;
            }
        }
        return true;
    }

    private Pair cleared(long[] left, long[] s) {
        long[] other = left.clone();
        Slots pc = machine.model().pc();
        for (int cpu = 0; pc != null && cpu < pc.size(); cpu++) {
            if (pc.get(s, cpu) != 0) {
                continue;
            }
            for (Slots f : machine.schema().families()) {
                int row = machine.isOfCpus(f) ? f.size() / pc.size() : 0;
                for (int i = cpu * row; i < (cpu + 1) * row; i++) {
                    f.set(other, i, f.get(s, i));
                }
            }
        }
        return new Pair(other, s);
    }
}
