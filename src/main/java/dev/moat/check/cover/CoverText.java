package dev.moat.check.cover;

import dev.moat.check.ExitCode;
import dev.moat.check.cover.Combination.Outcome;
import dev.moat.output.Counted;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A covering array as text: each tried and uncovered combination, then the counts. */
public final class CoverText {
    private CoverText() {}

    /** A line for each combination that is not covered, but for those that were not tried; then one with the counts. */
    public static List<String> of(String what, List<Combination> done) {
        List<String> lines = new ArrayList<>();
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        for (Combination c : done) {
            counts.merge(c.outcome(), 1, Integer::sum);
            if (!Set.of(Outcome.COVERED, Outcome.CANNOT_BE, Outcome.UNTRIED).contains(c.outcome())) {
                lines.add(c.line());
            }
        }
        int cannot = counts.getOrDefault(Outcome.CANNOT_BE, 0);
        int possible = done.size() - cannot;
        int covered = counts.getOrDefault(Outcome.COVERED, 0);
        List<String> rest = new ArrayList<>();
        counts.forEach((outcome, n) -> {
            if (outcome != Outcome.COVERED && outcome != Outcome.CANNOT_BE) {
                rest.add(n + " " + outcome.says());
            }
        });
        lines.add(String.format(
                Locale.ROOT,
                "%s: %,d of %s covered (%.1f %%)%s; %,d cannot be",
                what,
                covered,
                Counted.says(possible, "that can be {is|are}"),
                possible == 0 ? 100.0 : 100.0 * covered / possible,
                rest.isEmpty() ? "" : "; uncovered: " + String.join(", ", rest),
                cannot));
        return lines;
    }

    /** What became of machines drawn at random, in one line; each has had its own. */
    public static String ofRandom(long seed, List<Combination> done) {
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        done.forEach(c -> counts.merge(c.outcome(), 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        counts.forEach((outcome, n) -> parts.add(String.format(Locale.ROOT, "%,d %s", n, outcome.says())));
        return Counted.of(done.size(), "machine") + " of seed " + seed + ": " + String.join(", ", parts);
    }

    /**
     * What is not modelled, or for a reason on file never at work, is no failure, but uncovered. What is never at work without a
     * reason is unexpected; what was cut or not tried has no verdict.
     */
    public static ExitCode exit(List<Combination> done) {
        return ExitCode.worst(done.stream().map(CoverText::exit).toList());
    }

    private static ExitCode exit(Combination c) {
        return switch (c.outcome()) {
            case COVERED, WHOLE, CANNOT_BE, NOT_MODELLED, IDLE, ELSEWHERE -> ExitCode.OK;
            case NOT_SEEN -> ExitCode.EXPECTATION;
            case CUT, UNTRIED -> ExitCode.LIMIT;
            case BROKEN -> ExitCode.VIOLATION;
            case DISAGREES -> ExitCode.DISAGREEMENT;
        };
    }
}
