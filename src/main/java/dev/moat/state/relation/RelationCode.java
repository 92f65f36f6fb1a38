package dev.moat.state.relation;

/**
 * Whether a relation holds of elements in a state. Pure, no allocation. A relation of fewer than five places ignores
 * the arguments behind its own; they are 0.
 */
@FunctionalInterface
public interface RelationCode {
    boolean holds(long[] s, int a, int b, int c, int d, int e);
}
