package dev.moat.logic.judge;

import java.util.List;

/**
 * One of the formulas that together make an invariant false: a premise that holds, or what should follow and does not.
 *
 * @param name of the relation or the macro, with {@code none.} before it where it holds for no elements; empty for any other formula
 * @param arguments labels of its elements; {@code any} for those that are any
 * @param text the formula with labels in place of variables
 * @param premise whether it holds in the state in question; else it does not
 * @param goal whether it is what should be otherwise, and no premise of that
 * @param truth its value in any state
 */
public record Reason(String name, List<String> arguments, String text, boolean premise, boolean goal, Truth truth) {
    public Reason {
        arguments = List.copyOf(arguments);
    }

    /** The value of a formula without free variables. */
    @FunctionalInterface
    public interface Truth {
        boolean in(long[] s);
    }
}
