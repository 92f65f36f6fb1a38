package dev.moat.logic.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Invariant;
import dev.moat.logic.Term;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.testing.AtomWorld;
import dev.moat.logic.testing.FormulaGrammar;
import dev.moat.logic.testing.NaiveTruth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Grounding and compiled evaluation against the naive reading, on random formulas and states. */
class GroundingProperties {
    private static final Vocabulary VOCABULARY = Vocabulary.read("vocabulary.smt2", FormulaGrammar.VOCABULARY);

    private static AtomWorld world(int sizeA, int sizeB, boolean statics) {
        return new AtomWorld(
                VOCABULARY, sort -> sort.equals("A") ? sizeA : sizeB, statics ? Set.of("r", "q", "z") : Set.of());
    }

    private static List<Invariant> invariants(Random random, int depth) {
        List<Invariant> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            FormulaGrammar grammar = new FormulaGrammar(random);
            all.add(FormulaGrammar.invariant("i" + i, grammar.formula(depth), grammar.formula(depth)));
        }
        return all;
    }

    private static long falseOnes(AtomWorld world, List<Invariant> invariants, long[] s) {
        long wrong = 0;
        for (int i = 0; i < invariants.size(); i++) {
            if (!NaiveTruth.holds(invariants.get(i).formula(), Map.of(), world.abstraction(), s)) {
                wrong |= 1L << i;
            }
        }
        return wrong;
    }

    private static long witnesses(AtomWorld world, List<Invariant> invariants, long[] s) {
        long found = 0;
        for (int i = 0; i < invariants.size(); i++) {
            found |= NaiveTruth.holds(invariants.get(i).witness(), Map.of(), world.abstraction(), s) ? 1L << i : 0;
        }
        return found;
    }

    @Property(tries = 250, seed = "1")
    void compiledEvaluationAgreesWithTheNaiveOne(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int depth,
            @ForAll @IntRange(max = 3) int sizeA,
            @ForAll @IntRange(max = 3) int sizeB,
            @ForAll boolean statics) {
        Random random = new Random(seed);
        AtomWorld world = world(sizeA, sizeB, statics);
        List<Invariant> invariants = invariants(random, depth);
        Judge judge = world.judge(invariants);
        for (int n = 0; n < 5; n++) {
            long[] s = world.random(random, 15 + 20 * n);
            assertThat(judge.violated(s)).isEqualTo(falseOnes(world, invariants, s));
            long witnesses = witnesses(world, invariants, s);
            long asked = random.nextInt(64);
            assertThat(judge.witnessed(s, asked)).isEqualTo(witnesses & asked);
        }
    }

    @Property(tries = 250, seed = "3")
    void searchingTrueTuplesAgreesWithTheNaiveReadingInEveryStateOfASequence(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 2) int depth,
            @ForAll @IntRange(max = 3) int sizeA,
            @ForAll @IntRange(max = 3) int sizeB,
            @ForAll boolean statics) {
        Random random = new Random(seed);
        AtomWorld world = world(sizeA, sizeB, statics);
        List<Invariant> invariants = invariants(random, depth);
        TupleJudge judge = new TupleJudge(invariants, world.abstraction(), world.schema());
        for (int n = 0; n < 8; n++) {
            long[] s = world.random(random, 15 + 10 * n);
            long asked = random.nextInt(64);
            assertThat(judge.violated(s, asked)).isEqualTo(falseOnes(world, invariants, s) & asked);
            long witnesses = witnesses(world, invariants, s);
            assertThat(judge.witnessed(s, ~asked)).isEqualTo(witnesses & ~asked);
        }
    }

    @Property(tries = 250, seed = "2")
    void judgingOnlyTheDifferenceAgreesWithJudgingAll(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 5) int depth, @ForAll boolean statics) {
        Random random = new Random(seed);
        AtomWorld world = world(3, 2, statics);
        for (int n = 0; n < 4; n++) {
            long[] s = world.random(random, 15 + 20 * n);
            List<Invariant> all = invariants(random, depth);
            long wrong = falseOnes(world, all, s);
            List<Invariant> holding = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                Invariant it = all.get(i);
                boolean flip = (wrong >> i & 1) != 0;
                Term formula = flip ? new Term.Not(it.formula().place(), it.formula()) : it.formula();
                Term witness = it.witness();
                if (NaiveTruth.holds(witness, Map.of(), world.abstraction(), s)) {
                    witness = new Term.Not(witness.place(), witness);
                }
                holding.add(new Invariant(it.id(), it.says(), it.kind(), it.source(), formula, witness, it.text()));
            }
            // Some soon find out that what they remember is not worth asking.
            Evaluator evaluator = world.judge(holding).evaluator(n % 2 == 0 ? 8 : Evaluator.QUESTIONS);
            assertThat(evaluator.violated(s)).isZero();
            long[] packed = new long[world.schema().packing().words()];
            for (int m = 0; m < 30; m++) {
                // Few bits change, so that what was found to hold is met again.
                long[] t = world.changed(random, s, m % 3);
                world.schema().packing().pack(t, packed, 0);
                assertThat(evaluator.violatedSince(s, t, packed, 0))
                        .as("with what is remembered")
                        .isEqualTo(evaluator.violated(t));
            }
            for (int m = 0; m < 6; m++) {
                long[] t = world.changed(random, s, m);
                assertThat(evaluator.violatedSince(s, t))
                        .isEqualTo(evaluator.violated(t))
                        .isEqualTo(falseOnes(world, holding, t));
                assertThat(evaluator.witnessedSince(s, t, 0x2b)).isEqualTo(evaluator.witnessed(t, 0x2b));
            }
        }
    }
}
