package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.judge.Judge;
import dev.moat.logic.judge.TupleJudge;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.Scenario;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The judge of large machines and the one of searches say the same, in states that random walks of small machines meet. */
class TupleJudgeTest {
    private static final int STATES = 300;
    private static final int LENGTH = 60;
    private static final InvariantLibrary LIBRARY = InvariantLibrary.ofHome(Path.of(""));

    /** Every fifth scenario that is searched by default: the whole set would take minutes. */
    static Stream<Scenario> scenarios() {
        List<Scenario> all = Committed.described().stream()
                .filter(s -> s.set().equals("default"))
                .toList();
        return Stream.iterate(0, i -> i < all.size(), i -> i + 5).map(all::get);
    }

    /** The states of each scenario's walk, at which two tests look. */
    private static final Map<String, List<long[]>> WALKS = new HashMap<>();

    private static List<long[]> walk(Scenario scenario, Machine machine) {
        return WALKS.computeIfAbsent(scenario.id(), id -> walk(machine));
    }

    private static List<long[]> walk(Machine machine) {
        Stepper stepper = machine.stepper();
        SplittableRandom random = new SplittableRandom(3);
        List<long[]> met = new ArrayList<>();
        long[] s = machine.initial();
        for (int n = 0; n < STATES; n++) {
            List<long[]> next = new ArrayList<>();
            stepper.expand(s, (i, t) -> next.add(t.clone()));
            s = next.isEmpty() || n % LENGTH == 0 ? machine.initial() : next.get(random.nextInt(next.size()));
            met.add(s);
        }
        return met;
    }

    @AfterAll
    static void forget() {
        WALKS.clear();
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void bothJudgesSayTheSame(Scenario scenario) {
        Machine machine = Catalog.load().machine(scenario.machine());
        List<Invariant> invariants =
                scenario.invariants().stream().map(LIBRARY::get).toList();
        Judge judge = new Judge(invariants, machine.model().abstraction(), machine.schema());
        TupleJudge tuples = new TupleJudge(invariants, machine.model().abstraction(), machine.schema());
        for (long[] s : walk(scenario, machine)) {
            long wrong = judge.violated(s);
            assertThat(tuples.violated(s, -1L)).isEqualTo(wrong);
            assertThat(tuples.witnessed(s, -1L)).isEqualTo(judge.witnessed(s, -1L));
            for (int i = 0; i < invariants.size(); i++) {
                if ((wrong >>> i & 1) != 0) {
                    // Which conjunct is the first is the same; how many there are depends on which of them are told
                    // apart.
                    assertThat(tuples.explain(i, s))
                            .startsWith(judge.explain(i, s).subList(0, 3).toArray(String[]::new));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void whatIsListedIsWhatIsTrue(Scenario scenario) {
        Machine machine = Catalog.load().machine(scenario.machine());
        Abstraction abstraction = machine.model().abstraction();
        List<long[]> states = walk(scenario, machine);
        for (Relation relation : abstraction.relations()) {
            abstraction.listing(relation.name()).ifPresent(listed -> {
                List<List<Integer>> all = tuples(relation).toList();
                for (long[] s : states) {
                    Set<List<Integer>> tuples = new HashSet<>();
                    listed.listing()
                            .list(
                                    s,
                                    (a, b, c, d, e) -> assertThat(tuples.add(List.of(a, b, c, d, e)))
                                            .as(relation.name() + " lists each once")
                                            .isTrue());
                    assertThat(tuples).as(relation.name()).isEqualTo(trueTuples(relation, all, s));
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void aListingReadsWhatItsAtomsRead(Scenario scenario) {
        Machine machine = Catalog.load().machine(scenario.machine());
        Abstraction abstraction = machine.model().abstraction();
        for (Relation relation : abstraction.relations()) {
            abstraction.listing(relation.name()).ifPresent(listed -> {
                Footprint said = new Footprint(machine.schema());
                listed.reads().accept(said);
                Footprint atoms = new Footprint(machine.schema());
                tuples(relation)
                        .forEach(t -> relation.reads().add(atoms, t.get(0), t.get(1), t.get(2), t.get(3), t.get(4)));
                for (int w = 0; w < atoms.words(); w++) {
                    assertThat(atoms.word(w) & ~said.word(w))
                            .as(relation.name())
                            .isZero();
                }
            });
        }
    }

    @Test
    void manyRelationsAreListed() {
        Machine machine = Catalog.load()
                .machine(scenarios()
                        .filter(s -> s.machine().component().equals("xen-vtd"))
                        .findFirst()
                        .orElseThrow()
                        .machine());
        assertThat(machine.model().abstraction().relations().stream()
                        .filter(r ->
                                machine.model().abstraction().listing(r.name()).isPresent()))
                .hasSizeGreaterThan(15);
    }

    private static Set<List<Integer>> trueTuples(Relation relation, List<List<Integer>> all, long[] s) {
        Set<List<Integer>> held = new HashSet<>();
        for (List<Integer> t : all) {
            if (relation.code().holds(s, t.get(0), t.get(1), t.get(2), t.get(3), t.get(4))) {
                held.add(t);
            }
        }
        return held;
    }

    private static Stream<List<Integer>> tuples(Relation relation) {
        Stream<List<Integer>> all = Stream.of(List.of());
        for (int place = 0; place < 5; place++) {
            int size = place < relation.places().size()
                    ? relation.places().get(place).size()
                    : 1;
            all = all.flatMap(t -> Stream.iterate(0, i -> i < size, i -> i + 1)
                    .map(i -> Stream.concat(t.stream(), Stream.of(i)).toList()));
        }
        return all;
    }
}
