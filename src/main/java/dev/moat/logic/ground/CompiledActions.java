package dev.moat.logic.ground;

import dev.moat.logic.Discipline;
import dev.moat.state.Footprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A discipline and its compiled actions. Each instance of an action is compiled once for all machines whose abstract
 * states have the same shape. Threads share it.
 */
public final class CompiledActions {
    /** So many instances are kept; who has more compiled keeps it. */
    private static final int MOST = 1 << 15;

    private final Discipline discipline;
    private final List<String> relations;
    private final Set<String> changing;
    private final Map<List<Object>, OfShape> byShape = new ConcurrentHashMap<>();
    private final AtomicInteger kept = new AtomicInteger();

    /** Nothing is compiled yet. */
    public CompiledActions(Discipline discipline) {
        this.discipline = discipline;
        Set<String> spokenOf = discipline.relations();
        relations = discipline.vocabulary().relations().stream()
                .filter(spokenOf::contains)
                .toList();
        changing = discipline.actions().stream()
                .flatMap(action -> action.effects().keySet().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** What is compiled. */
    public Discipline discipline() {
        return discipline;
    }

    /** The relations that the discipline speaks of, in the vocabulary's order. */
    public List<String> relations() {
        return relations;
    }

    /** Those that some action changes. */
    public Set<String> changing() {
        return changing;
    }

    /** An instance, and the atoms that it may read or change; these are not to be changed. */
    public record Compiled(GroundAction action, Footprint touched) {}

    /** The instances for abstract states of one shape. */
    public final class OfShape {
        /** Of each action, by a number of its arguments. */
        private final List<Map<Long, Compiled>> all = new ArrayList<>();

        private OfShape() {
            discipline.actions().forEach(action -> all.add(new ConcurrentHashMap<>()));
        }

        /**
         * An instance.
         *
         * @param action its number in the discipline
         * @param instance another number for other arguments
         * @param given the arguments
         * @param grounding of formulas over states of this shape
         * @param atoms of these states
         */
        public Compiled get(
                int action, long instance, List<Integer> given, Grounding grounding, GroundAction.Atoms atoms) {
            Compiled known = all.get(action).get(instance);
            if (known != null) {
                return known;
            }
            // What one instance needs is small, and what it shares with others is not worth keeping.
            GroundAction compiled =
                    GroundAction.of(discipline.actions().get(action), given, grounding.another(), atoms);
            Footprint touched = grounding.nothing();
            compiled.touch(touched);
            known = new Compiled(compiled, touched);
            kept.incrementAndGet();
            all.get(action).put(instance, known);
            return known;
        }
    }

    /**
     * The instances for states of one shape.
     *
     * @param shape all that {@link GroundAction#of} goes by but the action and its arguments: equal only where that is; not to be changed
     */
    public OfShape of(List<Object> shape) {
        return kept.get() < MOST ? byShape.computeIfAbsent(shape, s -> new OfShape()) : new OfShape();
    }
}
