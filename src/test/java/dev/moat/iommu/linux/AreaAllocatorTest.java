package dev.moat.iommu.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AreaAllocatorTest {
    private static final long NO_BOUNDARY = 1L << 52;

    private final SchemaBuilder builder = new SchemaBuilder();
    private final AreaAllocator area = new AreaAllocator(builder, "map", 256);
    private final long[] s = builder.build().blank();

    private long allocate(int size, int start, int count) {
        return area.allocate(s, size, start, count, 0, NO_BOUNDARY, 0);
    }

    /** Many calls with the slow twin beside it: the same answers, the same pages taken. */
    @Property(tries = 400)
    void agreesWithTheSlowOne(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int size) {
        Random random = new Random(seed);
        SchemaBuilder schema = new SchemaBuilder();
        AreaAllocator fast = new AreaAllocator(schema, "map", size + 64);
        SlowArea slow = new SlowArea(size + 64);
        long[] state = schema.build().blank();
        for (int step = 0; step < 60; step++) {
            int start = random.nextInt(size + 3);
            int count = 1 + random.nextInt(8);
            long alignMask = (1L << random.nextInt(4)) - 1;
            long shift = random.nextInt(40);
            if (random.nextInt(3) == 0) {
                int from = random.nextInt(size);
                boolean take = random.nextBoolean();
                slow.set(from, count, take);
                if (take) {
                    fast.take(state, from, count);
                } else {
                    fast.free(state, from, count);
                }
            } else if (random.nextBoolean()) {
                long expected = slow.zeroArea(size, start, count, alignMask, shift);
                long found = fast.nextZeroArea(state, size, start, count, alignMask, shift);
                assertThat(expected < 0 ? found > size : found == expected)
                        .as(
                                "zero area %d %d %d %d %d: %d, not %d",
                                size, start, count, alignMask, shift, found, expected)
                        .isTrue();
            } else {
                long boundary = Math.max(Long.highestOneBit(Math.max(count, 1)) << 1, 1L << random.nextInt(8));
                long expected = slow.find(size, start, count, shift, boundary, alignMask);
                long found = fast.allocate(state, size, start, count, shift, boundary, alignMask);
                assertThat(found)
                        .as("%d %d %d %d %d %d", size, start, count, shift, boundary, alignMask)
                        .isEqualTo(expected);
                slow.set((int) Math.max(found, 0), found < 0 ? 0 : count, true);
            }
            for (int page = 0; page < size + 64; page++) {
                assertThat(fast.isTaken(state, page)).as("page %d", page).isEqualTo(slow.taken[page]);
            }
        }
    }

    /** No pages: the first free one is named, and nothing taken. */
    @Test
    void aRunOfNoPages() {
        assertThat(allocate(16, 0, 0)).isZero();
        area.take(s, 0, 3);
        assertThat(allocate(16, 0, 0)).isEqualTo(3);
        area.take(s, 3, 13);
        assertThat(allocate(16, 0, 0)).isEqualTo(AreaAllocator.NONE);
        assertThat(s[0]).isEqualTo(0xffff);
    }

    @Test
    void theLastPageIsNeverGivenOut() {
        assertThat(allocate(1, 0, 1)).isEqualTo(AreaAllocator.NONE);
        assertThat(allocate(64, 0, 63)).isZero();
        assertThat(allocate(64, 0, 1)).isEqualTo(AreaAllocator.NONE);
        assertThat(allocate(65, 0, 1)).isEqualTo(63);
    }

    /** A run longer than a segment: Linux comes back only where no place is free. */
    @Test
    void aSearchThatWouldNotEndIsRefused() {
        assertThat(area.find(s, 64, 0, 5, 0, 4, 0)).isEqualTo(AreaAllocator.ENDLESS);
        assertThat(area.find(s, 64, 62, 5, 0, 4, 0)).isEqualTo(AreaAllocator.NONE);
        // With an alignment beyond the boundary the search goes on, and ends.
        assertThat(area.find(s, 64, 0, 9, 4, 8, 15)).isEqualTo(AreaAllocator.NONE);
        assertThat(s).containsOnly(0);
    }

    @Test
    void aBoundaryThatIsNoneIsABugOnceThereIsAPlace() {
        assertThat(area.find(s, 64, 0, 1, 0, 3, 0)).isEqualTo(AreaAllocator.BUG);
        assertThat(area.find(s, 64, 0, 1, 0, 0, 0)).isEqualTo(AreaAllocator.BUG);
        assertThat(area.find(s, 64, 64, 1, 0, 3, 0)).isEqualTo(AreaAllocator.NONE);
    }

    @Test
    void sizesAndReach() {
        assertThat(AreaAllocator.pages(0xfff, 1, 4096)).isEqualTo(1);
        assertThat(AreaAllocator.pages(0xfff, 2, 4096)).isEqualTo(2);
        assertThat(AreaAllocator.pages(0x1000, 0, 4096)).isZero();
        assertThat(AreaAllocator.pages(0x1001, 0, 4096)).isEqualTo(1);
        assertThat(AreaAllocator.reachablePages(100, 10, 100)).isEqualTo(91);
        assertThat(AreaAllocator.reachablePages(100, 0, 100)).isEqualTo(100);
        assertThat(AreaAllocator.reachablePages(10, 20, 5)).isEqualTo(-14);
    }

    /** As Linux's bitmap_set with a length that has wrapped: one word, from the start's bit to the end's. */
    @Test
    void aNegativeCountTouchesOneWord() {
        area.take(s, 70, 0xfffff000 + 20);
        assertThat(s).containsExactly(0, -1L >>> (64 - 26) & -1L << 6, 0, 0);
    }

    @Test
    void aRunOutsideIsRefused() {
        assertThatThrownBy(() -> area.take(s, 250, 7)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> area.take(s, -1, 1)).isInstanceOf(IllegalArgumentException.class);
        area.take(s, 256, 0);
        area.take(s, 250, 6);
        assertThat(area.isTaken(s, 255)).isTrue();
    }

    /** For a search: one word of a large bitmap, with few pages that are ever free. */
    @Test
    void oneWordOfABitmap() {
        SchemaBuilder schema = new SchemaBuilder();
        AreaAllocator few = new AreaAllocator(schema, "map", 4, 0b1110L);
        Schema built = schema.build();
        long[] state = built.blank();
        assertThat(few.capacity()).isEqualTo(320);
        assertThat(few.isTaken(state, 3)).isTrue();
        assertThat(few.isTaken(state, 256)).isTrue();
        assertThat(few.allocate(state, 320, 0, 2, 0, NO_BOUNDARY, 0)).isEqualTo(257);
        assertThat(few.allocate(state, 320, 0, 2, 0, NO_BOUNDARY, 0)).isEqualTo(AreaAllocator.NONE);
        assertThat(few.nextZeroArea(state, 320, 10, 1, 0, 0)).isEqualTo(259);
        few.free(state, 257, 1);
        assertThat(few.allocate(state, 320, 100, 1, 0, NO_BOUNDARY, 0)).isEqualTo(257);
        assertThatThrownBy(() -> few.take(state, 255, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(built.families().get(0).varying()).isEqualTo(0b1110L);
    }

    /** Linux's answers with an alignment of 2^64 and an offset: the one multiple less the offset, whatever is taken there. */
    @Test
    void aRunAtTheOnlyMultipleLessAnOffset() {
        assertThat(area.nextZeroArea(s, 64, 0, 3, -1, 3)).isEqualTo(-3);
        area.take(s, 0, 64);
        assertThat(area.nextZeroArea(s, 64, 0, 40, -1, 1)).isEqualTo(-1);
        assertThat(area.nextZeroArea(s, 64, 0, 2, -1, 2)).isEqualTo(-2);
        assertThat(AreaAllocator.isEndless(-2, 64, 2)).isFalse();
        assertThat(AreaAllocator.isEndless(area.nextZeroArea(s, 64, 0, 1, -1, 0), 64, 1))
                .isTrue();
    }

    /** No number stands for a search without end that could be an answer: each is some offset's, and the size is one of no pages. */
    @Test
    void everyNumberCanBeAnAnswer() {
        for (long number : new long[] {Long.MIN_VALUE, 3L << 62, -4, -2, -1}) {
            assertThat(area.nextZeroArea(s, 64, 0, 0, -1, -number)).isEqualTo(number);
            assertThat(AreaAllocator.isEndless(number, 64, 0)).isFalse();
        }
        area.take(s, 0, 64);
        assertThat(area.nextZeroArea(s, 64, 0, 0, 0, 0)).isEqualTo(64);
        assertThat(AreaAllocator.isEndless(64, 64, 0)).isFalse();
    }
}
