package dev.moat.model;

/**
 * The code of an atomic action: a guard and an effect.
 *
 * <p>Returns false, with the state untouched, when the guard does not hold; otherwise updates the state in place and
 * returns true. Pure: plain Java on the array, bounded loops, no allocation, no I/O. An action of fewer than five
 * arguments ignores those behind its own; they are 0.
 */
@FunctionalInterface
public interface Guarded {
    boolean apply(long[] s, int a, int b, int c, int d, int e);
}
