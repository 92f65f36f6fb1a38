package dev.moat.discipline;

import dev.moat.logic.Ground;
import dev.moat.state.Slots;
import java.util.List;

/**
 * An action of the discipline with elements for its parameters.
 *
 * @param action name of the action
 * @param label the elements, as printed
 * @param guard when it may happen
 * @param effects the atoms that it may change, each once
 */
public record Letter(String action, String label, Ground guard, List<Effect> effects) {
    /**
     * What one atom is after the action.
     *
     * @param relation the atom's relation
     * @param slots the relation's slots
     * @param element the atom's element in the slots
     * @param value whether it is true after the action, in terms of the state before
     */
    public record Effect(String relation, Slots slots, int element, Ground value) {}

    /** Performs the action in place; false, with the state untouched, when the guard does not hold. */
    public boolean apply(long[] s) {
        if (!guard.holds(s)) {
            return false;
        }
        // Every effect speaks of the state before; one array for each step taken is what that costs.
        long[] before = s.clone();
        for (Effect effect : effects) {
            effect.slots().set(s, effect.element(), effect.value().holds(before) ? 1 : 0);
        }
        return true;
    }

    /** For people: {@code open(hold0)}. */
    @Override
    public String toString() {
        return action + "(" + label + ")";
    }
}
