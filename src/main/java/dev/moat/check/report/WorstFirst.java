package dev.moat.check.report;

import dev.moat.check.Finding;
import dev.moat.check.Property;
import dev.moat.check.Verdict;
import dev.moat.explore.Exploration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The order of unexpected verdicts for a reader: first a device's access to memory, then events that the checker
 * missed, then searches that were cut. Depends only on the verdicts and their given order.
 */
public final class WorstFirst {
    private final Set<String> safety = new HashSet<>();

    /** @param properties all that can be judged; of those that are not safety, a violation comes after one that is */
    public WorstFirst(List<Property> properties) {
        properties.stream().filter(p -> p.kind().equals("safety")).forEach(p -> safety.add(p.id()));
        safety.add(Property.NO_DEADLOCK.id());
    }

    /** Those not as expected, the worst first, of equal ones the shorter counterexample, then the one given first. */
    public List<Verdict> unexpected(List<Verdict> verdicts) {
        return verdicts.stream()
                .filter(v -> !v.asExpected())
                .sorted(Comparator.comparingInt(this::rank).thenComparingInt(WorstFirst::length))
                .toList();
    }

    private int rank(Verdict v) {
        Finding finding = v.finding();
        return switch (v.exit()) {
            case VIOLATION -> finding != null && finding.invariants().stream().anyMatch(safety::contains) ? 0 : 1;
            case DISAGREEMENT -> 2;
            // A control or fault that nobody saw: what the other verdicts rest on. A count or a length deviates after
            // that.
            case EXPECTATION -> v.missesDefect() ? 3 : 4;
            // In a search that was whole a property had nothing to forbid: nobody looked.
            case LIMIT -> v.run().end() == Exploration.End.COMPLETE ? 3 : 5;
            default -> 6;
        };
    }

    private static int length(Verdict v) {
        Finding finding = v.finding();
        return finding == null ? 0 : finding.actions();
    }
}
