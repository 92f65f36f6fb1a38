package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Checkpointer;
import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.Scenario;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every phase of a check may be the one in which it has to end. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class AttemptTest {
    private static final Scenario CAUGHT = CheckerTest.scenario(
            List.of("add.no-bound"),
            List.of("no-deadlock"),
            List.of("bounded"),
            new Expectation(true, null, null, null, List.of("bounded"), 4L));

    /** What a phase does instead of its work. */
    private interface Act {
        void act();
    }

    private static Verdict check(Act open, Act explain, long seconds) {
        Engine engine = new TinyEngine() {
            @Override
            public Session open(Scenario scenario, Machine machine) {
                open.act();
                Session session = super.open(scenario, machine);
                return new Session() {
                    @Override
                    public Exploration explore(
                            Limits limits, boolean compares, Checkpointer keeper, Progress progress) {
                        return session.explore(limits, compares, keeper, progress);
                    }

                    @Override
                    public Finding explain(Exploration.Violation violation) {
                        explain.act();
                        return session.explain(violation);
                    }
                };
            }
        };
        Limits none = Limits.none(1);
        Limits limits = new Limits(none.depth(), 1, seconds, none.states(), none.memory());
        return new ScenarioChecker(Catalog.load(), engine)
                .check(new CheckRequest(CAUGHT, Map.of(), null, limits), Progress.silent());
    }

    private static void nothing() {}

    private static void full() {
        throw new OutOfMemoryError("planted");
    }

    /** Works without end, and looks from time to time whether to go on. */
    private static void endless() {
        while (true) {
            StoppedException.look();
            Thread.onSpinWait();
        }
    }

    @Test
    void withoutAnyOfItTheViolationIsFound() {
        assertThat(check(AttemptTest::nothing, AttemptTest::nothing, 3600).exit())
                .isEqualTo(ExitCode.OK);
    }

    @Test
    void theTimeLimitHoldsWhileInvariantsAreCompiled() {
        Verdict v = check(AttemptTest::endless, AttemptTest::nothing, 1);
        assertThat(v.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(v.unmet())
                .containsExactly("no verdict: the limit on time 1 s (while compiling the invariants) was hit");
        assertThat(v.run().distinct()).isZero();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    /** What was searched is told, and what it found. */
    @Test
    void theTimeLimitHoldsWhileAViolationIsReplayed() {
        Verdict v = check(AttemptTest::nothing, AttemptTest::endless, 1);
        assertThat(v.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(v.kind()).isEqualTo(Verdict.Kind.INCONCLUSIVE);
        assertThat(v.unmet())
                .containsExactly("no verdict: the limit on time 1 s (while replaying the violation of bounded after 4"
                        + " transitions) was hit");
        assertThat(v.run().distinct()).isPositive();
        assertThat(v.finding()).isNull();
    }

    @Test
    void aFullHeapIsALimitInEveryPhase() {
        Verdict opening = check(AttemptTest::full, AttemptTest::nothing, 3600);
        assertThat(opening.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(opening.unmet().get(0)).contains("memory (Java's heap of ", "(while compiling the invariants)");
        Verdict explaining = check(AttemptTest::nothing, AttemptTest::full, 3600);
        assertThat(explaining.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(explaining.unmet().get(0)).contains("while replaying the violation of bounded after 4 transitions");
        assertThat(explaining.run().distinct()).isPositive();
    }

    @Test
    void tooManyInstancesAreALimitAndNoFaultOfTheInvariant() {
        Verdict v = check(
                () -> {
                    throw new LimitException("ground instances 5", "i.smt2:4:24: more than 5 ground instances");
                },
                AttemptTest::nothing,
                3600);
        assertThat(v.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(v.run().limit())
                .isEqualTo("ground instances 5 (while compiling the invariants: i.smt2:4:24: more than 5 ground"
                        + " instances)");
    }

    @Test
    void anInterruptWhileAViolationIsReplayedIsNoTimeLimit() {
        Verdict v = check(
                AttemptTest::nothing,
                () -> {
                    Thread.currentThread().interrupt();
                    StoppedException.look();
                },
                3600);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(v.exit()).isEqualTo(ExitCode.INTERRUPTED);
    }
}
