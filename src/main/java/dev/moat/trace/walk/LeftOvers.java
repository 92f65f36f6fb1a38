package dev.moat.trace.walk;

import dev.moat.limit.StoppedException;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether it is nobody's business what normalisation sets back: a search that takes two states for one hides what somebody would still
 * have read. Asked of what transitions really left behind. A CPU without an operation is let off: its next one begins with everything
 * of its own at the dead value.
 */
final class LeftOvers {
    /** Of letters that are followed twice. */
    private static final int MOST_ASKED = 1_000_000;

    private final Machine machine;
    private final Meanings meanings;
    private final Stepper stepper;
    private final Set<LongBuffer> seen = new HashSet<>();
    private int asked;

    LeftOvers(Machine machine, Meanings meanings) {
        this.machine = machine;
        this.meanings = meanings;
        stepper = machine.stepper();
    }

    /**
     * Says who reads what was set back, if anybody does.
     *
     * @param left a state as a transition left it
     * @param s the same with what is dead set back
     * @param meaning what the relations say there
     */
    @Nullable
    String reader(long[] left, long[] s, BitSet meaning, String by) {
        long[] other = left.clone();
        clearFrames(s, other);
        if (Arrays.equals(other, s) || asked >= MOST_ASKED || !seen.add(LongBuffer.wrap(other))) {
            return null;
        }
        String reader = meanings.other(meaning, other);
        for (int letter = 0; reader == null && letter < machine.instances(); letter++) {
            asked++;
            StoppedException.look();
            reader = isSame(letter, other, s) ? null : machine.name(letter);
        }
        if (reader == null) {
            return null;
        }
        List<Schema.Change> changes = machine.schema().diff(other, s);
        return reader + " reads what is not live: after " + by + " "
                + (changes.isEmpty() ? "bits of no slot are" : changes.get(0) + " is")
                + " set back, and without that it differs";
    }

    private void clearFrames(long[] s, long[] other) {
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
    }

    private boolean isSame(int letter, long[] left, long[] s) {
        long[] a = left.clone();
        long[] b = s.clone();
        boolean does = stepper.apply(letter, b);
        try {
            return stepper.apply(letter, a) == does && (!does || Arrays.equals(a, b));
        } catch (StoppedException e) {
            throw e;
        } catch (RuntimeException e) {
            // It meets what it never does where that is set back.
            return false;
        }
    }
}
