package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.Rewriting;
import dev.moat.logic.Term;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.UserExtensions;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleReader;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Each part of each invariant is needed. A conjunct, or one direction of an equality, is left out: the last state of the counterexample
 * of some control that every build runs is right then. A part of a premise is left out: some state before the last one is wrong, or one where
 * everything holds. check/conjuncts.txt has for each part the scenario that notices. What no scenario notices a state of a small machine
 * may: check/conjunct-states.txt has the machine and the actions to a state that the part alone denies, or a part of a premise alone
 * permits. All others stand in check/conjunct-reasons.txt, each with its reason. {@code -Dconjuncts.write=true} looks for scenarios and
 * states and writes the first two files; what is left over wants a reason.
 */
class ConjunctsTest {
    private static final Path FILE = Path.of("src/test/resources/check/conjuncts.txt");
    private static final Path STATES = Path.of("src/test/resources/check/conjunct-states.txt");
    private static final Path REASONS = Path.of("src/test/resources/check/conjunct-reasons.txt");
    private static final String BETWEEN = " \\| ";

    private static final int WALK = 300;
    private static final int MOST_AT_ONCE = 60;
    private static final int MOST_STATES = 8_000;

    private final Catalog catalog = Machines.CATALOG;
    private final CounterexampleReader reader = new CounterexampleReader(catalog);
    private final InvariantLibrary library = UserExtensions.library(Path.of(""));
    private final Map<String, Invariant> changed = new LinkedHashMap<>();

    ConjunctsTest() {
        for (Invariant i : library.all()) {
            List<Term> parts = Rewriting.conjuncts(split(Rewriting.plain(i.formula())));
            for (int n = 0; n < parts.size(); n++) {
                List<Term> rest = new ArrayList<>(parts);
                Term gone = rest.remove(n);
                String name = i.id() + "." + (n + 1);
                changed.put(name, with(i, new Term.And(gone.place(), rest)));
                List<Term> more = withoutPremise(gone);
                IntStream.range(0, more.size())
                        .forEach(m -> changed.put(name + ".if." + (m + 1), with(i, more.get(m))));
            }
        }
    }

    @BeforeAll
    static void write() throws IOException {
        if (Boolean.getBoolean("conjuncts.write")) {
            new ConjunctsTest().writeFiles();
        }
    }

    @Test
    void eachPartIsInOneOfTheFiles() throws IOException {
        List<String> named = new ArrayList<>(table().keySet());
        named.addAll(reasons());
        List<String> told = states().stream().map(line -> line.get(0)).toList();
        told.stream().filter(part -> !part.contains("+")).forEach(named::add);
        // One of a group may be noticed elsewhere for itself.
        told.stream()
                .filter(part -> part.contains("+"))
                .flatMap(group -> members(group).stream())
                .distinct()
                .filter(part -> !named.contains(part))
                .toList()
                .forEach(named::add);
        Set<String> nowhere = new TreeSet<>(changed.keySet());
        List<String> tooMany =
                named.stream().filter(part -> !nowhere.remove(part)).toList();
        assertThat(nowhere)
                .as("parts that nobody notices, and that have no reason")
                .isEmpty();
        assertThat(tooMany).as("parts that are gone, or in two files").isEmpty();
    }

    @Test
    void eachPartIsNoticedWhereTheTableSaysSo() throws IOException {
        Map<String, List<String>> of = new TreeMap<>();
        table().forEach((part, by) ->
                of.computeIfAbsent(by, k -> new ArrayList<>()).add(part));
        for (Map.Entry<String, List<String>> e : of.entrySet()) {
            assertThat(noticed(Committed.scenario(e.getKey()), e.getValue()))
                    .as(e.getKey())
                    .isEqualTo(e.getValue());
        }
    }

    @Test
    void eachPartIsNoticedInItsState() throws IOException {
        Map<String, Machine> machines = new HashMap<>();
        List<String> wrong = new ArrayList<>();
        for (List<String> line : states()) {
            Machine machine = machines.computeIfAbsent(line.get(1), Machines::machine);
            List<String> actions =
                    line.size() < 3 ? List.of() : List.of(line.get(2).split("; "));
            List<long[]> states = states(machine, actions);
            if (!apart(machine, line.get(0)).test(states.get(states.size() - 1))) {
                wrong.add(line.get(0));
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** Whether a state is wrong by the invariant alone; of a part of a premise, whether it is right by the invariant alone. */
    private Predicate<long[]> apart(Machine machine, String part) {
        Judge judge = Judge.withoutWitnesses(
                List.of(
                        Objects.requireNonNull(library.get(invariant(part))),
                        part.contains("+") ? without(members(part)) : Objects.requireNonNull(changed.get(part))),
                machine.model().abstraction(),
                machine.schema());
        long expected = part.contains(".if.") ? 2 : 1;
        List<String> members = part.contains("+") ? members(part) : List.of();
        List<Invariant> fewer = members.stream()
                .map(m -> without(members.stream().filter(n -> !n.equals(m)).toList()))
                .toList();
        Judge each = Judge.withoutWitnesses(fewer, machine.model().abstraction(), machine.schema());
        return s -> judge.violated(s) == expected && Long.bitCount(each.violated(s)) == members.size();
    }

    /** Of {@code completion.1+2} the two. */
    private static List<String> members(String part) {
        String before = invariant(part) + ".";
        return Stream.of(part.substring(before.length()).split("\\+"))
                .map(n -> before + n)
                .toList();
    }

    /** R and W of one mapping, or what tables, caches and flights have of it, are wrong at once: such conjuncts are left out together. */
    private Invariant without(List<String> conjuncts) {
        Invariant whole = Objects.requireNonNull(library.get(invariant(conjuncts.get(0))));
        List<Term> parts = new ArrayList<>(Rewriting.conjuncts(split(Rewriting.plain(whole.formula()))));
        List<Term> gone = conjuncts.stream()
                .map(part -> parts.get(Integer.parseInt(part.substring(part.indexOf('.') + 1)) - 1))
                .toList();
        parts.removeAll(gone);
        return with(whole, new Term.And(gone.get(0).place(), parts));
    }

    private static Map<String, String> table() throws IOException {
        Map<String, String> table = new LinkedHashMap<>();
        Files.readAllLines(FILE).forEach(line -> table.put(line.split(" ")[0], line.split(" ")[1]));
        return table;
    }

    /** The part, the machine, and the actions if there are any. */
    private static List<List<String>> states() throws IOException {
        return Files.readAllLines(STATES).stream()
                .map(line -> List.of(line.split(BETWEEN)))
                .toList();
    }

    private static List<String> reasons() throws IOException {
        return Files.readAllLines(REASONS).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    private void writeFiles() throws IOException {
        List<String> found = new ArrayList<>();
        Set<String> left = new LinkedHashSet<>(changed.keySet());
        for (List<String> line : states()) {
            if (left.containsAll(members(line.get(0)))) {
                search(Machines.machine(line.get(1)), line.get(0))
                        .ifPresent(to -> found.add(line.get(0) + " | " + line.get(1) + " | " + to));
            }
        }
        found.forEach(line -> left.removeAll(members(line.split(BETWEEN)[0])));
        Files.write(STATES, found);
        Map<String, String> by = new HashMap<>();
        for (Scenario s : Committed.described()) {
            if (s.set().equals("default")
                    || (s.set().equals("extra") && s.expect().violated())) {
                List<String> some = left.stream()
                        .filter(part -> s.invariants().contains(invariant(part)))
                        .toList();
                noticed(s, some).forEach(part -> by.put(part, s.id()));
                left.removeAll(by.keySet());
            }
        }
        Files.write(
                FILE,
                changed.keySet().stream()
                        .filter(by::containsKey)
                        .map(part -> part + " " + by.get(part))
                        .toList());
    }

    /** The actions to the first state that tells a part apart. */
    private Optional<String> search(Machine machine, String part) {
        Predicate<long[]> apart = apart(machine, part);
        Stepper stepper = machine.stepper();
        Map<LongBuffer, String> to = new LinkedHashMap<>(Map.of(LongBuffer.wrap(machine.initial()), ""));
        Deque<LongBuffer> queue = new ArrayDeque<>(to.keySet());
        while (!queue.isEmpty()) {
            long[] s = queue.remove().array();
            String path = Objects.requireNonNull(to.get(LongBuffer.wrap(s)));
            if (apart.test(s)) {
                return Optional.of(path);
            }
            stepper.expand(s, (letter, successor) -> {
                LongBuffer copy = LongBuffer.wrap(successor.clone());
                String next = (path.isEmpty() ? "" : path + "; ") + machine.name(letter);
                if (to.size() < MOST_STATES && to.putIfAbsent(copy, next) == null) {
                    queue.add(copy);
                }
            });
        }
        return Optional.empty();
    }

    private static String invariant(String part) {
        return part.substring(0, part.indexOf('.'));
    }

    /** Those of the parts without which the scenario ends otherwise. */
    private List<String> noticed(Scenario scenario, List<String> parts) throws IOException {
        List<String> all = new ArrayList<>();
        Path file = Path.of("counterexamples", scenario.id() + CounterexampleReader.SUFFIX);
        boolean ends = scenario.expect().violated();
        if (parts.isEmpty() || (ends && !Files.exists(file))) {
            return all;
        }
        Machine machine = catalog.machine(scenario.machine());
        List<long[]> before = new ArrayList<>();
        List<String> violates = List.of();
        if (ends) {
            Counterexample found = reader.read(file);
            before.addAll(states(machine, found.actions()));
            violates = found.loop() == Counterexample.NO_LOOP ? found.violates() : violates;
        } else {
            before.addAll(walk(machine, scenario.id()));
        }
        long[] last = before.remove(before.size() - 1);
        for (int from = 0; from < parts.size(); from += MOST_AT_ONCE) {
            List<String> some = parts.subList(from, Math.min(parts.size(), from + MOST_AT_ONCE));
            List<Invariant> judged = some.stream()
                    .map(p -> Objects.requireNonNull(changed.get(p)))
                    .toList();
            Judge judge = Judge.withoutWitnesses(judged, machine.model().abstraction(), machine.schema());
            long early = before.stream().mapToLong(judge::violated).reduce(0, (a, b) -> a | b);
            long late = judge.violated(last);
            for (int i = 0; i < some.size(); i++) {
                boolean weaker = !some.get(i).contains(".if.");
                boolean isRight = violates.contains(invariant(some.get(i))) && (late >>> i & 1) == 0;
                if (weaker ? isRight : (early >>> i & 1) != 0) {
                    all.add(some.get(i));
                }
            }
        }
        return all;
    }

    private static List<long[]> states(Machine machine, List<String> actions) {
        Stepper stepper = machine.stepper();
        List<long[]> states = new ArrayList<>(List.of(machine.initial()));
        for (String action : actions) {
            long[] next = states.get(states.size() - 1).clone();
            assertThat(stepper.apply(machine.find(action).orElseThrow(), next)).isTrue();
            states.add(next);
        }
        return states;
    }

    private static List<long[]> walk(Machine machine, String id) {
        SplittableRandom random = new SplittableRandom(id.hashCode());
        Stepper stepper = machine.stepper();
        List<long[]> states = new ArrayList<>(List.of(machine.initial()));
        for (int n = 0; n < WALK; n++) {
            long[] next = states.get(states.size() - 1).clone();
            if (stepper.apply(random.nextInt(machine.instances()), next)) {
                states.add(next);
            }
        }
        return states;
    }

    private static Invariant with(Invariant i, Term formula) {
        return new Invariant(i.id(), i.says(), i.kind(), i.source(), formula, i.witness(), i.text());
    }

    /** Equalities as two implications, where a conjunct is one. */
    private static Term split(Term t) {
        if (t instanceof Term.And and) {
            return new Term.And(
                    t.place(), and.parts().stream().map(ConjunctsTest::split).toList());
        } else if (t instanceof Term.Forall f) {
            return new Term.Forall(t.place(), f.vars(), split(f.body()));
        } else if (t instanceof Term.Implies i) {
            return new Term.Implies(t.place(), i.premise(), split(i.goal()));
        } else if (t instanceof Term.Iff i) {
            Term there = new Term.Implies(t.place(), i.left(), i.right());
            return new Term.And(t.place(), List.of(there, new Term.Implies(t.place(), i.right(), i.left())));
        }
        return t;
    }

    /** The conjunct without one part of one of its premises, for each of these. */
    private static List<Term> withoutPremise(Term t) {
        List<Term> all = new ArrayList<>();
        if (t instanceof Term.Forall f) {
            withoutPremise(f.body()).forEach(b -> all.add(new Term.Forall(t.place(), f.vars(), b)));
        } else if (t instanceof Term.Implies i) {
            List<Term> parts = i.premise() instanceof Term.And and ? and.parts() : List.of(i.premise());
            for (int n = 0; n < parts.size(); n++) {
                List<Term> rest = new ArrayList<>(parts);
                rest.remove(n);
                all.add(new Term.Implies(t.place(), new Term.And(t.place(), rest), i.goal()));
            }
            withoutPremise(i.goal()).forEach(g -> all.add(new Term.Implies(t.place(), i.premise(), g)));
        }
        return all;
    }
}
