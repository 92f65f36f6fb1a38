package dev.moat.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call that waits for a lock at its first step never begins, so nothing is unfinished where an earlier one has kept it. */
class KeptLockTest {
    private static boolean isStuckBehindACall(Machine machine) {
        Stepper stepper = machine.stepper();
        long[] s = machine.initial();
        assertThat(stepper.apply(machine.find("cpu0: call()").orElseThrow(), s)).isTrue();
        if (machine.granularity() == Granularity.STEP) {
            assertThat(stepper.apply(machine.find("cpu0: step").orElseThrow(), s))
                    .isTrue();
        }
        stepper.expand(s, (instance, next) -> {});
        assertThat(new Lookahead(machine).isStuck(s)).isEqualTo(stepper.stuck());
        return stepper.stuck();
    }

    @ParameterizedTest
    @EnumSource(Granularity.class)
    void aLockThatNobodyGivesBackIsADeadlock(Granularity granularity) {
        assertThat(isStuckBehindACall(KeptLock.machine(granularity, true, false)))
                .isTrue();
        assertThat(isStuckBehindACall(KeptLock.machine(granularity, false, false)))
                .isFalse();
    }

    @Test
    void oneThatHardwareGivesBackIsNone() {
        assertThat(isStuckBehindACall(KeptLock.machine(Granularity.STEP, true, true)))
                .isFalse();
    }
}
