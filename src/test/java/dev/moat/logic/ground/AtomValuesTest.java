package dev.moat.logic.ground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is remembered of atoms is what they are: against all of them evaluated in every state. */
class AtomValuesTest {
    private static final int BITS = 400;
    private static final int WORDS = 3;
    /** Of each word; the others stay, but for a broken state here and there. */
    private static final long VARYING = 0x8000_0001_0000_0100L;

    private final Slots bits;
    private final Slots words;
    private final Schema schema;
    /** What each atom reads: bits of the state, and a word. */
    private final List<int[]> reads = new ArrayList<>();

    private final List<Footprint> footprints = new ArrayList<>();
    private int evaluated;

    AtomValuesTest() {
        SchemaBuilder builder = new SchemaBuilder();
        bits = builder.slots("bit", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("Bit", "b", BITS))
                .bits(1);
        words = builder.slots("word", Role.ARCHITECTURAL, Writer.HYPERVISOR, Sort.numbered("Word", "w", WORDS))
                .fixed(0x30L)
                .word(List.of(), VARYING);
        schema = builder.build();
    }

    /** An atom of bits {@code [from, to)} and a word. */
    private void atom(int from, int to, int word) {
        reads.add(new int[] {from, to, word});
        Footprint footprint = new Footprint(schema).one(words, word);
        for (int b = from; b < to; b++) {
            footprint.one(bits, b);
        }
        footprints.add(footprint);
    }

    private boolean evaluate(int atom, long[] s) {
        evaluated++;
        return isTrue(atom, s);
    }

    private boolean isTrue(int atom, long[] s) {
        int[] r = reads.get(atom);
        long sum = Long.bitCount(words.get(s, r[2])) + atom;
        for (int b = r[0]; b < r[1]; b++) {
            sum += bits.get(s, b) * (b + 1);
        }
        return Long.bitCount(sum) % 2 == 1;
    }

    /** More atoms of one footprint than a group has room for, some within others, some apart, and one that reads too much for a key. */
    private void atomsOfAllKinds() {
        for (int i = 0; i < 150; i++) {
            atom(0, 6, 0);
        }
        for (int i = 0; i < 20; i++) {
            atom(i, i + 3, i % WORDS);
        }
        for (int i = 0; i < 8; i++) {
            atom(20 + 30 * i, 50 + 30 * i, 1);
        }
        atom(0, BITS, 2);
    }

    private long[] any(Random random, long[] from) {
        long[] s = from.clone();
        for (int n = random.nextInt(4); n >= 0; n--) {
            int b = random.nextInt(3) == 0 ? random.nextInt(BITS) : random.nextInt(8);
            bits.set(s, b, 1 - bits.get(s, b));
        }
        int w = random.nextInt(WORDS);
        words.set(s, w, words.get(schema.blank(), w) | random.nextLong() & VARYING);
        if (random.nextInt(10) == 0) {
            words.set(s, w, words.get(s, w) ^ 0x10L);
        }
        return s;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void areWhatEvaluatingSays(long seed) {
        atomsOfAllKinds();
        AtomValues values = new AtomValues(new AtomGroups(footprints, schema), this::evaluate);
        boolean[] truth = new boolean[reads.size()];
        Random random = new Random(seed);
        long[] s = schema.blank();
        for (int n = 0; n < 6_000; n++) {
            s = any(random, s);
            boolean[] there = truth.clone();
            boolean differs = n > 0 && values.look(s, (atom, value) -> there[atom] = value);
            if (n > 0) {
                assertThat(there).as("looked at").isEqualTo(all(s));
                assertThat(differs).isEqualTo(!Arrays.equals(there, truth));
            }
            values.go(s, (atom, value) -> {
                assertThat(truth[atom]).isNotEqualTo(value);
                truth[atom] = value;
            });
            assertThat(truth).as("gone to").isEqualTo(all(s));
        }
        // Of what is looked up little is evaluated: twice a step all atoms would be 2,148,000.
        assertThat(evaluated).isLessThan(1_000_000);
    }

    private boolean[] all(long[] s) {
        boolean[] all = new boolean[reads.size()];
        for (int atom = 0; atom < all.length; atom++) {
            all[atom] = isTrue(atom, s);
        }
        return all;
    }

    /** What was met is not evaluated again, wherever the way led meanwhile. */
    @Test
    void areNotEvaluatedAgain() {
        atom(0, 2, 0);
        atom(0, 2, 0);
        AtomValues values = new AtomValues(new AtomGroups(footprints, schema), this::evaluate);
        long[][] states = new long[4][];
        for (int n = 0; n < states.length; n++) {
            states[n] = schema.blank();
            bits.set(states[n], 0, n & 1);
            bits.set(states[n], 1, n >>> 1);
        }
        // Where it begins it remembers nothing.
        for (int n = 0; n <= states.length; n++) {
            values.go(states[n % 4], (atom, value) -> {});
        }
        int before = evaluated;
        assertThat(before).isEqualTo(10);
        for (int n = 0; n < 100; n++) {
            values.go(states[n * n % 4], (atom, value) -> {});
            bits.set(states[n * n % 4], 5 + n % 7, n % 2);
        }
        assertThat(evaluated).isEqualTo(before);
    }

    /** What is met for the fourth time is mostly known, though there was no room for so much at first. */
    @Test
    void growsWithWhatIsMet() {
        atom(0, 9, 0);
        AtomValues values = new AtomValues(new AtomGroups(footprints, schema), this::evaluate);
        for (int round = 0; round < 4; round++) {
            evaluated = 0;
            for (int n = 0; n < 512; n++) {
                long[] s = schema.blank();
                for (int b = 0; b < 9; b++) {
                    bits.set(s, b, n >>> b & 1);
                }
                values.go(s, (atom, value) -> {});
            }
        }
        assertThat(evaluated).isLessThan(128);
    }

    /** Who reads more than is declared is found out, and not believed for ever. */
    @Test
    void looksWhetherFootprintsAreRight() {
        atom(0, 3, 0);
        AtomValues values =
                new AtomValues(new AtomGroups(footprints, schema), (atom, s) -> bits.get(s, 1) != bits.get(s, 9));
        assertThatThrownBy(() -> {
                    for (int n = 0; n < 5_000; n++) {
                        long[] s = schema.blank();
                        bits.set(s, 0, n & 1);
                        bits.set(s, 9, n > 100 ? 1 : 0);
                        values.go(s, (atom, value) -> {});
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("depends on more of a state than it is said to read");
    }

    /** Each atom is in one group, of a hundred thousand too. */
    @Test
    void groupsManyAtoms() {
        for (int i = 0; i < 100_000; i++) {
            atom(i % 390, i % 390 + 1 + i / 390 % 10, i % WORDS);
        }
        AtomGroups groups = new AtomGroups(footprints, schema);
        List<Integer> atoms = new ArrayList<>();
        for (int g = 0; g < groups.count(); g++) {
            assertThat(groups.atoms(g)).hasSizeLessThan(64);
            Arrays.stream(groups.atoms(g)).forEach(atoms::add);
        }
        assertThat(atoms).hasSize(100_000).doesNotHaveDuplicates();
    }

    /** What it may not take it does not take: then what was met last is known. */
    @ParameterizedTest
    @CsvSource({"63, 32", "256, 128", "1000000, 512"})
    void takesNoMoreThanItMay(long mostWords, int places) {
        long[] nine = new long[schema.words()];
        nine[bits.wordOf(0)] = 511;
        KnownValues values = new KnownValues(nine, mostWords);
        long[] s = schema.blank();
        for (int n = 0; n < 512; n++) {
            s[bits.wordOf(0)] = n;
            assertThat(values.find(s)).isZero();
            values.learn(n);
        }
        int known = 0;
        for (int n = 0; n < 512; n++) {
            s[bits.wordOf(0)] = n;
            long found = values.find(s);
            assertThat(found).isIn(0L, n | KnownValues.KNOWN);
            known += found == 0 ? 0 : 1;
        }
        assertThat(known).isBetween(places / 3, places);
    }
}
