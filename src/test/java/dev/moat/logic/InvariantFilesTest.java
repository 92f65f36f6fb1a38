package dev.moat.logic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.input.InputException;
import dev.moat.logic.judge.Judge;
import dev.moat.logic.testing.AtomWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every file under {@code invariants/} must be. */
class InvariantFilesTest {
    private static final InvariantLibrary LIBRARY =
            InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"));

    @Test
    void theSliceHasItsInvariants() {
        assertThat(LIBRARY.ids())
                .contains(
                        "demotion-invalidated",
                        "no-foreign",
                        "no-stale",
                        "no-stale-context",
                        "pins-match-holds",
                        "status-matches-pins")
                .isSorted();
    }

    @TestFactory
    List<DynamicTest> eachFileIsComplete() {
        return LIBRARY.all().stream()
                .map(i -> DynamicTest.dynamicTest(i.id(), () -> isComplete(i)))
                .toList();
    }

    /** One sentence, and a header that says what it means; with and without a witness both states exist. */
    private static void isComplete(Invariant invariant) throws IOException {
        assertThat(invariant.says()).endsWith(".").doesNotContain("\n").hasSizeBetween(20, 140);
        assertThat(invariant.says().split(" ")).hasSizeLessThanOrEqualTo(20);
        assertThat(invariant.source()).isNotBlank();
        assertThat(Files.readString(Path.of("invariants", invariant.id() + ".smt2")))
                .startsWith("; ");
        AtomWorld world = new AtomWorld(LIBRARY.vocabulary(), sort -> 2, Set.of());
        Judge judge = world.judge(List.of(invariant));
        long[] nothing = world.schema().blank();
        assertThat(judge.violated(nothing))
                .as("violated where nothing is mapped")
                .isZero();
        assertThat(judge.witnessed(nothing, 1))
                .as("witnessed where nothing is mapped")
                .isZero();
        assertThat(judge.conjuncts()).isPositive();
    }

    @TestFactory
    List<DynamicTest> eachFileStaysInTheFragment() {
        return LIBRARY.all().stream()
                .map(i -> DynamicTest.dynamicTest(
                        i.id(),
                        () -> assertThat(Fragment.cycle(List.of(i.formula()))).isEmpty()))
                .toList();
    }

    @Test
    void allFilesTogetherStayInTheFragment() {
        assertThat(Fragment.cycle(LIBRARY.all().stream().map(Invariant::formula).toList()))
                .isEmpty();
    }

    @Test
    void anUnknownIdNamesTheKnownOnes() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> LIBRARY.get("no-foriegn"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("unknown invariant 'no-foriegn'; known: addresses-balance, ");
    }
}
