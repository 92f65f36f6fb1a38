package dev.moat.check;

import dev.moat.input.Place;
import dev.moat.scenario.Scenario;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be judged, as lists and reports describe it.
 *
 * @param id as in scenarios
 * @param says what it demands, one sentence
 * @param kind {@code safety}, or {@code lemma} when it only helps to prove others
 * @param source where the demand comes from
 * @param place of its formula, null when it has no file
 */
public record Property(
        String id,
        String says,
        String kind,
        String source,
        @Nullable Place place) {
    /** The one property without a file; judged in every scenario. */
    public static final Property NO_DEADLOCK = new Property(
            Scenario.NO_DEADLOCK,
            "No operation is left unfinished with nothing able to go on.",
            "safety",
            "the explorer",
            null);
}
