package dev.moat.check.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.mutants.Death.How;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The counts of a score, column by column. */
class ScoreTextTest {
    private static MutantResult noticed(String mutant) {
        return new MutantResult(mutant, 1, 0, new Death(How.PROPERTY, "s", "p"), null, true);
    }

    private static MutantResult left(String mutant, Effect effect) {
        return new MutantResult(mutant, 2, 0, null, effect, true);
    }

    /** What is listed and noticed is noticed; what is listed and does more than that is not, and survives. */
    @Test
    void aStaleReasonDoesNotMakeAMutantNoticed() {
        List<MutantResult> fates = List.of(
                noticed("drop a"),
                noticed("drop b"),
                left("drop c", Effect.SAME),
                left("drop d", Effect.MORE),
                left("drop e", Effect.MORE),
                left("drop f", null),
                new MutantResult("drop g", 1, 0, null, null, false));
        Map<String, String> reasons = Map.of(
                "drop b", "same: overwritten",
                "drop c", "same: overwritten",
                "drop d", "same: overwritten",
                "drop f", "open: nobody knows");
        Score score = Score.of(fates, reasons, null);
        assertThat(new ScoreText(List.of("s"), List.of(), false).summary(score))
                .containsExactly(
                        "judges: 1 scenario, 0 larger ones left out",
                        "             mutants   noticed explained      open   survive",
                        "drop               7         2         1         1         2",
                        "noticed by: property 2",
                        "time is up: 1 mutant was neither noticed nor tried to the end");
    }
}
