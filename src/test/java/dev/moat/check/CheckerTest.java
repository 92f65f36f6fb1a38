package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.machine.Granularity;
import dev.moat.model.BadSettingException;
import dev.moat.model.InjectedFault;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.CounterComponent;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CheckerTest {
    private static final Expectation HELD = new Expectation(false, 4L, 7L, 4L, List.of(), null);

    /** A scenario of the counter; limit 3, one CPU. */
    static Scenario scenario(List<String> faults, List<String> hold, List<String> fail, Expectation expect) {
        MachineSpec machine =
                new MachineSpec(CounterComponent.NAME, Map.of("limit", "3"), Granularity.OPERATION, false, faults);
        Path file = Path.of("specs/scenarios/counted.yaml");
        return new Scenario(
                file,
                2,
                "counted",
                "Counts.",
                machine,
                hold,
                fail,
                Map.of(),
                expect,
                "default",
                Integer.MAX_VALUE,
                1000);
    }

    static Verdict check(Scenario scenario) {
        return check(new CheckRequest(scenario, Map.of(), null, Limits.none(1)));
    }

    static Verdict check(CheckRequest request) {
        return new ScenarioChecker(Catalog.load(), new TinyEngine()).check(request, Progress.silent());
    }

    private static Expectation violated(List<String> invariants, Long length) {
        return new Expectation(true, null, null, null, invariants, length);
    }

    @Test
    void heldWithTheExpectedCounts() {
        Verdict v = check(scenario(List.of(), List.of("bounded"), List.of(), HELD));
        assertThat(v.kind()).isEqualTo(Verdict.Kind.HELD);
        assertThat(v.exit()).isEqualTo(ExitCode.OK);
        assertThat(v.unmet()).isEmpty();
        assertThat(v.judged()).containsExactly("bounded", "no-deadlock");
        assertThat(v.warnings()).isEmpty();
    }

    @Test
    void eachDeviatingCountIsNamed() {
        Expectation off = new Expectation(false, 5L, 8L, 3L, List.of(), null);
        Verdict v = check(scenario(List.of(), List.of("bounded"), List.of(), off));
        assertThat(v.exit()).isEqualTo(ExitCode.EXPECTATION);
        assertThat(v.unmet())
                .containsExactly(
                        "expected distinct states 5, got 4",
                        "expected generated states 8, got 7",
                        "expected depth 3, got 4");
    }

    @Test
    void aViolationOfWhatMustHoldIsUnexpected() {
        Verdict v = check(scenario(List.of("add.no-bound"), List.of("bounded"), List.of(), HELD));
        assertThat(v.kind()).isEqualTo(Verdict.Kind.VIOLATED);
        assertThat(v.exit()).isEqualTo(ExitCode.VIOLATION);
        assertThat(v.unmet()).containsExactly("bounded must hold and was violated");
        assertThat(v.finding().actions()).isEqualTo(4);
    }

    @Test
    void severalPropertiesThatMustHoldAreToldInThePlural() {
        Scenario scenario = scenario(List.of("add.no-bound"), List.of("bounded", "even"), List.of(), HELD);
        Verdict v = check(scenario);
        Finding one = v.finding();
        Finding two =
                new Finding(List.of("bounded", "even"), one.actions(), one.transitions(), one.told(), one.document());
        assertThat(Gate.judge(scenario, v.run(), two, true).unmet())
                .containsExactly("bounded, even must hold and were violated");
    }

    @Test
    void aDeadlockIsAViolationWithoutBeingAskedFor() {
        Verdict v = check(scenario(List.of("add.no-unlock"), List.of("bounded"), List.of(), HELD));
        assertThat(v.exit()).isEqualTo(ExitCode.VIOLATION);
        assertThat(v.finding().invariants()).containsExactly("no-deadlock");
        assertThat(v.finding().told().trace()).containsExactly("1  cpu0: add()", "2  cpu0: add()");
    }

    @Test
    void aControlThatIsCaughtIsAsExpected() {
        Verdict v = check(scenario(
                List.of("add.no-bound"), List.of("no-deadlock"), List.of("bounded"), violated(List.of("bounded"), 4L)));
        assertThat(v.kind()).isEqualTo(Verdict.Kind.VIOLATED);
        assertThat(v.exit()).isEqualTo(ExitCode.OK);
    }

    @Test
    void aControlThatIsNotCaughtMissesItsExpectation() {
        Verdict v = check(scenario(List.of(), List.of(), List.of("bounded"), violated(List.of(), null)));
        assertThat(v.kind()).isEqualTo(Verdict.Kind.HELD);
        assertThat(v.exit()).isEqualTo(ExitCode.EXPECTATION);
        assertThat(v.unmet()).containsExactly("expected a violation of bounded, but everything held");
    }

    @Test
    void aControlCaughtByOtherPropertiesOrAtAnotherLengthMissesItsExpectation() {
        Expectation both = violated(List.of("bounded", "even"), 3L);
        Verdict v = check(scenario(List.of("add.no-bound"), List.of(), List.of("bounded", "even"), both));
        assertThat(v.exit()).isEqualTo(ExitCode.EXPECTATION);
        assertThat(v.unmet())
                .containsExactly(
                        "expected exactly bounded, even to be violated, not even",
                        "expected length of the counterexample 3, got 1");
    }

    @Test
    void whatMustHoldOutweighsWhatMustFail() {
        Verdict v = check(
                scenario(List.of("add.no-bound"), List.of("even"), List.of("bounded"), violated(List.of(), null)));
        assertThat(v.exit()).isEqualTo(ExitCode.VIOLATION);
        assertThat(v.unmet()).containsExactly("even must hold and was violated");
    }

    @Test
    void aLimitGivesNoVerdict() {
        Limits two = new Limits(100, 1, 100, 2, 1L << 30);
        Verdict v =
                check(new CheckRequest(scenario(List.of(), List.of("bounded"), List.of(), HELD), Map.of(), null, two));
        assertThat(v.kind()).isEqualTo(Verdict.Kind.INCONCLUSIVE);
        assertThat(v.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(v.unmet())
                .containsExactly(
                        "no verdict: the limit on states (2) was hit",
                        "the search is complete to depth 3: every state within 2 transitions was judged, and no property"
                                + " is violated there");
    }

    @Test
    void theScenariosOwnLimitApplies() {
        Scenario s = scenario(List.of(), List.of("bounded"), List.of(), HELD);
        Scenario small = new Scenario(
                s.file(), 2, s.id(), s.says(), s.machine(), s.hold(), s.fail(), Map.of(), s.expect(), s.set(), 100, 3);
        assertThat(check(small).exit()).isEqualTo(ExitCode.LIMIT);
    }

    @Test
    void anInterruptGivesNoVerdict() {
        Thread.currentThread().interrupt();
        try {
            Verdict v = check(scenario(List.of(), List.of("bounded"), List.of(), HELD));
            assertThat(v.exit()).isEqualTo(ExitCode.INTERRUPTED);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void otherParametersMakeCountsVoidButNotTheVerdict() {
        Scenario held = scenario(List.of(), List.of("bounded"), List.of(), HELD);
        Verdict v = check(new CheckRequest(held, Map.of("limit", "5"), null, Limits.none(1)));
        assertThat(v.exit()).isEqualTo(ExitCode.OK);
        assertThat(v.run().distinct()).isEqualTo(6);
        assertThat(v.notes())
                .containsExactly("expected counts are not applied: parameters were given on the command line");
        Scenario control = scenario(List.of(), List.of(), List.of("bounded"), violated(List.of(), 4L));
        assertThat(check(new CheckRequest(control, Map.of("limit", "5"), null, Limits.none(1)))
                        .exit())
                .isEqualTo(ExitCode.EXPECTATION);
    }

    /** Nobody seeds a fault to see that everything holds. */
    @Test
    void anInjectedFaultHasToShow() {
        Scenario blind = scenario(List.of(), List.of(), List.of(), HELD);
        Verdict v = check(new CheckRequest(blind, Map.of(), List.of("add.no-bound"), Limits.none(1)));
        assertThat(v.kind()).isEqualTo(Verdict.Kind.HELD);
        assertThat(v.exit()).isEqualTo(ExitCode.EXPECTATION);
        assertThat(v.unmet())
                .containsExactly("add.no-bound was injected and everything holds: it is to break bounded at granularity"
                        + " operation, with what this scenario lacks");
    }

    /** That a witness is not reached besides, which alone would be no verdict, does not hide it. */
    @Test
    void anInjectedFaultHasToShowAlsoWhereAWitnessIsNotReached() {
        Scenario held = scenario(List.of(), List.of("bounded"), List.of(), HELD);
        Verdict v = check(held);
        List<InjectedFault> seeded = List.of(new CounterComponent().faults().get(0));
        String hollow = "no state satisfies the witness of even";
        Gate gate = new Gate(ExitCode.LIMIT, List.of(hollow)).demanding(seeded, held, v.run());
        assertThat(gate.exit()).isEqualTo(ExitCode.EXPECTATION);
        assertThat(gate.unmet())
                .hasSize(2)
                .contains(hollow)
                .anyMatch(text -> text.startsWith("add.no-bound was injected and everything holds"));
        Gate worse = new Gate(ExitCode.VIOLATION, List.of("bounded must hold and was violated"));
        assertThat(worse.demanding(seeded, held, v.run())).isEqualTo(worse);
    }

    /** Where the run was cut nobody knows yet whether the fault shows. */
    @Test
    void anInjectedFaultNeedNotShowWhereTheRunWasCut() {
        Scenario blind = scenario(List.of(), List.of(), List.of(), HELD);
        Limits two = new Limits(Integer.MAX_VALUE, 1, 60, 2, Limits.none(1).memory());
        Verdict v = check(new CheckRequest(blind, Map.of(), List.of("add.no-bound"), two));
        assertThat(v.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(v.unmet()).hasSize(2).first().asString().startsWith("no verdict: ");
    }

    @Test
    void otherFaultsMakeTheExpectationVoid() {
        Scenario held = scenario(List.of(), List.of("bounded"), List.of(), HELD);
        CheckRequest inject = new CheckRequest(held, Map.of(), List.of("add.no-bound"), Limits.none(1));
        assertThat(check(inject).exit()).isEqualTo(ExitCode.VIOLATION);
        Scenario control =
                scenario(List.of("add.no-bound"), List.of(), List.of("bounded"), violated(List.of("bounded"), 4L));
        Verdict v = check(new CheckRequest(control, Map.of(), List.of(), Limits.none(1)));
        assertThat(v.kind()).isEqualTo(Verdict.Kind.HELD);
        assertThat(v.exit()).isEqualTo(ExitCode.OK);
        assertThat(v.notes()).hasSize(1);
    }

    @Test
    void whatDoesNotFitTheComponentIsRefused() {
        Scenario s = scenario(List.of(), List.of("bounded"), List.of(), HELD);
        assertThatThrownBy(() -> check(new CheckRequest(s, Map.of("limt", "2"), null, Limits.none(1))))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("did you mean 'limit'?");
        assertThatThrownBy(() -> check(new CheckRequest(s, Map.of(), List.of("add.x"), Limits.none(1))))
                .isInstanceOf(BadSettingException.class);
    }

    @Test
    void heldForWantOfAnythingToForbidIsWarnedOf() {
        Scenario s = scenario(List.of(), List.of("bounded"), List.of(), Expectation.held());
        Verdict idle = check(new CheckRequest(s, Map.of("clearing", "false"), null, Limits.none(1)));
        assertThat(idle.warnings()).containsExactly("clear never took effect");
        Scenario one = scenario(List.of(), List.of("even"), List.of(), Expectation.held());
        Verdict none = check(one);
        assertThat(none.kind()).isEqualTo(Verdict.Kind.VIOLATED);
        assertThat(none.warnings()).isEmpty();
        assertThat(none.unreachedWitnesses()).containsExactly("even");
    }

    @Test
    void theMostSeriousCodeWins() {
        assertThat(ExitCode.worst(List.of())).isEqualTo(ExitCode.OK);
        List<ExitCode> order = List.of(
                ExitCode.OK,
                ExitCode.LIMIT,
                ExitCode.EXPECTATION,
                ExitCode.VIOLATION,
                ExitCode.DISAGREEMENT,
                ExitCode.BAD_INPUT,
                ExitCode.IO,
                ExitCode.SOLVER,
                ExitCode.INTERNAL,
                ExitCode.INTERRUPTED);
        for (int i = 1; i < order.size(); i++) {
            assertThat(ExitCode.worst(List.of(order.get(i), order.get(i - 1)))).isEqualTo(order.get(i));
        }
    }
}
