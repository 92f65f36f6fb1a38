package dev.moat.check;

import dev.moat.check.report.VerdictText;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What came of committed scenarios, each of which is run once for all tests that ask for it. */
final class Checked {
    private static final Engine ENGINE = MoatEngine.open(Path.of(""));
    private static final Map<String, Outcome> KNOWN = new ConcurrentHashMap<>();
    private static final AtomicInteger RUNS = new AtomicInteger();

    /**
     * What is kept of a verdict.
     *
     * @param exit {@link ExitCode#OK} when everything is as the scenario expects
     * @param text the verdict in full
     * @param generated states
     * @param taken abstract actions, and how often each was taken
     * @param steps of programs, with their component, and how often each took effect where everything holds; else none
     */
    record Outcome(ExitCode exit, String text, long generated, Map<String, Long> taken, Map<String, Long> steps) {}

    private Checked() {}

    /** Runs a scenario to its end, unless it was. */
    static Outcome of(Scenario scenario) {
        return KNOWN.computeIfAbsent(scenario.id(), id -> run(scenario));
    }

    /** Most with one worker, for tests run side by side. */
    private static Outcome run(Scenario scenario) {
        Verdict v = check(scenario, Limits.none(RUNS.getAndIncrement() % 4 == 0 ? 2 : 1));
        return new Outcome(
                v.exit(),
                text(v),
                v.run().generated(),
                Map.copyOf(v.run().conformance().taken()),
                steps(v));
    }

    private static Map<String, Long> steps(Verdict v) {
        Map<String, Long> steps = new HashMap<>();
        if (v.kind() == Verdict.Kind.HELD) {
            v.run().coverage().steps().forEach((step, n) -> {
                String name = step.contains(" (") ? step.substring(0, step.indexOf(" (")) : step;
                steps.merge(v.scenario().machine().component() + " " + name, n, Long::sum);
            });
        }
        return steps;
    }

    /** Runs a scenario within limits, every time. */
    static Verdict check(Scenario scenario, Limits limits) {
        CheckRequest request = new CheckRequest(scenario, Map.of(), null, limits, true);
        return new ScenarioChecker(Catalog.load(), ENGINE).check(request, Progress.silent());
    }

    static String text(Verdict verdict) {
        return VerdictText.headline(verdict) + "\n" + String.join("\n", VerdictText.details(verdict));
    }
}
