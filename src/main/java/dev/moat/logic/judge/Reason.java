package dev.moat.logic.judge;

import java.util.List;

/**
 * One of the formulas that together make an invariant false: a premise that holds, or a conclusion that does not.
 *
 * @param formula which one
 * @param premise whether it holds in the state in question; else it does not
 * @param goal whether it is what should be otherwise, and no premise of that
 * @param truth its value in any state
 */
public record Reason(Formula formula, boolean premise, boolean goal, Truth truth) {
    /**
     * A formula without free variables.
     *
     * @param name of the relation or the macro, with {@code none.} before it where it holds for no elements; empty for any other formula
     * @param arguments labels of its elements; {@code any} for those that are any
     * @param text the formula with labels in place of variables
     */
    public record Formula(String name, List<String> arguments, String text) {
        public Formula {
            arguments = List.copyOf(arguments);
        }
    }

    /** The value of a formula. */
    @FunctionalInterface
    public interface Truth {
        boolean in(long[] s);
    }

    /** The formula's name. */
    public String name() {
        return formula.name();
    }

    /** The formula's arguments. */
    public List<String> arguments() {
        return formula.arguments();
    }

    /** The formula's text. */
    public String text() {
        return formula.text();
    }
}
