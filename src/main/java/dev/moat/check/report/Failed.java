package dev.moat.check.report;

import dev.moat.check.ExitCode;
import dev.moat.check.Verdict;
import dev.moat.explore.Exploration;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The failure that ended a run of scenarios before all were checked.
 *
 * @param scenario the one that was being checked; null when none was
 * @param exit how the command will exit, if nothing worse was found
 * @param message one line
 */
public record Failed(@Nullable Scenario scenario, ExitCode exit, String message) {
    /** Why the run did not come to its end, one sentence each; empty when it did. */
    static List<String> endings(List<Verdict> verdicts, @Nullable Failed failed) {
        List<String> endings = new ArrayList<>();
        if (failed != null) {
            endings.add(failed.message());
        }
        List<String> open = verdicts.stream()
                // Whatever else is wrong with it and weighs more. A wrong claim behind which all was searched is an
                // answer.
                .filter(v -> v.kind() == Verdict.Kind.INCONCLUSIVE && v.run().end() != Exploration.End.MISCLAIM)
                .map(v -> v.scenario().id())
                .toList();
        if (!open.isEmpty()) {
            endings.add("no verdict on " + String.join(", ", open));
        }
        return endings;
    }
}
