package dev.moat.notation.check;

import dev.moat.notation.core.Type;
import dev.moat.notation.core.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The variables that are known at a place, the innermost first, and what may be said there.
 *
 * @param place what kind of code it is
 * @param slots how many variables the piece of code has, one number for all its scopes
 * @param outer null for the outermost
 */
record Scope(Place place, Slots slots, @Nullable Scope outer, String name, Value value, Type type) {
    /** What kind of code an expression is in. */
    enum Place {
        /** Decided when a machine is built. */
        STATIC,
        /** Arguments alone. */
        LETTERS,
        /** What an element of a family is; bare names of families of the same index are its. */
        ELEMENT,
        /** A state, without a CPU that runs. */
        STATE,
        /** Code of an operation, and of what operations and actions call. */
        STEP,
        /** Code of an action: no CPU runs it. */
        ACTION,
        /** Code of an operation before a machine runs. */
        INITIAL,
        /** Two states. */
        CLAIM,
        /** Two states, between which a CPU took a step. */
        CLAIM_OF_STEP;

        /** Whether a CPU runs there. */
        boolean hasCpu() {
            return this == STEP || this == CLAIM_OF_STEP;
        }

        boolean isClaim() {
            return this == CLAIM || this == CLAIM_OF_STEP;
        }

        /** Whether it is before there are states. */
        boolean isBefore() {
            return this == STATIC || this == LETTERS;
        }

        boolean mayDo() {
            return this == STEP || this == ACTION || this == INITIAL;
        }
    }

    /** How many variables a piece of code has so far. */
    static final class Slots {
        private int taken;

        int taken() {
            return taken;
        }

        private int next() {
            return taken++;
        }
    }

    private static final Value NONE = new Value.Const(0);

    static Scope of(Place place) {
        return new Scope(place, new Slots(), null, "", NONE, Type.Plain.NOTHING);
    }

    /** A variable of its own for a value. */
    Scope with(String variable, Type of) {
        return with(variable, new Value.Variable(slots.next()), of);
    }

    /** A name for a value. */
    Scope with(String variable, Value is, Type of) {
        return new Scope(place, slots, this, variable, is, of);
    }

    /** A variable without a name. */
    int slot() {
        return slots.next();
    }

    @Nullable
    Scope find(String wanted) {
        for (Scope s = this; s != null; s = s.outer) {
            if (s.outer != null && s.name.equals(wanted)) {
                return s;
            }
        }
        return null;
    }

    List<String> names() {
        List<String> all = new ArrayList<>();
        for (Scope s = this; s != null && s.outer != null; s = s.outer) {
            all.add(s.name);
        }
        return all;
    }
}
