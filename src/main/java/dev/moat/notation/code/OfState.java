package dev.moat.notation.code;

/** Code of a state alone. */
public interface OfState {
    /** Whether a condition holds. */
    default boolean holds(long[] s) {
        throw new UnsupportedOperationException("this is no condition");
    }

    /** Changes a state. */
    default void change(long[] s) {
        throw new UnsupportedOperationException("this changes nothing");
    }
}
