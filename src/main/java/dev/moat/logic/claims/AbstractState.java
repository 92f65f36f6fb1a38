package dev.moat.logic.claims;

import dev.moat.logic.ground.AtomGroups;
import dev.moat.logic.ground.AtomValues;
import dev.moat.state.Schema;
import java.util.Set;
import java.util.TreeSet;

/**
 * The abstraction of one state of the implementation, updated from state to state. During a transition it records the
 * changes.
 */
final class AbstractState {
    private final AtomSpace space;
    private final AtomValues values;
    private final long[] bits;
    private final long[] becameTrue;
    private final long[] becameFalse;
    /** What {@link #look} fills in. */
    private long[] into;

    private final AtomValues.Change jumping = this::jumped;
    private final AtomValues.Change following = this::followed;
    private final AtomValues.Change looking = this::looked;

    /** Begins nowhere. */
    AbstractState(AtomSpace space, Schema schema) {
        this.space = space;
        bits = space.bits().blank();
        into = bits;
        becameTrue = bits.clone();
        becameFalse = bits.clone();
        values = new AtomValues(new AtomGroups(space.reads(), schema), space::evaluate);
    }

    /** The atoms; to be read only. */
    long[] bits() {
        return bits;
    }

    /** Goes to a state that need not follow from the present one. */
    void jump(long[] s) {
        values.go(s, jumping);
    }

    /** Goes to the state that a transition leads to. */
    void follow(long[] s) {
        values.go(s, following);
    }

    /**
     * The abstraction of the state that a transition leads to, without going there.
     *
     * @param there has its atoms afterwards
     * @return whether any atom is another one there
     */
    boolean look(long[] s, long[] there) {
        System.arraycopy(bits, 0, there, 0, bits.length);
        into = there;
        return values.look(s, looking);
    }

    private void jumped(int atom, boolean value) {
        space.set(bits, atom, value);
    }

    private void followed(int atom, boolean value) {
        space.set(bits, atom, value);
        note(atom, value);
    }

    private void looked(int atom, boolean value) {
        space.set(into, atom, value);
        note(atom, value);
    }

    private void note(int atom, boolean value) {
        space.set(value ? becameTrue : becameFalse, atom, true);
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
