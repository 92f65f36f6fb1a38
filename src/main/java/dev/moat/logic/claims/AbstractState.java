package dev.moat.logic.claims;

import dev.moat.state.Schema;
import java.util.Set;
import java.util.TreeSet;

/**
 * The abstraction of one state of the implementation, moved from state to state: only the atoms that read what differs
 * are evaluated anew. Remembers what changed on the way, where it is told that the way is a transition.
 */
final class AbstractState {
    private final AtomSpace space;
    /** The state whose abstraction {@link #bits} is. */
    private final long[] at;

    private final long[] bits;
    private final long[] readers;
    private final long[] becameTrue;
    private final long[] becameFalse;

    /** Begins with the blank state of a schema. */
    AbstractState(AtomSpace space, Schema schema) {
        this.space = space;
        at = schema.blank();
        bits = space.bits().blank();
        readers = new long[space.readers().setWords()];
        becameTrue = bits.clone();
        becameFalse = bits.clone();
        for (int atom = 0; atom < space.size(); atom++) {
            space.set(bits, atom, space.evaluate(atom, at));
        }
    }

    /** The atoms; to be read only. */
    long[] bits() {
        return bits;
    }

    /** Goes to a state that need not follow from the present one. */
    void jump(long[] s) {
        go(s, false);
    }

    /** Goes to the state that a transition leads to. */
    void follow(long[] s) {
        go(s, true);
    }

    /**
     * The abstraction of the state that a transition leads to, without going there.
     *
     * @param into has its atoms afterwards
     * @return whether any atom is another one there
     */
    boolean look(long[] s, long[] into) {
        if (!space.readers().ofChange(at, s, readers)) {
            return false;
        }
        System.arraycopy(bits, 0, into, 0, bits.length);
        boolean moved = false;
        for (int w = 0; w < readers.length; w++) {
            for (long rest = readers[w]; rest != 0; rest &= rest - 1) {
                int atom = (w << 6) + Long.numberOfTrailingZeros(rest);
                boolean value = space.evaluate(atom, s);
                if (value != space.isSet(bits, atom)) {
                    space.set(into, atom, value);
                    space.set(value ? becameTrue : becameFalse, atom, true);
                    moved = true;
                }
            }
        }
        return moved;
    }

    private void go(long[] s, boolean isTransition) {
        if (space.readers().ofChange(at, s, readers)) {
            for (int w = 0; w < readers.length; w++) {
                for (long rest = readers[w]; rest != 0; rest &= rest - 1) {
                    refresh((w << 6) + Long.numberOfTrailingZeros(rest), s, isTransition);
                }
            }
        }
        System.arraycopy(s, 0, at, 0, at.length);
    }

    private void refresh(int atom, long[] s, boolean isTransition) {
        boolean value = space.evaluate(atom, s);
        if (value != space.isSet(bits, atom)) {
            space.set(bits, atom, value);
            if (isTransition) {
                space.set(value ? becameTrue : becameFalse, atom, true);
            }
        }
    }

    /** Relations of which some atom became this in a transition; those that are constant never do. */
    Set<String> moved(boolean value) {
        Set<String> names = new TreeSet<>();
        for (int atom = 0; atom < space.size(); atom++) {
            if (space.isSet(value ? becameTrue : becameFalse, atom)) {
                names.add(space.relation(atom));
            }
        }
        return names;
    }
}
