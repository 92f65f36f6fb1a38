package dev.moat.logic.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is found is what the code would say, whatever that reads: random code, and a list of all that was added, against it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemoTest {
    private static final long PLENTY = 1L << 28;
    private static final long LITTLE = 1L << 14;

    private interface Code {
        /** A positive number that is told by what is read. */
        int run(Reader reader);
    }

    /** A state somewhere in an array. The next is put into the same, and what is read of it, too: nobody else may keep these. */
    private static final class Reader {
        private final long seed;
        private final SplittableRandom random;
        private final long[] varying;
        private final long[] reads;
        private final long[] packed;
        private int at;

        /** @param sparse the more, the fewer bits vary, and the more comes again */
        Reader(long seed, int words, int sparse) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.varying = new long[words];
            Arrays.setAll(varying, w -> bits(random, sparse));
            this.reads = new long[words];
            this.packed = new long[words + 5];
        }

        Reader next() {
            at = random.nextInt(packed.length - varying.length + 1);
            Arrays.setAll(packed, i -> random.nextLong());
            for (int w = 0; w < varying.length; w++) {
                packed[at + w] = packed[at + w] & varying[w] | 0x5555555555555555L & ~varying[w];
            }
            Arrays.fill(reads, 0);
            return this;
        }

        long read(int word, long bits) {
            reads[word] |= bits;
            return packed[at + word] & bits;
        }

        int found(Memo memo, int number) {
            int found = memo.find(packed, at);
            if (found != 0 && found != number) {
                throw new AssertionError("seed " + seed + ": " + found + " is not " + number);
            }
            return found;
        }

        /** As who uses it does: what is not known is added. */
        boolean finds(Memo memo, Code code) {
            int number = code.run(this);
            boolean known = found(memo, number) != 0;
            if (!known) {
                memo.add(packed, at, reads, number);
            }
            return known;
        }
    }

    /** What was added, in the plainest way. A list of all of it is the twin. */
    private record Entry(long[] packed, int at, long[] reads, int number) {
        boolean says(int found, Reader of) {
            return found == number
                    && IntStream.range(0, reads.length)
                            .allMatch(w -> ((of.packed[of.at + w] ^ packed[at + w]) & reads[w]) == 0);
        }
    }

    /** All that it has read decides what it reads next and, in the end, its number. */
    private static Code adaptive(long seed, int sparse, int numbers) {
        return reader -> {
            SplittableRandom next = new SplittableRandom(seed);
            for (int step = 0; step < 8 && (step == 0 || next.nextInt(6) != 0); step++) {
                long read = reader.read(next.nextInt(reader.reads.length), bits(next, sparse));
                next = new SplittableRandom(next.nextLong() + read);
            }
            return 1 + next.nextInt(numbers);
        };
    }

    /** One of eight fields: of all that it ever reads, 67 bits, it looks at eleven. */
    private static int field(Reader reader) {
        int which = (int) (reader.read(0, 7L << 40) >>> 40);
        return 1 + which + 8 * (int) (reader.read(1, 0xFFL << 8 * which) >>> 8 * which);
    }

    /** Is one of some bits set? It looks in any order until it sees one: two states may have nothing in common that is read. */
    private static int anySet(Reader reader) {
        int first = reader.random.nextInt(12);
        IntStream bits = IntStream.range(first, first + 12).map(n -> n % 12);
        return bits.anyMatch(b -> reader.read(b % reader.reads.length, 1L << 5 * b) != 0) ? 1 : 2;
    }

    private static long bits(SplittableRandom random, int sparse) {
        return random.longs(sparse).reduce(-1, (a, b) -> a & b);
    }

    /** Some states are added that are known: two threads may find at once that one is not. */
    private static void compare(int seed, int sparse, Code code) {
        Reader reader = new Reader(seed, 1 + seed % 6, sparse);
        Memo memo = new Memo(1 + seed % 6, seed % 7 == 0 ? LITTLE : PLENTY);
        List<Entry> twin = new ArrayList<>();
        for (int n = 0; n < 400; n++) {
            if (said(memo, twin, reader.next()) == 0 || reader.random.nextInt(4) == 0) {
                int number = code.run(reader);
                memo.add(reader.packed, reader.at, reader.reads, number);
                twin.add(new Entry(reader.packed.clone(), reader.at, reader.reads.clone(), number));
                assertThat(said(memo, twin, reader)).as("seed %d", seed).isPositive();
            }
        }
    }

    private static int said(Memo memo, List<Entry> twin, Reader reader) {
        int found = memo.find(reader.packed, reader.at);
        if (found != 0 && twin.stream().noneMatch(e -> e.says(found, reader))) {
            throw new AssertionError("seed " + reader.seed + ", " + twin.size() + " added: nobody said " + found);
        }
        return found;
    }

    /** How many of the next states it did not know. It knows each from then on. */
    private static int added(int states, Memo memo, Reader reader, Code code) {
        int added = 0;
        for (int n = 0; n < states; n++) {
            if (!reader.next().finds(memo, code)) {
                added++;
                assertThat(reader.finds(memo, code)).as("seed %d", reader.seed).isTrue();
            }
        }
        return added;
    }

    @Test
    void findsWhatWasAddedAndNothingElse() {
        for (int seed = 0; seed < 36; seed++) {
            compare(seed, seed / 6 % 6, adaptive(seed, seed % 5, seed % 7 == 0 ? 3 : Integer.MAX_VALUE));
        }
    }

    /** Who reads more than it has to, or in another order, is right, too. */
    @Test
    void whatIsReadMayBeMoreOrLessThanBefore() {
        for (int seed = 0; seed < 30; seed++) {
            Code code = seed % 2 == 0 ? adaptive(seed, 3, 5) : MemoTest::anySet;
            compare(seed, 1 + seed % 3, reader -> {
                reader.read(reader.random.nextInt(reader.reads.length), bits(reader.random, reader.random.nextInt(12)));
                return code.run(reader);
            });
        }
    }

    /** Nobody may add that; still what it says was said of such a state, and it comes to an end. */
    @Test
    void ofWhatContradictsItSaysOne() {
        for (int seed = 0; seed < 18; seed++) {
            compare(seed, 3, reader -> {
                Arrays.setAll(reader.reads, w -> bits(reader.random, 2 + reader.random.nextInt(8)));
                return 1 + reader.random.nextInt(Integer.MAX_VALUE);
            });
        }
    }

    @Test
    void codeThatReadsLittle() {
        Memo memo = new Memo(3, PLENTY);
        assertThat(memo.find(new long[3], 0)).isZero();
        assertThat(added(1000, memo, new Reader(1, 3, 0), reader -> 7)).isEqualTo(1);
        for (int bit : IntStream.range(0, 128).toArray()) {
            Code code = reader -> reader.read(bit / 64, 1L << bit) == 0 ? 1 : Integer.MAX_VALUE;
            assertThat(added(100, new Memo(2, PLENTY), new Reader(bit, 2, 0), code))
                    .isEqualTo(2);
        }
    }

    /** All are asked twice, the second time when it has grown by the others. */
    @Test
    void manyStatesOfWhichAllIsRead() {
        Code code = r -> 1 + (int) (r.read(0, -1) * 31 + r.read(1, -1) * 7 + r.read(2, -1) >>> 34);
        Memo memo = new Memo(3, PLENTY);
        assertThat(added(20_000, memo, new Reader(1, 3, 0), code)).isEqualTo(20_000);
        assertThat(added(20_000, memo, new Reader(1, 3, 0), code)).isZero();
        assertThat(memo.bytes()).isBetween(20_000L * (3 * 8 + 4), PLENTY);
    }

    /** What it is for: by all that is ever read, hardly two of these states agree. */
    @Test
    void addsLittleMoreThanThereIsToKnow() {
        Memo memo = new Memo(2, PLENTY);
        assertThat(added(200_000, memo, new Reader(1, 2, 0), MemoTest::field)).isBetween(8 * 256, 3000);
        assertThat(added(20_000, memo, new Reader(2, 2, 0), MemoTest::field)).isZero();
        assertThat(memo.bytes()).isLessThan(40 * 8 * 256);
    }

    @Test
    void staysWithinItsBounds() {
        for (int seed = 0; seed < 6; seed++) {
            Memo memo = new Memo(1 + seed, LITTLE);
            Reader reader = new Reader(seed, 1 + seed, 0);
            for (int n = 0; n < 2_000; n++) {
                added(1, memo, reader, adaptive(seed, seed, Integer.MAX_VALUE));
                assertThat(memo.bytes()).as("seed %d", seed).isBetween(1L, 2 * LITTLE);
            }
        }
    }

    /** What one of them has added another may forget at once. */
    @Test
    void threadsFindWhatOthersAdd() {
        for (int run = 0; run < 4; run++) {
            Code code = run < 2 ? MemoTest::field : adaptive(5, 4, Integer.MAX_VALUE);
            Memo memo = new Memo(2, run % 2 == 0 ? PLENTY : LITTLE);
            List<CompletableFuture<Integer>> threads = IntStream.range(0, 3)
                    .mapToObj(seed -> CompletableFuture.supplyAsync(
                            () -> known(memo, new Reader(seed, 2, 0), code), task -> new Thread(task).start()))
                    .toList();
            assertThat(threads).allSatisfy(t -> assertThat(t.join()).isGreaterThan(100));
        }
    }

    /** Looks more often than it adds, to be there when others do: for zeros, as what is not written yet would agree with these. */
    private static int known(Memo memo, Reader reader, Code code) {
        Reader zeros = new Reader(0, 2, 0);
        int number = code.run(zeros);
        int known = 0;
        for (int n = 0; n < 10_000; n++) {
            known += reader.next().finds(memo, code) ? 1 : 0;
            IntStream.range(0, 50).forEach(look -> zeros.found(memo, number));
        }
        return known;
    }
}
