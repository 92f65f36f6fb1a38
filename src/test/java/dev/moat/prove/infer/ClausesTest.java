package dev.moat.prove.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Discipline;
import dev.moat.logic.Macro;
import dev.moat.logic.Vocabulary;
import dev.moat.prove.infer.StrongClauses.Clause;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Clauses that are weakened row by row are those that a search through all clauses finds. */
class ClausesTest {
    private static final int RELATIONS = 6;
    private static final Inference.Shape SHAPE = new Inference.Shape(3, 2, 5);

    /** All have the first variable of their sort, or none: every clause hangs together. */
    private static final List<String> ONE_SORT = List.of("A", "A", "A A", "A", "", "A");

    private static final List<String> TWO_SORTS = List.of("A", "A", "B", "A B", "", "B");

    private static Literals literals(List<String> places) {
        StringBuilder words = new StringBuilder("(declare-sort A 0)\n(declare-sort B 0)\n");
        StringBuilder initially = new StringBuilder("(define-fun initially () Bool (forall ((a A) (b B)) (and");
        for (int i = 0; i < RELATIONS; i++) {
            String name = "r" + i;
            String args = places.get(i).toLowerCase(Locale.ROOT);
            words.append("(declare-fun %s (%s) Bool)\n".formatted(name, places.get(i)));
            initially.append(args.isEmpty() ? " " + name : " (" + name + " " + args + ")");
        }
        // Asserted besides, so that no literal may seek any: for each element of either sort one of the other.
        words.append("""
                (declare-fun joined (A B) Bool)
                (define-fun sought () Bool (and (forall ((x A)) (exists ((y B)) (joined x y)))
                                                (forall ((y B)) (exists ((x A)) (joined x y)))))""");
        Vocabulary vocabulary = Vocabulary.read("words.smt2", words.toString());
        Discipline discipline = Discipline.read("d.smt2", initially + ")))", vocabulary);
        Macro sought = vocabulary.macro("sought");
        return new Literals(new Signature(discipline), vocabulary, List.of(sought.body()));
    }

    /** All clauses of the shape that no row makes false and of which no part is so. */
    private static List<Clause> twin(List<Long> rows) {
        List<Clause> valid = new ArrayList<>();
        for (long premises = 0; premises < 1 << RELATIONS; premises++) {
            for (long goals = 0; goals < 1 << RELATIONS; goals++) {
                Clause c = new Clause(premises, goals);
                int p = Long.bitCount(premises);
                int g = Long.bitCount(goals);
                boolean shaped = p <= 3 && g <= 2 && p + 2 * g <= 5 && (premises & goals) == 0;
                if (shaped && rows.stream().noneMatch(c::isFalse)) {
                    valid.add(c);
                }
            }
        }
        return valid.stream()
                .filter(c -> valid.stream().noneMatch(d -> !d.equals(c) && d.within(c)))
                .toList();
    }

    /** Up to twelve rows at random, which the clauses have seen. */
    private static List<Long> seen(StrongClauses clauses, Random random) {
        List<Long> rows = new ArrayList<>();
        for (int i = random.nextInt(12); i >= 0; i--) {
            long row = random.nextInt(1 << RELATIONS);
            rows.add(row);
            clauses.see(row);
        }
        return rows;
    }

    @Test
    void theStrongestAreLeft() {
        Literals literals = literals(ONE_SORT);
        assertThat(literals.count()).isEqualTo(RELATIONS);
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            StrongClauses clauses = new StrongClauses(literals, SHAPE);
            List<Long> rows = seen(clauses, random);
            assertThat(clauses.alive()).as("round %s", round).containsExactlyInAnyOrderElementsOf(twin(rows));
        }
    }

    /** Of two sorts, clauses on the way may not hang together: what is left does, is true, and nothing of it follows by its form. */
    @Test
    void clausesOfTwoSortsHangTogether() {
        Literals literals = literals(TWO_SORTS);
        Random random = new Random(2);
        int ofBoth = 0;
        for (int round = 0; round < 200; round++) {
            StrongClauses clauses = new StrongClauses(literals, SHAPE);
            List<Long> rows = seen(clauses, random);
            for (Clause c : clauses.alive()) {
                long both = c.premises() | c.goals();
                boolean ofA = (both & 0b1011) != 0;
                boolean ofB = (both & 0b101100) != 0;
                assertThat(!ofA || !ofB || (both & 0b1000) != 0).as("%s", c).isTrue();
                assertThat(rows).as("%s", c).noneMatch(c::isFalse);
                assertThat(clauses.alive()).as("%s", c).noneMatch(d -> !d.equals(c) && d.within(c));
                ofBoth += (both & 0b1000) != 0 ? 1 : 0;
            }
        }
        assertThat(ofBoth).isPositive();
    }

    /** What has no variable hangs together with everything. */
    @Test
    void aRelationWithoutPlacesStandsBesideAnyOther() {
        StrongClauses clauses = new StrongClauses(literals(TWO_SORTS), SHAPE);
        long a = 1;
        long none = 1 << 4;
        clauses.see(a | none);
        clauses.see(0);
        assertThat(clauses.alive()).contains(new Clause(a, none), new Clause(none, a));
    }
}
