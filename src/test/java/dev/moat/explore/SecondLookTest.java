package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.trace.walk.SecondLook;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is looked for in others' components is not found in Moat's: who did nothing wrong is not accused. */
class SecondLookTest {
    @ParameterizedTest
    @MethodSource("dev.moat.explore.SlotLivenessTest#machines")
    void findsNothingInMoatsOwn(String line) {
        assertThat(new SecondLook(Machines.machine(line)).look(-1)).isEmpty();
    }
}
