package dev.moat.liveness;

import dev.moat.machine.Machine;
import dev.moat.model.Action;
import dev.moat.model.Actor;

/**
 * Who has to go on in a state, of those that can. Hardware, and whatever else serves those who wait, has to, but not while it may rest; so
 * has each CPU with the operation that it runs. Devices and guests need not do anything, nor does anybody have to begin an operation.
 */
final class Duties {
    /** Nobody has to take it. */
    static final byte NONE = 0;
    /** It is taken if it can be for good. */
    static final byte MUST = 1;
    /** The next step of a CPU: where everybody has his turn, it is taken if it can be again and again. */
    static final byte TURN = 2;
    /** Hardware that may rest, and does not: it is taken if it can be again and again, for it wakes up to do something. */
    static final byte AWAKE = 3;

    private final Machine machine;
    private final boolean[] advances;
    private final boolean[] serves;
    private final boolean[] rests;
    private boolean resting;

    Duties(Machine machine) {
        this.machine = machine;
        int letters = machine.instances();
        advances = new boolean[letters];
        serves = new boolean[letters];
        rests = new boolean[letters];
        for (int i = 0; i < letters; i++) {
            Machine.Instance letter = machine.instance(i);
            advances[i] = letter.kind() == Machine.Kind.ADVANCE;
            if (letter.kind() == Machine.Kind.ACTION) {
                Action action = machine.model().actions().get(letter.target());
                serves[i] = machine.model().mustGoOn(action);
                rests[i] = machine.model().mayRest() && action.actor() == Actor.IOMMU;
            }
        }
    }

    /** Whether a letter has to be taken in some state. */
    boolean isAny(int letter) {
        return advances[letter] || serves[letter];
    }

    /** Looks at a state: {@link #of} speaks of it until the next one is looked at. */
    void look(long[] s) {
        resting = machine.model().rests(s);
    }

    /** What a letter that can be taken in the state looked at has to do there. */
    byte of(int letter) {
        if (advances[letter]) {
            return TURN;
        }
        if (!serves[letter]) {
            return NONE;
        }
        return !rests[letter] ? MUST : resting ? NONE : AWAKE;
    }
}
