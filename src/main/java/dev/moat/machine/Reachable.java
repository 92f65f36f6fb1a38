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
        private static final long ODD = 0x9E3779B97F4A7C15L;

        private final long[] words;
        /** Of all words: a successor has that of its predecessor but for the few words in which it differs. */
        private final long sum;

        /** @param words not changed from now on */
        public State(long[] words) {
            this(words, sum(words));
        }

        private State(long[] words, long sum) {
            this.words = words;
            this.sum = sum;
        }

        private static long sum(long[] words) {
            long sum = 0;
            for (int i = 0; i < words.length; i++) {
                sum += mixed(i, words[i]);
            }
            return sum;
        }

        /** The sum of other words. */
        private long sumOf(long[] other) {
            long changed = sum;
            for (int i = 0; i < words.length; i++) {
                if (words[i] != other[i]) {
                    changed += mixed(i, other[i]) - mixed(i, words[i]);
                }
            }
            return changed;
        }

        private static long mixed(int place, long word) {
            long both = (word ^ word >>> 32) * ODD + (place + 1) * (ODD >>> 7 | 1);
            return (both ^ both >>> 29) * ODD;
        }

        /** The words themselves, to be read. */
        public long[] words() {
            return words;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof State state && sum == state.sum && Arrays.equals(words, state.words);
        }

        @Override
        public int hashCode() {
            return (int) (sum ^ sum >>> 32);
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
            State from = open.remove();
            stepper.expand(from.words, (instance, s) -> {
                told.transition(from.words, instance, s);
                long sum = from.sumOf(s);
                if (!seen.contains(new State(s, sum))) {
                    State next = new State(s.clone(), sum);
                    seen.add(next);
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
