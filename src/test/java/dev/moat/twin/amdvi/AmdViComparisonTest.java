package dev.moat.twin.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.twin.Campaign;
import dev.moat.twin.Finding;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The comparison passes a sound unit and finds every rule that is broken, in copies of the twin. */
class AmdViComparisonTest {
    /** In which each that is broken is found. */
    private static final int OPERATIONS = 100_000;

    /** In which nothing is found in what is not. */
    private static final int SOUND = 20_000;

    private static Optional<Finding<AmdViOperation>> compare(AmdViComparison comparison) {
        return compare(comparison, OPERATIONS);
    }

    private static Optional<Finding<AmdViOperation>> compare(AmdViComparison comparison, int operations) {
        return new Campaign<>(AmdViScripts::script, comparison::run, AmdViOperation::simpler).run(1, operations);
    }

    private static Supplier<AmdViUnderTest> copy(SlowAmdViRules rules) {
        return () -> new AmdViCopy(rules, SlowAmdViUnit.Caches.OF_REACHABLE_ROOTS);
    }

    @Test
    void passesACopy() {
        AmdViComparison comparison = new AmdViComparison(copy(new SlowAmdViRules()));
        assertThat(compare(comparison, SOUND)).isEmpty();
        assertThat(comparison.requests()).isGreaterThan(SOUND / 4);
        assertThat(comparison.certain()).as("of %d", comparison.requests()).isGreaterThan(comparison.requests() / 2);
    }

    static Stream<Arguments> broken() {
        return AmdViDefects.all().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void findsABrokenRule(String name, SlowAmdViRules rules) {
        Optional<Finding<AmdViOperation>> finding = compare(new AmdViComparison(copy(rules)));
        assertThat(finding).as(name).isPresent();
        assertThat(finding.get().script()).as(finding.get().toString()).hasSizeLessThan(25);
    }

    /** A unit that goes on following the root of a DTE that was invalidated along with all pages of its domain. */
    @Test
    void findsARootThatStays() {
        assertThat(compare(new AmdViComparison(
                        () -> new AmdViCopy(new SlowAmdViRules(), SlowAmdViUnit.Caches.OF_ALL_ROOTS))))
                .isPresent();
    }

    /** One answer to every request, where there are no caches; and a cache that says it is none is found. */
    @Test
    void comparesAUnitWithoutCachesExactly() {
        AmdViComparison comparison = new AmdViComparison(() -> uncached(SlowAmdViUnit.Caches.NONE));
        assertThat(compare(comparison, SOUND)).isEmpty();
        assertThat(comparison.certain()).isEqualTo(comparison.requests());
        assertThat(compare(new AmdViComparison(() -> uncached(SlowAmdViUnit.Caches.OF_REACHABLE_ROOTS))))
                .isPresent();
    }

    private static AmdViUnderTest uncached(SlowAmdViUnit.Caches caches) {
        return new AmdViCopy(new SlowAmdViRules(), caches) {
            @Override
            public boolean caches() {
                return false;
            }
        };
    }
}
