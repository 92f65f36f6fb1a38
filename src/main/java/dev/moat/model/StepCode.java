package dev.moat.model;

/**
 * The code of one step of an operation, running on a CPU: a pure function on the state that reads the operation's
 * arguments and locals from their slots. Returns one of the constants of {@link Outcome}; with
 * {@link Outcome#BLOCKED} the state is untouched.
 */
@FunctionalInterface
public interface StepCode {
    /**
     * Runs the step.
     *
     * @param s the state, changed in place
     * @param cpu from 0, the one that runs the operation
     * @return a constant of {@link Outcome}
     */
    int run(long[] s, int cpu);
}
