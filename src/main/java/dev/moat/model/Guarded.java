package dev.moat.model;

/**
 * The code of an atomic action: a guard and an effect.
 *
 * <p>Returns false, with the state untouched, if the guard does not hold. Otherwise it updates the state in place and
 * returns true. Pure: plain Java on the array, bounded loops, no allocation, no I/O. If a component declares {@link
 * dev.moat.state.SchemaBuilder#readsThroughSlots}, code reads and writes states through {@link dev.moat.state.Slots};
 * searches then store effects by the bits that the code reads. An action of fewer than five arguments ignores the
 * rest, which are 0.
 */
@FunctionalInterface
public interface Guarded {
    /**
     * Does the action where its guard holds.
     *
     * @param s the state, changed in place
     * @param a element of the first argument's sort, and so on
     * @return whether the guard held; if not, the state is as it was
     */
    boolean apply(long[] s, int a, int b, int c, int d, int e);

    /** The code of an action of two arguments. */
    static Guarded of(OfTwo code) {
        return (s, first, second, c, d, e) -> code.apply(s, first, second);
    }

    /** The code of an action of three arguments. */
    static Guarded of(OfThree code) {
        return (s, first, second, third, d, e) -> code.apply(s, first, second, third);
    }

    /** The code of an action of four arguments. */
    static Guarded of(OfFour code) {
        return (s, first, second, third, fourth, e) -> code.apply(s, first, second, third, fourth);
    }

    /** Of two arguments. */
    @FunctionalInterface
    interface OfTwo {
        /** As {@link Guarded#apply}. */
        boolean apply(long[] s, int first, int second);
    }

    /** Of three. */
    @FunctionalInterface
    interface OfThree {
        /** As {@link Guarded#apply}. */
        boolean apply(long[] s, int first, int second, int third);
    }

    /** Of four. */
    @FunctionalInterface
    interface OfFour {
        /** As {@link Guarded#apply}. */
        boolean apply(long[] s, int first, int second, int third, int fourth);
    }
}
