package dev.moat.discipline;

import dev.moat.input.InputException;
import dev.moat.input.Place;
import dev.moat.logic.AbstractAction;
import dev.moat.logic.Discipline;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.ground.Ground;
import dev.moat.logic.ground.GroundAction;
import dev.moat.logic.ground.Grounding;
import dev.moat.state.Abstraction;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A discipline over finitely many elements: its states are packed words, its actions are letters. Both the explorer
 * and the solver run this.
 */
public final class Instance {
    private final Discipline discipline;
    private final InstanceBounds bounds;
    private final Abstraction abstraction = new Abstraction();
    private final InstanceLayout layout;
    private final Schema schema;
    private final Grounding grounding;
    private final Map<String, List<DisciplineAction>> letters = new LinkedHashMap<>();

    /**
     * Grounds every action that the bounds allow; choices of elements for which a guard is false in every state make no letter.
     *
     * @throws InputException where the expansion becomes too large; then at {@code initially}, when the
     *     {@link #initial} state does not satisfy it
     */
    public Instance(Discipline discipline, InstanceBounds bounds) {
        this.discipline = bounds.wide()
                ? discipline
                : discipline.with(discipline.actions().stream()
                        .filter(a -> bounds.has(a.name()))
                        .toList());
        this.bounds = bounds;
        SchemaBuilder builder = new SchemaBuilder();
        layout = new InstanceLayout(this.discipline, bounds, builder, abstraction);
        schema = builder.build();
        grounding = new Grounding(abstraction, schema);
        this.discipline.actions().forEach(a -> letters.put(a.name(), lettersOf(a)));
        if (!ground(discipline.initially()).holds(initial())) {
            Place at = discipline.initially().place();
            throw new InputException(
                    at.file(), at.line(), at.column(), "false in the state that the bounds " + bounds + " start from");
        }
    }

    private List<DisciplineAction> lettersOf(AbstractAction action) {
        List<String> sorts = action.parameters().stream().map(Var::sort).toList();
        List<DisciplineAction> all = new ArrayList<>();
        for (List<Integer> given : layout.tuples(sorts)) {
            GroundAction step = GroundAction.of(action, given, grounding, layout);
            if (!step.guard().isNever()) {
                all.add(new DisciplineAction(given, layout.label(sorts, given, ", "), step));
            }
        }
        return List.copyOf(all);
    }

    /**
     * A closed formula over this instance's states.
     *
     * @throws InputException when it speaks of a relation or sort that has no meaning here
     */
    public Ground ground(Term closed) {
        return grounding.of(closed, List.of(), List.of());
    }

    public Discipline discipline() {
        return discipline;
    }

    public InstanceBounds bounds() {
        return bounds;
    }

    public Schema schema() {
        return schema;
    }

    public Abstraction abstraction() {
        return abstraction;
    }

    /** The letters of each action, in the order of the file. */
    public Map<String, List<DisciplineAction>> letters() {
        return letters;
    }

    /** The slots of each relation that actions change. */
    public Map<String, Slots> slots() {
        return layout.slots();
    }

    /** The element of an atom in its relation's slots. */
    public int elementOf(String relation, List<Integer> elements) {
        int at = 0;
        List<String> places = InstanceBounds.places(discipline.vocabulary(), relation);
        for (int i = 0; i < places.size(); i++) {
            at = at * bounds.size(places.get(i)) + elements.get(i);
        }
        return at;
    }

    /** The one state that the explorer starts from: frames are owned, everything else is empty. */
    public long[] initial() {
        long[] s = schema.blank();
        layout.initialise(s);
        return s;
    }

    /** Declares the same layout in another schema. */
    InstanceLayout declare(SchemaBuilder builder, Abstraction to) {
        return new InstanceLayout(discipline, bounds, builder, to);
    }
}
