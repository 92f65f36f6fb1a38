package dev.moat.explore;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LayerKillTest {
    private final KillMatrixTest matrix = new KillMatrixTest();

    static Stream<KillRow> rows() {
        return LayerKills.ROWS.stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void row(KillRow row) {
        matrix.row(row);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void withoutTheFaultAllHolds(KillRow row) {
        matrix.withoutTheFaultAllHolds(row);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void orderFaultsAreInvisibleAtOperation(KillRow row) {
        matrix.orderFaultsAreInvisibleAtOperation(row);
    }
}
