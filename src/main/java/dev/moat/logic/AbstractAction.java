package dev.moat.logic;

import java.util.List;
import java.util.Map;

/**
 * One kind of step that the discipline allows.
 *
 * @param name as claims of implementations spell it
 * @param says what it does, a few words
 * @param guard when it may happen; its only free variables are the parameters
 * @param effects for each relation that it changes, in the order of writing, what the relation is after it, in terms
 *     of the state before; a macro of the action's parameters followed by one variable for each place. The
 *     parameters are each macro's own variables, in the same order.
 */
public record AbstractAction(String name, String says, List<Var> parameters, Term guard, Map<String, Macro> effects) {
    /** Whether its guard is the constant false: hardware or software of a kind does not have it. */
    public boolean isNever() {
        return guard instanceof Term.Truth truth && !truth.value();
    }
}
