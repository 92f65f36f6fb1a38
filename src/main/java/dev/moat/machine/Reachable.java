package dev.moat.machine;

import dev.moat.limit.StoppedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The states that a machine reaches, judged by nobody. They are kept whole, as no fingerprint may hide a difference where two machines
 * are compared; so it is for small ones.
 */
public final class Reachable {
    /** Whole state: equal when all words are. The words must not be changed. */
    public static final class State {
        private final long[] words;

        /** @param words not changed from now on */
        public State(long[] words) {
            this.words = words;
        }

        /** The words themselves, to be read. */
        public long[] words() {
            return words;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof State state && Arrays.equals(words, state.words);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(words);
        }
    }

    /** Receives transitions; the arrays must be copied to be kept. */
    @FunctionalInterface
    public interface Transitions {
        void transition(long[] before, int instance, long[] after);
    }

    private final Set<State> states;

    private Reachable(Set<State> states) {
        this.states = Collections.unmodifiableSet(states);
    }

    /** Every state and every transition, each once, or nothing when there are more than so many states. */
    public static Optional<Reachable> of(Machine machine, long most, Transitions told) {
        Stepper stepper = machine.stepper();
        Set<State> seen = new HashSet<>();
        Deque<State> open = new ArrayDeque<>();
        State first = new State(machine.initial());
        seen.add(first);
        open.add(first);
        List<State> fresh = new ArrayList<>();
        while (!open.isEmpty()) {
            StoppedException.look();
            long[] from = open.remove().words;
            stepper.expand(from, (instance, s) -> {
                told.transition(from, instance, s);
                State next = new State(s.clone());
                if (seen.add(next)) {
                    fresh.add(next);
                }
            });
            open.addAll(fresh);
            fresh.clear();
            if (seen.size() > most) {
                return Optional.empty();
            }
        }
        return Optional.of(new Reachable(seen));
    }

    /** Every state that can be reached. */
    public Set<State> states() {
        return states;
    }
}
