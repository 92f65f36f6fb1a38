package dev.moat.model;

/**
 * A named, pure choice inside a step: is an invalidation needed, which DID, which rights, which bits to clear. Faults
 * can be injected here. The declaration of the decision explains its arguments and result.
 */
@FunctionalInterface
public interface Decision {
    /**
     * Chooses.
     *
     * @param s the state, not to be changed
     * @param a the first argument that the declaration describes, and so on; 0 behind the last
     * @return what the declaration describes, often 0 or 1, or an element
     */
    int decide(long[] s, int a, int b, int c);
}
