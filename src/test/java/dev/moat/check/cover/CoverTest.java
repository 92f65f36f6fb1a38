package dev.moat.check.cover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.check.ExitCode;
import dev.moat.check.MoatEngine;
import dev.moat.check.cover.Combination.Outcome;
import dev.moat.input.InputException;
import dev.moat.model.Composed;
import dev.moat.model.Mechanism;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the covering array covers, and that it does not cover what it only built. */
class CoverTest {
    private static final Catalog CATALOG = Catalog.load();
    private static final Composed XEN = (Composed) CATALOG.component("xen-vtd");
    private static final List<Choice> ALL = Choice.all(XEN.parameters(), XEN.mechanisms(Map.of()));

    /** What most of these tests ask, as 'moat cover' asks one for all that it tries: machines of several are searched once. */
    private static final Covering USUAL = covering(20_000, KnownBreaks.none());

    @TempDir
    Path directory;

    private static List<Choice> choices(String... names) {
        return List.of(names).stream()
                .map(n -> ALL.stream()
                        .filter(c -> c.toString().equals(n))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    private static Covering covering(long states, KnownBreaks known) {
        return new Covering(XEN, CATALOG, MoatEngine.open(Path.of("")), states, known);
    }

    private KnownBreaks known(String... lines) throws IOException {
        Path file = directory.resolve("cover.txt");
        Files.writeString(file, String.join("\n", lines) + "\n");
        return KnownBreaks.read(file);
    }

    /** Every mechanism that a search can have is in some choice, but those that take several values. */
    @Test
    void everyMechanismIsAChoice() {
        assertThat(ALL)
                .extracting(Choice::toString)
                .doesNotHaveDuplicates()
                .contains("cpus=2", "copy=true", "flush=deferred", "read-only-grants=non-present", "caching-mode=true")
                .contains("batch=2", "units=2", "coherent=false", "page-selective=false", "mamv=0")
                .doesNotContain("mode=recorded", "iommu=none");
        List<List<Choice>> pairs = Choice.combinations(ALL, 2);
        assertThat(pairs).doesNotHaveDuplicates().allMatch(p -> p.size() == 2);
        assertThat(pairs).contains(choices("page-types=true", "caching-mode=true"));
        assertThat(pairs).noneMatch(p -> p.get(0).parameter().equals(p.get(1).parameter()));
    }

    /** A mechanism that somebody adds is a choice, or is named here with those that are none. */
    @Test
    void noMechanismIsLeftOut() {
        List<String> none = List.of("recorded", "host-addresses");
        List<String> left = XEN.mechanisms(Map.of()).all().stream()
                .filter(m -> ALL.stream()
                        .noneMatch(c -> m.isOn(new Setting(XEN.parameters(), Map.of(c.parameter(), c.value())))))
                .map(Mechanism::id)
                .toList();
        assertThat(left).containsExactlyInAnyOrderElementsOf(none);
        // Numbers are bounds, unless they switch a mechanism on; everything else has its values tried, or is said to be
        // no mechanism.
        List<String> tried = ALL.stream().map(Choice::parameter).distinct().toList();
        assertThat(XEN.parameters())
                .filteredOn(p -> !p.choices().isEmpty() && !tried.contains(p.name()))
                .extracting(Parameter::name)
                .containsExactlyInAnyOrder(
                        "mode", "granters", "mappers", "sides", "iommu", "iommu-domains", "reallocation", "transitive");
    }

    /** What a search shows depends on what it need not judge: one that was remembered for other properties would say too little. */
    @Test
    void aSearchIsRememberedWithWhatItLeftOut() {
        Bench bench = new Bench(XEN, CATALOG, MoatEngine.open(Path.of("")), 20_000, UnaryOperator.identity());
        MachineSpec careless = bench.machine(choices("careless-granter=true"), SmallBounds.SMALLER.get(0));
        Set<String> known = Set.of("holds-granted");
        assertThat(bench.search(careless, known).broken()).isEmpty();
        assertThat(bench.search(careless, Set.of()).broken()).containsExactly("holds-granted");
        assertThat(bench.search(careless, known).broken()).isEmpty();
    }

    @Test
    void twoThatAreBothAtWorkAreCovered() {
        Combination c = USUAL.tried(choices("narrowing-granter=true", "caching-mode=true"));
        assertThat(c.outcome()).as(c.line()).isEqualTo(Outcome.COVERED);
    }

    /** A machine has it, and it does nothing there: building is not covering, and needs a reason. */
    @Test
    void whatIsNeverAtWorkIsNotCovered() throws IOException {
        Combination c = USUAL.tried(choices("mamv=0"));
        assertThat(c.outcome()).as(c.line()).isEqualTo(Outcome.NOT_SEEN);
        assertThat(CoverText.exit(List.of(c))).isEqualTo(ExitCode.EXPECTATION);
        KnownBreaks known = known("mamv=0 never-at-work  no ranges");
        Combination listed = USUAL.knowing(known).tried(choices("mamv=0"));
        assertThat(listed.line()).isEqualTo("mamv=0: never all at work, on file: no ranges");
        assertThat(CoverText.exit(List.of(listed))).isEqualTo(ExitCode.OK);
        assertThat(known.unmet(20_000, 20_000, List.of())).isEmpty();
        Combination cut = covering(10, known).tried(choices("mamv=0"));
        assertThat(cut.outcome()).as(cut.line()).isEqualTo(Outcome.CUT);
    }

    /** Of two that are at work nowhere no bounds have one of them at work: they are searched together all the same. */
    @Test
    void twoThatAreOnFileAreSearchedTogether() throws IOException {
        KnownBreaks known = known("mamv=0 never-at-work  no ranges", "sound-device=true never-at-work  no requests");
        List<Choice> both = choices("mamv=0", "sound-device=true");
        assertThat(USUAL.knowing(known).tried(both).outcome()).isEqualTo(Outcome.IDLE);
        assertThat(covering(10, known).tried(both).outcome()).isEqualTo(Outcome.CUT);
    }

    /** The numbers of states and transitions are the same with each of these as without; what is in the states is not. */
    @ParameterizedTest
    @ValueSource(
            strings = {"page-selective=false", "table-invalidation=page", "completion=any-order", "queue-recovery=true"
            })
    void whatChangesNoNumberIsSeenAtWork(String choice) {
        Combination c = USUAL.tried(choices(choice));
        assertThat(c.outcome()).as(c.line()).isEqualTo(Outcome.COVERED);
    }

    @Test
    void whatIsNotModelledIsUncoveredAndPrinted() {
        Combination c = USUAL.tried(choices("batch=2", "version-2=true"));
        assertThat(c.outcome()).isEqualTo(Outcome.NOT_MODELLED);
        assertThat(CoverText.of("pairs", List.of(c)))
                .containsExactly(
                        "batch=2 with version-2=true: not modelled yet: version 2 and copies are for searches without"
                                + " batches, with one unit, fixed tags and plain devices",
                        "pairs: 0 of 1 that can be is covered (0.0 %); uncovered: 1 not modelled yet; 0 cannot be");
    }

    @Test
    void whatBreaksIsUnexpectedUnlessItIsOnFile() throws IOException {
        List<Choice> deferred = choices("flush=deferred");
        Combination c = USUAL.tried(deferred);
        assertThat(c.outcome()).isEqualTo(Outcome.BROKEN);
        assertThat(c.because()).startsWith("nothing-lingers in ");
        assertThat(CoverText.exit(List.of(c))).isEqualTo(ExitCode.VIOLATION);
        KnownBreaks known =
                known("# why", "flush=deferred nothing-lingers  it is what deferring means", "copy=true no-stale  x");
        assertThat(USUAL.knowing(known).tried(deferred).outcome()).isEqualTo(Outcome.COVERED);
        // A search that ends before the limit that the file is for could not have shown it.
        assertThat(known.unmet(19_999, 20_000, List.of())).isEmpty();
        assertThat(known.unmet(20_000, 20_000, List.of())).containsExactly("copy=true no-stale");
        assertThat(known.unmet(20_001, 20_000, List.of())).containsExactly("copy=true no-stale");
        assertThatThrownBy(() -> known("flush=deferred nothing-lingers")).isInstanceOf(InputException.class);
    }

    /** It is not covered either, but somebody else looks. */
    @Test
    void whatANamedScenarioSearchesIsNoFailure() throws IOException {
        KnownBreaks known = known("caching-mode=true too-large  xen-cm searches it");
        Combination c = covering(20, known).tried(choices("caching-mode=true"));
        assertThat(c.outcome()).as(c.line()).isEqualTo(Outcome.ELSEWHERE);
        assertThat(c.line()).endsWith("too large here: xen-cm searches it");
        assertThat(CoverText.exit(List.of(c))).isEqualTo(ExitCode.OK);
        assertThat(known.unmet(20_000, 20_000, List.of())).isEmpty();
    }

    /** Bounds that do not go with a choice are passed over: copies are in one of them, and exclude a second unit. */
    @Test
    void boundsThatDoNotFitArePassedOver() {
        Combination c = USUAL.tried(choices("units=2"));
        assertThat(c.outcome()).as(c.line()).isEqualTo(Outcome.COVERED);
    }

    /** What copies alone bring to work cannot be where copies cannot. */
    @Test
    void whatBringsAChoiceToWorkMayExcludeTheOthers() {
        Combination c = USUAL.tried(choices("partial-grants=true", "batch=2"));
        assertThat(c.line())
                .startsWith(
                        "partial-grants=true with batch=2: not modelled yet: version 2 and copies are for searches");
    }

    /** Firmware's memory needs a frame of its own: the machines without that choice get as many. */
    @Test
    void allMachinesOfACombinationHaveTheSameSizes() {
        Combination c = USUAL.tried(choices("unity-range=true"));
        assertThat(c.line()).startsWith("unity-range=true: covered: ").contains("frames=3");
        SmallBounds one = new SmallBounds(Map.of("frames", "1", "refs", "1"), List.of());
        Bench bench = new Bench(XEN, CATALOG, MoatEngine.open(Path.of("")), 100, UnaryOperator.identity());
        SmallBounds fitted = bench.fitted(choices("unity-range=true"), one);
        assertThat(fitted.bounds()).isEqualTo(Map.of("frames", "3", "refs", "1"));
        assertThat(bench.machine(List.of(), fitted).settings()).containsEntry("frames", "3");
    }

    /** A superpage takes a table's place: with tables that are frames it is not another combination, nor are these what it does. */
    @Test
    void whatAChoiceNeedsIsThereAnyway() {
        Combination alone = USUAL.tried(choices("table-invalidation=page"));
        assertThat(alone.line()).contains(": covered: ").contains("table-frames=true");
        assertThat(USUAL.tried(choices("table-frames=true", "table-invalidation=page"))
                        .because())
                .isEqualTo(alone.because());
    }

    /** Numbers grow, what is only as small as can be gives way, and two words are not both possible. */
    @Test
    void boundsAreJoined() {
        SmallBounds frames =
                new SmallBounds(Map.of("frames", "3", "reallocation", "false", "sides", "host"), List.of("a"));
        SmallBounds handles =
                new SmallBounds(Map.of("frames", "1", "reallocation", "true", "handles", "2"), List.of("b"));
        assertThat(frames.with(handles))
                .contains(new SmallBounds(
                        Map.of("frames", "3", "reallocation", "true", "handles", "2", "sides", "host"),
                        List.of("a", "b")));
        assertThat(handles.with(frames).orElseThrow().bounds())
                .isEqualTo(frames.with(handles).orElseThrow().bounds());
        SmallBounds all = new SmallBounds(Map.of("sides", "all"), List.of());
        assertThat(frames.with(all)).isEmpty();
        assertThat(all.onHostsSide()).isEqualTo(all);
        assertThat(handles.onHostsSide().bounds()).containsEntry("sides", "host");
    }

    @Test
    void aSearchThatIsCutCoversNothing() {
        Combination c = covering(20, KnownBreaks.none()).tried(choices("caching-mode=true"));
        assertThat(c.outcome()).isEqualTo(Outcome.CUT);
        assertThat(CoverText.exit(List.of(c))).isEqualTo(ExitCode.LIMIT);
        // Cut after as many states with the choice as without it: nobody knows whether it is at work.
        Combination idle = covering(20, KnownBreaks.none()).tried(choices("mamv=0"));
        assertThat(idle.outcome()).as(idle.line()).isEqualTo(Outcome.CUT);
    }

    /** What is too large is checked too, at the limit that the file is for. */
    @Test
    void whatIsNotTooLargeAnyMoreIsStale() throws IOException {
        KnownBreaks known = known("caching-mode=true too-large  xen-cm searches it");
        Combination c = USUAL.knowing(known).tried(choices("caching-mode=true"));
        assertThat(c.outcome()).as(c.line()).isEqualTo(Outcome.COVERED);
        assertThat(known.unmet(20_000, 20_000, List.of())).containsExactly("caching-mode=true too-large");
        assertThat(known.unmet(20_001, 20_000, List.of())).isEmpty();
    }

    @Test
    void theResultsAreTheSameForAnyNumberOfThreads() {
        List<List<Choice>> some = Choice.combinations(choices("tlb=1", "rewalk=false", "walks=true"), 2);
        List<Combination> one = covering(3_000, KnownBreaks.none()).tried(some, 1, Long.MAX_VALUE);
        assertThat(covering(3_000, KnownBreaks.none()).tried(some, 3, Long.MAX_VALUE))
                .isEqualTo(one);
        assertThat(covering(3_000, KnownBreaks.none()).tried(some, 2, 0)).allMatch(c -> c.outcome() == Outcome.UNTRIED);
    }
}
