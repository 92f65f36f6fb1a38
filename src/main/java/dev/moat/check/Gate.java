package dev.moat.check;

import dev.moat.explore.Conformance;
import dev.moat.explore.Exploration;
import dev.moat.model.InjectedFault;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of a run with the expectation of its scenario.
 *
 * @param exit OK when everything is as expected
 * @param unmet what is not, one sentence each; empty exactly when the exit code is OK
 */
record Gate(ExitCode exit, List<String> unmet) {
    /** What is said of an injected fault under which everything holds. */
    static final String UNSEEN = " was injected and everything holds: ";

    /**
     * Judges a run. A violation of anything that must hold outweighs all, a wrong claim too, which is then told beside it; a
     * run without verdict meets no expectation.
     *
     * @param finding given exactly when a violation was found
     * @param pinned whether this is the scenario's own machine, so that what its file says of it must be so
     */
    static Gate judge(Scenario scenario, Exploration run, @Nullable Finding finding, boolean pinned) {
        Gate gate = byEnd(scenario, run, finding, pinned);
        Conformance.Misclaim wrong = wrongClaim(scenario, run);
        if (wrong == null) {
            return gate;
        }
        List<String> unmet = new ArrayList<>(gate.unmet());
        unmet.add("code and discipline disagree: " + wrong.who() + " is not what it claims to be");
        return new Gate(gate.outweighsClaims() ? gate.exit() : ExitCode.DISAGREEMENT, List.copyOf(unmet));
    }

    /**
     * That everything holds is not said of an edited program while there is doubt whether it shows anything.
     *
     * @param doubts why not
     */
    Gate doubting(List<String> doubts) {
        if (doubts.isEmpty()) {
            return this;
        }
        List<String> missed = new ArrayList<>(unmet);
        missed.add(
                "every property holds, but that shows nothing about the edited program: " + String.join("; ", doubts));
        return new Gate(ExitCode.worst(List.of(exit, ExitCode.LIMIT)), List.copyOf(missed));
    }

    /** The same with more said. */
    Gate saying(List<String> more) {
        List<String> all = new ArrayList<>(unmet);
        all.addAll(more);
        return new Gate(exit, List.copyOf(all));
    }

    /**
     * With faults that a user injects something is to be seen: that everything holds all the same is no success. That a witness
     * was not reached does not hide it.
     *
     * @param seeded what was injected, nothing when the scenario's own machine runs
     */
    Gate demanding(List<InjectedFault> seeded, Scenario scenario, Exploration run) {
        boolean held = exit == ExitCode.OK || exit == ExitCode.LIMIT;
        if (!held || seeded.isEmpty() || run.end() != Exploration.End.COMPLETE) {
            return this;
        }
        List<String> missed = new ArrayList<>(unmet);
        String here = scenario.machine().granularity().key();
        for (InjectedFault fault : seeded) {
            missed.add(fault.id() + UNSEEN + fault.unseen(here, true));
        }
        Conformance.Misclaim first = run.conformance().first();
        if (first != null) {
            missed.add(
                    "the discipline is left at transition " + first.instances().size() + ", by " + first.who());
        }
        return new Gate(ExitCode.worst(List.of(exit, ExitCode.EXPECTATION)), List.copyOf(missed));
    }

    /** The first wrong claim of a run in which there must be none, or null. */
    static Conformance.@Nullable Misclaim wrongClaim(Scenario scenario, Exploration run) {
        return scenario.strict() ? run.conformance().first() : null;
    }

    private boolean outweighsClaims() {
        return exit == ExitCode.VIOLATION || exit == ExitCode.INTERRUPTED;
    }

    private static Gate byEnd(Scenario scenario, Exploration run, @Nullable Finding finding, boolean pinned) {
        return switch (run.end()) {
            case INTERRUPTED -> new Gate(ExitCode.INTERRUPTED, List.of("interrupted before there was a verdict"));
            case MISCLAIM -> new Gate(ExitCode.DISAGREEMENT, List.of());
            case LIMIT -> new Gate(ExitCode.LIMIT, List.of("no verdict: the limit on " + run.limit() + " was hit"));
            case COMPLETE -> held(scenario.expect(), scenario, run, pinned);
            case VIOLATION -> {
                if (finding == null) {
                    throw new IllegalArgumentException("a violation without a finding");
                }
                yield violated(scenario, finding);
            }
        };
    }

    private static Gate held(Expectation expect, Scenario scenario, Exploration run, boolean pinned) {
        List<String> unmet = new ArrayList<>();
        if (expect.violated()) {
            unmet.add("expected a violation of " + String.join(" or ", scenario.fail()) + ", but everything held");
        }
        compare(unmet, "distinct states", expect.distinct(), run.distinct());
        compare(unmet, "generated states", expect.generated(), run.generated());
        compare(unmet, "depth", expect.depth(), run.depth());
        if (pinned) {
            stale(scenario, run)
                    .forEach(id -> unmet.add("the witness of " + id
                            + " is reached: its reason under 'properties: unwitnessed' is no longer true"));
        }
        List<String> hollow = unexcused(scenario, run);
        Gate missed = of(unmet, ExitCode.EXPECTATION);
        if (hollow.isEmpty()) {
            return missed;
        }
        hollow.forEach(id -> unmet.add("no state satisfies the witness of " + id
                + ": it may hold for want of anything to forbid, and the scenario gives no reason"));
        return of(unmet, ExitCode.worst(List.of(missed.exit(), ExitCode.LIMIT)));
    }

    /** Judged invariants and responses whose witness no visited state satisfied. */
    static List<String> unreached(Scenario scenario, Exploration run) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < run.witnessed().size(); i++) {
            if (!run.witnessed().get(i)) {
                ids.add(scenario.witnessed().get(i));
            }
        }
        return ids;
    }

    /** Those that the scenario gives no reason for. */
    static List<String> unexcused(Scenario scenario, Exploration run) {
        List<String> ids = unreached(scenario, run);
        ids.removeAll(scenario.unwitnessed().keySet());
        return ids;
    }

    /** Properties that the scenario excuses although their witness was reached. */
    private static List<String> stale(Scenario scenario, Exploration run) {
        List<String> ids = new ArrayList<>(scenario.unwitnessed().keySet());
        ids.removeAll(unreached(scenario, run));
        ids.retainAll(scenario.witnessed());
        return ids;
    }

    private static Gate violated(Scenario scenario, Finding finding) {
        List<String> wrong = new ArrayList<>(finding.invariants());
        wrong.removeAll(scenario.fail());
        if (!wrong.isEmpty()) {
            return new Gate(
                    ExitCode.VIOLATION,
                    List.of(String.join(", ", wrong) + " must hold and " + (wrong.size() == 1 ? "was" : "were")
                            + " violated"));
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
