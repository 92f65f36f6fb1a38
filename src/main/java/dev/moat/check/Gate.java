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
     * Judges a run. A violation of anything that must hold outweighs all, a wrong claim too, which is then told beside it; a
     * run without verdict meets no expectation.
     *
     * @param finding given exactly when a violation was found
     */
    static Gate judge(Scenario scenario, Exploration run, @Nullable Finding finding) {
        Gate gate = byEnd(scenario, run, finding);
        Conformance.Misclaim wrong = wrongClaim(scenario, run);
        if (wrong == null) {
            return gate;
        }
        List<String> unmet = new ArrayList<>(gate.unmet());
        unmet.add("code and discipline disagree: " + wrong.who() + " is not what it claims to be");
        return new Gate(gate.outweighsClaims() ? gate.exit() : ExitCode.DISAGREEMENT, List.copyOf(unmet));
    }

    /** The first wrong claim of a run in which there must be none, or null. */
    static Conformance.@Nullable Misclaim wrongClaim(Scenario scenario, Exploration run) {
        return scenario.strict() ? run.conformance().first() : null;
    }

    private boolean outweighsClaims() {
        return exit == ExitCode.VIOLATION || exit == ExitCode.INTERRUPTED;
    }

    private static Gate byEnd(Scenario scenario, Exploration run, @Nullable Finding finding) {
        return switch (run.end()) {
            case INTERRUPTED -> new Gate(ExitCode.INTERRUPTED, List.of("interrupted before there was a verdict"));
            case MISCLAIM -> new Gate(ExitCode.DISAGREEMENT, List.of());
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
