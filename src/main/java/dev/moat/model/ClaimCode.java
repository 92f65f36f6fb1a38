package dev.moat.model;

import dev.moat.state.Claim;

/**
 * Computes the abstract actions of a step or an action of the implementation, from the states before and after it. It
 * may claim nothing (a stutter). Pure, except for the claim that it extends; no allocation.
 *
 * <p>The arguments are those of the action; a step has one, the CPU that ran it. The others are 0.
 */
@FunctionalInterface
public interface ClaimCode {
    /**
     * Adds to the claim what the transition was.
     *
     * @param before the state that it began in, after it the one that it led to; neither may be changed
     * @param a element of the first argument's sort, and so on; for a step, the CPU
     * @param claim empty at first; actions in the order in which they are taken
     */
    void say(long[] before, long[] after, int a, int b, int c, int d, int e, Claim claim);
}
