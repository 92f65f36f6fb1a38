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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Each part of each invariant is needed. A conjunct, or one direction of an equality, is left out: the last state of the counterexample
 * of some control that every build runs is right then. A part of a premise is left out: some state before the last one is wrong, or one where
 * everything holds. check/conjuncts.txt has for each part the scenario that notices, or {@code -}: those are the parts that could be wrong
 * and nobody would see it, and they only become fewer. {@code -Dconjuncts.write=true} looks for scenarios and writes the file. What no
 * scenario notices a small machine may, by the first state of a search that breaks the invariant: check/conjunct-machines.txt has them,
 * each with the part and the length.
 */
class ConjunctsTest {
    private static final Path FILE = Path.of("src/test/resources/check/conjuncts.txt");
    private static final Path MACHINES = Path.of("src/test/resources/check/conjunct-machines.txt");
    private static final String NOBODY = "-";
    private static final String MACHINE = "machine";
    /** Parts that nobody notices; to be lowered with the file. */
    private static final int FREE = 253;

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

    @Test
    void eachPartIsNoticedWhereTheTableSaysSo() throws IOException {
        if (Boolean.getBoolean("conjuncts.write")) {
            write();
        }
        Map<String, String> table = new LinkedHashMap<>();
        Files.readAllLines(FILE).forEach(line -> table.put(line.split(" ")[0], line.split(" ")[1]));
        assertThat(table.keySet()).as("parts of invariants").isEqualTo(changed.keySet());
        Map<String, List<String>> of = new TreeMap<>();
        table.forEach(
                (part, by) -> of.computeIfAbsent(by, k -> new ArrayList<>()).add(part));
        assertThat(of.remove(NOBODY)).hasSize(FREE);
        of.remove(MACHINE);
        for (Map.Entry<String, List<String>> e : of.entrySet()) {
            assertThat(noticed(Committed.scenario(e.getKey()), e.getValue()))
                    .as(e.getKey())
                    .isEqualTo(e.getValue());
        }
    }

    @Test
    void eachPartIsNoticedByItsMachine() throws IOException {
        Map<String, List<String>> machines = machines();
        List<String> wrong = new ArrayList<>();
        machines.forEach((line, parts) -> {
            for (String part : parts) {
                String said = part.split(" ")[0] + " " + firstWithout(Machines.machine(line), part.split(" ")[0]);
                if (!said.equals(part)) {
                    wrong.add(said + " " + line);
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    /** By machine the parts with the lengths. */
    private static Map<String, List<String>> machines() throws IOException {
        Map<String, List<String>> of = new TreeMap<>();
        for (String line : Files.readAllLines(MACHINES)) {
            String[] words = line.split(" ", 3);
            of.computeIfAbsent(words[2], k -> new ArrayList<>()).add(words[0] + " " + words[1]);
        }
        return of;
    }

    /** How far away the first state is that breaks the invariant, if that does not without the part; -1 if it does. */
    private int firstWithout(Machine machine, String part) {
        Invariant whole = Objects.requireNonNull(library.get(invariant(part)));
        Judge judge = Judge.withoutWitnesses(
                List.of(whole, Objects.requireNonNull(changed.get(part))),
                machine.model().abstraction(),
                machine.schema());
        Stepper stepper = machine.stepper();
        Set<LongBuffer> seen = new HashSet<>(Set.of(LongBuffer.wrap(machine.initial())));
        List<long[]> level = List.of(machine.initial());
        for (int length = 0; !level.isEmpty() && seen.size() < MOST_STATES; length++) {
            List<long[]> next = new ArrayList<>();
            for (long[] s : level) {
                long violated = judge.violated(s);
                if (violated != 0) {
                    return violated == 1 ? length : -1;
                }
                stepper.expand(s, (letter, successor) -> {
                    long[] copy = successor.clone();
                    if (seen.add(LongBuffer.wrap(copy))) {
                        next.add(copy);
                    }
                });
            }
            level = next;
        }
        return -1;
    }

    private void write() throws IOException {
        Map<String, String> by = new HashMap<>();
        machines().values().forEach(parts -> parts.forEach(part -> by.put(part.split(" ")[0], MACHINE)));
        for (Scenario s : Committed.described()) {
            if (s.set().equals("default")
                    || (s.set().equals("extra") && s.expect().violated())) {
                List<String> left = changed.keySet().stream()
                        .filter(part -> !by.containsKey(part) && s.invariants().contains(invariant(part)))
                        .toList();
                noticed(s, left).forEach(part -> by.put(part, s.id()));
            }
        }
        Files.write(
                FILE,
                changed.keySet().stream()
                        .map(part -> part + " " + by.getOrDefault(part, NOBODY))
                        .toList());
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
            before.addAll(states(machine, found));
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

    private static List<long[]> states(Machine machine, Counterexample found) {
        Map<String, Integer> letters = new HashMap<>();
        IntStream.range(0, machine.instances()).forEach(i -> letters.put(machine.name(i), i));
        Stepper stepper = machine.stepper();
        List<long[]> states = new ArrayList<>(List.of(machine.initial()));
        for (String action : found.actions()) {
            long[] next = states.get(states.size() - 1).clone();
            assertThat(stepper.apply(Objects.requireNonNull(letters.get(action)), next))
                    .isTrue();
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
