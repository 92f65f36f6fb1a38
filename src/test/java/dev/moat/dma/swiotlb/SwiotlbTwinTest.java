package dev.moat.dma.swiotlb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.dma.release.LinuxRelease;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Bounce buffers agree with {@link SlowSwiotlb} on random operations, after each in everything, contents of memory included. */
class SwiotlbTwinTest {
    /** One operation each; the numbers are the dice that it is made of. */
    @Provide
    Arbitrary<List<Integer>> dice() {
        return Arbitraries.integers()
                .between(0, Integer.MAX_VALUE)
                .withoutEdgeCases()
                .list()
                .ofMinSize(1)
                .ofMaxSize(100);
    }

    @Property(tries = 300, seed = "20261121")
    void bothAgree(@ForAll("dice") List<Integer> dice) {
        assertThat(TwinSwiotlb.run(dice, TwinSwiotlb.noOutcomes())).isEmpty();
    }

    @Property(tries = 300, seed = "20261128")
    void bothAgreeByLaterRules(@ForAll("dice") List<Integer> dice) {
        assertThat(TwinSwiotlb.run(dice, LinuxRelease.LINUX_6_12, TwinSwiotlb.noOutcomes()))
                .isEmpty();
    }

    @Property(tries = 300, seed = "20261130")
    void bothAgreeByRulesBetween(@ForAll("dice") List<Integer> dice) {
        assertThat(TwinSwiotlb.run(dice, LinuxRelease.LINUX_6_6, TwinSwiotlb.noOutcomes()))
                .isEmpty();
    }

    @Tag("deep")
    @Property(tries = 20_000)
    void bothAgreeByRulesBetweenForLong(@ForAll("dice") List<Integer> dice) {
        assertThat(TwinSwiotlb.run(dice, LinuxRelease.LINUX_6_6, TwinSwiotlb.noOutcomes()))
                .isEmpty();
    }

    @Tag("deep")
    @Property(tries = 20_000)
    void bothAgreeByLaterRulesForLong(@ForAll("dice") List<Integer> dice) {
        assertThat(TwinSwiotlb.run(dice, LinuxRelease.LINUX_6_12, TwinSwiotlb.noOutcomes()))
                .isEmpty();
    }

    @Tag("deep")
    @Property(tries = 20_000)
    void bothAgreeForLong(@ForAll("dice") List<Integer> dice) {
        assertThat(TwinSwiotlb.run(dice, TwinSwiotlb.noOutcomes())).isEmpty();
    }

    /** The largest pool ends beyond 2048 slots, and its last slots are memory, too. */
    @Example
    void theLastSlotOfTheLargestPool() {
        List<Integer> dice = List.of(
                114951,
                159064,
                4368220,
                441,
                23,
                1193,
                46,
                874775,
                5916495,
                587953712,
                1780006814,
                149143,
                589,
                505,
                605,
                26228,
                1800822003,
                449321839,
                276834,
                659);
        assertThat(TwinSwiotlb.run(dice, TwinSwiotlb.noOutcomes())).isEmpty();
    }

    /** What comes up in so many sequences, in all of which the pool and its twin agree. */
    private static Set<String> outcomes(long seed, LinuxRelease release) {
        Set<String> outcomes = TwinSwiotlb.noOutcomes();
        Random random = new Random(seed);
        for (int i = 0; i < 120; i++) {
            List<Integer> dice = random.ints(150, 0, Integer.MAX_VALUE).boxed().toList();
            assertThat(TwinSwiotlb.run(dice, release, outcomes)).isEmpty();
        }
        return outcomes;
    }

    @Example
    void everythingComesUp() {
        assertThat(outcomes(20261121, LinuxRelease.LINUX_6_1))
                .contains(
                        "map",
                        "map fails",
                        "map at real size",
                        "map fails at real size",
                        "unmap",
                        "unmap inside",
                        "sync",
                        "allocate",
                        "free true",
                        "bug",
                        "endless true",
                        "high true",
                        "MAPPING_EXCEEDS_ALLOCATION",
                        "POOL_IS_FULL",
                        "BELOW_MAPPING",
                        "BEHIND_MAPPING",
                        "BEYOND_MAPPING");
    }

    @Example
    void everythingComesUpByLaterRules() {
        assertThat(outcomes(20261128, LinuxRelease.LINUX_6_12))
                .contains(
                        "map",
                        "map fails",
                        "map at real size",
                        "map fails at real size",
                        "slots before true",
                        "unmap",
                        "unmap inside",
                        "sync",
                        "allocate",
                        "free true",
                        "bug",
                        "ALIGNMENT_BEYOND_PAGE",
                        "POOL_IS_FULL",
                        "BEYOND_MAPPING")
                .doesNotContain("endless true", "BELOW_MAPPING", "BEHIND_MAPPING", "MAPPING_EXCEEDS_ALLOCATION");
    }

    @Example
    void everythingComesUpByRulesBetween() {
        assertThat(outcomes(20261130, LinuxRelease.LINUX_6_6))
                .contains(
                        "map",
                        "map fails",
                        "map at real size",
                        "map fails at real size",
                        "in steps",
                        "unmap",
                        "sync",
                        "a page that begins with another's slot",
                        "bug",
                        "POOL_IS_FULL",
                        "BELOW_MAPPING",
                        "BEHIND_MAPPING",
                        "BEYOND_MAPPING")
                .doesNotContain("endless true", "slots before true", "MEMORY_IS_NOT_PAGES");
    }
}
