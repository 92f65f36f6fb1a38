package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** The estimate of collisions counts on all 64 bits. */
    @Test
    void eachBitTellsApart() {
        Random random = new Random(7);
        for (int bit = 0; bit < Long.SIZE; bit++) {
            long fp = random.nextLong() | 2L << bit | 1L << (bit + 2);
            FingerprintSet set = new FingerprintSet();
            assertThat(set.add(fp)).isTrue();
            assertThat(set.add(fp ^ 1L << bit)).as("bit " + bit).isTrue();
        }
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

    /** What is read is in tables of the size that they had, whatever the load: just after and just before they grow. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 640, 641, 10_000, 10_240, 10_241, 100_000})
    void isReadAsItWasWritten(int states) throws IOException {
        FingerprintSet set = new FingerprintSet();
        Random random = new Random(states);
        Set<Long> twin = new HashSet<>();
        while (twin.size() < states) {
            // All in few partitions, so that their tables have all sizes.
            long fp = (random.nextLong() >>> 5) | 1;
            assertThat(set.add(fp)).isEqualTo(twin.add(fp));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        set.write(new DataOutputStream(bytes));
        FingerprintSet read = new FingerprintSet();
        read.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), states);
        assertThat(read.size()).isEqualTo(states);
        assertThat(read.bytes()).isEqualTo(set.bytes());
        assertThat(twin).allMatch(fp -> has(read, fp)).noneMatch(read::add);
        assertThat(has(read, 2L)).isFalse();
    }

    /** A number of fingerprints that cannot be is refused before there is room for it. */
    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, 6, Integer.MAX_VALUE})
    void countsThatCannotBe(int count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new DataOutputStream(bytes).writeInt(count);
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
        long most = count == Integer.MAX_VALUE ? Long.MAX_VALUE : 5;
        assertThatThrownBy(() -> new FingerprintSet().read(in, most)).isInstanceOf(StreamCorruptedException.class);
    }

    private static boolean has(FingerprintSet set, long fp) {
        return set.contains(fp, set.home(fp));
    }
}
