package dev.moat.logic.claims;

import dev.moat.limit.StoppedException;
import dev.moat.state.Footprint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The atoms in which two abstract states differ, relation by relation. The first one moves towards the second while a transition is
 * explained.
 */
class Difference {
    private static final int[] NO_ATOMS = {0, 0};

    /** What is done with the atoms of a row that are so and are not to be. */
    record Rule(int from, int to, boolean was, IntConsumer use) {}

    private final AtomSpace space;
    /** The atom whose bit is this one of a word, or -1; by word and bit. */
    private final int[] atomOf;
    /** For each relation its first atom and the one behind its last; they are in a row. */
    private final Map<String, int[]> ranges = new HashMap<>();

    private final int[] wordOf;
    /** Made once: to make a lambda is slow where Java's first compiler is the only one. */
    private final List<Rule> rules = new ArrayList<>();

    private long[] now;
    private long[] goal;
    /** The atoms that were asked for, but for those that are found to differ. */
    private Footprint read;

    Difference(AtomSpace space) {
        this.space = space;
        now = space.bits().blank();
        goal = now;
        read = new Footprint(space.bits());
        atomOf = new int[now.length * 64];
        wordOf = new int[space.size()];
        Arrays.fill(atomOf, -1);
        for (int atom = 0; atom < space.size(); atom++) {
            StoppedException.look();
            long[] one = space.bits().blank();
            space.set(one, atom, true);
            for (int w = 0; w < one.length; w++) {
                if (one[w] != 0) {
                    wordOf[atom] = w;
                    atomOf[w * 64 + Long.numberOfTrailingZeros(one[w])] = atom;
                }
            }
            int last = atom + 1;
            ranges.computeIfAbsent(space.relation(atom), r -> new int[] {last - 1, last})[1] = last;
        }
    }

    /**
     * Sets the two states; the first one is changed by whoever explains.
     *
     * @param asked gets the atoms on which what is said depends, beside those in which the two states differ now
     */
    void between(long[] first, long[] second, Footprint asked) {
        now = first;
        goal = second;
        read = asked;
    }

    /** The atoms that were asked for since {@link #between}. */
    Footprint read() {
        return read;
    }

    /** Of every atom of a relation that is true and is not to be, as it is when it is met; behind all that was said before. */
    void lost(String relation, IntConsumer use) {
        rules.add(rule(relation, true, use));
    }

    /** Of every atom that is not true and is to be. */
    void gained(String relation, IntConsumer use) {
        rules.add(rule(relation, false, use));
    }

    /** One that is applied when it is asked for. */
    Rule rule(String relation, boolean was, IntConsumer use) {
        int[] range = ranges.getOrDefault(relation, NO_ATOMS);
        return new Rule(range[0], range[1], was, use);
    }

    /** Applies all rules, in their order. */
    void applyAll() {
        for (Rule rule : rules) {
            apply(rule);
        }
    }

    /** Applies a rule to the present difference. */
    void apply(Rule rule) {
        if (rule.from == rule.to) {
            return;
        }
        for (int w = wordOf[rule.from]; w <= wordOf[rule.to - 1]; w++) {
            for (long rest = now[w] ^ goal[w]; rest != 0; rest &= rest - 1) {
                int atom = atomOf[w * 64 + Long.numberOfTrailingZeros(rest)];
                if (atom >= rule.from
                        && atom < rule.to
                        && space.isSet(now, atom) == rule.was
                        && space.isSet(goal, atom) != rule.was) {
                    rule.use.accept(atom);
                }
            }
        }
    }

    /** The true atoms of a relation with these first arguments, in the first state or in the second. */
    List<Integer> atoms(String relation, boolean ofGoal, int... first) {
        List<Integer> found = new ArrayList<>();
        int[] range = ranges.getOrDefault(relation, NO_ATOMS);
        for (int atom = range[0]; atom < range[1]; atom++) {
            if (begins(atom, first)) {
                space.add(atom, read);
                if (space.isSet(ofGoal ? goal : now, atom)) {
                    found.add(atom);
                }
            }
        }
        return found;
    }

    private boolean begins(int atom, int... first) {
        for (int k = 0; k < first.length; k++) {
            if (first[k] >= 0 && space.argument(atom, k) != first[k]) {
                return false;
            }
        }
        return true;
    }

    /** Whether an atom is true; constants too. */
    boolean is(String relation, boolean ofGoal, int... at) {
        int atom = space.atom(relation, at);
        if (atom >= 0) {
            space.add(atom, read);
        }
        return space.holds(atom, ofGoal ? goal : now);
    }

    /** Whether an atom is not so now, and is to be. */
    boolean becomes(String relation, boolean value, int... at) {
        return is(relation, true, at) == value && is(relation, false, at) != value;
    }

    /** Whether what is cached at a place in the second state has just the rights of a request that is in flight now. */
    boolean isCached(int[] flight, int[] place) {
        return is("mayR", true, place) == is("flyR", false, flight)
                && is("mayW", true, place) == is("flyW", false, flight);
    }

    /** Whether some atom of a relation with these first arguments is true; -1 stands for any. */
    boolean any(String relation, boolean ofGoal, int... first) {
        return !atoms(relation, ofGoal, first).isEmpty();
    }

    /** An argument of an atom. */
    int arg(int atom, int place) {
        return space.argument(atom, place);
    }

    /** How many elements a sort has. */
    int sizeOf(String sort) {
        return space.sizeOf(sort);
    }

    /** The space that a tag means at a unit; 0 when it means none. */
    int meant(int unit, int tag) {
        for (int space = 0; space < sizeOf("Space"); space++) {
            if (is("stands", false, unit, tag, space)) {
                return space;
            }
        }
        return 0;
    }

    /** Whether a space was built for no domain. */
    boolean isNobodys(int space) {
        for (int domain = 0; domain < sizeOf("Dom"); domain++) {
            if (is("for", false, space, domain)) {
                return false;
            }
        }
        return true;
    }

    /** A device that is led somewhere under a tag, one with nothing in flight if there is one, or -1. */
    int ledUnder(int unit, int tag) {
        int busy = -1;
        for (int q = 0; q < sizeOf("Req"); q++) {
            for (int space = 0; space < sizeOf("Space"); space++) {
                if (is("ent", false, unit, q, space, tag) || is("cent", false, unit, q, space, tag)) {
                    if (!any("flyR", false, unit, q) && !any("flyW", false, unit, q)) {
                        return q;
                    }
                    busy = q;
                }
            }
        }
        return busy;
    }
}
