package dev.moat.bits.memo;

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
        private final SplittableRandom random;
        private final long[] varying;
        private final long[] reads;
        private final long[] packed;
        private int at;

        /** @param sparse the more, the fewer bits vary, and the more comes again */
        Reader(long seed, int words, int sparse) {
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

        /** As who uses it does: what is not known is added. */
        boolean finds(Memo memo, Code code) {
            int found = memo.find(packed, at);
            int number = code.run(this);
            if (found == 0) {
                memo.add(packed, at, reads, number);
            } else {
                assertThat(found).isEqualTo(number);
            }
            return found != 0;
        }
    }

    /** All that was added, in the plainest way: states, what was read of them, and their numbers. */
    private static final class Twin {
        private final List<long[]> reads = new ArrayList<>();
        private final List<long[]> states = new ArrayList<>();
        private final List<Integer> numbers = new ArrayList<>();

        void add(Reader state, int number) {
            reads.add(state.reads.clone());
            states.add(Arrays.copyOfRange(state.packed, state.at, state.at + state.reads.length));
            numbers.add(number);
        }

        boolean knows(Reader state, int number) {
            for (int n = 0; n < numbers.size(); n++) {
                if (numbers.get(n) == number && agree(reads.get(n), states.get(n), state)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean agree(long[] reads, long[] known, Reader state) {
            long differ = 0;
            for (int w = 0; w < reads.length; w++) {
                differ |= (state.packed[state.at + w] ^ known[w]) & reads[w];
            }
            return differ == 0;
        }
    }

    /** All that it has read decides what it reads next and, in the end, its number. */
    private static Code adaptive(long seed, int words, int sparse, int numbers) {
        return reader -> {
            SplittableRandom next = new SplittableRandom(seed);
            for (int step = 0; step < 8 && (step == 0 || next.nextInt(6) != 0); step++) {
                long read = reader.read(next.nextInt(words), bits(next, sparse));
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
        for (int bit = first; bit < first + 12; bit++) {
            if (reader.read(bit % 12 % reader.reads.length, 1L << 5 * (bit % 12)) != 0) {
                return 1;
            }
        }
        return 2;
    }

    private static long bits(SplittableRandom random, int sparse) {
        long bits = -1;
        for (int n = 0; n < sparse; n++) {
            bits &= random.nextLong();
        }
        return bits;
    }

    /** Some states are added that are known: two threads may find at once that one is not. */
    private static void compare(int seed, int words, int sparse, Code code) {
        Memo memo = new Memo(words, seed % 7 == 0 ? LITTLE : PLENTY);
        Reader reader = new Reader(seed, words, sparse);
        Twin twin = new Twin();
        for (int n = 0; n < 400; n++) {
            int found = memo.find(reader.next().packed, reader.at);
            assertThat(found == 0 || twin.knows(reader, found))
                    .as("seed %d, state %d: %d", seed, n, found)
                    .isTrue();
            if (found == 0 || reader.random.nextInt(4) == 0) {
                int number = code.run(reader);
                memo.add(reader.packed, reader.at, reader.reads, number);
                twin.add(reader, number);
                found = memo.find(reader.packed, reader.at);
                assertThat(twin.knows(reader, found))
                        .as("seed %d, added %d: %d", seed, n, found)
                        .isTrue();
            }
        }
    }

    /** How many of the next states it did not know. It knows each from then on. */
    private static int added(int states, Memo memo, Reader reader, Code code) {
        int added = 0;
        for (int n = 0; n < states; n++) {
            if (!reader.next().finds(memo, code)) {
                added++;
                assertThat(reader.finds(memo, code)).isTrue();
            }
        }
        return added;
    }

    @Test
    void findsWhatWasAddedAndNothingElse() {
        for (int seed = 0; seed < 120; seed++) {
            int words = 1 + seed % 6;
            int numbers = seed % 5 == 0 ? 3 : Integer.MAX_VALUE;
            compare(seed, words, seed % 4, adaptive(seed, words, seed / 3 % 6, numbers));
        }
    }

    /** Who reads more than it has to, or in another order, is right, too. */
    @Test
    void whatIsReadMayBeMoreOrLessThanBefore() {
        for (int seed = 0; seed < 120; seed++) {
            int words = 1 + seed % 6;
            Code code = seed % 2 == 0 ? adaptive(seed, words, 3, 5) : MemoTest::anySet;
            compare(seed, words, 1 + seed % 3, reader -> {
                int number = code.run(reader);
                reader.read(reader.random.nextInt(words), bits(reader.random, reader.random.nextInt(12)));
                return number;
            });
        }
    }

    /** Nobody may add that; still what it says was said of such a state, and it comes to an end. */
    @Test
    void ofWhatContradictsItSaysOne() {
        for (int seed = 0; seed < 60; seed++) {
            int words = 1 + seed % 6;
            compare(seed, words, 3, reader -> {
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
        for (int bit = 0; bit < 128; bit++) {
            int word = bit / 64;
            long mask = 1L << bit;
            Code code = reader -> reader.read(word, mask) == 0 ? 1 : Integer.MAX_VALUE;
            assertThat(added(100, new Memo(2, PLENTY), new Reader(bit, 2, 0), code))
                    .as("bit %d", bit)
                    .isEqualTo(2);
        }
    }

    /** All are asked twice, the second time when it has grown by the others. */
    @Test
    void manyStatesOfWhichAllIsRead() {
        Code code = r -> 1 + (int) (r.read(0, -1) * 31 + r.read(1, -1) * 7 + r.read(2, -1) >>> 34);
        Memo memo = new Memo(3, PLENTY);
        assertThat(added(40_000, memo, new Reader(1, 3, 0), code)).isEqualTo(40_000);
        assertThat(added(40_000, memo, new Reader(1, 3, 0), code)).isZero();
        assertThat(memo.bytes()).isBetween(40_000L * (3 * 8 + 4), PLENTY);
    }

    /** What it is for: by all that is ever read, hardly two of these states agree. */
    @Test
    void addsLittleMoreThanThereIsToKnow() {
        Memo memo = new Memo(2, PLENTY);
        assertThat(added(200_000, memo, new Reader(1, 2, 0), MemoTest::field)).isBetween(8 * 256, 3000);
        assertThat(added(20_000, memo, new Reader(2, 2, 0), MemoTest::field)).isZero();
    }

    @Test
    void staysWithinItsBounds() {
        for (int seed = 0; seed < 12; seed++) {
            int words = 1 + seed % 6;
            Code code = adaptive(seed, words, seed % 5, Integer.MAX_VALUE);
            Memo memo = new Memo(words, LITTLE);
            Reader reader = new Reader(seed, words, 0);
            for (int n = 0; n < 3_000; n++) {
                added(1, memo, reader, code);
                assertThat(memo.bytes()).as("seed %d", seed).isBetween(1L, 2 * LITTLE);
            }
        }
    }

    /** What one of them has added another may forget at once. Some of what each asks is known all the same. */
    @Test
    void threadsFindWhatOthersAdd() {
        for (Code code : List.<Code>of(MemoTest::field, adaptive(5, 2, 4, Integer.MAX_VALUE))) {
            for (long mostBytes : new long[] {PLENTY, LITTLE}) {
                Memo memo = new Memo(2, mostBytes);
                List<CompletableFuture<Long>> threads = IntStream.range(0, 3)
                        .mapToObj(thread -> new Reader(thread, 2, 0))
                        .map(reader -> CompletableFuture.supplyAsync(
                                () -> IntStream.range(0, 40_000)
                                        .filter(n -> reader.next().finds(memo, code))
                                        .count(),
                                task -> new Thread(task).start()))
                        .toList();
                assertThat(threads).allSatisfy(t -> assertThat(t.join()).isGreaterThan(1000));
            }
        }
    }
}
