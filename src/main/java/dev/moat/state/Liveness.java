package dev.moat.state;

/** Whether element i of a family is meaningful in a state. Pure. */
@FunctionalInterface
public interface Liveness {
    /**
     * Whether it is; a value that is not is set to 0 before states are compared.
     *
     * @param s the state, not to be changed
     * @param i row-major where the family has several indices
     */
    boolean isLive(long[] s, int i);
}
