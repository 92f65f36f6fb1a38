package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Each piece is handed out once, whoever asks when; a worker has its own stretch first, and what is left by another in its order. */
class StretchesTest {
    @Property(tries = 300)
    void eachPieceOnce(
            @ForAll @IntRange(max = 40) int pieces,
            @ForAll @IntRange(min = 1, max = 5) int workers,
            @ForAll @Size(60) List<@IntRange(max = 4) Integer> order) {
        WorkerPool.Stretches left = new WorkerPool.Stretches(pieces, workers);
        List<List<Integer>> had = new ArrayList<>();
        IntStream.range(0, workers).forEach(w -> had.add(new ArrayList<>()));
        for (int who : order) {
            int piece = left.next(who % workers);
            if (piece >= 0) {
                had.get(who % workers).add(piece);
            }
        }
        for (int piece = left.next(0); piece >= 0; piece = left.next(0)) {
            had.get(0).add(piece);
        }
        assertThat(IntStream.range(0, workers).mapToObj(left::next)).containsOnly(-1);
        assertThat(had.stream().flatMap(List::stream))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, pieces).boxed().toList());
        for (int w = 0; w < workers; w++) {
            int first = pieces * w / workers;
            int end = pieces * (w + 1) / workers;
            List<Integer> own =
                    had.get(w).stream().filter(p -> p >= first && p < end).toList();
            assertThat(own).isSorted();
            assertThat(had.get(w).subList(0, own.size())).isEqualTo(own);
        }
    }
}
