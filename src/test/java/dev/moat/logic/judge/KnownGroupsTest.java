package dev.moat.logic.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.logic.read.Invariant;
import dev.moat.logic.read.Vocabulary;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.state.relation.Abstraction;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is remembered of groups of conjuncts says of a state what evaluating them says, and notices where it could not. */
class KnownGroupsTest {
    private static final Vocabulary VOCABULARY =
            Vocabulary.read("v", "(declare-sort A 0) (declare-fun p (A) Bool) (declare-fun q (A A) Bool)");

    private static final Invariant RULE = Invariant.read(
            "i.smt2",
            "(set-info :says \"s.\")(set-info :kind safety)(set-info :source \"none\")\n"
                    + "(define-fun witness () Bool (exists ((x A)) (p x)))\n(define-fun invariant () Bool\n"
                    + "(forall ((x A)) (=> (p x) (exists ((y A)) (q x y)))))",
            VOCABULARY);

    private final Sort a = Sort.numbered("A", "a", 6);
    private final SchemaBuilder builder = new SchemaBuilder();
    private final Slots p = builder.slots("p", Role.GHOST, Writer.GHOST, a).bits(1);
    private final Slots q = builder.slots("q", Role.GHOST, Writer.GHOST, a, a).bits(1);
    private int evaluated;

    /** @param seen whether the relation q reads states through slots, as the component says that it does */
    private Judge judge(boolean seen) {
        builder.readsThroughSlots();
        Schema schema = builder.build();
        Abstraction abstraction = new Abstraction()
                .sort(a)
                .relation("p", List.of(a), (s, x, y, c, d, e) -> p.get(s, x) == 1, (f, x, y, c, d, e) -> f.one(p, x))
                .relation(
                        "q",
                        List.of(a, a),
                        (s, x, y, c, d, e) -> {
                            evaluated++;
                            int at = x * 6 + y;
                            return (seen ? q.get(s, x, y) : s[q.wordOf(at)] >>> q.shiftOf(at) & 1) == 1;
                        },
                        (f, x, y, c, d, e) -> f.one(q, x * 6 + y));
        abstraction.readsThroughSlots();
        return new Judge(List.of(RULE), abstraction, schema);
    }

    private long[] packed(Schema schema, long[] s) {
        long[] packed = new long[schema.packing().words()];
        schema.packing().pack(s, packed, 0);
        return packed;
    }

    /** As often as a state is right, and as often as it is wrong; by two threads' evaluators, which share it. */
    @Test
    void saysWhatEvaluatingSays() {
        Judge judge = judge(true);
        Schema schema = builder.build();
        Evaluator one = judge.evaluator();
        Evaluator other = one.another();
        Random random = new Random(3);
        long[] holding = schema.blank();
        int wrong = 0;
        for (int n = 0; n < 20_000; n++) {
            long[] s = schema.blank();
            int x = random.nextInt(6);
            p.set(s, x, 1);
            for (int k = 0; k < 3; k++) {
                q.set(s, random.nextInt(6), random.nextInt(6), 1);
            }
            long plain = judge.violated(s);
            assertThat((n % 2 == 0 ? one : other).violatedSince(holding, s, packed(schema, s), 0))
                    .isEqualTo(plain);
            wrong += plain == 0 ? 0 : 1;
        }
        assertThat(wrong).isBetween(2_000, 18_000);
    }

    /** What a group does not read of a state may be anything: it is not evaluated again. */
    @Test
    void isNotEvaluatedAgain() {
        Judge judge = judge(true);
        Schema schema = builder.build();
        Evaluator evaluator = judge.evaluator();
        long[] holding = schema.blank();
        long[] s = schema.blank();
        p.set(s, 0, 1);
        q.set(s, 0, 2, 1);
        evaluator.violatedSince(holding, s, packed(schema, s), 0);
        int before = evaluated;
        assertThat(before).isEqualTo(3);
        // Behind the first that is there nothing is read.
        q.set(s, 0, 4, 1);
        assertThat(evaluator.violatedSince(holding, s, packed(schema, s), 0)).isZero();
        assertThat(evaluated).isEqualTo(before);
        q.set(s, 0, 1, 1);
        evaluator.violatedSince(holding, s, packed(schema, s), 0);
        assertThat(evaluated).isEqualTo(before + 2);
    }

    /** A relation that reads what is not seen is found out, and not believed for ever. */
    @Test
    void looksWhetherAllThatIsReadIsSeen() {
        Judge judge = judge(false);
        Schema schema = builder.build();
        Evaluator evaluator = judge.evaluator();
        long[] holding = schema.blank();
        assertThatThrownBy(() -> {
                    for (int n = 0; n < 20_000; n++) {
                        long[] s = schema.blank();
                        p.set(s, 0, 1);
                        q.set(s, 0, n == 0 ? 0 : 1 + n % 5, n < 2_000 ? 1 : 0);
                        q.set(s, 1 + n % 5, n % 6, 1);
                        q.set(s, 1 + n / 5 % 5, n / 25 % 6, 1);
                        q.set(s, 1 + n / 150 % 5, n / 750 % 6, 1);
                        evaluator.violatedSince(holding, s, packed(schema, s), 0);
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("depends on more of a state than it reads through slots");
    }
}
