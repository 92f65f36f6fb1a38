package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who begins to remember looks at the states of the level first, which takes long where there are many. */
class CrewTest {
    private static final EffectLimits BOUNDS = new EffectLimits(1 << 26, 1 << 18, 1 << 14);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptEndsTheLookAndThenNothingIsRemembered(boolean interrupted) {
        Machine machine = Machines.machine("r1 operation refs=2");
        Judge judge = Machines.judge(machine);
        SearchState at = new SearchState(machine.schema().packing().words());
        long[] packed = new long[machine.schema().packing().words()];
        machine.schema().packing().pack(machine.initial(), packed, 0);
        at.level.resize(1);
        at.level.put(0, packed, 0);
        at.distinct = 1;
        try (WorkerPool crew =
                new WorkerPool(1, Long.MAX_VALUE, () -> new Expander(machine, judge, judge.evaluator(), at.set))) {
            crew.remembersFrom(0, BOUNDS);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            crew.remember(machine, at);
            assertThat(crew.remembered() == 0).isEqualTo(interrupted);
            assertThat(crew.workers().get(0).effects() == null).isEqualTo(interrupted);
        } finally {
            assertThat(Thread.interrupted()).isEqualTo(interrupted);
        }
    }
}
