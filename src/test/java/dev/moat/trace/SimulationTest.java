package dev.moat.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.model.Actor;
import dev.moat.model.Component;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Role;
import dev.moat.state.Writer;
import dev.moat.trace.testing.Counters;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {
    private static final int LENGTH = 60;

    private static Simulation.Result run(long seed, long first, long steps, String... faults) {
        return new Simulation(Counters.at(Granularity.STEP, faults).runner())
                .run(seed, first, steps, LENGTH, (walks, transitions) -> {});
    }

    @ParameterizedTest
    @ValueSource(strings = {"increment.no-lock", "increment.no-limit", "increment.no-release"})
    void findsEachSeededFaultTheSameWayEachTime(String fault) {
        Simulation.Result found = run(7, 0, 100_000, fault);
        TraceRunner runner = Counters.at(Granularity.STEP, fault).runner();
        assertThat(runner.violated(runner.last(Objects.requireNonNull(found.violation()))))
                .isNotZero();
        assertThat(run(7, 0, 100_000, fault)).usingRecursiveComparison().isEqualTo(found);
    }

    @Test
    void findsNothingInTheMachineWithoutFaultsAndMeetsEveryLetter() {
        Simulation.Result result = run(7, 0, 20_000);
        assertThat(result.violation()).isNull();
        assertThat(result.transitions()).isEqualTo(20_000);
        assertThat(result.taken()).doesNotContain(0L);
        assertThat(result.taken().stream().mapToLong(Long::longValue).sum()).isEqualTo(20_000);
        assertThat(result.next()).isEqualTo(result.walks());
        assertThat(result.rejected()).isPositive();
    }

    /** What a walk does depends on seed and number alone, so it is met again without those before it. */
    @Test
    void goesOnWithAnyWalk() {
        Simulation.Result whole = run(3, 0, 100_000, "increment.no-limit");
        Simulation.Result last = run(3, whole.next() - 1, LENGTH, "increment.no-limit");
        assertThat(last.violation()).isEqualTo(whole.violation());
        assertThat(whole.walks()).isEqualTo(whole.next());
        assertThat(last.walks()).isEqualTo(1);
    }

    @Test
    void aSeedIsNotAnother() {
        assertThat(run(1, 0, 2_000).taken()).isNotEqualTo(run(2, 0, 2_000).taken());
        assertThat(run(1, 0, 2_000).taken()).isNotEqualTo(run(1, 1, 2_000).taken());
    }

    /** Begun one step of the generator apart, all walks would roll the same numbers, each one number later than the one before. */
    @Test
    void noWalkRollsTheNumbersOfAnother() {
        Set<Long> rolled = new HashSet<>();
        for (long seed = 6; seed < 8; seed++) {
            for (long walk = 0; walk < 50; walk++) {
                SplittableRandom random = new SplittableRandom(Simulation.begin(seed, walk));
                for (int n = 0; n < 200; n++) {
                    assertThat(rolled.add(random.nextLong())).isTrue();
                }
            }
        }
    }

    /** A machine in which nothing can happen. */
    public static final class Still implements Component {
        @Override
        public String id() {
            return "still";
        }

        @Override
        public String says() {
            return "Nothing can happen.";
        }

        @Override
        public List<Parameter> parameters() {
            return List.of();
        }

        @Override
        public void build(Setting setting, ModelBuilder model) {
            model.schema().slots("here", Role.CACHE, Writer.IOMMU).bits(1);
            model.action("never", Actor.IOMMU, List.of(), (s, a, b, c, d, e) -> false);
        }
    }

    /** All walks of such a machine are one, and none brings the number of transitions nearer to what was asked for. */
    @Test
    @Timeout(60)
    void whereNothingCanHappenOneWalkIsAll() {
        MachineSpec spec = new MachineSpec(Still.class.getName(), Map.of(), Granularity.OPERATION, true, List.of());
        TraceRunner runner = new TraceRunner(Catalog.load().machine(spec), StateJudge.NOBODY);
        Simulation.Result result = new Simulation(runner).run(7, 3, 1_000, LENGTH, (walks, transitions) -> {
            if (walks > 1) {
                throw new AssertionError("another walk like the one before");
            }
        });
        assertThat(result.violation()).isNull();
        assertThat(result.transitions()).isZero();
        assertThat(result.walks()).isEqualTo(1);
        assertThat(result.interrupted()).isFalse();
    }

    /** Where something is wrong from the beginning the first walk ends there, without a letter. */
    @Test
    void theInitialStateIsJudgedToo() {
        StateJudge never = new StateJudge() {
            @Override
            public long violated(long[] s) {
                return 1;
            }

            @Override
            public List<String> ids() {
                return List.of("never");
            }

            @Override
            public List<String> explain(int invariant, long[] s) {
                return List.of();
            }
        };
        TraceRunner runner =
                new TraceRunner(Counters.at(Granularity.STEP).runner().machine(), never);
        Simulation.Result result = new Simulation(runner).run(7, 0, 100, LENGTH, (walks, transitions) -> {});
        assertThat(Objects.requireNonNull(result.violation()).instances()).isEmpty();
        assertThat(result.walks()).isEqualTo(1);
        assertThat(result.transitions()).isZero();
    }

    @Test
    void anInterruptEndsItWithTheWalkInWhichItStopped() {
        Thread.currentThread().interrupt();
        Simulation.Result result = run(7, 5, 1_000);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(result.interrupted()).isTrue();
        assertThat(result.transitions()).isZero();
        assertThat(result.next()).isEqualTo(5);
    }
}
