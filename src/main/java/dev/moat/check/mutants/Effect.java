package dev.moat.check.mutants;

import dev.moat.machine.Reachable;
import dev.moat.machine.Reachable.State;
import dev.moat.state.Slots;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** What a changed write does to the states that are reached, however they are judged; from the least to the most. */
public enum Effect {
    /** The states are the same: what was written is overwritten, or forgotten as dead, before anything reads it; or comes about otherwise. */
    SAME,
    /** States are missing and none is new: no property that forbids something can see the change. */
    FEWER,
    /** The states are the same but for the slots themselves: nobody's steps depend on what is left over there. */
    LEFT_OVER,
    /** There are new states. */
    MORE;

    /**
     * Compares.
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
