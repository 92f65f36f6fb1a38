package dev.moat.check.cover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.check.cover.Combination.Outcome;
import dev.moat.model.Composed;
import dev.moat.scenario.Catalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Three choices together. */
class TriplesTest {
    private static final Catalog CATALOG = Catalog.load();
    private static final Composed XEN = (Composed) CATALOG.component("xen-vtd");
    private static final List<Choice> ALL = Choice.all(XEN.parameters(), XEN.mechanisms(Map.of()));

    /** Nothing is lost, and a hundredth of the list has every choice in it. */
    @Test
    void aBudgetThatEndsEarlyHasTriedEveryChoice() {
        List<List<Choice>> triples = Choice.combinations(ALL, 3);
        List<List<Choice>> spread = Choice.spread(triples);
        assertThat(spread).hasSameSizeAs(triples);
        assertThat(new HashSet<>(spread)).isEqualTo(new HashSet<>(triples));
        assertThat(spread.subList(0, triples.size() / 100).stream().flatMap(List::stream))
                .containsAll(ALL);
        assertThat(Choice.spread(List.of())).isEmpty();
        IntStream.range(1, 40).forEach(size -> {
            List<List<Choice>> some = triples.subList(0, size);
            assertThat(Choice.spread(some)).containsExactlyInAnyOrderElementsOf(some);
        });
    }

    /** As far as ten minutes carry; what is covered is printed. */
    @Test
    @Tag("deep")
    void threeTogetherBreakNothingThatTwoDoNot() throws IOException {
        KnownBreaks known = KnownBreaks.read(Path.of("specs", "cover.txt"));
        List<Combination> done = new Covering(XEN, CATALOG, MoatEngine.open(Path.of("")), 20_000, known)
                .tried(Choice.spread(Choice.combinations(ALL, 3)), 2, 600);
        List<String> text = CoverText.of("triples", done);
        System.out.println(text.get(text.size() - 1));
        assertThat(done).filteredOn(c -> c.outcome() == Outcome.COVERED).hasSizeGreaterThan(200);
        assertThat(done)
                .filteredOn(c -> c.outcome() == Outcome.BROKEN || c.outcome() == Outcome.DISAGREES)
                .extracting(Combination::line)
                .isEmpty();
    }
}
