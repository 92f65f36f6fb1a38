package dev.moat.logic.claims;

import dev.moat.input.InputException;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Discipline;
import dev.moat.logic.ground.CompiledActions;
import dev.moat.logic.ground.Grounding;
import dev.moat.state.Claim;
import dev.moat.state.Footprint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The things that claims name: instances of the discipline's actions, and exchanges of elements. Compiled at their
 * first claim.
 */
final class ClaimedActions {
    private final Discipline discipline;
    private final AtomSpace space;
    private final Grounding grounding;
    private final Map<String, Integer> numbers = new HashMap<>();
    /** For each action of the discipline, how many elements each parameter has to choose from. */
    private final int[][] choices;
    /** For each action, those instances that were claimed, by {@link #instance}. */
    private final List<Map<Long, CompiledActions.Compiled>> claimed = new ArrayList<>();

    private final CompiledActions.OfShape compiled;
    /** For each sort, the pairs of atoms that change places, by the two elements. */
    private final Map<String, Map<Long, int[]>> exchanges = new HashMap<>();

    /** @throws IncomparableException when an action has more instances than a long counts */
    ClaimedActions(CompiledActions all, AtomSpace space) throws IncomparableException {
        discipline = all.discipline();
        this.space = space;
        compiled = all.of(space.shape());
        grounding = new Grounding(space.abstraction(), space.bits());
        choices = new int[discipline.actions().size()][];
        for (int i = 0; i < choices.length; i++) {
            AbstractAction action = discipline.actions().get(i);
            numbers.put(action.name(), i);
            claimed.add(new HashMap<>());
            choices[i] = choices(action);
        }
    }

    private int[] choices(AbstractAction action) throws IncomparableException {
        int[] sizes = new int[action.parameters().size()];
        long instances = 1;
        for (int k = 0; k < sizes.length; k++) {
            sizes[k] = space.sizeOf(action.parameters().get(k).sort());
            if (sizes[k] > 0 && instances > Long.MAX_VALUE / sizes[k]) {
                throw new IncomparableException("too many choices of arguments for action " + action.name());
            }
            instances *= sizes[k];
        }
        return sizes;
    }

    /** The sort of whose elements two are exchanged, or null for an action of the discipline. */
    static @Nullable String exchanged(String name) {
        return name.startsWith(Claim.EXCHANGE) ? name.substring(Claim.EXCHANGE.length()) : null;
    }

    /**
     * Place of an action in the discipline.
     *
     * @throws InputException when it has no such action
     */
    int number(String action) {
        Integer number = numbers.get(action);
        if (number == null) {
            throw discipline.end().error("missing action '" + action + "', which a step claims");
        }
        return number;
    }

    /** Whether all arguments of the i-th action of a claim are elements. */
    boolean isInstance(Claim claim, int i) {
        return instance(choices[number(claim.name(i))], claim, i) >= 0;
    }

    /** Applies the i-th action to an abstract state; false, with nothing changed, when it cannot be taken. */
    boolean take(Claim claim, int i, long[] bits) {
        String sort = exchanged(claim.name(i));
        if (sort == null) {
            CompiledActions.Compiled it = ground(claim, i);
            return it != null && it.action().apply(bits);
        }
        int[] pairs = pairs(sort, claim.argument(i, 0), claim.argument(i, 1));
        if (pairs == null) {
            return false;
        }
        for (int p = 0; p < pairs.length; p += 2) {
            boolean first = space.isSet(bits, pairs[p]);
            space.set(bits, pairs[p], space.isSet(bits, pairs[p + 1]));
            space.set(bits, pairs[p + 1], first);
        }
        return true;
    }

    /** Adds the atoms that the i-th action of a claim may read or change, if it is one. */
    void touch(Claim claim, int i, Footprint atoms) {
        String sort = exchanged(claim.name(i));
        if (sort == null) {
            CompiledActions.Compiled it = ground(claim, i);
            if (it != null) {
                atoms.union(it.touched());
            }
            return;
        }
        int[] pairs = pairs(sort, claim.argument(i, 0), claim.argument(i, 1));
        for (int p = 0; pairs != null && p < pairs.length; p++) {
            space.add(pairs[p], atoms);
        }
    }

    /** The pairs of atoms that change places, or null where elements cannot. */
    private int @Nullable [] pairs(String sort, int x, int y) {
        Map<Long, int[]> known = exchanges.computeIfAbsent(sort, k -> new HashMap<>());
        int[] pairs = known.get((long) x << 32 | y);
        if (pairs == null && space.isElement(sort, x) && space.isElement(sort, y)) {
            if (space.tellsApart(sort, x, y) == null) {
                pairs = space.exchange(sort, x, y);
                known.put((long) x << 32 | y, pairs);
            }
        }
        return pairs;
    }

    /** The instance of an action that is claimed, or null when an argument is no element. */
    private CompiledActions.@Nullable Compiled ground(Claim claim, int i) {
        int number = number(claim.name(i));
        long instance = instance(choices[number], claim, i);
        if (instance < 0) {
            return null;
        }
        CompiledActions.Compiled known = claimed.get(number).get(instance);
        if (known == null) {
            List<Integer> given = new ArrayList<>();
            for (int k = 0; k < choices[number].length; k++) {
                given.add(claim.argument(i, k));
            }
            known = compiled.get(number, instance, given, grounding, space);
            claimed.get(number).put(instance, known);
        }
        return known;
    }

    /** A number for the arguments of a claim, another one for other arguments; -1 when one of them is no element. */
    private static long instance(int[] choices, Claim claim, int i) {
        long instance = 0;
        for (int k = 0; k < choices.length; k++) {
            int argument = claim.argument(i, k);
            if (argument < 0 || argument >= choices[k]) {
                return -1;
            }
            instance = instance * choices[k] + argument;
        }
        return instance;
    }
}
