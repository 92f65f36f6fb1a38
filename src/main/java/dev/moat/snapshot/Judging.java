package dev.moat.snapshot;

import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.Term;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.judge.TupleJudge;
import dev.moat.snapshot.SnapshotFinding.Verdict;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/** Asks properties of facts. The only state is the one that the facts are of. */
final class Judging {
    /** Places of one property that are explained. */
    private static final int MOST_EXPLAINED = 5;

    private static final int MOST_LINES = 6;

    /**
     * Sorts of which every property speaks for all elements, so that one that is false is false of few of them: the ones first of which
     * one place is most easily told from another.
     */
    private static final List<String> EVERY = List.of(
            "Gref",
            "Descriptor",
            "Redirection",
            "Index",
            "Page",
            "Frame",
            "Req",
            "Group",
            "Level",
            "Space",
            "Tag",
            "Unit");

    private final InvariantLibrary library;
    private final Facts facts;
    private final Schema schema;

    Judging(InvariantLibrary library, Facts facts) {
        this.library = library;
        this.facts = facts;
        SchemaBuilder builder = new SchemaBuilder();
        builder.slots("snapshot", Role.ARCHITECTURAL, Writer.HYPERVISOR, new Sort("One", List.of("")))
                .bits(1);
        schema = builder.build();
    }

    /** The answers to the properties that the facts have something to do with. */
    List<SnapshotFinding> findings() {
        return SnapshotProperty.ALL.stream()
                .filter(asked -> asked.concerns(facts))
                .map(this::finding)
                .toList();
    }

    private SnapshotFinding finding(SnapshotProperty asked) {
        Invariant invariant = library.get(asked.id());
        List<String> lacks = asked.lacks(facts);
        if (!lacks.isEmpty()) {
            return new SnapshotFinding(asked.id(), invariant.says(), Verdict.NOT_JUDGED, 0, lacks, "");
        }
        List<String> detail = new ArrayList<>();
        Map<String, Map<List<String>, Line>> told = new LinkedHashMap<>();
        relations(invariant.formula(), Collections.newSetFromMap(new IdentityHashMap<>()))
                .forEach(relation -> told.put(relation, facts.of(relation)));
        State state = new State(invariant, told);
        int violations = 0;
        while (state.isViolated() && ++violations <= MOST_EXPLAINED) {
            State small = state.violating();
            detail.addAll(small.explained());
            state = state.without(small);
        }
        if (violations > MOST_EXPLAINED) {
            detail.add("and more, which are not listed");
        }
        return new SnapshotFinding(
                asked.id(),
                invariant.says(),
                violations > 0 ? Verdict.VIOLATED : Verdict.HOLDS,
                asked.size(facts),
                detail,
                asked.provided());
    }

    /** The relations that a formula speaks of. */
    static Set<String> relations(Term term, Set<Term> seen) {
        Set<String> all = new TreeSet<>();
        if (term instanceof Term.Atom atom) {
            all.add(atom.relation());
        }
        term.children().stream().filter(seen::add).forEach(child -> all.addAll(relations(child, seen)));
        return all;
    }

    /** Facts as one property sees them. */
    private final class State {
        private final Invariant invariant;
        private final Map<String, Map<List<String>, Line>> told;
        private final Map<String, Sort> sorts = new HashMap<>();
        private final TupleJudge judge;

        State(Invariant invariant, Map<String, Map<List<String>, Line>> told) {
            this.invariant = invariant;
            this.told = told;
            Vocabulary vocabulary = library.vocabulary();
            Map<String, Map<String, Integer>> numbers = new HashMap<>();
            vocabulary.sorts().forEach(sort -> numbers.put(sort, new LinkedHashMap<>()));
            Map<String, List<int[]>> tuples = new LinkedHashMap<>();
            told.forEach((relation, of) -> {
                List<String> places = places(relation);
                List<int[]> rows = new ArrayList<>(of.size());
                for (List<String> elements : of.keySet()) {
                    int[] row = new int[5];
                    for (int i = 0; i < places.size(); i++) {
                        Map<String, Integer> named = Objects.requireNonNull(numbers.get(places.get(i)));
                        Integer before = named.putIfAbsent(elements.get(i), named.size());
                        row[i] = before == null ? named.size() - 1 : before;
                    }
                    rows.add(row);
                }
                tuples.put(relation, rows);
            });
            Abstraction abstraction = new Abstraction();
            numbers.forEach((sort, named) -> sorts.put(sort, new Sort(sort, List.copyOf(named.keySet()))));
            sorts.values().forEach(abstraction::sort);
            tuples.forEach((relation, rows) -> relation(abstraction, relation, rows));
            judge = new TupleJudge(List.of(invariant), abstraction, schema);
        }

        private void relation(Abstraction abstraction, String relation, List<int[]> rows) {
            Set<List<Integer>> set = new LinkedHashSet<>();
            abstraction.relation(
                    relation,
                    places(relation).stream()
                            .map(sorts::get)
                            .map(Objects::requireNonNull)
                            .toList(),
                    (s, a, b, c, d, e) -> {
                        if (set.size() < rows.size()) {
                            rows.forEach(row -> set.add(List.of(row[0], row[1], row[2], row[3], row[4])));
                        }
                        return set.contains(List.of(a, b, c, d, e));
                    },
                    Relation.Reads.NOTHING);
            abstraction.listed(
                    relation,
                    reads -> {},
                    (s, sink) -> rows.forEach(row -> sink.add(row[0], row[1], row[2], row[3], row[4])));
        }

        private List<String> places(String relation) {
            return Objects.requireNonNull(library.vocabulary().places(relation));
        }

        boolean isViolated() {
            return judge.violated(schema.blank(), 1) != 0;
        }

        /** The few elements for which it is false, with all that is told of them. */
        State violating() {
            Map<String, Set<String>> kept = new HashMap<>();
            judge.found(0).forEach((sort, elements) -> {
                List<String> labels = new ArrayList<>();
                Sort of = Objects.requireNonNull(sorts.get(sort));
                elements.stream()
                        .filter(element -> element < of.size())
                        .forEach(element -> labels.add(of.label(element)));
                kept.put(sort, Set.copyOf(labels));
            });
            State small = with((sort, element) ->
                    !EVERY.contains(sort) || kept.getOrDefault(sort, Set.of()).contains(element));
            // A search leaves elements that it tried in vain: each that the property is false without goes.
            for (String sort : EVERY) {
                for (String element :
                        kept.getOrDefault(sort, Set.of()).stream().sorted().toList()) {
                    State smaller = small.with((of, other) -> !of.equals(sort) || !other.equals(element));
                    small = smaller.isViolated() ? smaller : small;
                }
            }
            return small;
        }

        /** All but the place at which it was found to be false. */
        State without(State small) {
            String sort = EVERY.stream()
                    .filter(one -> small.size(one) > 0)
                    .findFirst()
                    .orElse("");
            Sort gone = Objects.requireNonNull(small.sorts.get(sort));
            Set<String> labels = new LinkedHashSet<>();
            for (int i = 0; i < gone.size(); i++) {
                labels.add(gone.label(i));
            }
            return with((of, element) -> !of.equals(sort) || !labels.contains(element));
        }

        private int size(String sort) {
            Sort of = sorts.get(sort);
            return of == null ? 0 : of.size();
        }

        private State with(BiPredicate<String, String> keeps) {
            Map<String, Map<List<String>, Line>> fewer = new LinkedHashMap<>();
            told.forEach((relation, of) -> {
                List<String> places = places(relation);
                Map<List<String>, Line> left = new LinkedHashMap<>();
                of.forEach((elements, line) -> {
                    boolean all = true;
                    for (int i = 0; i < places.size(); i++) {
                        all &= keeps.test(places.get(i), elements.get(i));
                    }
                    if (all) {
                        left.put(elements, line);
                    }
                });
                fewer.put(relation, left);
            });
            return new State(invariant, fewer);
        }

        List<String> explained() {
            List<String> lines = new ArrayList<>(judge.explain(0, schema.blank()));
            lines.remove(0); // its sentence
            List<Line> shown = new ArrayList<>();
            told.forEach((relation, of) -> {
                if (places(relation).stream().anyMatch(EVERY::contains)) {
                    shown.addAll(of.values());
                }
            });
            shown.stream()
                    .distinct()
                    .sorted(Comparator.comparing(Line::file).thenComparing(Line::number))
                    .limit(MOST_LINES)
                    .forEach(line -> lines.add(line.place() + ": " + line.shortened()));
            return lines;
        }
    }
}
