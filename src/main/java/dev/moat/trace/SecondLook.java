package dev.moat.trace;

import dev.moat.limit.StoppedException;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.nio.LongBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Searches a few states again in the simplest way, and tests the assumptions of a search about component code. The
 * code must be deterministic, change nothing if it reports that it cannot act, and read only declared and live values.
 * Tests do this for Moat's own components; this class does it for yours. It finds only defects that it meets in these
 * states. Deterministic.
 */
public final class SecondLook {
    private static final int MOST_STATES = 2_000;
    /** Of all code that is run, so that a machine with a large alphabet takes no longer. */
    private static final long MOST_ASKED = 3_000_000;

    private final Machine machine;
    private final Stepper stepper;
    private final Stepper again;
    private final AtomConditions meanings;
    private final long[] left;
    private final LeftOvers leftOvers;
    /** What the relations say in each state that was met. */
    private final Map<LongBuffer, BitSet> said = new HashMap<>();

    private final ArrayDeque<LongBuffer> open = new ArrayDeque<>();
    private long asked;
    private @Nullable String wrong;

    /** @param machine built anew, so that what its code keeps elsewhere than in states is seen, too */
    public SecondLook(Machine machine) {
        this.machine = machine;
        stepper = machine.stepper();
        again = machine.stepper();
        meanings = new AtomConditions(machine);
        left = stepper.leftOver();
        leftOvers = new LeftOvers(machine, meanings);
    }

    /**
     * Looks; to be called once.
     *
     * @param found how many states the search found; -1 where it did not count all
     * @return what was promised and is not so, in words
     */
    public Optional<String> look(long found) {
        meet(machine.initial(), "the initial state");
        while (wrong == null && !open.isEmpty() && asked < MOST_ASKED && said.size() < MOST_STATES) {
            StoppedException.look();
            LongBuffer next = open.remove();
            for (int letter = 0; wrong == null && letter < machine.instances(); letter++) {
                follow(next, letter);
            }
        }
        if (wrong == null && found >= 0 && open.isEmpty() && said.size() != found) {
            wrong = "the search found " + found + " states, and letter by letter there are " + said.size();
        }
        return Optional.ofNullable(wrong);
    }

    /** What relations cannot speak of although slots have it, in words; of a component for which a name is one sort. */
    public Optional<String> unsaid() {
        return Optional.ofNullable(meanings.extents());
    }

    private void follow(LongBuffer from, int letter) {
        long[] s = from.array().clone();
        long[] twice = from.array().clone();
        asked += 2;
        boolean does = stepper.apply(letter, s);
        boolean refused = stepper.lastWasRefused();
        if (does != again.apply(letter, twice) || !Arrays.equals(s, twice)) {
            wrong = machine.name(letter) + " does not do the same twice in one state";
        } else if (!does && !Arrays.equals(s, from.array())) {
            wrong = machine.name(letter) + " answers that it cannot go on, and changes "
                    + machine.schema().diff(from.array(), s).get(0);
        } else if (does && !refused) {
            BitSet before = Objects.requireNonNull(said.get(from));
            BitSet after = meet(s, machine.name(letter));
            if (wrong == null) {
                wrong = meanings.unread(from.array(), before, s, after, machine.name(letter));
            }
            if (wrong == null) {
                wrong = leftOvers.reader(left, s, machine.name(letter));
            }
        }
    }

    /** What the relations say in a state, which is to be followed if it is new. */
    private BitSet meet(long[] s, String by) {
        LongBuffer state = LongBuffer.wrap(s);
        BitSet known = said.get(state);
        if (known != null) {
            return known;
        }
        wrong = outside(s, by);
        BitSet meaning = new BitSet();
        if (wrong == null) {
            asked += meanings.size();
            wrong = meanings.say(s, meaning);
        }
        said.put(state, meaning);
        open.add(state);
        return meaning;
    }

    private @Nullable String outside(long[] s, String by) {
        for (Slots f : machine.schema().families()) {
            Sort sort = f.values();
            for (int i = 0; sort != null && sort.size() > 0 && i < f.size(); i++) {
                long value = f.get(s, i);
                if (value != f.fixed() && value - (f.optional() ? 1 : 0) >= sort.size()) {
                    return f.label(i) + " is " + value + " by " + by + ", which names no " + sort.name();
                }
            }
        }
        return null;
    }
}
