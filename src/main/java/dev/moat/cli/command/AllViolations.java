package dev.moat.cli.command;

import dev.moat.check.CheckRequest;
import dev.moat.check.Finding;
import dev.moat.check.Verdict;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What is still to be found behind a violation: a search ends with the shortest, and that hides what else is broken. */
final class AllViolations {
    private AllViolations() {}

    /** Whether properties are left that the violation does not break. One without a file cannot be left out: nothing is looked for behind it. */
    static boolean isMore(Verdict v) {
        Finding finding = Objects.requireNonNull(v.finding());
        Set<String> left = new HashSet<>(v.scenario().judged());
        boolean all =
                left.removeAll(finding.invariants()) && !finding.invariants().contains(Scenario.NO_DEADLOCK);
        left.remove(Scenario.NO_DEADLOCK);
        return all && !left.isEmpty();
    }

    /** The same check without what was broken. Behind what a scenario expects nothing is expected: any of the rest may break, or hold. */
    static CheckRequest request(CheckRequest first, Verdict v) {
        List<String> broken = Objects.requireNonNull(v.finding()).invariants();
        Scenario known = v.scenario();
        Scenario left = first.scenario()
                .judging(List.of(), notJudged(first.scenario(), known))
                .without(broken);
        if (v.asExpected()) {
            List<String> rest = new ArrayList<>(left.hold());
            rest.addAll(left.fail());
            left = left.with(left.machine(), List.of(), rest, Expectation.held());
        }
        List<String> all = notJudged(first.scenario(), known);
        all.addAll(broken);
        return new CheckRequest(
                left, first.settings(), first.faults(), first.edits(), first.limits(), first.manner(), all);
    }

    /** What was left out before. */
    private static List<String> notJudged(Scenario whole, Scenario judged) {
        List<String> gone = new ArrayList<>(whole.hold());
        gone.addAll(whole.fail());
        gone.removeAll(judged.hold());
        gone.removeAll(judged.fail());
        return gone;
    }
}
