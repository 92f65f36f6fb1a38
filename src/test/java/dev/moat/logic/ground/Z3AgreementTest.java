package dev.moat.logic.ground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.Rewriting;
import dev.moat.logic.SmtText;
import dev.moat.logic.Term;
import dev.moat.logic.judge.Judge;
import dev.moat.logic.testing.AtomWorld;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.prove.Z3Required;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Slots;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Moat's evaluation of every property file, and of each of its conjuncts, against Z3's on the same states: one half
 * reachable states of a component with one to three atoms flipped, the other half random ones.
 */
class Z3AgreementTest {
    private static final int FAST = 500;
    private static final int DEEP = 100_000;
    /** In one state of so many Z3 tells the values, where it is asked otherwise whether they can be any others. */
    private static final int WHOLE = 100;
    /** So many times as many where a formula has not yet been both true and false. */
    private static final int MOST = 12;

    @BeforeAll
    static void needsTheSolver() {
        Z3Required.orSkipped("agreement is");
    }

    @TestFactory
    Stream<DynamicTest> everyFile() {
        return tests(FAST);
    }

    @Tag("deep")
    @TestFactory
    Stream<DynamicTest> everyFileOnManyStates() {
        return tests(DEEP);
    }

    /** By what it is called: most files are compared on one of three. */
    private static final Map<MachineSpec, Machine> MACHINES = new HashMap<>();

    private static Machine machine(String component, Map<String, String> bounds) {
        MachineSpec spec = new MachineSpec(component, bounds, Granularity.OPERATION, true, List.of());
        return MACHINES.computeIfAbsent(spec, Catalog.load()::machine);
    }

    private static Stream<DynamicTest> tests(int states) {
        Path specs = Path.of("specs");
        InvariantLibrary library = InvariantLibrary.load(
                specs.resolve("vocabulary.smt2"),
                Path.of("invariants"),
                specs.resolve("properties"),
                specs.resolve("lemmas"));
        return library.all().stream()
                .map(i -> DynamicTest.dynamicTest(i.id(), () -> new Comparison(library, i).run(states)));
    }

    /** One file on the states of one component. */
    private static final class Comparison {
        private final Machine machine;
        private final AtomWorld world;
        private final Invariant invariant;
        private final Set<String> relations;
        private final List<Term> conjuncts;
        private final List<String> texts = new ArrayList<>();
        private final List<Ground> ours = new ArrayList<>();
        private final Random random = new Random(21);

        Comparison(InvariantLibrary library, Invariant invariant) {
            this.invariant = invariant;
            Term plain = Rewriting.plain(invariant.formula());
            conjuncts = Rewriting.conjuncts(plain);
            relations = Rewriting.relations(plain);
            relations.addAll(Rewriting.relations(Rewriting.plain(invariant.witness())));
            machine = machine();
            Abstraction of = machine.model().abstraction();
            world = new AtomWorld(
                    library.vocabulary(),
                    sort -> of.sort(sort).map(s -> s.size()).orElse(2),
                    Set.of());
            String declarations = library.vocabulary().text();
            texts.add(declarations + invariant.text() + "(assert invariant)(assert witness)");
            StringBuilder printed = new StringBuilder(declarations);
            conjuncts.forEach(c -> printed.append(SmtText.assertion(c, List.of())));
            texts.add(printed.toString());
            Grounding grounding = new Grounding(world.abstraction(), world.schema());
            List<Term> all = new ArrayList<>(List.of(invariant.formula(), invariant.witness()));
            all.addAll(conjuncts);
            all.forEach(t -> ours.add(grounding.of(t, List.of(), List.of())));
        }

        /** The discipline's, where it knows all relations; else Xen's. */
        private Machine machine() {
            Set<String> known = new HashSet<>();
            Machine discipline = Z3AgreementTest.machine("discipline", Map.of());
            discipline.model().abstraction().relations().forEach(r -> known.add(r.name()));
            boolean pins = !known.containsAll(relations);
            // With one device there is no other device's scratch page, and none that is led, or has an index, as
            // another one.
            Set<String> ofTwo = Set.of("scratch", "sameEntry", "indexOf");
            String devices = ofTwo.stream().anyMatch(relations::contains) ? "2" : "1";
            Map<String, String> bounds = pins
                    ? Map.of("refs", "1", "handles", "2", "devices", devices)
                    : Map.of("frames", "2", "spaces", "2", "tags", "2", "devices", devices);
            return Z3AgreementTest.machine(pins ? "xen-vtd" : "discipline", bounds);
        }

        void run(int states) {
            boolean[][] seen = new boolean[ours.size()][2];
            Judge judge = world.judge(List.of(invariant));
            Stepper stepper = machine.stepper();
            long[] at = machine.initial();
            try (Z3GroundFormulas z3 = new Z3GroundFormulas(world, texts)) {
                for (int n = 0; n < states || (n < MOST * states && !isSeen(seen)); n++) {
                    at = n % 60 == 0 ? machine.initial() : stepped(stepper, at);
                    long[] s = n % 2 == 0 ? flipped(atoms(at)) : random();
                    boolean[] values = new boolean[ours.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = ours.get(i).holds(s);
                        seen[i][values[i] ? 1 : 0] = true;
                    }
                    if (n % WHOLE == 0 || !z3.are(values, s)) {
                        compare(values, z3, s);
                    }
                    assertThat(judge.violated(s) == 0).isEqualTo(values[0]);
                }
            }
            assertThat(isSeen(seen))
                    .as("both outcomes of each formula of " + invariant.id())
                    .isTrue();
        }

        /** One by one, with what Z3 says of each; and any other value of one of them Z3 denies. */
        private void compare(boolean[] values, Z3GroundFormulas z3, long[] s) {
            boolean[] theirs = z3.in(s);
            for (int i = 0; i < values.length; i++) {
                assertThat(values[i]).as(invariant.id() + ", formula " + i).isEqualTo(theirs[i]);
                boolean[] other = values.clone();
                other[i] = !other[i];
                assertThat(z3.are(other, s)).isFalse();
            }
            assertThat(z3.are(values, s)).isTrue();
        }

        /** The first formula is the property, the second its witness, which may need a larger world; then its conjuncts. */
        private static boolean isSeen(boolean[][] seen) {
            return IntStream.range(0, seen.length).allMatch(i -> i == 1 || (seen[i][0] && seen[i][1]));
        }

        /** A random successor; the alphabet is chosen from uniformly, so that rare actions are taken too. */
        private long[] stepped(Stepper stepper, long[] s) {
            List<long[]> next = new ArrayList<>();
            stepper.expand(s, (instance, t) -> next.add(t.clone()));
            return next.isEmpty() ? machine.initial() : next.get(random.nextInt(next.size()));
        }

        private long[] atoms(long[] s) {
            long[] t = world.schema().blank();
            for (String name : relations) {
                Relation relation = machine.model().abstraction().relation(name).orElse(null);
                Slots bits = world.bits().get(name);
                for (int i = 0; relation != null && i < bits.size(); i++) {
                    int[] args = new int[5];
                    int rest = i;
                    for (int p = relation.places().size() - 1; p >= 0; p--) {
                        int size = relation.places().get(p).size();
                        args[p] = rest % size;
                        rest /= size;
                    }
                    boolean holds = relation.code().holds(s, args[0], args[1], args[2], args[3], args[4]);
                    bits.set(t, i, holds ? 1 : 0);
                }
            }
            return t;
        }

        private long[] flipped(long[] s) {
            List<String> names = new ArrayList<>(relations);
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                Slots bits = world.bits().get(names.get(random.nextInt(names.size())));
                if (bits.size() > 0) {
                    int i = random.nextInt(bits.size());
                    bits.set(s, i, 1 - bits.get(s, i));
                }
            }
            return s;
        }

        private long[] random() {
            return world.random(random, 1 + random.nextInt(60));
        }
    }
}
