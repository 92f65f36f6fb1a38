package dev.moat.discipline;

import dev.moat.logic.ground.Ground;
import dev.moat.logic.ground.GroundAction;
import java.util.List;

/**
 * An action of the discipline with elements for its parameters, as one letter of an alphabet.
 *
 * @param elements for the action's parameters
 * @param label the elements, as printed
 * @param step what it does
 */
public record DisciplineAction(List<Integer> elements, String label, GroundAction step) {
    /** Name of the action. */
    public String action() {
        return step.action();
    }

    /** When it may happen. */
    public Ground guard() {
        return step.guard();
    }

    /** The atoms that it may change, each once. */
    public List<GroundAction.Effect> effects() {
        return step.effects();
    }

    /** Performs the action in place; false, with the state untouched, when the guard does not hold. */
    public boolean apply(long[] s) {
        return step.apply(s);
    }

    /** For people: {@code open(hold0)}. */
    @Override
    public String toString() {
        return action() + "(" + label + ")";
    }
}
