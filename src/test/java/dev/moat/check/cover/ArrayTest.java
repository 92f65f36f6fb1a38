package dev.moat.check.cover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.ExitCode;
import dev.moat.check.MoatEngine;
import dev.moat.check.cover.Combination.Outcome;
import dev.moat.grant.SharedEntry;
import dev.moat.model.Composed;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.scenario.Catalog;
import dev.moat.state.Slots;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The array from its choices to its exit code: of a few choices, with a defect that one pair shows, and all of it. */
class ArrayTest {
    private static final Catalog CATALOG = Catalog.load();
    private static final Composed XEN = (Composed) CATALOG.component("xen-vtd");
    private static final List<Choice> ALL = Choice.all(XEN.parameters(), XEN.mechanisms(Map.of()));
    private static final long STATES = 20_000;

    /** A switch, two words, a capability and what a number switches on. */
    private static final List<Choice> FEW = ALL.stream()
            .filter(c -> List.of("careless-granter=true", "copy=true", "upkeep-rule=2008", "caching-mode=true", "tlb=1")
                    .contains(c.toString()))
            .toList();

    /** Each choice, and each pair of them, as 'moat cover' tries them. */
    private static List<Combination> tried(Covering covering, List<Choice> choices) {
        return Stream.of(1, 2)
                .flatMap(k -> covering.tried(Choice.combinations(choices, k), 2, Long.MAX_VALUE).stream())
                .toList();
    }

    private static Covering covering(KnownBreaks known) {
        return new Covering(XEN, CATALOG, MoatEngine.open(Path.of("")), STATES, known);
    }

    private static KnownBreaks known() throws IOException {
        return KnownBreaks.read(Path.of("specs", "cover.txt"));
    }

    @Test
    void theArrayOfAFewChoicesHasAVerdict() throws IOException {
        List<Combination> done = tried(covering(known()), FEW);
        assertThat(done).hasSize(5 + 10);
        assertThat(CoverText.of("few", done))
                .as("%s", CoverText.of("few", done))
                .hasSizeLessThan(3);
        assertThat(CoverText.exit(done)).isEqualTo(ExitCode.OK);
        assertThat(done).filteredOn(c -> c.outcome() == Outcome.COVERED).hasSizeGreaterThan(12);
    }

    /** Nobody says where to look: of all that is tried, the one pair is told, and ends the run with 12. */
    @Test
    void theArrayFindsADefectThatOnlyAPairShows() throws IOException {
        List<Combination> done = tried(covering(known()).with(ArrayTest::droppingByTheOffer), FEW);
        assertThat(done)
                .filteredOn(c -> c.outcome() == Outcome.BROKEN || c.outcome() == Outcome.DISAGREES)
                .extracting(Combination::line)
                .singleElement()
                .asString()
                .startsWith("careless-granter=true with copy=true: BROKEN: pins-match-holds");
        assertThat(CoverText.exit(done)).isEqualTo(ExitCode.VIOLATION);
    }

    /** A copy drops its pins only where the granter still offers: only a careless one takes back what is in use. */
    private static Model droppingByTheOffer(Model model) {
        Slots pin = model.schema().family("active.pin").orElseThrow();
        Slots shared = model.schema().family("shared").orElseThrow();
        List<Operation> operations = new ArrayList<>();
        for (Operation op : model.operations()) {
            if (op.name().equals("copy")) {
                List<Step> steps = new ArrayList<>(op.steps());
                int at = op.indexOf("release-side");
                Step own = steps.get(at);
                steps.set(at, own.running((s, cpu) -> {
                    long[] before = s.clone();
                    int next = own.code().run(s, cpu);
                    for (int i = 0; i < pin.size(); i++) {
                        if (SharedEntry.FLAGS.get(shared.get(before, i)) == 0) {
                            pin.set(s, i, pin.get(before, i));
                        }
                    }
                    return next;
                }));
                operations.add(op.with(steps));
            } else {
                operations.add(op);
            }
        }
        return model.running(model.actions(), operations);
    }

    /** What 'moat cover' demands: about two minutes. */
    @Test
    @Tag("deep")
    void theWholeArrayEndsWithZero() throws IOException {
        KnownBreaks known = known();
        Covering covering = covering(known);
        List<Combination> done = new ArrayList<>(tried(covering, ALL));
        done.addAll(covering.tried(Choice.beyondPairs(), 2, Long.MAX_VALUE));
        assertThat(done)
                .filteredOn(c -> CoverText.exit(List.of(c)) != ExitCode.OK)
                .extracting(Combination::line)
                .isEmpty();
        assertThat(CoverText.exit(done)).isEqualTo(ExitCode.OK);
        assertThat(known.unmet(
                        STATES, STATES, done.stream().map(Combination::choices).toList()))
                .isEmpty();
        assertThat(done).filteredOn(c -> c.outcome() == Outcome.COVERED).hasSizeGreaterThan(1_000);
    }
}
