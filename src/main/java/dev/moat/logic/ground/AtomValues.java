package dev.moat.logic.ground;

import org.jspecify.annotations.Nullable;

/**
 * The true atoms of one state, updated from state to state. Atoms that read no changed bit are not evaluated. Values
 * found for a state that agrees in all bits that are read are not computed again. This relies on the footprints of
 * atoms. For one thread.
 *
 * <p>Throws {@link IllegalStateException} if it notices that an atom depends on more than its footprint.
 *
 * <p>{@code @oracle} every atom evaluated in every state.
 */
public final class AtomValues {
    /** One answer of so many is looked at: footprints are what people declare. */
    private static final int AUDITED = 1 << 10;

    /** What an atom, by its number in the groups, is in a state; pure. */
    @FunctionalInterface
    public interface Evaluation {
        /** Whether it is true. */
        boolean holds(int atom, long[] s);
    }

    /** Told of atoms that are not what they were. */
    @FunctionalInterface
    public interface Change {
        /** One that is this now, and was the other. */
        void becomes(int atom, boolean value);
    }

    private final AtomGroups groups;
    private final Evaluation evaluation;
    /** Where values are remembered; made when something is to be. */
    private final @Nullable KnownValues[] known;
    /** The state, and the values of groups in it; of none at first. */
    private final long[] at;

    private final long[] values;
    private boolean begun;
    private final long[] touched;
    private int answers;

    /** Begins nowhere, with all atoms false. */
    public AtomValues(AtomGroups groups, Evaluation evaluation) {
        this.groups = groups;
        this.evaluation = evaluation;
        known = new KnownValues[groups.count()];
        at = new long[groups.words()];
        values = new long[groups.count()];
        touched = new long[groups.readers().setWords()];
    }

    /** Goes to another state; tells what differs. */
    public void go(long[] s, Change change) {
        if (begun) {
            visit(s, true, change);
        } else {
            begun = true;
            for (int g = 0; g < values.length; g++) {
                visit(g, evaluate(g, s), true, change);
            }
        }
        System.arraycopy(s, 0, at, 0, at.length);
    }

    /**
     * Tells what differs in another state, without going there; to be asked only of who has gone somewhere.
     *
     * @return whether anything does
     */
    public boolean look(long[] s, Change change) {
        return visit(s, false, change);
    }

    private boolean visit(long[] s, boolean stays, Change change) {
        boolean differs = false;
        if (groups.readers().ofChange(at, s, touched)) {
            boolean odd = groups.isOdd(s);
            for (int w = 0; w < touched.length; w++) {
                for (long rest = touched[w]; rest != 0; rest &= rest - 1) {
                    int g = (w << 6) + Long.numberOfTrailingZeros(rest);
                    differs |= visit(g, value(g, s, odd), stays, change);
                }
            }
        }
        return differs;
    }

    private boolean visit(int group, long value, boolean stays, Change change) {
        long differs = value ^ values[group];
        if (differs == 0) {
            return false;
        }
        int[] atoms = groups.atoms(group);
        for (long rest = differs; rest != 0; rest &= rest - 1) {
            int i = Long.numberOfTrailingZeros(rest);
            change.becomes(atoms[i], (value >>> i & 1) != 0);
        }
        if (stays) {
            values[group] = value;
        }
        return true;
    }

    private long value(int group, long[] s, boolean odd) {
        KnownValues memory = known[group];
        if (memory == null) {
            memory = groups.memory(group);
            known[group] = memory;
        }
        if (odd || memory == null) {
            return evaluate(group, s);
        }
        long found = memory.find(s);
        if (found == 0) {
            found = evaluate(group, s);
            memory.learn(found);
        } else if (++answers % AUDITED == 0 && evaluate(group, s) != (found & ~KnownValues.KNOWN)) {
            throw new IllegalStateException(
                    "a relation of the component depends on more of a state than it is said to read, or not on the state alone");
        }
        return found & ~KnownValues.KNOWN;
    }

    private long evaluate(int group, long[] s) {
        int[] atoms = groups.atoms(group);
        long value = 0;
        for (int i = 0; i < atoms.length; i++) {
            value |= evaluation.holds(atoms[i], s) ? 1L << i : 0;
        }
        return value;
    }
}
