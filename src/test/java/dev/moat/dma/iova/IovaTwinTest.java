package dev.moat.dma.iova;

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

/** The allocator agrees with {@link SlowIova} on random operations, after each in everything, at many sizes. */
class IovaTwinTest {
    /** One operation each; the numbers are the dice that it is made of. */
    @Provide
    Arbitrary<List<Integer>> dice() {
        return Arbitraries.integers()
                .between(0, Integer.MAX_VALUE)
                .withoutEdgeCases()
                .list()
                .ofMinSize(1)
                .ofMaxSize(300);
    }

    @Property(tries = 400, seed = "20261121")
    void bothAgree(@ForAll("dice") List<Integer> dice) {
        assertThat(TwinIova.run(dice, TwinIova.noOutcomes())).isEmpty();
    }

    @Property(tries = 400, seed = "20261128")
    void bothAgreeByLaterRules(@ForAll("dice") List<Integer> dice) {
        assertThat(TwinIova.run(dice, LinuxRelease.LINUX_6_12, TwinIova.noOutcomes()))
                .isEmpty();
    }

    /** A depot that is trimmed, and one that there is no more memory for. */
    @Example
    void everyDepotComesUpByLaterRules() {
        Set<String> outcomes = TwinIova.noOutcomes();
        Random random = new Random(20261128);
        for (int i = 0; i < 60; i++) {
            List<Integer> dice = random.ints(1500, 0, Integer.MAX_VALUE).boxed().toList();
            assertThat(TwinIova.run(dice, LinuxRelease.LINUX_6_12, outcomes)).isEmpty();
        }
        assertThat(outcomes).contains("depot", "trim true", "trim false", "normalise", "CACHED_RANGE_IS_GONE");
    }

    @Tag("deep")
    @Property(tries = 20_000)
    void bothAgreeForLong(@ForAll("dice") List<Integer> dice) {
        assertThat(TwinIova.run(dice, TwinIova.noOutcomes())).isEmpty();
    }

    /** Long sequences, in which domains fill up and blocks of ranges are split and joined; every outcome comes up. */
    @Example
    void everythingComesUp() {
        Set<String> outcomes = TwinIova.noOutcomes();
        Random random = new Random(20261121);
        for (int i = 0; i < 60; i++) {
            List<Integer> dice = random.ints(1500, 0, Integer.MAX_VALUE).boxed().toList();
            assertThat(TwinIova.run(dice, outcomes)).isEmpty();
        }
        assertThat(outcomes)
                .contains(
                        "alloc",
                        "alloc fails",
                        "alloc with caches",
                        "alloc_fast",
                        "alloc_fast fails",
                        "alloc_fast with caches",
                        "alloc_fast with flush",
                        "alloc_fast with flush fails",
                        "alloc_fast with flush with caches",
                        "free true",
                        "free false",
                        "find true",
                        "find false",
                        "reserve true",
                        "reserve false",
                        "on",
                        "release",
                        "depot",
                        "normalise",
                        "three blocks of 64",
                        "CACHED_RANGE_IS_GONE",
                        "RESERVED_BEYOND_ADDRESSES");
    }
}
