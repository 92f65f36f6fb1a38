package dev.moat.check;

import dev.moat.input.Place;
import dev.moat.liveness.Response;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that can be judged, as lists and reports describe it.
 *
 * @param id as in scenarios
 * @param says what it demands, one sentence
 * @param kind {@code safety}, {@code completeness}, {@code liveness}, or {@code lemma} when it only helps to prove others
 * @param source where the demand comes from
 * @param place of its formula, null when it has no file
 */
public record Property(
        String id,
        String says,
        String kind,
        String source,
        @Nullable Place place) {
    /** The one property without a file that is judged in every scenario. */
    public static final Property NO_DEADLOCK = new Property(
            Scenario.NO_DEADLOCK,
            "No operation is left unfinished, and no call kept from beginning, with nothing able to go on.",
            "safety",
            "the explorer",
            null);

    /** Everything that has no file: {@link #NO_DEADLOCK}, and what must come to an end, judged only where a scenario names it. */
    public static List<Property> withoutFile() {
        List<Property> all = new ArrayList<>(List.of(NO_DEADLOCK));
        for (Response r : Response.values()) {
            all.add(
                    r.isEndless()
                            ? new Property(r.id(), r.says(), "liveness", "fair cycles of the explored graph", null)
                            : new Property(r.id(), r.says(), "safety", "who holds which lock, step by step", null));
        }
        return List.copyOf(all);
    }
}
