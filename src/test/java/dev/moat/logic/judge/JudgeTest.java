package dev.moat.logic.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.limit.LimitException;
import dev.moat.logic.Invariant;
import dev.moat.logic.Term;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.ground.Grounder;
import dev.moat.logic.testing.AtomWorld;
import dev.moat.state.Abstraction;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JudgeTest {
    private static final Vocabulary VOCABULARY = Vocabulary.read("v", """
            (declare-sort A 0) (declare-sort B 0)
            (declare-fun p (A) Bool) (declare-fun q (A) Bool) (declare-fun r (A B) Bool)
            """);

    private static Invariant invariant(String id, String formula) {
        return Invariant.read(
                id + ".smt2",
                "(set-info :says \"s.\")(set-info :kind safety)(set-info :source \"none\")\n"
                        + "(define-fun witness () Bool (exists ((x A)) (p x)))\n(define-fun invariant () Bool\n"
                        + formula + ")",
                VOCABULARY);
    }

    private static AtomWorld world(int a, int b, String... statics) {
        return new AtomWorld(VOCABULARY, sort -> sort.equals("A") ? a : b, Set.of(statics));
    }

    @Test
    void quantifiersAreDistributedIntoConjuncts() {
        AtomWorld world = world(3, 2);
        assertThat(conjuncts(world, "(forall ((x A)) (and (=> (p x) (q x)) (=> (q x) (p x))))"))
                .isEqualTo(6);
        assertThat(conjuncts(world, "(not (exists ((x A)) (or (p x) (q x))))")).isEqualTo(6);
        assertThat(conjuncts(world, "(=> (forall ((x A)) (p x)) (forall ((x A) (y B)) (r x y)))"))
                .isEqualTo(6);
        assertThat(conjuncts(world, "(exists ((x A)) (and (p x) (q x)))")).isEqualTo(1);
    }

    @Test
    void equalConjunctsAreKeptOnce() {
        assertThat(conjuncts(world(3, 2), "(forall ((x A) (y B)) (or (q x) (p x)))"))
                .isEqualTo(3);
        assertThat(conjuncts(world(3, 2), "(forall ((x A) (x2 A)) (or (p x) (p x2)))"))
                .isEqualTo(6);
    }

    /** A part that stands among many already is not taken twice, so the formula is the one that is there. */
    @Test
    void equalPartsOfManyAreTakenOnce() {
        String some = "(exists ((x A)) (p x))";
        assertThat(conjuncts(world(40, 2), "(and " + some + " (or " + some + some + "))"))
                .isEqualTo(1);
    }

    /** Of more atoms than have a number each. */
    @Test
    void equalConjunctsOfManyAtomsAreKeptOnce() {
        String all = "(forall ((x A) (y B)) (r x y))";
        assertThat(conjuncts(world(100, 100), "(and " + all + all + ")")).isEqualTo(10_000);
        String either = "(forall ((x A) (y B)) (or (not (r x y)) (r x y)))";
        assertThat(conjuncts(world(100, 100), either)).isEqualTo(10_000);
        String none = "(forall ((x A) (y B)) (not (r x y)))";
        assertThat(conjuncts(world(100, 100), "(and " + all + none + ")")).isEqualTo(20_000);
    }

    /** Static p holds of the even elements, 0 and 2. */
    @Test
    void atomsThatReadNothingAreFolded() {
        AtomWorld world = world(3, 2, "p");
        assertThat(conjuncts(world, "(forall ((x A)) (=> (p x) (q x)))")).isEqualTo(2);
        assertThat(conjuncts(world, "(forall ((x A)) (or (p x) (not (p x))))")).isZero();
        assertThat(conjuncts(world, "(forall ((x A)) (=> (p x) (forall ((x2 A)) (=> (p x2) (= x x2)))))"))
                .as("two conjuncts that are false in every state, kept once")
                .isEqualTo(1);
    }

    private static int conjuncts(AtomWorld world, String formula) {
        return world.judge(List.of(invariant("i", formula))).conjuncts();
    }

    @Test
    void aConjunctThatIsFalseInEveryStateIsReportedAlsoSinceAPredecessorIsNot() {
        AtomWorld world = world(1, 1);
        Judge judge = world.judge(List.of(invariant("i", "false"), invariant("j", "true")));
        assertThat(judge.violated(world.schema().blank())).isEqualTo(1);
        assertThat(judge.explain(0, world.schema().blank())).containsExactly("i: s.", "  FALSE: false");
        assertThat(judge.explain(1, world.schema().blank())).containsExactly("j: s.", "holds");
    }

    @Test
    void overAnEmptySortAllHoldsAndNoneExists() {
        AtomWorld world = world(0, 2);
        Judge judge =
                world.judge(List.of(invariant("i", "(forall ((x A)) false)"), invariant("j", "(exists ((x A)) true)")));
        assertThat(judge.violated(world.schema().blank())).isEqualTo(2);
        assertThat(judge.witnessed(world.schema().blank(), 3)).isZero();
    }

    /** Each relation counts its evaluations: what is read decides what is judged anew. */
    @Test
    void onlyConjunctsWhoseAtomsMayReadAChangedBitAreEvaluated() {
        Sort a = Sort.numbered("A", "a", 3);
        List<String> evaluated = new ArrayList<>();
        SchemaBuilder builder = new SchemaBuilder();
        Slots p = builder.slots("p", Role.GHOST, Writer.GHOST, a).bits(1);
        Slots q = builder.slots("q", Role.GHOST, Writer.GHOST, a).bits(1);
        Schema schema = builder.build();
        Abstraction abstraction = new Abstraction()
                .sort(a)
                .relation(
                        "p",
                        List.of(a),
                        (s, x, b, c, d, e) -> {
                            evaluated.add("p" + x);
                            return p.get(s, x) == 1;
                        },
                        (f, x, b, c, d, e) -> f.one(p, x))
                .relation(
                        "q",
                        List.of(a),
                        (s, x, b, c, d, e) -> {
                            evaluated.add("q" + x);
                            return q.get(s, x) == 1;
                        },
                        (f, x, b, c, d, e) -> f.one(q, x));
        Judge judge = new Judge(List.of(invariant("i", "(forall ((x A)) (=> (p x) (q x)))")), abstraction, schema);
        long[] before = schema.blank();
        long[] after = schema.blank();
        q.set(after, 1, 1);
        evaluated.clear();
        assertThat(judge.violatedSince(before, after)).isZero();
        assertThat(evaluated).containsExactly("p1");
        p.set(after, 2, 1);
        evaluated.clear();
        assertThat(judge.violatedSince(before, after)).isEqualTo(1);
        assertThat(evaluated).contains("p1", "p2", "q2").doesNotContain("p0", "q0", "q1");
        evaluated.clear();
        assertThat(judge.violatedSince(before, before)).isZero();
        assertThat(evaluated).isEmpty();
        q.set(after, 2, 1);
        long[] packed = new long[schema.packing().words()];
        schema.packing().pack(after, packed, 0);
        Evaluator one = judge.evaluator();
        assertThat(one.violatedSince(before, after, packed, 0)).isZero();
        evaluated.clear();
        assertThat(one.another().violatedSince(before, after, packed, 0)).isZero();
        assertThat(evaluated).as("one of the same search has evaluated it").isEmpty();
        assertThat(judge.evaluator().violatedSince(before, after, packed, 0)).isZero();
        assertThat(evaluated).as("none of this search has").isNotEmpty();
    }

    /** Where hardly any state was met before, looking up costs more than it saves; what is met often is looked up on. */
    @Test
    void whatIsRememberedIsNotAskedWhereThatIsInVain() {
        AtomWorld world = world(16, 1, "q", "r");
        Judge judge = world.judge(List.of(invariant("i", "(or (forall ((x A)) (p x)) (exists ((x A)) (not (p x))))")));
        Slots p = world.schema().family("p").orElseThrow();
        long[] before = world.schema().blank();
        long[] after = world.schema().blank();
        long[] packed = new long[world.schema().packing().words()];
        for (boolean inVain : List.of(true, false)) {
            Evaluator evaluator = judge.evaluator(16);
            for (int n = 1; n <= 40; n++) {
                int value = inVain ? n : 1 + n % 4;
                for (int x = 0; x < 6; x++) {
                    p.set(after, x, value >> x & 1);
                }
                world.schema().packing().pack(after, packed, 0);
                assertThat(evaluator.violatedSince(before, after, packed, 0)).isZero();
            }
            assertThat(evaluator.unknown(1, packed, 0)).isEqualTo(inVain ? 1 : 0);
            // The first one was noted before that was found out.
            for (int x = 0; x < 6; x++) {
                p.set(after, x, (inVain ? 1 : 2) >> x & 1);
            }
            world.schema().packing().pack(after, packed, 0);
            assertThat(evaluator.unknown(1, packed, 0)).isEqualTo(inVain ? 1 : 0);
        }
    }

    /** A key of so many words takes longer than to judge. */
    @Test
    void whatReadsManyWordsIsJudgedEachTime() {
        int size = 7 * Long.SIZE;
        AtomWorld world = world(size, 1, "q", "r");
        Judge judge = world.judge(List.of(invariant("i", "(not (forall ((x A)) (p x)))")));
        Slots p = world.schema().family("p").orElseThrow();
        long[] before = world.schema().blank();
        long[] after = world.schema().blank();
        long[] packed = new long[world.schema().packing().words()];
        Evaluator evaluator = judge.evaluator();
        for (int x = 0; x < size; x++) {
            p.set(after, x, 1);
            world.schema().packing().pack(after, packed, 0);
            assertThat(evaluator.violatedSince(before, after, packed, 0)).isEqualTo(x == size - 1 ? 1 : 0);
            assertThat(evaluator.unknown(1, packed, 0)).isEqualTo(1);
        }
    }

    @Test
    void aRelationWithoutAMeaningIsReportedWhereItIsUsed() {
        Sort a = Sort.numbered("A", "a", 2);
        Schema schema = new SchemaBuilder().build();
        Abstraction abstraction = new Abstraction()
                .sort(a)
                .sort(Sort.numbered("B", "b", 0))
                .relation("p", List.of(a), (s, x, b, c, d, e) -> true);
        List<Invariant> one = List.of(invariant("i", "(forall ((x A)) (=> (p x) (q x)))"));
        assertThatThrownBy(() -> new Judge(one, abstraction, schema))
                .isInstanceOf(InputException.class)
                .hasMessage("i.smt2:4:28: the component gives no meaning to relation 'q'; known: p");
        List<Invariant> overEmpty = List.of(invariant("i", "(forall ((x A) (y B)) (r x y))"));
        assertThat(new Judge(overEmpty, abstraction, schema).conjuncts()).isZero();
    }

    @Test
    void sortsMustBeThereAndAgree() {
        Sort a = Sort.numbered("A", "a", 2);
        Schema schema = new SchemaBuilder().build();
        Abstraction without = new Abstraction().sort(a).relation("p", List.of(a), (s, x, b, c, d, e) -> true);
        assertThatThrownBy(() -> new Judge(List.of(invariant("i", "(forall ((y B)) true)")), without, schema))
                .hasMessage("i.smt2:4:1: the component has no sort 'B'; known: A");
        Abstraction other = new Abstraction()
                .sort(a)
                .relation("p", List.of(Sort.numbered("A", "a", 3)), (s, x, b, c, d, e) -> true);
        assertThatThrownBy(() -> new Judge(List.of(invariant("i", "(exists ((x A)) (p x))")), other, schema))
                .hasMessage(
                        "i.smt2:4:18: the component's relation 'p' ranges over [A(3)], the vocabulary's over [A(2)]");
    }

    @Test
    void sixtyThreeInvariantsAreTheLimit() {
        AtomWorld world = world(1, 1);
        Invariant i = invariant("i", "(forall ((x A)) (not (p x)))");
        Judge judge = world.judge(Collections.nCopies(63, i));
        long[] s = world.schema().blank();
        world.set(s, "p", 0);
        assertThat(judge.violated(s)).isEqualTo(-1L >>> 1);
        assertThatThrownBy(() -> world.judge(Collections.nCopies(64, i))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void groundingThatTakesTooLongIsRefused() {
        AtomWorld world = world(40, 1, "p");
        String deep = "(forall ((a1 A) (a2 A) (a3 A) (a4 A) (a5 A)) true)";
        assertThatThrownBy(() -> world.judge(List.of(invariant("i", deep))))
                .isInstanceOf(LimitException.class)
                .hasMessage("i.smt2:4:46: grounding takes more than 50000000 steps; choose smaller bounds");
    }

    @Test
    void tooManyConjunctsAreRefused() {
        AtomWorld world = world(3, 2);
        Term formula = invariant("i", "(forall ((x A) (y B)) (r x y))").formula();
        assertThat(new Grounder(world.abstraction(), world.schema(), 6).conjuncts(0, formula))
                .hasSize(6);
        assertThatThrownBy(() -> new Grounder(world.abstraction(), world.schema(), 5).conjuncts(0, formula))
                .isInstanceOf(LimitException.class)
                .hasMessage("i.smt2:4:24: more than 5 ground instances; choose smaller bounds");
    }
}
