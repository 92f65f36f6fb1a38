package dev.moat.check.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.ExitCode;
import dev.moat.check.mutants.Death.How;
import dev.moat.check.mutants.Score.Outcome;
import dev.moat.machine.Granularity;
import dev.moat.model.Model;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The gate tells mutants that are noticed from those that are not; and what the project says of them is so. */
class MutantGateTest {
    /**
     * Small scenarios by which the fast part judges: one or two for each mechanism, and the controls of one judge each, without which
     * reads and writes are not told apart.
     */
    private static final String[] FEW = {
        "r1",
        "r1-free-keeps-cache-entry",
        "r1-unmap-demotion-not-invalidated",
        "r1-unmap-no-invalidation",
        "xen-2cpu-assign",
        "xen-agreed-promise",
        "xen-copy-op",
        "xen-deassign-entry-not-written-back",
        "xen-deassign-other-did-drained",
        "xen-judge-read-by-cache",
        "xen-judge-read-by-tables",
        "xen-judge-write-by-cache",
        "xen-judge-write-by-tables",
        "xen-map-read-only-not-invalidated",
        "xen-op-batch",
        "xen-op-batch-end-failures",
        "xen-op-real",
        "xen-pair-death-tlb",
        "xen-promotion-not-invalidated",
        "xen-types-counts"
    };

    /** What further relations take. */
    private static final String[] MORE = {
        "xen-copy",
        "xen-copy-types",
        "xen-gart",
        "xen-incoherent-assign",
        "xen-last-reference-keeps-frame",
        "xen-limbo-frame-freed",
        "xen-op-superpages",
        "xen-read-only-entry-written"
    };

    private static final Set<String> SUBJECTS = Set.of("r1", "xen-vtd", "xen-vtd/vtd");

    private static final String LIST = "specs/mutant-survivors.txt";

    private static List<MutantResult> run(Collection<ComponentMutant> mutants, MutantGate gate) {
        return gate.run(mutants, fate -> {});
    }

    private static Set<String> survivors(List<MutantResult> fates) {
        return fates.stream()
                .filter(f -> f.death() == null)
                .map(MutantResult::mutant)
                .collect(Collectors.toSet());
    }

    private static MutantGate gate(int threads, List<Scenario> scenarios) {
        MutantGate gate = new MutantGate(threads, System.nanoTime() + Long.MAX_VALUE / 2);
        assertThat(gate.prepare(Judges.CATALOG, Judges.ENGINE, scenarios, Judges.MOST))
                .isEmpty();
        return gate;
    }

    /** One of which the judges are scenarios of the project. */
    private static MutantGate gate(int threads, String[]... judges) {
        MutantGate gate = new MutantGate(threads, System.nanoTime() + Long.MAX_VALUE / 2);
        gate.judgedBy(
                Judges.trials(Arrays.stream(judges).flatMap(Arrays::stream).toList()));
        return gate;
    }

    /** What nobody looks at survives, what somebody looks at does not. */
    @Test
    void aWriteThatNobodyLooksAtSurvives() {
        Scenario toy = Judges.held(Scribbler.NAME, "no-foreign", "no-stale");
        try (MutantGate gate = gate(1, List.of(toy))) {
            List<ComponentMutant> steps = gate.mutants().values().stream()
                    .filter(m -> m instanceof StepMutant)
                    .toList();
            List<MutantResult> fates = run(steps, gate);
            assertThat(survivors(fates))
                    .contains("drop scribbler scribble scribbled", "plus-1 scribbler scribble scribbled");
            assertThat(survivors(fates)).doesNotContain("drop scribbler evict tlb", "drop scribbler unmap tlb");
            Score open = Score.of(fates, Map.of(), null);
            assertThat(open.exit()).isEqualTo(ExitCode.EXPECTATION);
            Map<String, String> all = survivors(fates).stream().collect(Collectors.toMap(id -> id, id -> "a reason"));
            assertThat(Score.of(fates, all, gate.mutants().keySet()).exit()).isEqualTo(ExitCode.OK);
        }
    }

    /** A list is stale when something notices what it lists, or when there is nothing that it lists. */
    @Test
    void aListThatSaysTooMuchIsStale() {
        MutantResult dead = new MutantResult("drop a", 1, 0, new Death(How.CLAIM, "s", "who"), null, true);
        MutantResult alive = new MutantResult("drop b", 1, 0, null, null, true);
        MutantResult open = new MutantResult("drop c", 1, 0, null, null, false);
        Set<String> known = Set.of("drop a", "drop b", "drop c");
        assertThat(Score.of(List.of(dead, alive), Map.of("drop b", "why"), known)
                        .exit())
                .isEqualTo(ExitCode.OK);
        Score stale = Score.of(List.of(dead, alive), Map.of("drop a", "why", "drop b", "why"), known);
        assertThat(stale.outcome(dead)).isEqualTo(Outcome.STALE);
        assertThat(stale.exit()).isEqualTo(ExitCode.EXPECTATION);
        Score gone = Score.of(List.of(dead), Map.of("drop d", "why"), known);
        assertThat(gone.gone()).containsExactly("drop d");
        assertThat(gone.exit()).isEqualTo(ExitCode.EXPECTATION);
        assertThat(Score.of(List.of(open), Map.of(), null).exit()).isEqualTo(ExitCode.LIMIT);
    }

    /** A reason that begins with an effect is stale when the mutant has another one. */
    @Test
    void aReasonThatSaysTooLittleIsStale() {
        Map<Effect, Set<Effect>> enough = Map.of(
                Effect.FAULTY, Set.of(Effect.values()),
                Effect.FEWER, Set.of(Effect.FEWER, Effect.LEFT_OVER, Effect.MORE),
                Effect.NARROWER, Set.of(Effect.NARROWER, Effect.OTHER),
                Effect.OTHER, Set.of(Effect.OTHER));
        enough.forEach((does, words) -> {
            MutantResult fate = new MutantResult("drop a", 1, 0, null, does, true);
            for (Effect said : Effect.values()) {
                Score score = Score.of(List.of(fate), Map.of("drop a", said.word() + ": why"), null);
                assertThat(score.exit())
                        .as(said.word() + " of what is " + does.word())
                        .isEqualTo(words.contains(said) ? ExitCode.OK : ExitCode.EXPECTATION);
            }
        });
        assertThat(Effect.NARROWER.and(Effect.WIDER)).isEqualTo(Effect.OTHER);
        assertThat(Effect.FAULTY.and(Effect.LEFT_OVER)).isEqualTo(Effect.LEFT_OVER);
    }

    /** What a survivor does to the states: what is not scribbled, or skipped, is missing, and what is not forgotten is new. */
    @Test
    void effectsAreSeen() {
        Scenario toy = Judges.held(Scribbler.NAME, "no-foreign", "no-stale");
        Trial trial = Judges.trial(toy);
        Map<String, ComponentMutant> all = trial.survey().mutants();
        assertThat(trial.effect(all.get("drop scribbler scribble scribbled"))).isEqualTo(Effect.FEWER);
        assertThat(trial.effect(all.get("plus-1 scribbler scribble scribbled"))).isEqualTo(Effect.FEWER);
        assertThat(trial.effect(all.get("drop scribbler unmap tlb"))).isEqualTo(Effect.MORE);
    }

    /** What a survivor does to a meaning: a device entry that is not late is the stored one. */
    @Test
    void effectsOfMeaningsAreSeen() {
        Trial trial = Judges.trial("xen-small-late-assign");
        Map<String, ComponentMutant> all = trial.survey().mutants();
        assertThat(trial.effect(all.get("relation xen-vtd/vtd cent without contextLo")))
                .isEqualTo(Effect.NARROWER);
        assertThat(trial.effect(all.get("relation xen-vtd/vtd cent always"))).isEqualTo(Effect.WIDER);
    }

    /** A hold that is of a frame is live or closing, and of one that is of none nobody asks what it is: such changes are no mutants. */
    @Test
    void whatNoVerdictDependsOnIsNoMutant() {
        Trial trial = Judges.trial("dma-calgary-owner-walks");
        assertThat(trial.survey().mutants().keySet())
                .contains("relation iommu-dma closing never", "relation iommu-dma hold always")
                .doesNotContain("relation iommu-dma closing always", "relation iommu-dma hold without configRw");
    }

    /** Whoever the unit's maker is: with one of them alone nothing may show it. */
    @Test
    void whatIsNeverIsOneMutantForAllKinds() {
        Trial trial = Judges.trial("iommu-api-gart-two-frames");
        assertThat(trial.survey().mutants().keySet())
                .contains("relation iommu-api between always", "relation iommu-api/gart ent always")
                .doesNotContain("relation iommu-api/gart between always");
    }

    /** A queue whose handler does not write a correct descriptor: unit and handler are busy, nothing is stuck, no call returns. */
    @Test
    void whatNeverReturnsIsNoticed() {
        Trial trial = Judges.trial("xen-runs-repaired");
        Death death = trial.judge(trial.survey().mutants().get("drop xen-vtd/vtd repair_queue queueLo"), 600)
                .death();
        assertThat(death).isEqualTo(new Death(How.RESPONSE, "xen-runs-repaired", "operations-return"));
    }

    /** A control that has nothing to break but what must come to an end: where the unit cannot stall, every call returns. */
    @Test
    void aControlOfRunsWithoutEndJudges() {
        Trial trial = Judges.trial("xen-runs-stalls");
        Map<String, ComponentMutant> all = trial.survey().mutants();
        assertThat(trial.judge(all.get("drop xen-vtd/vtd stalls unit.stalled"), 600)
                        .death())
                .isEqualTo(new Death(How.CONTROL, "xen-runs-stalls", "does not break operations-return"));
    }

    /** Where a changed machine has too many states for anybody to look for runs without end, none was found missing. */
    @Test
    void aControlOfRunsThatNobodyJudgedNoticesNothing() {
        Trial trial = Judges.trial("xen-runs-stalls");
        // Machines that cannot stall, so that every call returns: a small one, and one of more than 5,000 states.
        assertThat(trial.judge(becomes(Map.of("refs", "1", "handles", "1", "frames", "1")), 600)
                        .death())
                .isEqualTo(new Death(How.CONTROL, "xen-runs-stalls", "does not break operations-return"));
        assertThat(trial.judge(becomes(Map.of("refs", "2", "handles", "2", "frames", "1")), 600))
                .isEqualTo(new Trial.Judged(null, true));
    }

    /** A control that is searched to a bound, and was not: the time was up before. */
    @Test
    void aSearchThatTimeHasCutNoticesNothing() {
        Trial trial = Judges.trial("interrupts-entry-stays");
        for (ComponentMutant mutant : trial.survey().mutants().values()) {
            assertThat(trial.judge(mutant, 0).death()).as(mutant.id()).isNull();
        }
    }

    /** The time may be up behind the last search, and then nobody asks what devices see. */
    @Test
    void whatIsNotAskedForInTimeIsNotTriedToTheEnd() {
        ComponentMutant mutant = becomes(Map.of());
        try (MutantGate late = new MutantGate(1, System.nanoTime() - 1)) {
            assertThat(run(List.of(mutant), late))
                    .containsExactly(new MutantResult(mutant.id(), 0, 0, null, null, false));
        }
    }

    private static ComponentMutant becomes(Map<String, String> parameters) {
        MachineSpec spec = new MachineSpec("xen-vtd", parameters, Granularity.STEP, true, List.of());
        return new ComponentMutant() {
            @Override
            public String id() {
                return "another machine";
            }

            @Override
            public Model apply(Model model) {
                return Judges.CATALOG.model(spec);
            }
        };
    }

    /** What is refused in one view only is noticed: by a store that the walker does not see yet. */
    @Test
    void refusalsAreSeenTwice() {
        Trial trial = Judges.trial("xen-small-late-assign");
        Map<String, ComponentMutant> all = trial.survey().mutants();
        for (String change : List.of("blockedR without storeStage", "blockedW without storeStage")) {
            Death death =
                    trial.judge(all.get("relation xen-vtd/vtd " + change), 600).death();
            assertThat(death).as(change).isNotNull().extracting(Death::how).isEqualTo(How.VIEWS);
        }
    }

    /** What a request gets by a cache is what the cache says: without that no property of a scenario that holds is broken. */
    @Test
    void theTwoViewsNotice() {
        Trial trial = Judges.trial("iommu-api-gart-two-frames");
        Map<String, ComponentMutant> all = trial.survey().mutants();
        for (String change : List.of("getsR without cachedPte", "getsW never", "mayR without unit u1", "ent always")) {
            ComponentMutant mutant = all.get("relation iommu-api/gart " + change);
            Death death = mutant == null ? null : trial.judge(mutant, 600).death();
            assertThat(death).as(change).isNotNull().extracting(Death::how).isEqualTo(How.VIEWS);
        }
    }

    /** Each constant or swapped relation of Xen with VT-d and of the reference model is noticed by a few scenarios, or listed. */
    @Test
    void relationsMeanWhatTheyMean() throws IOException {
        Map<String, String> reasons = Listed.read(Path.of(LIST));
        try (MutantGate gate = gate(2, FEW, MORE)) {
            List<ComponentMutant> mutants = gate.mutants().values().stream()
                    .filter(m -> m instanceof RelationMutant r && isPlain(r) && !reasons.containsKey(m.id()))
                    .toList();
            assertThat(mutants).hasSizeGreaterThan(100);
            List<MutantResult> fates = run(mutants, gate);
            assertThat(survivors(fates)).isEmpty();
            assertThat(fates.stream().map(f -> f.death().how()))
                    .contains(How.PROPERTY, How.CLAIM, How.CONTROL, How.WITNESS);
        }
    }

    private static boolean isPlain(RelationMutant mutant) {
        return Set.of(RelationMutant.What.TRUE, RelationMutant.What.FALSE, RelationMutant.What.SWAPPED)
                        .contains(mutant.what())
                && SUBJECTS.contains(mutant.subject());
    }

    /** One write in so many, chosen by its name, is noticed by a few scenarios, or listed; the deep test tries all. */
    @Test
    void aSampleOfWritesIsNoticed() throws IOException {
        Map<String, String> reasons = Listed.read(Path.of(LIST));
        try (MutantGate gate = gate(2, FEW, new String[] {"xen-rule-mapkind-pins", "xen-gart-scratch"})) {
            List<ComponentMutant> all = gate.mutants().values().stream()
                    .filter(m -> m instanceof StepMutant && !m.isOffByOne() && !reasons.containsKey(m.id()))
                    .toList();
            List<ComponentMutant> sample = MutantGate.oneIn(8, all);
            assertThat(sample).hasSizeGreaterThan(20);
            assertThat(survivors(run(sample, gate))).isEmpty();
        }
    }

    /** The same fates, whatever the number of threads. */
    @Test
    void threadsChangeNothing() {
        List<Scenario> r1 = Judges.scenarios("r1", "r1-unmap-no-invalidation");
        List<List<MutantResult>> both = new ArrayList<>();
        for (int threads = 1; threads <= 2; threads++) {
            try (MutantGate gate = gate(threads, r1)) {
                both.add(run(MutantGate.oneIn(2, gate.mutants().values()), gate));
            }
        }
        assertThat(both.get(0)).isEqualTo(both.get(1)).hasSizeGreaterThan(20);
    }

    /** What {@code moat mutate} demands of all mutants: about an hour. */
    @Test
    @Tag("deep")
    void everyMutantIsNoticedOrListed() throws IOException {
        Map<String, String> reasons = Listed.read(Path.of(LIST));
        List<Scenario> judges = Committed.described().stream()
                .filter(s -> s.set().equals("default"))
                .filter(s -> s.expect().distinct() == null || s.expect().distinct() <= MutantGate.MOST_STATES)
                .toList();
        try (MutantGate gate = new MutantGate(2, System.nanoTime() + Long.MAX_VALUE / 2)) {
            gate.prepare(Judges.CATALOG, Judges.ENGINE, judges, MutantGate.MOST_STATES);
            List<ComponentMutant> tried = gate.mutants().values().stream()
                    .filter(m -> !m.isOffByOne())
                    .toList();
            Score score = Score.of(run(tried, gate), reasons, gate.mutants().keySet());
            ScoreText text = new ScoreText(gate.scenarios(), List.of(), false);
            assertThat(score.fates().stream().map(f -> text.line(f, reasons)).filter(l -> !l.isEmpty()))
                    .isEmpty();
            assertThat(score.gone()).isEmpty();
        }
    }
}
