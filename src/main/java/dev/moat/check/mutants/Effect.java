package dev.moat.check.mutants;

import dev.moat.machine.Reachable;
import dev.moat.machine.Reachable.State;
import dev.moat.state.Relation;
import dev.moat.state.Slots;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * The effect of a change in scenarios that hold, independent of any property: changed states for a write, changed
 * atoms for a relation.
 */
enum Effect {
    /** Only controls come to it: without an injected fault nothing is written there, or nobody asks. */
    FAULTY,
    /** The states are the same: what was written is overwritten, or forgotten as dead, before anything reads it; or comes about otherwise. */
    SAME,
    /** States are missing and none is new: no property that forbids something can see the change. */
    FEWER,
    /** The states are the same but for the slots themselves: nobody's steps depend on what is left over there. */
    LEFT_OVER,
    /** There are new states. */
    MORE,
    /** The relation is true of less, of nothing more. */
    NARROWER,
    /** The relation is true of more, of nothing less. */
    WIDER,
    /** The relation is true of other things. */
    OTHER;

    /**
     * Compares states.
     *
     * @param slots what the change is about
     */
    static Effect of(Reachable before, Reachable after, Slots slots) {
        if (before.states().equals(after.states())) {
            return SAME;
        }
        if (before.states().containsAll(after.states())) {
            return FEWER;
        }
        return without(slots, before).equals(without(slots, after)) ? LEFT_OVER : MORE;
    }

    /** Compares every atom of a relation in all states. */
    static Effect of(Reachable states, Relation before, Relation after) {
        boolean less = false;
        boolean more = false;
        int[] at = new int[5];
        for (State state : states.states()) {
            long[] s = state.words();
            for (int n = 0; n < before.atoms(); n++) {
                before.place(n, at);
                boolean was = before.code().holds(s, at[0], at[1], at[2], at[3], at[4]);
                boolean is = after.code().holds(s, at[0], at[1], at[2], at[3], at[4]);
                less |= was && !is;
                more |= is && !was;
            }
        }
        return less && more ? OTHER : less ? NARROWER : more ? WIDER : SAME;
    }

    /** Whether a reason that says this is still true of a change that does the other. */
    boolean covers(Effect seen) {
        return switch (this) {
            case FAULTY -> seen == FAULTY;
            case SAME, FEWER, LEFT_OVER, MORE -> seen.compareTo(this) <= 0;
            case NARROWER, WIDER -> seen == this || seen.compareTo(SAME) <= 0;
            case OTHER -> seen.compareTo(SAME) <= 0 || seen.compareTo(NARROWER) >= 0;
        };
    }

    /** The least that covers both. */
    Effect and(Effect other) {
        return covers(other) ? this : other.covers(this) ? other : OTHER;
    }

    /** The states with some slots as they are at the beginning. */
    private static Set<State> without(Slots left, Reachable reachable) {
        Set<State> rest = new HashSet<>();
        for (State state : reachable.states()) {
            long[] s = state.words().clone();
            for (int i = 0; i < left.size(); i++) {
                left.set(s, i, left.fixed());
            }
            rest.add(new State(s));
        }
        return rest;
    }

    /** As printed, and as a reason begins that says this. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
