package dev.moat.xen.twin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tag;

/** The product's grant tables agree with {@link SlowGrants} on random operations, after each in all that guests can see. */
class GrantTwinTest {
    /** Operations of a sequence on average. */
    private static final int LENGTH = 60;

    /** One operation; the numbers are the dice that it is made of. */
    @Provide
    Arbitrary<List<Integer>> dice() {
        return Arbitraries.integers()
                .between(0, Integer.MAX_VALUE)
                .withoutEdgeCases()
                .list()
                .ofMinSize(1)
                .ofMaxSize(2 * LENGTH)
                .withSizeDistribution(RandomDistribution.uniform());
    }

    private static void agree(List<Integer> dice) {
        TwinGrants twins = new TwinGrants(dice.get(0));
        for (int die : dice) {
            assertThat(twins.perform(die)).isEmpty();
        }
    }

    @Property(tries = 300, seed = "20261120")
    void bothAgree(@ForAll("dice") List<Integer> dice) {
        agree(dice);
    }

    /** 60 operations on average: 1.2 million. */
    @Tag("deep")
    @Property(tries = 20_000)
    void bothAgreeOnAMillionOperations(@ForAll("dice") List<Integer> dice) {
        agree(dice);
    }

    /** Every kind of operation, and every status that the rules know, comes up: the agreement is not hollow. */
    @Example
    void everyStatusComesUp() {
        TwinMachines.Coverage coverage = new TwinMachines.Coverage();
        Random random = new Random(20261120);
        for (int i = 0; i < 150; i++) {
            TwinGrants twins = new TwinGrants(coverage, random.nextInt(Integer.MAX_VALUE));
            for (int k = 0; k < 2 * LENGTH; k++) {
                assertThat(twins.perform(random.nextInt(Integer.MAX_VALUE))).isEmpty();
            }
        }
        assertThat(coverage.outcomes())
                .contains(
                        "all handles taken",
                        "copy 0",
                        "copy 1",
                        "copy 2",
                        "copy 3",
                        "copy 8",
                        "copy 9",
                        "copy 10",
                        "copy of a part 0",
                        "copy through 0",
                        "copy through 2",
                        "copy through 3",
                        "copy through 9",
                        "destroy 0",
                        "get_status_frames 0",
                        "get_status_frames 1",
                        "get_status_frames 2",
                        "get_status_frames 8",
                        "get_version 0",
                        "get_version 1",
                        "get_version 3",
                        "gone",
                        "map 0",
                        "map 1",
                        "map 2",
                        "map 3",
                        "map 9",
                        "map 13",
                        "query_size 0",
                        "query_size 2",
                        "query_size 8",
                        "set_version 0",
                        "set_version 16",
                        "set_version 22",
                        "set_version 34",
                        "set_version 38",
                        "setup_table 0",
                        "setup_table 1",
                        "setup_table 2",
                        "setup_table 8",
                        "swap 0",
                        "swap 3",
                        "swap 12",
                        "transfer 0",
                        "transfer 1",
                        "transfer 2",
                        "transfer 9",
                        "unmap 0",
                        "unmap 1",
                        "unmap 4",
                        "unmap 6",
                        "unmap_and_replace 0",
                        "unmap_and_replace 1",
                        "unmap_and_replace 4",
                        "zombie");
    }
}
