package dev.moat.logic.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are told apart by their footprint's number and by every bit of it, however its bits fit into words. */
class KeyTableTest {
    private static final int WORDS = 3;

    private final Random random = new Random(7);
    private final SchemaBuilder builder = new SchemaBuilder();
    private final Slots bits = builder.slots("bit", Role.GHOST, Writer.GHOST, Sort.numbered("Bit", "b", 64 * WORDS))
            .bits(1);
    private final Schema schema = builder.build();
    private final long[] varying = new long[schema.words()];

    KeyTableTest() {
        Arrays.fill(varying, -1);
    }

    /** One bit in so many of each word's is in the footprints; with 1, whole words, beside which the number has no room. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 9})
    void noBitIsForgotten(int oneIn) {
        KeyTable table = new KeyTable(schema.words());
        List<long[]> parts = new ArrayList<>();
        for (int number = 0; number < 200; number++) {
            Footprint footprint = new Footprint(schema);
            for (int i = 0; i < bits.size(); i++) {
                if (random.nextInt(oneIn) == 0) {
                    footprint.one(bits, i);
                }
            }
            long[] s = random.longs(schema.words()).toArray();
            parts.add(KeyPacking.parts(footprint, varying));
            long[] own = parts.get(number);
            table.add(number, s, own, 0, own.length);
            assertThat(table.has(number, s, own, 0, own.length)).isTrue();
            for (int i = 0; i < bits.size(); i++) {
                long[] other = s.clone();
                bits.set(other, i, 1 - bits.get(other, i));
                boolean inside = (footprint.word(bits.wordOf(i)) >>> bits.shiftOf(i) & 1) != 0;
                assertThat(table.has(number, other, own, 0, own.length)).isEqualTo(!inside);
            }
            for (int earlier = 0; earlier < number; earlier++) {
                assertThat(table.has(earlier, s, own, 0, own.length)).isFalse();
            }
        }
    }

    /** Its arrays grow several times, and what was there before is found afterwards; a cleared table has nothing, and as much room. */
    @Test
    void manyKeysStay() {
        Footprint all = new Footprint(schema);
        Footprint first = new Footprint(schema);
        for (int i = 0; i < bits.size(); i++) {
            all.one(bits, i);
        }
        first.one(bits, 0);
        long[][] parts = {KeyPacking.parts(all, varying), KeyPacking.parts(first, varying)};
        KeyTable table = new KeyTable(schema.words());
        long[][] states = new long[5_000][];
        for (int n = 0; n < states.length; n++) {
            states[n] = random.longs(schema.words()).toArray();
            assertThat(table.has(n, states[n], parts[n & 1], 0, parts[n & 1].length))
                    .isFalse();
            table.add(n, states[n], parts[n & 1], 0, parts[n & 1].length);
        }
        // The index is at most half full, and all words of keys are counted.
        assertThat(table.bytes())
                .isGreaterThanOrEqualTo(8L * (2 * states.length + (states.length >>> 1) * (1 + WORDS)));
        for (int n = 0; n < states.length; n++) {
            long[] own = parts[n & 1];
            assertThat(table.has(n, states[n], own, 0, own.length)).isTrue();
            assertThat(table.has(n + 2 * states.length, states[n], own, 0, own.length))
                    .isFalse();
        }
        table.clear();
        for (int n = 0; n < states.length; n++) {
            assertThat(table.has(n, states[n], parts[n & 1], 0, parts[n & 1].length))
                    .isFalse();
        }
    }
}
