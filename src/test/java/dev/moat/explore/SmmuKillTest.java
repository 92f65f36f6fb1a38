package dev.moat.explore;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Faults of Xen and of drivers, shared with VT-d, on machines with SMMUv3s against every invariant, as {@link KillMatrixTest}
 * does with each fault once.
 */
class SmmuKillTest {
    private final KillMatrixTest matrix = new KillMatrixTest();

    static Stream<KillRow> shared() {
        return SmmuKills.SHARED.stream();
    }

    @ParameterizedTest
    @MethodSource("shared")
    void row(KillRow row) {
        matrix.row(row);
    }

    @ParameterizedTest
    @MethodSource("shared")
    void withoutTheFaultAllHolds(KillRow row) {
        matrix.withoutTheFaultAllHolds(row);
    }
}
