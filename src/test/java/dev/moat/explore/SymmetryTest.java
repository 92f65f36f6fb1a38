package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.explore.Exploration.End;
import dev.moat.explore.Exploration.Violation;
import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.model.Model;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.UserExtensions;
import dev.moat.state.Abstraction;
import dev.moat.state.Alike;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Schema;
import dev.moat.state.Sort;
import dev.moat.tests.Kept;
import dev.moat.tests.Volume;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A search of one state of each orbit says what a search of all states says, and what is declared to be alike is. */
class SymmetryTest {
    private static final Discipline DISCIPLINE =
            Discipline.load(Path.of("specs/discipline.smt2"), Machines.LIBRARY.vocabulary());

    /** Invariants, and properties that scenarios name. */
    private static final InvariantLibrary ALL = UserExtensions.library(Path.of(""));

    /** Machines in which everything holds. */
    static Stream<String> sound() {
        return Stream.of(
                "r1 operation domains=2 frames=2",
                "r1 operation domains=3 frames=1",
                "r1 operation domains=2 frames=3",
                "r1 operation domains=2 frames=2 handles=2",
                "r1 operation domains=2 frames=1 refs=2 handles=2",
                "xen-vtd step refs=1 handles=1 cpus=2 ring=2 keep-ring-position=true reallocation=false",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false walks=true",
                "xen-vtd step refs=1 handles=2 reallocation=false failures=true",
                "xen step iommu=amd-vi refs=2 handles=1 reallocation=false",
                "xen operation iommu=calgary refs=2 handles=2 reallocation=false",
                "xen-vtd operation batch=2 refs=2 handles=1 frames=2 flush=batch-end reallocation=false",
                "iommu-dma step pages=2 frames=1 cpus=2",
                "iommu-dma step iommu=calgary pages=2 frames=1 cpus=2",
                "iommu-dma step iommu=gart pages=1 frames=1 cpus=2",
                "xen-p2m step domains=1 frames=1 cpus=2 range=1",
                "xen-io-spaces step frames=1 cpus=2",
                "amd-vi-growth step");
    }

    /** Machines in which something does not. */
    static Stream<String> faulty() {
        return Stream.of(
                "r1 operation domains=2 frames=2 !free.keeps-table-entry",
                "r1 operation domains=3 frames=2 !unmap.no-invalidation",
                "r1 operation domains=2 frames=2 handles=2 refs=2 !unmap.demotion-not-invalidated",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false !unmap.hold-released-before-wait",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false !unmap.no-invalidation",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false !unmap.wait-not-queued",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false !invalidation.wrong-did",
                "xen-vtd step refs=2 handles=2 reallocation=false !unmap.hold-released-before-wait",
                "xen-vtd operation refs=2 handles=2 reallocation=false !invalidation.wrong-did");
    }

    /** A machine and all of its states, found once for the tests that look at each of them, while there is room. */
    private record Small(Machine machine, Judge judge, List<long[]> states) {
        private static final Kept<Small> ALL = new Kept<>(Small::find);

        private static Small find(String line) {
            Machine machine = Machines.machine(line);
            Judge judge = Machines.judge(machine);
            List<long[]> states = new NaiveExplorer(machine, judge).run().states();
            return new Small(machine, judge, states);
        }
    }

    /** So many states have their orbits found by trying every permutation of each. */
    private static final int PERMUTED = Volume.of(3_000, Integer.MAX_VALUE);
    /** So many are searched with what letters do remembered. */
    private static final long REMEMBERED = Volume.of(2_000, Integer.MAX_VALUE);

    private static Exploration explore(Machine machine, Judge judge, SymmetryGroup group, int workers) {
        return explorer(machine, judge, group, workers).run(Progress.silent());
    }

    private static Explorer explorer(Machine machine, Judge judge, SymmetryGroup group, int workers) {
        return explorer(machine, judge, group, Limits.none(workers));
    }

    private static Explorer explorer(Machine machine, Judge judge, SymmetryGroup group, Limits limits) {
        boolean disciplined = machine.model().notCompared().isEmpty();
        Comparison comparison = disciplined ? Comparison.with(DISCIPLINE, false) : Comparison.none("not asked for");
        Explorer explorer = new Explorer(machine, judge, limits, comparison);
        return group == null ? explorer : explorer.upTo(group);
    }

    private static SymmetryGroup group(Machine machine) {
        return SymmetryGroup.of(machine).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("sound")
    void asManyStatesAsThereAreOrbits(String line) {
        Small small = Small.ALL.of(line);
        Machine machine = small.machine();
        SymmetryGroup group = group(machine);
        Exploration found = explore(machine, small.judge(), group, 2);
        assertThat(found.end()).isEqualTo(End.COMPLETE);
        assertThat(found.symmetry()).isEqualTo(group.toString());
        if (small.states().size() <= PERMUTED) {
            assertThat(found.distinct()).isEqualTo(orbits(machine.schema(), group, small.states()));
        }
        assertThat(found.distinct()).isLessThan(small.states().size());
    }

    private static long orbits(Schema schema, SymmetryGroup group, List<long[]> states) {
        Set<long[]> least = new TreeSet<>(Arrays::compare);
        states.forEach(s -> least.add(SlowOrbitPrint.least(group, schema, s)));
        return least.size();
    }

    @ParameterizedTest
    @MethodSource("sound")
    void theComparisonAndTheWitnessesSayWhatTheySayOfAllStates(String line) {
        Machine machine = Machines.machine(line);
        Judge judge = Machines.judge(machine);
        Exploration all = explore(machine, judge, null, 1);
        Exploration some = explore(machine, judge, group(machine), 1);
        assertThat(some.witnessed()).isEqualTo(all.witnessed());
        assertThat(some.conformance().compared()).isEqualTo(all.conformance().compared());
        assertThat(some.conformance().first()).isNull();
        assertThat(all.conformance().first()).isNull();
        assertThat(some.conformance().becameTrue()).isEqualTo(all.conformance().becameTrue());
        assertThat(some.conformance().becameFalse()).isEqualTo(all.conformance().becameFalse());
        assertThat(some.coverage().steps().keySet())
                .isEqualTo(all.coverage().steps().keySet());
        assertThat(some.generated()).isLessThan(all.generated());
    }

    @ParameterizedTest
    @MethodSource("faulty")
    void aCounterexampleIsARunAndAsShortAsWithoutIt(String line) {
        Machine machine = Machines.machine(line);
        Judge judge = Machines.judge(machine);
        Violation all = Machines.explore(machine, judge, 1).violation();
        Exploration found = explore(machine, judge, group(machine), 2);
        Violation some = found.violation();
        assertThat(found.end()).isEqualTo(End.VIOLATION);
        assertThat(some.instances()).hasSameSizeAs(all.instances());
        assertThat(some.deadlock()).isEqualTo(all.deadlock());
        long[] s = machine.initial();
        Stepper stepper = machine.stepper();
        for (int letter : some.instances()) {
            assertThat(stepper.apply(letter, s)).isTrue();
        }
        assertThat(SearchState.indices(judge.violated(s))).isEqualTo(some.invariants());
    }

    /** What letters do is remembered from the first state on, from some later one, and not at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1 operation domains=2 frames=2 handles=2",
                "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false walks=true",
                "xen step iommu=amd-vi refs=2 handles=1 reallocation=false",
                "iommu-dma step iommu=gart pages=1 frames=1 cpus=2",
                "r1 operation domains=2 frames=2 !free.keeps-table-entry",
                "xen-vtd step refs=2 handles=2 reallocation=false !unmap.hold-released-before-wait"
            })
    void remembersWhatLettersDo(String line) {
        Machine machine = Machines.machine(line);
        Judge judge = Machines.judge(machine);
        SymmetryGroup group = group(machine);
        List<Object> executed = EffectsTest.said(explorer(machine, judge, group, first(1))
                .remembersFrom(EffectsTest.NEVER)
                .run(Progress.silent()));
        for (long from : List.of(0L, 200L)) {
            Explorer explorer = explorer(machine, judge, group, first(from == 0 ? 1 : 3));
            assertThat(EffectsTest.said(explorer.remembersFrom(from).run(Progress.silent())))
                    .isEqualTo(executed);
        }
    }

    private static Limits first(int workers) {
        Limits none = Limits.none(workers);
        return new Limits(none.depth(), workers, none.seconds(), REMEMBERED, none.memory());
    }

    @ParameterizedTest
    @MethodSource({"sound", "faulty"})
    void everyPermutationOfEveryStateLeadsWhereItMust(String line) {
        Small small = Small.ALL.of(line);
        Machine machine = small.machine();
        SymmetryGroup group = group(machine);
        ImageTables tables = new ImageTables(group, Long.MAX_VALUE);
        SymmetryAudit audit = new SymmetryAudit(machine, small.judge(), tables);
        OrbitPrint orbits = new OrbitPrint(tables);
        List<long[]> states = small.states();
        // All of a small machine's, and a hundred or two of a larger one's.
        int stride = Math.max(1, states.size() / 150);
        for (int i = 0; i < states.size(); i += stride) {
            long[] s = states.get(i);
            for (Renaming by : group.renamings()) {
                assertThat(audit.difference(s, by)).as(by.toString()).isEmpty();
            }
            assertThat(orbits.of(s)).isEqualTo(SlowOrbitPrint.of(group, machine.schema(), s));
            orbits.base(s);
        }
    }

    /** Declared wrongly: domains of which only some have a device, frames of which each has a page of its number. */
    @ParameterizedTest
    @ValueSource(strings = {"xen-vtd operation refs=1 handles=1", "xen-vtd step refs=1 handles=1"})
    void thingsThatAreNotAlikeAreFoundOut(String line) {
        Machine machine = Machines.machine(line);
        Schema schema = machine.schema();
        Judge judge = Machines.judge(machine);
        Sort frames = schema.family("owner").orElseThrow().index().get(0);
        Sort domains = schema.family("owner").orElseThrow().values();
        for (Alike wrong : List.of(Alike.all("frames", frames), Alike.all("domains", domains))) {
            SymmetryGroup group =
                    SymmetryGroup.of(schema, List.of(wrong), SymmetryGroup.MOST).orElseThrow();
            assertThatThrownBy(() -> explore(machine, judge, group, 1))
                    .isInstanceOf(BrokenSymmetryException.class)
                    .hasMessageContaining("what is declared to be alike is not: with " + wrong.name());
        }
    }

    /** Nothing is judged, so that only what can be done next tells frames apart. */
    @Test
    void whereTheyLeadTellsThemApart() {
        Machine machine = Machines.machine("xen-vtd operation refs=1 handles=1");
        Schema schema = machine.schema();
        Judge nothing = new Judge(List.of(), machine.model().abstraction(), schema);
        Sort frames = schema.family("owner").orElseThrow().index().get(0);
        SymmetryGroup group = SymmetryGroup.of(schema, List.of(Alike.all("frames", frames)), SymmetryGroup.MOST)
                .orElseThrow();
        assertThatThrownBy(() -> explore(machine, nothing, group, 1))
                .isInstanceOf(BrokenSymmetryException.class)
                .hasMessageContainingAll("with frames", "lead");
    }

    /** Nothing is judged but claims, of which those on the first frame are wrong. */
    @Test
    void whatTransitionsClaimTellsThemApart() {
        Model model = Machines.CATALOG.model(Machines.spec("r1 operation domains=2 frames=2"));
        Relation owner = model.abstraction().relation("owner").orElseThrow();
        RelationCode others = (s, a, b, c, d, e) -> a != 0 && owner.code().holds(s, a, b, c, d, e);
        Abstraction blind =
                new Abstraction().relation("owner", owner.places(), others).over(model.abstraction());
        Machine machine = new Machine(model.reading(blind), Granularity.OPERATION, true);
        Judge nothing = new Judge(List.of(), blind, machine.schema());
        assertThatThrownBy(() -> explore(machine, nothing, group(machine), 1))
                .isInstanceOf(BrokenSymmetryException.class)
                .hasMessageContainingAll("with frames", "claim");
    }

    /** Each question of the audit alone: the orbit, the judgement, and where a state leads, or its image besides. */
    @Test
    void eachDifferenceIsSeenForItself() {
        Machine machine = Machines.machine("xen-vtd operation refs=1 handles=1");
        Schema schema = machine.schema();
        Sort frames = schema.family("owner").orElseThrow().index().get(0);
        SymmetryGroup wrong = SymmetryGroup.of(schema, List.of(Alike.all("frames", frames)), SymmetryGroup.MOST)
                .orElseThrow();
        Sort domains = schema.family("owner").orElseThrow().values();
        SymmetryGroup other = SymmetryGroup.of(schema, List.of(Alike.all("domains", domains)), SymmetryGroup.MOST)
                .orElseThrow();
        Judge nothing = new Judge(List.of(), machine.model().abstraction(), schema);
        SymmetryAudit leads = new SymmetryAudit(machine, nothing, new ImageTables(wrong, Long.MAX_VALUE));
        SymmetryAudit judged =
                new SymmetryAudit(machine, Machines.judge(machine), new ImageTables(wrong, Long.MAX_VALUE));
        Set<String> said = new TreeSet<>();
        for (long[] s : new ReachableStates(machine)) {
            for (Renaming by : wrong.generators()) {
                said.addAll(words(leads.difference(s, by)));
                said.addAll(words(judged.difference(s, by)));
            }
            other.generators().forEach(by -> said.addAll(words(leads.difference(s, by))));
        }
        assertThat(said)
                .contains(
                        "leads where nothing did",
                        "no longer leads where it did",
                        "the state is another one",
                        "the state is judged in another way");
    }

    private static List<String> words(String difference) {
        return List.of(
                        "leads where nothing did",
                        "no longer leads where it did",
                        "the state is another one",
                        "the state is judged in another way")
                .stream()
                .filter(difference::contains)
                .toList();
    }

    private static Stream<Scenario> scenarios(Predicate<Scenario> which) {
        return Committed.described().stream()
                .filter(s -> which.test(s)
                        && List.of("r1", "xen-vtd", "xen").contains(s.machine().component())
                        && hasAlike(s.machine()));
    }

    /** Whether anything is alike in a machine, which need not be built for that. */
    static boolean hasAlike(MachineSpec machine) {
        return SymmetryGroup.of(Machines.CATALOG.model(machine).schema(), machine.granularity())
                .isPresent();
    }

    static Stream<Scenario> quick() {
        return scenarios(s -> s.set().equals("default"));
    }

    /** Machines of the set {@code simulate} are too large to judge every property of. */
    static Stream<Scenario> others() {
        return scenarios(s -> !List.of("default", "simulate").contains(s.set()));
    }

    /** As far as the sample of each level shows, and only at the start; further on goes {@link DeclaredAlikeTest}. */
    @ParameterizedTest
    @MethodSource("quick")
    void whatScenariosDeclareIsSo(Scenario scenario) {
        look(scenario, 200);
    }

    @Tag("deep")
    @ParameterizedTest
    @MethodSource("others")
    void whatLargerScenariosDeclareIsSo(Scenario scenario) {
        look(scenario, 20_000);
    }

    private static void look(Scenario scenario, long states) {
        Machine machine = Machines.CATALOG.machine(scenario.machine());
        List<Invariant> invariants =
                scenario.invariants().stream().map(ALL::get).toList();
        Judge judge = new Judge(invariants, machine.model().abstraction(), machine.schema());
        Limits none = Limits.none(1);
        Limits few = new Limits(none.depth(), 1, none.seconds(), states, none.memory());
        Explorer explorer = new Explorer(machine, judge, few).upTo(group(machine));
        assertThat(explorer.run(Progress.silent()).symmetry()).isNotEmpty();
    }

    @Test
    void aLargeGroupIsCutAndSaysSo() {
        Machine machine = Machines.machine("r1 operation domains=3 frames=3");
        Schema schema = machine.schema();
        assertThat(group(machine)).hasToString("domains (3), frames (3): 36 permutations");
        SymmetryGroup cut = SymmetryGroup.of(schema, schema.alike(), 12).orElseThrow();
        assertThat(cut).hasToString("domains (2 of 3), frames (3): 12 permutations");
        assertThat(SymmetryGroup.of(schema, schema.alike(), 1)).isEmpty();
    }

    @Test
    void aCutGroupTellsMoreStatesApart() {
        Machine machine = Machines.machine("r1 operation domains=3 frames=1");
        Judge judge = Machines.judge(machine);
        SymmetryGroup cut =
                SymmetryGroup.of(machine.schema(), machine.schema().alike(), 2).orElseThrow();
        long all = Machines.explore(machine, judge, 1).distinct();
        assertThat(explore(machine, judge, group(machine), 1).distinct())
                .isLessThan(explore(machine, judge, cut, 1).distinct());
        assertThat(explore(machine, judge, cut, 1).distinct()).isLessThan(all);
    }

    @Test
    void nothingDependsOnTheNumberOfWorkers() {
        Machine machine = Machines.machine("r1 operation domains=3 frames=2");
        Judge judge = Machines.judge(machine);
        Exploration one = explore(machine, judge, group(machine), 1);
        Exploration three = explore(machine, judge, group(machine), 3);
        assertThat(three.distinct()).isEqualTo(one.distinct());
        assertThat(three.generated()).isEqualTo(one.generated());
        assertThat(three.depth()).isEqualTo(one.depth());
        assertThat(three.coverage().actions()).isEqualTo(one.coverage().actions());
    }

    /** A machine whose permutations have moves of nothing: each thing is alone. */
    @Test
    void whereNothingIsAlikeThereIsNoGroup() {
        assertThat(SymmetryGroup.of(Machines.machine("xen-vtd operation refs=1 handles=1")))
                .isEmpty();
        assertThat(SymmetryGroup.of(Machines.machine("r1 operation domains=1 frames=1")))
                .isEmpty();
    }

    @Test
    void aSearchThatGoesOnFromACheckpointCountsTheSame() {
        Machine machine = Machines.machine("r1 operation domains=2 frames=2 handles=2");
        Judge judge = Machines.judge(machine);
        KeptInMemory memory = new KeptInMemory(new byte[0]);
        Exploration whole = explore(machine, judge, memory);
        Exploration rest = explore(machine, judge, new KeptInMemory(memory.kept.get(memory.kept.size() / 2)));
        assertThat(rest.distinct()).isEqualTo(whole.distinct());
        assertThat(rest.generated()).isEqualTo(whole.generated());
        assertThat(rest.depth()).isEqualTo(whole.depth());
    }

    private static Exploration explore(Machine machine, Judge judge, Checkpointer keeper) {
        return new Explorer(machine, judge, Limits.none(1), Comparison.none("not asked for"), keeper)
                .upTo(group(machine))
                .run(Progress.silent());
    }
}
