package dev.moat.logic.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation.Condition;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Relations of random alternatives over a few bits: whatever the bits are that do not decide, atoms that are touched are what they were,
 * before and after, and others that stayed stay.
 */
class DecidingBitsTest {
    private static final int BITS = 10;
    private static final int ATOMS = 5;

    private final Slots bits;
    private final Schema schema;

    DecidingBitsTest() {
        SchemaBuilder builder = new SchemaBuilder();
        bits = builder.slots("bit", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("Bit", "b", BITS))
                .bits(1);
        schema = builder.build();
    }

    /** That the parity of some bits is odd. */
    private Condition odd(int some) {
        return new Condition(
                (s, a, b, c, d, e) -> {
                    int ones = 0;
                    for (int i = 0; i < BITS; i++) {
                        ones += (some >>> i & 1) == 0 ? 0 : (int) bits.get(s, i);
                    }
                    return (ones & 1) != 0;
                },
                (p, a, b, c, d, e) -> read(p, some));
    }

    private void read(Footprint p, int some) {
        for (int i = 0; i < BITS; i++) {
            if ((some >>> i & 1) != 0) {
                p.one(bits, i);
            }
        }
    }

    private static boolean holds(List<List<Condition>> alternatives, long[] s) {
        return alternatives.stream()
                .anyMatch(all -> all.stream().allMatch(c -> c.code().holds(s, 0, 0, 0, 0, 0)));
    }

    private AtomSpace space(List<List<List<Condition>>> relations) throws IncomparableException {
        Sort one = Sort.numbered("One", "o", 1);
        Abstraction abstraction = new Abstraction().sort(one);
        List<String> names = new ArrayList<>();
        for (List<List<Condition>> of : relations) {
            String name = "r" + names.size();
            abstraction.relation(
                    name,
                    List.of(one),
                    (s, a, b, c, d, e) -> holds(of, s),
                    (p, a, b, c, d, e) -> of.stream()
                            .flatMap(List::stream)
                            .forEach(it -> it.reads().add(p, a, b, c, d, e)));
            abstraction.alternatives(name, of);
            names.add(name);
        }
        return new AtomSpace(names, Set.copyOf(names), abstraction, schema);
    }

    private List<List<Condition>> any(Random random) {
        List<List<Condition>> alternatives = new ArrayList<>();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            List<Condition> all = new ArrayList<>();
            for (int m = 1 + random.nextInt(3); m > 0; m--) {
                all.add(odd(1 << random.nextInt(BITS) | (random.nextBoolean() ? 1 << random.nextInt(BITS) : 0)));
            }
            alternatives.add(all);
        }
        return alternatives;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatDoesNotDecideDoesNotMatter(int seed) throws IncomparableException {
        Random random = new Random(seed);
        List<List<List<Condition>>> relations = new ArrayList<>();
        for (int i = 0; i < ATOMS; i++) {
            relations.add(any(random));
        }
        AtomSpace space = space(relations);
        DecidingBits deciding = new DecidingBits(space, new Footprint(schema));
        long[] readers = new long[space.readers().setWords()];
        int left = 0;
        for (int n = 0; n < 3_000; n++) {
            long[] before = {random.nextLong() & (1 << BITS) - 1};
            long change = 1L << random.nextInt(BITS) | 1L << random.nextInt(BITS);
            long[] after = {before[0] ^ change};
            Footprint touched =
                    new Footprint(space.bits()).bits(0, random.nextInt(1 << ATOMS) & random.nextInt(1 << ATOMS));
            if (!space.readers().ofChange(before, after, readers)) {
                readers[0] = 0;
            }
            Footprint others = new Footprint(space.bits());
            Footprint decided = deciding.of(before, after, touched, readers, others);
            assertThat(others.word(0)).isZero();
            long bound = decided == null ? 0 : decided.word(0);
            left += BITS - Long.bitCount(bound);
            for (int m = 0; m < 5; m++) {
                long[] other = {before[0] ^ random.nextInt(1 << BITS) & ~bound};
                long[] otherAfter = {other[0] ^ change};
                for (int atom = 0; atom < ATOMS; atom++) {
                    boolean was = space.evaluate(atom, other);
                    boolean is = space.evaluate(atom, otherAfter);
                    if ((touched.word(0) >>> atom & 1) != 0) {
                        assertThat(was).isEqualTo(space.evaluate(atom, before));
                        assertThat(is).isEqualTo(space.evaluate(atom, after));
                    } else if (space.evaluate(atom, before) == space.evaluate(atom, after)) {
                        assertThat(is).isEqualTo(was);
                    }
                }
            }
        }
        assertThat(left / 3_000.0).as("bits of ten that do not matter").isGreaterThan(1);
    }

    /** A relation that is not what its alternatives say is noticed, if not at once. */
    @Test
    void wrongAlternativesAreNoticed() throws IncomparableException {
        Sort one = Sort.numbered("One", "o", 1);
        Abstraction abstraction = new Abstraction().sort(one);
        abstraction.relation(
                "r", List.of(one), (s, a, b, c, d, e) -> bits.get(s, 0) != 0, (p, a, b, c, d, e) -> read(p, 1));
        abstraction.alternatives("r", List.of(List.of(odd(1), odd(2))));
        AtomSpace space = new AtomSpace(List.of("r"), Set.of("r"), abstraction, schema);
        DecidingBits deciding = new DecidingBits(space, new Footprint(schema));
        Footprint touched = new Footprint(space.bits()).bits(0, 1);
        assertThatThrownBy(() -> {
                    for (int n = 0; n < 10_000; n++) {
                        deciding.of(
                                new long[] {n % 3},
                                new long[] {n % 3},
                                touched,
                                new long[1],
                                new Footprint(space.bits()));
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("relation r of the component is not what its alternatives say");
    }
}
