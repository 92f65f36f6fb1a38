package dev.moat.twin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Scripts become small, still show the same, and the same small ones each time. */
class ShrinkerTest {
    private static List<Integer> smaller(Integer number) {
        return number == 0 ? List.of() : List.of(number / 2, number - 1);
    }

    private static boolean growsTwice(List<Integer> script) {
        return script.stream().filter(n -> n >= 40).count() >= 2;
    }

    private static Optional<Difference> fails(List<Integer> script) {
        int at = IntStream.range(0, script.size())
                .filter(i -> growsTwice(script.subList(0, i + 1)))
                .findFirst()
                .orElse(-1);
        return at < 0 ? Optional.empty() : Optional.of(new Difference(at, "twice"));
    }

    private static List<Integer> script(long seed) {
        Chance chance = new Chance(seed);
        return IntStream.range(0, 200).mapToObj(i -> chance.below(45)).toList();
    }

    @Test
    void leavesOutWhatIsNotNeeded() {
        Shrinker<Integer> shrinker = new Shrinker<Integer>(ShrinkerTest::growsTwice, n -> List.of(), 1000);
        List<Integer> small = shrinker.shrink(script(1));
        assertThat(small).hasSize(2).allMatch(n -> n >= 40);
        assertThat(new Shrinker<Integer>(ShrinkerTest::growsTwice, n -> List.of(), 1000).shrink(script(1)))
                .isEqualTo(small);
    }

    @Test
    void makesOperationsSimpler() {
        assertThat(new Shrinker<Integer>(ShrinkerTest::growsTwice, ShrinkerTest::smaller, 1000)
                        .shrink(List.of(44, 1, 44)))
                .containsExactly(40, 40);
    }

    @Test
    void endsAfterSoManyTries() {
        List<Integer> script = script(1);
        List<Integer> small = new Shrinker<Integer>(ShrinkerTest::growsTwice, ShrinkerTest::smaller, 2).shrink(script);
        assertThat(small).hasSizeBetween(2, 199);
        assertThat(growsTwice(small)).isTrue();
    }

    @Test
    void aCampaignSaysWhereScriptsPart() {
        Campaign<Integer> campaign = new Campaign<>(ShrinkerTest::script, ShrinkerTest::fails, ShrinkerTest::smaller);
        Finding<Integer> finding = campaign.run(1, 1000).orElseThrow();
        assertThat(finding).isEqualTo(new Finding<>(1, 200, List.of(40, 40), new Difference(1, "twice")));
        assertThat(finding).hasToString("seed 1: 2 of 200 operations are enough\n  40\n> 40\ntwice\n");
        assertThat(new Campaign<Integer>(ShrinkerTest::script, s -> Optional.empty(), ShrinkerTest::smaller)
                        .run(1, 1000))
                .isEmpty();
    }
}
