package dev.moat.check;

import static dev.moat.check.CheckerTest.check;
import static dev.moat.check.CheckerTest.scenario;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.report.WorstFirst;
import dev.moat.explore.Limits;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a person is told first of a gate that failed. */
class WorstFirstTest {
    private static final List<String> FAULT = List.of("add.no-bound");
    private static final List<String> BOUNDED = List.of("bounded");
    private static final Expectation HELD = Expectation.held();
    private static final Expectation CAUGHT = new Expectation(true, null, null, null, List.of(), null);

    private static Verdict limited(List<String> faults, String limit, int states) {
        Scenario scenario = scenario(faults, BOUNDED, List.of(), HELD);
        return check(new CheckRequest(scenario, Map.of("limit", limit), null, new Limits(9, 1, 9, states, 9)));
    }

    /** A search that was whole, and ended otherwise: where code and discipline disagree, or a property had nothing to forbid. */
    private static Verdict whole(ExitCode exit) {
        Verdict v = check(scenario(List.of(), BOUNDED, List.of(), HELD));
        return new Verdict(
                v.scenario(),
                v.settings(),
                v.assumed(),
                v.judged(),
                v.run(),
                null,
                List.of(),
                exit,
                List.of(),
                List.of(),
                v.meaning());
    }

    /** From the worst to what only was not searched. */
    private static List<Verdict> ranked() {
        Verdict shorter = limited(FAULT, "2", 9);
        Verdict longer = check(scenario(FAULT, BOUNDED, List.of(), HELD));
        Verdict notSafety = check(scenario(List.of(), List.of("even"), List.of(), HELD));
        Verdict disagreeing = whole(ExitCode.DISAGREEMENT);
        Verdict uncaught = check(scenario(List.of(), List.of(), BOUNDED, CAUGHT));
        Verdict otherLength =
                check(scenario(FAULT, List.of(), BOUNDED, new Expectation(true, null, null, null, List.of(), 9L)));
        Verdict unsearched = limited(List.of(), "3", 2);
        return List.of(shorter, longer, notSafety, disagreeing, uncaught, otherLength, unsearched);
    }

    private static WorstFirst order() {
        return new WorstFirst(List.of(
                new Property("bounded", "", "safety", "", null), new Property("even", "", "completeness", "", null)));
    }

    @Test
    void theyAreOfTheseKinds() {
        assertThat(ranked())
                .extracting(Verdict::exit)
                .containsExactly(
                        ExitCode.VIOLATION,
                        ExitCode.VIOLATION,
                        ExitCode.VIOLATION,
                        ExitCode.DISAGREEMENT,
                        ExitCode.EXPECTATION,
                        ExitCode.EXPECTATION,
                        ExitCode.LIMIT);
        assertThat(ranked().stream()
                        .filter(v -> v.finding() != null)
                        .map(v -> v.finding().actions()))
                .containsExactly(3, 4, 1, 4);
    }

    /** In whatever order they are given. */
    @Test
    void whatADeviceCanDoComesFirst() {
        List<Verdict> ranked = ranked();
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            List<Verdict> given = new ArrayList<>(ranked);
            Collections.shuffle(given, random);
            assertThat(order().unexpected(given).stream().map(ranked::indexOf)).containsExactly(0, 1, 2, 3, 4, 5, 6);
        }
    }

    /** A property that had nothing to forbid counts as a control that nobody caught: before a length that deviates. */
    @Test
    void nobodyLookedIsNobodyCaught() {
        List<Verdict> ranked = ranked();
        Verdict vacuous = whole(ExitCode.LIMIT);
        Verdict uncaught = ranked.get(4);
        Verdict otherLength = ranked.get(5);
        assertThat(order().unexpected(List.of(otherLength, vacuous, uncaught)))
                .containsExactly(vacuous, uncaught, otherLength);
        assertThat(order().unexpected(List.of(otherLength, uncaught, vacuous)))
                .containsExactly(uncaught, vacuous, otherLength);
    }

    @Test
    void equalOnesStayAsTheyAreGivenAndTheRestIsLeftOut() {
        Verdict good = check(scenario(List.of(), BOUNDED, List.of(), HELD));
        Verdict one = check(scenario(FAULT, BOUNDED, List.of(), HELD));
        Verdict two = check(scenario(FAULT, BOUNDED, List.of(), HELD));
        List<Verdict> given = order().unexpected(List.of(two, good, one));
        assertThat(given).hasSize(2);
        assertThat(given.get(0)).isSameAs(two);
    }
}
