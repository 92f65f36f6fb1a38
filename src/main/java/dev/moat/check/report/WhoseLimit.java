package dev.moat.check.report;

import dev.moat.check.Verdict;
import dev.moat.explore.Exploration;
import dev.moat.scenario.Scenario;
import java.util.List;
import java.util.Objects;

/** The limit that ended a search, its owner, and the option that raises it. */
final class WhoseLimit {
    private WhoseLimit() {}

    /** In a line; none where no limit was hit. */
    static List<String> of(Verdict v) {
        if (v.run().end() != Exploration.End.LIMIT) {
            return List.of();
        }
        Scenario scenario = v.scenario();
        String limit = Objects.requireNonNullElse(v.run().limit(), "");
        if (limit.equals("depth " + scenario.maxDepth())) {
            return List.of(ofFile(scenario, "depth"));
        } else if (limit.equals("states " + scenario.maxStates())) {
            return List.of(ofFile(scenario, "states"));
        } else if (limit.startsWith("the time")) {
            return List.of("--total-time sets it");
        } else if (limit.startsWith("memory")) {
            return List.of(
                    "MOAT_HEAP sets what Java may have, --memory what searches may take of it, by default three quarters;"
                            + " searches side by side share it");
        }
        return List.of("time ", "depth ", "states ").stream()
                .filter(limit::startsWith)
                .map(word -> "--" + word + "sets it")
                .toList();
    }

    private static String ofFile(Scenario scenario, String name) {
        return "'limits: {" + name + "}' of " + scenario.file() + " sets it; --" + name + " can only lower it";
    }
}
