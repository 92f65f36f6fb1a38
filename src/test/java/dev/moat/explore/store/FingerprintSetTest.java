package dev.moat.explore.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The table of fingerprints behaves as a set. */
class FingerprintSetTest {
    /** Fingerprints that crowd: few partitions and few homes, the last home of a table among them, so that runs wrap. */
    @Provide
    Arbitrary<List<Long>> crowded() {
        Arbitrary<Long> partition = Arbitraries.longs().between(0, 2);
        Arbitrary<Long> middle = Arbitraries.longs().between(0, 3);
        Arbitrary<Long> home = Arbitraries.of(0L, 1L, 2L, 1022L, 1023L, 2046L, 2047L);
        Arbitrary<Long> close = net.jqwik.api.Combinators.combine(partition, middle, home)
                .as((p, m, h) -> (p << 60) | (m << 30) | h)
                .filter(fp -> fp != 0);
        Arbitrary<Long> any = Arbitraries.longs().filter(fp -> fp != 0);
        return Arbitraries.oneOf(close, any).list().ofMaxSize(400);
    }

    @Property
    void agreesWithAHashSet(@ForAll("crowded") List<Long> fingerprints, @ForAll("crowded") List<Long> others) {
        FingerprintSet set = new FingerprintSet();
        Set<Long> twin = new HashSet<>();
        for (long fp : fingerprints) {
            assertThat(has(set, fp)).isEqualTo(twin.contains(fp));
            assertThat(set.add(fp)).isEqualTo(twin.add(fp));
            assertThat(has(set, fp)).isTrue();
        }
        for (long fp : others) {
            assertThat(has(set, fp)).isEqualTo(twin.contains(fp));
        }
        assertThat(set.size()).isEqualTo(twin.size());
    }

    @Test
    void keepsEverythingWhenItGrows() {
        FingerprintSet set = new FingerprintSet();
        long before = set.bytes();
        Random random = new Random(5);
        Set<Long> twin = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            long fp = random.nextLong() | 1;
            assertThat(set.add(fp)).isEqualTo(twin.add(fp));
        }
        assertThat(twin).allMatch(fp -> has(set, fp));
        assertThat(set.size()).isEqualTo(twin.size());
        assertThat(set.bytes()).isGreaterThan(before).isGreaterThan(8L * set.size());
    }

    private static boolean has(FingerprintSet set, long fp) {
        return set.contains(fp, set.home(fp));
    }
}
