package dev.moat.discipline;

import dev.moat.logic.Discipline;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.ground.GroundAction;
import dev.moat.state.Abstraction;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The state of an instance: one bit for each ground atom of each relation that an action changes. The other relations
 * are fixed by the {@link InstanceBounds}. {@code @shape} a slot family for each relation, indexed by its choices of elements,
 * the last place fastest.
 */
final class InstanceLayout implements GroundAction.Atoms {
    private static final int PLACES = 5;

    private final InstanceBounds bounds;
    private final Vocabulary vocabulary;
    private final Map<String, Sort> sorts = new LinkedHashMap<>();
    private final Map<String, Slots> slots = new LinkedHashMap<>();

    /** Declares slots, sorts and relations; the same for the same discipline and bounds. */
    InstanceLayout(Discipline discipline, InstanceBounds bounds, SchemaBuilder schema, Abstraction abstraction) {
        this.bounds = bounds;
        vocabulary = discipline.vocabulary();
        for (String name : vocabulary.sorts()) {
            // A proof speaks of sorts that have elements: one of which there were none here would be another question.
            int size = Math.max(1, bounds.size(name));
            Sort sort = Sort.numbered(name, name.toLowerCase(Locale.ROOT), size);
            sorts.put(name, sort);
            abstraction.sort(sort);
        }
        Set<String> changed = new LinkedHashSet<>();
        discipline.actions().forEach(a -> changed.addAll(a.effects().keySet()));
        for (String relation : vocabulary.relations()) {
            if (choices(InstanceBounds.places(vocabulary, relation)) == 0) {
                continue;
            }
            if (changed.contains(relation)) {
                declareChanging(relation, schema, abstraction);
            } else {
                declareFixed(relation, abstraction);
            }
        }
    }

    private void declareChanging(String relation, SchemaBuilder schema, Abstraction abstraction) {
        List<Sort> places = placesOf(relation);
        List<String> labels = new ArrayList<>();
        List<String> names = InstanceBounds.places(vocabulary, relation);
        tuples(names).forEach(t -> labels.add(label(names, t, ",")));
        Slots bits = schema.slots(relation, Role.GHOST, Writer.GHOST, new Sort(relation, labels))
                .bits(1);
        slots.put(relation, bits);
        int b1 = sizeAt(places, 1);
        int c1 = sizeAt(places, 2);
        int d1 = sizeAt(places, 3);
        int e1 = sizeAt(places, 4);
        abstraction.relation(
                relation,
                places,
                (s, a, b, c, d, e) -> bits.get(s, (((a * b1 + b) * c1 + c) * d1 + d) * e1 + e) == 1,
                (footprint, a, b, c, d, e) -> footprint.one(bits, (((a * b1 + b) * c1 + c) * d1 + d) * e1 + e));
    }

    private void declareFixed(String relation, Abstraction abstraction) {
        abstraction.relation(
                relation,
                placesOf(relation),
                (s, a, b, c, d, e) -> bounds.isFixed(relation, a, b, c, d),
                (footprint, a, b, c, d, e) -> {});
    }

    private List<Sort> placesOf(String relation) {
        List<Sort> places = new ArrayList<>();
        for (String name : InstanceBounds.places(vocabulary, relation)) {
            places.add(sort(name));
        }
        return places;
    }

    private Sort sort(String name) {
        Sort sort = sorts.get(name);
        if (sort == null) {
            throw new IllegalArgumentException("no sort " + name);
        }
        return sort;
    }

    private static int sizeAt(List<Sort> places, int i) {
        return i < places.size() ? places.get(i).size() : 1;
    }

    private int choices(List<String> names) {
        return names.stream().mapToInt(bounds::size).reduce(1, Math::multiplyExact);
    }

    /** All choices of elements of some sorts, the last one fastest. */
    List<List<Integer>> tuples(List<String> names) {
        List<List<Integer>> all = new ArrayList<>();
        int count = choices(names);
        for (int n = 0; n < count; n++) {
            List<Integer> tuple = new ArrayList<>();
            int rest = n;
            for (int i = names.size() - 1; i >= 0; i--) {
                int size = bounds.size(names.get(i));
                tuple.add(0, rest % size);
                rest /= size;
            }
            all.add(List.copyOf(tuple));
        }
        return all;
    }

    /** The elements of some sorts as they are printed: {@code hold0, dom1, frame0}. */
    String label(List<String> names, List<Integer> elements, String gap) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            labels.add(sort(names.get(i)).label(elements.get(i)));
        }
        return String.join(gap, labels);
    }

    /** The slots of each relation that actions change, in the vocabulary's order. */
    Map<String, Slots> slots() {
        return slots;
    }

    @Override
    public @Nullable List<Sort> places(String relation) {
        return slots.containsKey(relation) ? placesOf(relation) : null;
    }

    @Override
    public Slots slots(String relation) {
        return Objects.requireNonNull(slots.get(relation));
    }

    @Override
    public int element(String relation, int n) {
        return n;
    }

    /** Makes a blank state the initial one. */
    void initialise(long[] s) {
        slots.forEach((relation, bits) -> {
            List<List<Integer>> tuples = tuples(InstanceBounds.places(vocabulary, relation));
            for (int i = 0; i < tuples.size(); i++) {
                List<Integer> t = new ArrayList<>(tuples.get(i));
                while (t.size() < PLACES) {
                    t.add(0);
                }
                bits.set(s, i, bounds.isInitial(relation, t.get(0), t.get(1), t.get(2)) ? 1 : 0);
            }
        });
    }
}
