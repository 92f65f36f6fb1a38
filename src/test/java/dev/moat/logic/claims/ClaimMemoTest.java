package dev.moat.logic.claims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Discipline;
import dev.moat.logic.Vocabulary;
import dev.moat.state.Abstraction;
import dev.moat.state.Claim;
import dev.moat.state.Footprint;
import dev.moat.state.Relation.Condition;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The judge that remembers against its twin, on a component in which every atom depends on a few places all over the state,
 * some of them bits of whole words: what is right in one state is wrong in the next one that differs anywhere.
 */
class ClaimMemoTest {
    private static final Vocabulary VOCABULARY = Vocabulary.read("lamps.smt2", """
            (declare-sort Lamp 0)
            (declare-sort Plug 0)
            (declare-fun on (Lamp) Bool)
            (declare-fun hot (Plug) Bool)
            """);
    private static final Discipline DISCIPLINE = Discipline.read("rules.smt2", """
            (define-fun initially () Bool true)
            (set-info :light "a lamp is switched on while a plug is hot")
            (define-fun light.guard ((x Lamp) (p Plug)) Bool (and (not (on x)) (hot p)))
            (define-fun light.on ((x Lamp) (p Plug) (a Lamp)) Bool (or (on a) (= a x)))
            (set-info :copy "a lamp becomes what a plug is")
            (define-fun copy.guard ((x Lamp) (p Plug)) Bool true)
            (define-fun copy.on ((x Lamp) (p Plug) (a Lamp)) Bool (ite (= a x) (hot p) (on a)))
            (set-info :heat "plugs become hot where a lamp is on")
            (define-fun heat.guard () Bool (exists ((x Lamp)) (on x)))
            (define-fun heat.hot ((a Plug)) Bool true)
            """, VOCABULARY);
    private static final int WORDS = 4;
    private static final int BITS = 5;
    /** Of each word; the others stay, but for a broken state here and there. */
    private static final long VARYING = 0x8000_0001_0000_0100L;

    private final Sort lamps = Sort.numbered("Lamp", "lamp", 3);
    private final Sort plugs = Sort.numbered("Plug", "plug", 2);
    private final Abstraction abstraction = new Abstraction().sort(lamps).sort(plugs);
    /** The same, said by conditions, too. */
    private final Abstraction said = new Abstraction().sort(lamps).sort(plugs);

    private final Slots words;
    private final Slots bits;
    private final Schema schema;

    ClaimMemoTest() {
        SchemaBuilder builder = new SchemaBuilder();
        words = builder.slots("word", Role.ARCHITECTURAL, Writer.HYPERVISOR, Sort.numbered("Word", "w", WORDS))
                .fixed(0x30L)
                .word(List.of(), VARYING);
        bits = builder.slots("bit", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("Bit", "b", BITS))
                .bits(1);
        schema = builder.build();
        for (Abstraction it : List.of(abstraction, said)) {
            it.relation("on", List.of(lamps), this::isOn, this::readsOn);
            it.relation("hot", List.of(plugs), this::isHot, this::readsHot);
        }
        said.alternatives("on", List.of(List.of(bit(0, true), odd(1, 1, true))));
        said.alternatives(
                "hot", List.of(List.of(bit(3, true), odd(2, 0, false)), List.of(bit(3, false), odd(2, 0, true))));
    }

    private Condition bit(int from, boolean set) {
        return new Condition(
                (s, i, b, c, d, e) -> (bits.get(s, from + i) != 0) == set, (p, i, b, c, d, e) -> p.one(bits, from + i));
    }

    private Condition odd(int times, int from, boolean odd) {
        return new Condition(
                (s, i, b, c, d, e) -> ((Long.bitCount(words.get(s, times * i + from)) & 1) != 0) == odd,
                (p, i, b, c, d, e) -> p.one(words, times * i + from));
    }

    private boolean isOn(long[] s, int lamp, int b, int c, int d, int e) {
        return bits.get(s, lamp) != 0 && (Long.bitCount(words.get(s, lamp + 1)) & 1) != 0;
    }

    private void readsOn(Footprint footprint, int lamp, int b, int c, int d, int e) {
        footprint.one(bits, lamp).one(words, lamp + 1);
    }

    private boolean isHot(long[] s, int plug, int b, int c, int d, int e) {
        return (bits.get(s, plug + 3) + Long.bitCount(words.get(s, 2 * plug)) & 1) != 0;
    }

    private void readsHot(Footprint footprint, int plug, int b, int c, int d, int e) {
        footprint.one(bits, plug + 3).one(words, 2 * plug);
    }

    /** As many bytes as it likes, and so few that it forgets all the time. */
    @ParameterizedTest
    @CsvSource({
        "1, 1000000000, false",
        "2, 1000000000, false",
        "3, 60000, false",
        "4, 1000000000, true",
        "5, 1000000000, true",
        "6, 60000, true"
    })
    void remembersWhatTheTwinSays(int seed, long remembered, boolean byConditions) throws IncomparableException {
        Random random = new Random(seed);
        ClaimJudge judge = new ClaimJudge(DISCIPLINE, byConditions ? said : abstraction, schema, remembered);
        PlainClaimJudge twin = new PlainClaimJudge(DISCIPLINE, abstraction);
        Claim claim = new Claim();
        int right = 0;
        int wrong = 0;
        for (int n = 0; n < 40_000; n++) {
            long[] before = any(random);
            long[] after = changed(random, before);
            claim.clear();
            claimAnything(random, claim);
            List<String> said = judge.judge(before, after, claim);
            assertThat(said == null).as("transition " + n).isEqualTo(twin.judge(before, after, claim) == null);
            right += said == null ? 1 : 0;
            wrong += said == null ? 0 : 1;
        }
        assertThat(right).isGreaterThan(3_000);
        assertThat(wrong).isGreaterThan(3_000);
        assertThat(List.copyOf(judge.taken().values())).isEqualTo(twin.taken());
    }

    /** The same where each transition begins in a state that was opened, or where one has led: bits that never vary are changed now and then. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void followsWhatChangesBitsThatNeverVary(int seed) throws IncomparableException {
        Random random = new Random(seed);
        Claim claim = new Claim();
        int odd = 0;
        for (int judges = 0; judges < 300; judges++) {
            ClaimJudge judge = new ClaimJudge(DISCIPLINE, judges % 2 == 0 ? abstraction : said, schema, 1_000_000_000);
            PlainClaimJudge twin = new PlainClaimJudge(DISCIPLINE, abstraction);
            List<long[]> from = new ArrayList<>();
            for (int n = 0; n < 200; n++) {
                if (n % 20 == 0) {
                    // Of words that vary there are few, so that what is known is met again.
                    long[] opened = few(random);
                    judge.open(opened);
                    from.add(opened);
                }
                long[] before = from.get(random.nextInt(from.size()));
                long[] after = before.clone();
                bits.set(after, random.nextInt(BITS), random.nextInt(2));
                if (random.nextInt(40) == 0) {
                    int i = random.nextInt(WORDS);
                    words.set(after, i, words.get(after, i) ^ 0x10L);
                }
                claim.clear();
                if (random.nextBoolean()) {
                    claimAnything(random, claim);
                }
                List<String> said = judge.judge(before, after, claim);
                assertThat(said == null).isEqualTo(twin.judge(before, after, claim) == null);
                from.add(after);
                odd += (words.get(before, 1) & 0x10) != (words.get(schema.blank(), 1) & 0x10) ? 1 : 0;
            }
        }
        assertThat(odd).isGreaterThan(1_000);
    }

    /** What is told suffices, also of claims that change nothing: whatever else differs where a transition begins, it is right there, too. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void tellsOnWhatAJudgementDepends(int seed) throws IncomparableException {
        Random random = new Random(seed);
        ClaimJudge judge = new ClaimJudge(DISCIPLINE, seed % 2 == 0 ? said : abstraction, schema, 1_000_000_000);
        PlainClaimJudge twin = new PlainClaimJudge(DISCIPLINE, abstraction);
        Claim claim = new Claim();
        int still = 0;
        int others = 0;
        for (int n = 0; n < 20_000; n++) {
            long[] before = any(random);
            long[] after = changed(random, before);
            claim.clear();
            claimAnything(random, claim);
            if (judge.judge(before, after, claim) != null) {
                continue;
            }
            still += claim.count() > 0 && Arrays.equals(before, after) ? 1 : 0;
            long[] told = new long[schema.words()];
            List<String> actions = new ArrayList<>();
            judge.tell(told, actions::add);
            long[] other = any(random);
            for (int i = 0; i < WORDS; i++) {
                words.set(other, i, words.get(other, i) & VARYING | words.get(before, i) & ~VARYING);
            }
            long[] otherAfter = other.clone();
            for (int w = 0; w < told.length; w++) {
                other[w] = before[w] & told[w] | other[w] & ~told[w];
                otherAfter[w] = other[w] ^ before[w] ^ after[w];
            }
            others += Arrays.equals(other, before) ? 0 : 1;
            assertThat(twin.judge(other, otherAfter, claim))
                    .as("transition %s with %s claimed", n, claim.count())
                    .isNull();
        }
        assertThat(still).isGreaterThan(400);
        assertThat(others).isGreaterThan(3_000);
    }

    private long[] few(Random random) {
        long[] s = schema.blank();
        bits.set(s, random.nextInt(BITS), 1);
        if (random.nextInt(20) == 0) {
            words.set(s, 1, words.get(s, 1) ^ 0x10L);
        }
        return s;
    }

    private long[] any(Random random) {
        long[] s = schema.blank();
        for (int i = 0; i < WORDS; i++) {
            words.set(s, i, words.get(s, i) | random.nextLong() & VARYING);
        }
        for (int i = 0; i < BITS; i++) {
            bits.set(s, i, random.nextInt(2));
        }
        if (random.nextInt(20) == 0) {
            int i = random.nextInt(WORDS);
            words.set(s, i, words.get(s, i) ^ 0x10L);
        }
        return s;
    }

    private long[] changed(Random random, long[] before) {
        long[] after = before.clone();
        for (int n = random.nextInt(3); n > 0; n--) {
            int i = random.nextInt(WORDS + BITS);
            if (i < BITS) {
                bits.set(after, i, 1 - bits.get(after, i));
            } else {
                words.set(after, i - BITS, words.get(after, i - BITS) ^ Long.highestOneBit(VARYING));
            }
        }
        return after;
    }

    private static void claimAnything(Random random, Claim claim) {
        for (int n = random.nextInt(3); n > 0; n--) {
            switch (random.nextInt(4)) {
                case 0 -> claim.add("light", random.nextInt(3), random.nextInt(2));
                case 1 -> claim.add("copy", random.nextInt(3), random.nextInt(2));
                case 2 -> claim.add("heat", 0);
                default -> claim.exchange(Claim.EXCHANGE + "Lamp", random.nextInt(3), random.nextInt(3));
            }
        }
    }
}
