package dev.moat.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.input.InputException;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.ground.MeaningCheck;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.trace.Minimiser;
import dev.moat.trace.RandomWalk;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The second finder: random sequences, far beyond the bounds of the searches, and on the seeded defects. */
class RandomSequencesTest {
    private static final InvariantLibrary LIBRARY =
            InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"));
    private static final Map<String, String> LARGE = Map.ofEntries(
            Map.entry("domains", "3"),
            Map.entry("frames", "8"),
            Map.entry("refs", "4"),
            Map.entry("handles", "6"),
            Map.entry("cpus", "3"),
            Map.entry("ring", "16"),
            Map.entry("levels", "3"),
            Map.entry("index-bits", "2"),
            Map.entry("pin-bits", "8"),
            Map.entry("granters", "all"),
            Map.entry("iommu", "all"),
            Map.entry("assign", "true"),
            Map.entry("walks", "true"),
            Map.entry("context-cache", "true"),
            Map.entry("keep-ring-position", "true"));
    private static final TraceRunner LARGE_RUNNER = runner(LARGE, Granularity.STEP);

    /** Everything about devices at once; two DIDs at each unit, so that a third domain finds none. */
    private static Map<String, String> devices() {
        Map<String, String> all = new java.util.TreeMap<>(LARGE);
        all.putAll(Map.of(
                "devices", "4",
                "units", "2",
                "dids", "2",
                "aliases", "1",
                "move-devices", "true",
                "fault-records", "true",
                "tables", "first-device"));
        return all;
    }

    private static TraceRunner runner(Map<String, String> settings, Granularity granularity, String... faults) {
        MachineSpec spec = new MachineSpec("xen-vtd", settings, granularity, true, List.of(faults));
        Machine machine = Catalog.load().machine(spec);
        List<Invariant> judged =
                LIBRARY.all().stream().filter(i -> isOf(machine, i)).toList();
        assertThat(judged).hasSizeGreaterThan(30);
        // Grounds nothing, which takes longer than all walks on a machine of this size.
        return new TraceRunner(
                machine,
                StateJudge.from(LIBRARY)
                        .judge(machine, judged.stream().map(Invariant::id).toList()));
    }

    /** Whether the machine gives a meaning to all that an invariant speaks of. */
    private static boolean isOf(Machine machine, Invariant invariant) {
        try {
            MeaningCheck.check(List.of(invariant), machine.model().abstraction());
            return true;
        } catch (InputException e) {
            return false;
        }
    }

    @Provide
    Arbitrary<List<Integer>> letters() {
        int instances = LARGE_RUNNER.machine().instances();
        return Arbitraries.integers()
                .between(0, instances - 1)
                .withoutEdgeCases()
                .list()
                .ofMinSize(200)
                .ofMaxSize(600);
    }

    /** Letters that are not enabled are skipped; every state is judged by every invariant. */
    @Property(tries = 40, seed = "20261120")
    void nothingIsViolatedWithoutAFault(@ForAll("letters") List<Integer> letters) {
        long[] s = LARGE_RUNNER.machine().initial();
        assertThat(LARGE_RUNNER.violated(s)).isZero();
        for (int letter : letters) {
            long[] before = s.clone();
            if (LARGE_RUNNER.perform(letter, s) != null) {
                assertThat(LARGE_RUNNER.ids(LARGE_RUNNER.violatedSince(before, s)))
                        .isEmpty();
            }
        }
    }

    @RepeatedTest(4)
    void longWalksFindNothingWithoutAFault(RepetitionInfo info) {
        int seed = info.getCurrentRepetition();
        Optional<Trace> found = new RandomWalk(LARGE_RUNNER).find(seed, 400, 4);
        assertThat(found).as("seed " + seed).isEmpty();
    }

    @Test
    void longWalksOfDevicesFindNothing() {
        Optional<Trace> found = new RandomWalk(runner(devices(), Granularity.STEP)).find(1, 800, 4);
        assertThat(found).isEmpty();
    }

    /** The minimised trace is never shorter than the explorer's, which is a shortest one. */
    @ParameterizedTest
    @CsvSource({
        "unmap.no-invalidation-on-demotion, 5",
        "invalidation.wrong-did, 2",
        "unmap.releases-other-side, 3",
        "unmap.wait-not-queued, 3"
    })
    void faultsAreFoundAndShrink(String fault, int shortest) {
        everyFaultIsFoundAndShrinks(fault, shortest);
    }

    @Tag("deep")
    @ParameterizedTest
    @CsvSource({
        "unmap.no-invalidation, 4",
        "unmap.invalidation-not-awaited, 4",
        "map.ignores-read-only, 2",
        "status.reading-ignores-device-pins, 3"
    })
    void everyFaultIsFoundAndShrinks(String fault, int shortest) {
        TraceRunner runner = runner(Map.of("refs", "1", "handles", "2"), Granularity.OPERATION, fault);
        Trace found = new RandomWalk(runner).find(20261120, 60, 2000).orElseThrow();
        Trace minimal = new Minimiser(runner).minimise(found);
        assertThat(runner.violated(runner.last(minimal))).isNotZero();
        assertThat(minimal.actions(runner.machine())).isBetween(shortest, found.actions(runner.machine()));
        assertThat(minimal.actions(runner.machine())).isLessThanOrEqualTo(shortest + 1);
    }
}
