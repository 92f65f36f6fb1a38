package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Discipline;
import dev.moat.logic.ground.CompiledActions;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.tests.Kept;
import dev.moat.tests.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A search that remembers what letters do says what one says that executes them, compared with the discipline or not. */
class EffectsTest {
    private static final Discipline DISCIPLINE = ClaimsTest.DISCIPLINE;
    static final long NEVER = Long.MAX_VALUE;
    /** Of each machine. */
    private static final long STATES = Volume.of(1_000, 20_000);

    /** Among so many of one machine a claim is wrong. */
    private static final long UNTIL_WRONG = 2_000;

    private static final EffectLimits GENEROUS = new EffectLimits(1 << 26, 1 << 18, 1 << 14);
    /** It is soon asked whether remembering pays. */
    private static final EffectLimits IMPATIENT = new EffectLimits(1 << 23, 512, 64);

    /** Machines in which everything happens, and broken ones. */
    static Stream<String> machines() {
        return Stream.of(
                        ClaimsTest.machines(),
                        ClaimsTest.further(),
                        List.of(
                                "r1 operation refs=2",
                                "r1 operation refs=2 handles=2 !unmap.demotion-not-invalidated",
                                "xen-viommu step second=translated",
                                "xen-viommu step guests=1 frames=1 te=true hotplug=true calls=wrapper cpus=2",
                                "xen-viommu step guests=1 frames=1 spaces=2 contexts=true te=true hotplug=true",
                                "xen-viommu step strategy=nested nested-walks=true guests=1 frames=1",
                                "xen-viommu operation guests=1 frames=1 records=true reservation=false",
                                "xen-viommu operation second=translated front-end=both",
                                "xen-viommu operation guests=1 pages=2 frames=1 ranges=true coarse=true",
                                "xen-viommu step iommu=amd-vi",
                                "xen-viommu step guest-iommu=amd-vi",
                                "xen-io-spaces step creation=true frames=1 reallocation=false coherent=false walks=true",
                                "xen-io-spaces operation dma=true run=2 domains=1 devices=1 units=1 frames=4 pages=3 transfers=2 reallocation=false",
                                "xen-p2m step domains=1 frames=2 cpus=2 range=1",
                                "xen-io-spaces step grants=true batch=2 frames=3 reallocation=false",
                                "xen-io-spaces step death=true batch=2 pages=2 iommu=vtd caching-mode=true reallocation=false",
                                "xen-vtd step iommu=amd-vi refs=1 handles=1 cpus=2 walks=true",
                                "xen-vtd operation iommu=amd-vi refs=1 handles=1 granters=none assign=true device-cache=true quarantine=scratch-page dte-update=paused",
                                "xen-vtd step iommu=amd-vi refs=1 handles=1 !unmap.invalidation-not-awaited",
                                "xen-vtd step iommu=calgary refs=1 handles=1 cpus=2",
                                "xen-vtd operation refs=1 handles=2",
                                "xen-vtd step unmerged refs=1 handles=2 cpus=2 reallocation=false",
                                "xen-vtd step refs=2 handles=2 !unmap.invalidation-not-awaited",
                                "xen-vtd step refs=2 handles=2 !unmap.wait-not-queued"))
                .flatMap(List::stream)
                .filter(line -> Made.ALL.of(line).machine.schema().isWatchable());
    }

    /** Tables are mended and forgotten again and again: little more than each worker needs for what is its own. */
    private static EffectLimits forgetful(String line, int workers) {
        Machine machine = Made.ALL.of(line).machine;
        return Stream.iterate(workers == 1 ? 1L << 20 : 3L << 20, bytes -> bytes + (1 << 19))
                .limit(16)
                .map(bytes -> new EffectLimits(bytes, 1 << 13, 64))
                .filter(bounds -> EffectMemory.of(machine, bounds, workers, null) != null)
                .findFirst()
                .orElseThrow();
    }

    /** What several searches of one line have in common. */
    private record Made(Machine machine, Judge judge) {
        private static final Kept<Made> ALL = new Kept<>(Made::make);

        private static Made make(String line) {
            Machine machine = Machines.machine(line);
            return new Made(machine, Machines.judge(machine));
        }
    }

    private static Exploration explore(String line, Comparison comparison, int workers, long from) {
        return explore(
                line,
                comparison,
                workers,
                from,
                EffectLimits.of(Limits.none(workers).memory()));
    }

    private static Exploration explore(
            String line, Comparison comparison, int workers, long from, EffectLimits bounds) {
        return explore(line, comparison, workers, from, bounds, STATES);
    }

    private static Exploration explore(
            String line, Comparison comparison, int workers, long from, EffectLimits bounds, long states) {
        Made made = Made.ALL.of(line);
        Limits none = Limits.none(workers);
        Limits limits = new Limits(none.depth(), workers, none.seconds(), states, none.memory());
        return new Explorer(made.machine, made.judge, limits, comparison)
                .remembersFrom(from, bounds)
                .run(Progress.silent());
    }

    /** Everything that an exploration says, but for time and the size of buffers. */
    static List<Object> said(Exploration e) {
        List<Object> all = new ArrayList<>(List.of(
                e.end(),
                e.distinct(),
                e.generated(),
                e.depth(),
                String.valueOf(e.violation()),
                e.witnessed(),
                e.conformance().taken(),
                e.conformance().stutters(),
                e.conformance().becameTrue(),
                e.conformance().becameFalse()));
        all.addAll(List.of(
                String.valueOf(e.conformance().first()),
                e.coverage().actions(),
                e.coverage().steps(),
                e.coverage().results(),
                e.coverage().refused()));
        return all;
    }

    /** Without a comparison little else happens than in {@link #comparesAsExecutingDoes}: a third of them shows it. */
    static Stream<String> aThird() {
        List<String> all = machines().toList();
        return IntStream.range(0, all.size()).filter(i -> i % 3 == 0).mapToObj(all::get);
    }

    @ParameterizedTest
    @MethodSource("aThird")
    void saysWhatExecutingSays(String line) {
        Comparison none = Comparison.none("not asked for");
        List<Object> executed = said(explore(line, none, 1, NEVER));
        assertThat(said(explore(line, none, 1, 0))).isEqualTo(executed);
        assertThat(said(explore(line, none, 1, 0, forgetful(line, 1)))).isEqualTo(executed);
        assertThat(said(explore(line, none, 4, 0, forgetful(line, 4)))).isEqualTo(executed);
    }

    /** Over GART, which Xen is not compared over. */
    @Test
    void saysSoWhereNothingIsCompared() {
        String line = "xen-vtd step iommu=gart refs=1 handles=1 cpus=2";
        assertThat(Machines.machine(line).schema().isWatchable()).isTrue();
        saysWhatExecutingSays(line);
    }

    /** From the first state on and from some later one, with one worker and several. */
    @ParameterizedTest
    @MethodSource("machines")
    void comparesAsExecutingDoes(String line) {
        Comparison all = Comparison.with(DISCIPLINE, false);
        List<Object> executed = said(explore(line, all, 1, NEVER));
        assertThat(said(explore(line, all, 1, 0))).isEqualTo(executed);
        assertThat(said(explore(line, all, 3, 300))).isEqualTo(executed);
        assertThat(said(explore(line, all, 1, 0, forgetful(line, 1)))).isEqualTo(executed);
        assertThat(said(explore(line, all, 2, 100, IMPATIENT))).isEqualTo(executed);
    }

    /** Once a claim is wrong nothing is compared any more, whether that was found before anything was remembered or after. */
    @ParameterizedTest
    @ValueSource(longs = {0, 500, 1_200})
    void whoRestsDoesNotBeginAnew(long from) {
        String line = "xen-vtd step refs=1 handles=2 !unmap.invalidation-not-awaited";
        Comparison harm = Comparison.toTheHarm(new CompiledActions(DISCIPLINE));
        EffectLimits bounds = EffectLimits.of(Limits.none(1).memory());
        Exploration executed = explore(line, harm, 1, NEVER, bounds, UNTIL_WRONG);
        assertThat(executed.conformance().first()).isNotNull();
        assertThat(said(explore(line, harm, 1, from, bounds, UNTIL_WRONG))).isEqualTo(said(executed));
    }

    /** Who executes counts nothing behind a claim that is wrong, and neither does who has claims judged apart, which begins soon here. */
    @Test
    void nothingIsCountedBehindAWrongClaim() {
        String line = "xen-vtd operation refs=1 handles=2 !unmap.no-invalidation-on-demotion";
        Comparison all = Comparison.with(DISCIPLINE, false);
        Exploration executed = explore(line, all, 1, NEVER);
        assertThat(executed.conformance().first()).isNotNull();
        assertThat(said(explore(line, all, 1, 0, new EffectLimits(1 << 22, 1 << 14, 16))))
                .isEqualTo(said(executed));
    }

    /** A search ends no earlier because it remembers: where there is memory for its states alone, it goes on without. */
    @ParameterizedTest
    @ValueSource(strings = {"r1 operation refs=2", "xen-vtd step refs=1 handles=1 cpus=2 reallocation=false"})
    void endsNoEarlierThanOneThatExecutes(String line) {
        Machine machine = Machines.machine(line);
        Exploration executed = within(machine, NEVER, Limits.none(1).memory());
        assertThat(executed.end()).isEqualTo(Exploration.End.COMPLETE);
        Exploration.Memory taken = executed.memory();
        // At first as much as states take at most, in all; the least is found by halving.
        long enough = taken.set() + taken.log() + 2 * taken.frontier();
        long little = 0;
        while (enough - little > 1 << 10) {
            long middle = (enough + little) / 2;
            boolean ends = within(machine, NEVER, middle).end() == Exploration.End.COMPLETE;
            enough = ends ? middle : enough;
            little = ends ? little : middle;
        }
        assertThat(said(within(machine, 0, enough))).isEqualTo(said(executed));
    }

    private static Exploration within(Machine machine, long from, long memory) {
        Limits none = Limits.none(1);
        Limits limits = new Limits(none.depth(), 1, none.seconds(), none.states(), memory);
        return new Explorer(machine, Machines.judge(machine), limits)
                .remembersFrom(from, GENEROUS)
                .run(Progress.silent());
    }

    /** Of a component that does not say that its code reads states through slots nothing is remembered. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "xen-swiotlb operation",
                "discipline operation",
                "iommu-dma step pages=1 frames=1",
                "xen-viommu-interrupts operation vectors=1",
                "iommu-api operation domains=2 pages=1 frames=2"
            })
    void whoDoesNotAskIsExecuted(String line) {
        assertThat(Machines.machine(line).schema().isWatchable()).isFalse();
    }

    /** Else searches that execute would be compared with themselves. */
    @ParameterizedTest
    @MethodSource("machines")
    void isRememberedWithinTheseBounds(String line) {
        Machine machine = Made.ALL.of(line).machine;
        for (EffectLimits bounds : List.of(GENEROUS, IMPATIENT)) {
            assertThat(EffectMemory.of(machine, bounds, 4, null))
                    .as("%s", bounds)
                    .isNotNull();
        }
    }

    @Test
    void whoAsksIsRemembered() {
        assertThat(machines()).hasSizeGreaterThan(30);
        assertThat(machines())
                .anyMatch(line -> line.startsWith("r1 "))
                .anyMatch(line -> line.startsWith("xen-vtd "))
                .anyMatch(line -> line.contains("iommu=amd-vi"))
                .anyMatch(line -> line.contains("xen-vtd step iommu=calgary"))
                .anyMatch(line -> line.startsWith("xen-io-spaces "));
    }
}
