package dev.moat.state;

/**
 * Whether a relation holds of elements in a state. Pure, no allocation. A relation of fewer than five places ignores
 * the arguments behind its own; they are 0.
 */
@FunctionalInterface
public interface RelationCode {
    /**
     * Whether it holds.
     *
     * @param s the state, not to be changed
     * @param a element of the first place's sort, and so on
     */
    boolean holds(long[] s, int a, int b, int c, int d, int e);
}
