package dev.moat.explore;

import dev.moat.explore.Exploration.Violation;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The search, in the simplest way there is: the twin that {@link Explorer} is compared with, and the place to read first
 * for what an exploration is. It keeps whole states in a hash map instead of fingerprints in a table, tries every letter
 * with {@link Stepper#apply} instead of expanding, judges every invariant afresh, and uses one thread.
 *
 * <p>A search starts from one state and proceeds by levels: level 1 is the initial state, level n+1 holds every state
 * that one letter leads to from a state of level n and that no level up to n holds. It ends when a level is empty, or
 * after the first level in which a property is violated; levels are always finished.
 */
final class NaiveExplorer {
    /** Whole state as a key: equal when all words are. */
    private record State(long[] words) {
        @Override
        public boolean equals(Object other) {
            return other instanceof State state && Arrays.equals(words, state.words);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(words);
        }
    }

    /** How a state was reached first; the initial state has no parent. */
    private record Origin(State parent, int letter) {}

    private final Machine machine;
    private final Judge judge;
    private final Stepper stepper;
    /** Every state seen, and where it came from. */
    private final Map<State, Origin> seen = new HashMap<>();

    private long generated;
    private int depth;
    private Violation violation;

    NaiveExplorer(Machine machine, Judge judge) {
        this.machine = machine;
        this.judge = judge;
        this.stepper = machine.stepper();
    }

    /** Searches; to be called once. */
    NaiveExplorer run() {
        State initial = new State(machine.initial());
        seen.put(initial, new Origin(null, -1));
        generated = 1;
        depth = 1;
        if (judge.violated(initial.words()) != 0) {
            violation = violated(initial);
        }
        List<State> level = List.of(initial);
        while (violation == null && !level.isEmpty()) {
            level = next(level);
            if (!level.isEmpty()) {
                depth++;
            }
        }
        return this;
    }

    /** Expands a level; answers the new states in the order in which they were found. */
    private List<State> next(List<State> level) {
        List<State> fresh = new ArrayList<>();
        Violation found = null;
        Violation deadlock = null;
        for (State state : level) {
            boolean goesOn = false;
            for (int letter = 0; letter < machine.instances(); letter++) {
                long[] s = state.words().clone();
                // A call that fails and changes nothing is enabled, but leads nowhere: it is no transition.
                if (!stepper.apply(letter, s) || stepper.lastWasRefused()) {
                    continue;
                }
                generated++;
                goesOn |= letsOperationsGoOn(letter);
                State successor = new State(s);
                if (seen.putIfAbsent(successor, new Origin(state, letter)) == null) {
                    fresh.add(successor);
                    if (found == null && judge.violated(s) != 0) {
                        found = violated(successor);
                    }
                }
            }
            if (deadlock == null && isRunning(state) && !goesOn) {
                deadlock = new Violation(path(state), List.of(), true);
            }
        }
        // A deadlocked state lies in this level, a false invariant in the next: the deadlock is the shorter one.
        violation = deadlock != null ? deadlock : found;
        return fresh;
    }

    /** Whether the letter is a step of a running operation, or the hardware that such a step may be waiting for. */
    private boolean letsOperationsGoOn(int letter) {
        Machine.Instance instance = machine.instance(letter);
        return switch (instance.kind()) {
            case ADVANCE -> true;
            case START -> false;
            // With whole operations, an operation that did not end within its transition never will.
            case ACTION ->
                machine.granularity() == dev.moat.machine.Granularity.STEP
                        && machine.model().actions().get(instance.target()).service();
        };
    }

    /** Whether an operation has begun on some CPU and not ended. */
    private boolean isRunning(State state) {
        Slots pc = machine.model().pc();
        for (int cpu = 0; pc != null && cpu < pc.size(); cpu++) {
            if (pc.get(state.words(), cpu) != 0) {
                return true;
            }
        }
        return false;
    }

    private Violation violated(State state) {
        List<Integer> invariants = new ArrayList<>();
        for (int i = 0; i < judge.invariants().size(); i++) {
            if ((judge.violated(state.words()) >>> i & 1) != 0) {
                invariants.add(i);
            }
        }
        return new Violation(path(state), invariants, false);
    }

    /** The letters that lead to a state, from the initial one. */
    private List<Integer> path(State state) {
        List<Integer> letters = new ArrayList<>();
        for (Origin o = seen.get(state); o.parent() != null; o = seen.get(o.parent())) {
            letters.add(0, o.letter());
        }
        return letters;
    }

    /** All states that were reached, each as a fresh array. */
    List<long[]> states() {
        Set<State> all = seen.keySet();
        return all.stream().map(state -> state.words().clone()).toList();
    }

    long distinct() {
        return seen.size();
    }

    long generated() {
        return generated;
    }

    int depth() {
        return depth;
    }

    /** The shortest violation, the first in the order of the alphabet among those; null when there is none. */
    Violation violation() {
        return violation;
    }
}
