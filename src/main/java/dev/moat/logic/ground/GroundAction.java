package dev.moat.logic.ground;

import dev.moat.input.InputException;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Macro;
import dev.moat.state.Footprint;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An action of a discipline with elements for its parameters, compiled for states that keep a bit for each atom that an
 * action changes. Immutable.
 *
 * @param action name of the action
 * @param guard when it may happen
 * @param effects the atoms that it may change, each once
 */
public record GroundAction(String action, Ground guard, List<Effect> effects) {
    /**
     * What one atom is after the action.
     *
     * @param relation the atom's relation
     * @param slots where its bit is
     * @param element the bit's element in the slots
     * @param value whether it is true after the action, in terms of the state before
     */
    public record Effect(String relation, Slots slots, int element, Ground value) {}

    /** Where states keep the atoms of the relations that actions change. */
    public interface Atoms {
        /** The places of a relation, or null for one that is not kept. */
        @Nullable
        List<Sort> places(String relation);

        /** The slots of a relation that is kept. */
        Slots slots(String relation);

        /** The element in these slots of a relation's n-th atom, counted with the last place fastest. */
        int element(String relation, int n);
    }

    /**
     * Compiles.
     *
     * @param given an element for each parameter
     * @throws InputException where the expansion becomes too large
     */
    public static GroundAction of(AbstractAction action, List<Integer> given, Grounding grounding, Atoms atoms) {
        Ground guard = grounding.of(action.guard(), action.parameters(), given);
        List<Effect> effects = new ArrayList<>();
        for (Map.Entry<String, Macro> effect : action.effects().entrySet()) {
            String relation = effect.getKey();
            List<Sort> places = atoms.places(relation);
            if (places != null) {
                int count = places.stream().mapToInt(Sort::size).reduce(1, Math::multiplyExact);
                for (int n = 0; n < count; n++) {
                    List<Integer> atom = elements(places, n);
                    List<Integer> all = new ArrayList<>(given);
                    all.addAll(atom);
                    Ground value = grounding.of(
                            effect.getValue().body(), effect.getValue().parameters(), all);
                    if (!value.isAtom(relation, atom)) {
                        effects.add(new Effect(relation, atoms.slots(relation), atoms.element(relation, n), value));
                    }
                }
            }
        }
        return new GroundAction(action.name(), guard, List.copyOf(effects));
    }

    /** The elements of the n-th atom, counted with the last place fastest. */
    private static List<Integer> elements(List<Sort> places, int n) {
        Integer[] elements = new Integer[places.size()];
        int rest = n;
        for (int k = elements.length - 1; k >= 0; k--) {
            elements[k] = rest % places.get(k).size();
            rest /= places.get(k).size();
        }
        return List.of(elements);
    }

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

    /** Adds what {@link #apply} may read and write. */
    public void touch(Footprint footprint) {
        guard.read(footprint);
        for (Effect effect : effects) {
            effect.value().read(footprint);
            footprint.one(effect.slots(), effect.element());
        }
    }
}
