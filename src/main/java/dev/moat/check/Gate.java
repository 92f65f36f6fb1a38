package dev.moat.check;

import dev.moat.explore.Conformance;
import dev.moat.explore.Exploration;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of a run with what its scenario expects.
 *
 * @param exit OK when everything is as expected
 * @param unmet what is not, one sentence each; empty exactly when the exit code is OK
 */
record Gate(ExitCode exit, List<String> unmet) {
    /**
     * Judges a run. A violation of anything that must hold outweighs all; a run without verdict meets no expectation.
     *
     * @param finding given exactly when a violation was found
     */
    static Gate judge(Scenario scenario, Exploration run, @Nullable Finding finding) {
        return switch (run.end()) {
            case INTERRUPTED -> new Gate(ExitCode.INTERRUPTED, List.of("interrupted before there was a verdict"));
            case MISCLAIM -> new Gate(ExitCode.DISAGREEMENT, List.of(misclaim(run)));
            case LIMIT -> new Gate(ExitCode.LIMIT, List.of("no verdict: the limit on " + run.limit() + " was hit"));
            case COMPLETE -> held(scenario.expect(), scenario, run);
            case VIOLATION -> {
                if (finding == null) {
                    throw new IllegalArgumentException("a violation without a finding");
                }
                yield violated(scenario, finding);
            }
        };
    }

    private static String misclaim(Exploration run) {
        Conformance.Misclaim first = run.conformance().first();
        return "code and discipline disagree: " + (first == null ? "a step" : first.who())
                + " is not what it claims to be";
    }

    private static Gate held(Expectation expect, Scenario scenario, Exploration run) {
        List<String> unmet = new ArrayList<>();
        if (expect.violated()) {
            unmet.add("expected a violation of " + String.join(" or ", scenario.fail()) + ", but everything held");
        }
        compare(unmet, "distinct states", expect.distinct(), run.distinct());
        compare(unmet, "generated states", expect.generated(), run.generated());
        compare(unmet, "depth", expect.depth(), run.depth());
        return of(unmet, ExitCode.EXPECTATION);
    }

    private static Gate violated(Scenario scenario, Finding finding) {
        List<String> wrong = new ArrayList<>(finding.invariants());
        wrong.removeAll(scenario.fail());
        if (!wrong.isEmpty()) {
            return new Gate(ExitCode.VIOLATION, List.of(String.join(", ", wrong) + " must hold and was violated"));
        }
        Expectation expect = scenario.expect();
        List<String> unmet = new ArrayList<>();
        if (!expect.invariants().isEmpty() && !same(expect.invariants(), finding.invariants())) {
            unmet.add("expected exactly " + String.join(", ", expect.invariants()) + " to be violated, not "
                    + String.join(", ", finding.invariants()));
        }
        compare(unmet, "length of the counterexample", expect.length(), finding.actions());
        return of(unmet, ExitCode.EXPECTATION);
    }

    private static boolean same(List<String> a, List<String> b) {
        return a.containsAll(b) && b.containsAll(a);
    }

    private static void compare(List<String> unmet, String what, @Nullable Long expected, long actual) {
        if (expected != null && expected != actual) {
            unmet.add(String.format(Locale.ROOT, "expected %s %,d, got %,d", what, expected, actual));
        }
    }

    private static Gate of(List<String> unmet, ExitCode otherwise) {
        return new Gate(unmet.isEmpty() ? ExitCode.OK : otherwise, List.copyOf(unmet));
    }
}
