package dev.moat.prove.infer;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Discipline;
import dev.moat.logic.Var;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The actions of a discipline, made ready to be taken in structures. */
final class FiniteSteps {
    private static final int MOST_CHOICES = 1 << 16;

    private final List<Step> steps = new ArrayList<>();
    private final IdentityHashMap<AbstractAction, Step> byAction = new IdentityHashMap<>();

    /** One action: the sorts of its parameters, its guard, and what each relation that it changes is after it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Step(
            AbstractAction action, int[] sorts, CompiledFormula guard, Map<Integer, CompiledFormula> effects) {}

    /**
     * An action with elements for its parameters.
     *
     * @param given an element for each parameter
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Taken(AbstractAction action, int[] given) {
        /** For people: {@code open(hold0)}. */
        @Override
        public String toString() {
            List<String> labels = new ArrayList<>();
            for (int i = 0; i < given.length; i++) {
                labels.add(action.parameters().get(i).sort().toLowerCase(Locale.ROOT) + given[i]);
            }
            return action.name() + "(" + String.join(", ", labels) + ")";
        }
    }

    /** Makes all actions ready. */
    public FiniteSteps(Signature signature, Discipline discipline) {
        for (AbstractAction action : discipline.actions()) {
            List<Var> parameters = action.parameters();
            int[] sorts =
                    parameters.stream().mapToInt(v -> signature.sort(v.sort())).toArray();
            Map<Integer, CompiledFormula> effects = new LinkedHashMap<>();
            action.effects()
                    .forEach((relation, effect) -> effects.put(
                            signature.relation(relation),
                            CompiledFormula.of(signature, effect.body(), effect.parameters())));
            Step step = new Step(action, sorts, CompiledFormula.of(signature, action.guard(), parameters), effects);
            steps.add(step);
            byAction.put(action, step);
        }
    }

    private Step step(AbstractAction action) {
        Step step = byAction.get(action);
        if (step == null) {
            throw new IllegalArgumentException("no action " + action.name());
        }
        return step;
    }

    /** Whether a step is allowed. */
    public boolean isAllowed(Taken taken, Structure before) {
        return step(taken.action()).guard.holds(before, taken.given());
    }

    /** The structure after a step, whether its guard holds or not. */
    public Structure after(Taken taken, Structure before) {
        int[] given = taken.given();
        Structure next = before.copy();
        step(taken.action()).effects.forEach((relation, effect) -> {
            int[] values = new int[given.length + before.signature().places(relation).length];
            System.arraycopy(given, 0, values, 0, given.length);
            for (int atom = 0; atom < before.atoms(relation); atom++) {
                int[] elements = before.elements(relation, atom);
                System.arraycopy(elements, 0, values, given.length, elements.length);
                next.set(relation, atom, effect.holds(before, values));
            }
        });
        return next;
    }

    /**
     * An allowed step chosen at random: first the action, for there are many more choices of elements for some than for others, then
     * its elements. Null where that action is not allowed for any, where none of {@value #MOST_CHOICES} choices at random is, if there
     * are more, or where there are no actions.
     */
    @Nullable
    Taken random(Structure before, Random random) {
        if (steps.isEmpty()) {
            return null;
        }
        Step step = steps.get(random.nextInt(steps.size()));
        int choices = choices(step, before);
        int start = choices > MOST_CHOICES ? 0 : random.nextInt(choices);
        for (int i = 0; i < Math.min(choices, MOST_CHOICES); i++) {
            int[] given = choices > MOST_CHOICES
                    ? Arrays.stream(step.sorts)
                            .map(sort -> random.nextInt(before.size(sort)))
                            .toArray()
                    : given(step, before, (start + i) % choices);
            if (step.guard.holds(before, given)) {
                return new Taken(step.action, given);
            }
        }
        return null;
    }

    /** How many choices of elements an action has; one more than are looked at where there are more than these. */
    private static int choices(Step step, Structure s) {
        long choices = 1;
        for (int sort : step.sorts) {
            choices = Math.min(MOST_CHOICES + 1, choices * s.size(sort));
        }
        return (int) choices;
    }

    private static int[] given(Step step, Structure s, int choice) {
        int[] given = new int[step.sorts.length];
        int rest = choice;
        for (int i = 0; i < given.length; i++) {
            given[i] = rest % s.size(step.sorts[i]);
            rest /= s.size(step.sorts[i]);
        }
        return given;
    }
}
