package dev.moat.dma;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.twin.SlowArea;
import java.util.BitSet;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The runs that a search of the layer takes are those that Linux's search of a bitmap finds, and those of a list that is counted. */
class PageRunsTest {
    private static final int PAGES = 9;

    private final SchemaBuilder schema = new SchemaBuilder();
    private final Slots taken = schema.slots(
                    "taken",
                    Role.HYPERVISOR,
                    Writer.HYPERVISOR,
                    Sort.numbered("Space", "s", 2),
                    Sort.numbered("Page", "p", PAGES))
            .bits(1);
    private final long[] s = schema.build().blank();
    private final PageRuns runs = new PageRuns(taken, PAGES);

    /** All bitmaps of nine pages: Linux's search is told of one page more, as it never gives the last one out. */
    @Test
    void theNextRunIsTheOneOfLinuxsSearch() {
        int found = 0;
        for (int bits = 0; bits < 1 << PAGES; bits++) {
            set(bits);
            for (int from = 0; from <= PAGES; from++) {
                for (int boundary = 2; boundary <= 8; boundary *= 2) {
                    for (int shift = 0; shift < boundary; shift++) {
                        int segment = boundary;
                        int behind = shift;
                        int run = runs.next(s, 1, from, 2, p -> !AreaAllocator.spansBoundary(p, 2, behind, segment));
                        BitSet used = BitSet.valueOf(new long[] {bits});
                        assertThat((long) run)
                                .as("%x from %d, %d after %d", bits, from, boundary, shift)
                                .isEqualTo(SlowArea.allocate(used, PAGES + 1L, from, 2, shift, boundary, 0));
                        found += run >= 0 ? 1 : 0;
                    }
                }
            }
        }
        assertThat(found).isGreaterThan(10_000);
    }

    @Test
    void theHighestRunIsTheLastAlignedOneThatIsFree() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 20_000; i++) {
            int bits = random.nextInt(1 << PAGES);
            set(bits);
            int count = 1 + random.nextInt(4);
            int step = 1 << random.nextInt(3);
            int end = random.nextInt(PAGES + 1);
            int expected = IntStream.rangeClosed(0, end - count)
                    .filter(p -> p % step == 0 && (bits >> p & (1 << count) - 1) == 0)
                    .max()
                    .orElse(PageRuns.NONE);
            assertThat(runs.highest(s, 1, end, count, step)).isEqualTo(expected);
        }
    }

    @Test
    void pagesBehindTheLastOneAreNobodys() {
        set(0);
        runs.take(s, 0, PAGES - 1, 3);
        assertThat(runs.isTaken(s, 0, PAGES - 1)).isTrue();
        assertThat(runs.isTaken(s, 1, 0)).isFalse();
        runs.free(s, 0, 0, PAGES + 1);
        assertThat(runs.next(s, 0, 0, PAGES, p -> true)).isZero();
    }

    private void set(int bits) {
        for (int p = 0; p < PAGES; p++) {
            taken.set(s, 1, p, bits >> p & 1);
        }
    }
}
