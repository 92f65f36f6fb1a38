package dev.moat.prove.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.read.Discipline;
import dev.moat.logic.read.Vocabulary;
import dev.moat.prove.finite.Signature;
import dev.moat.prove.infer.Clauses.Clause;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Clauses that are weakened row by row are those that a search through all clauses finds. */
class ClausesTest {
    private static final int RELATIONS = 6;
    private static final Inference.Shape SHAPE = new Inference.Shape(3, 2, 5);

    private static Literals literals() {
        StringBuilder words = new StringBuilder("(declare-sort A 0)\n");
        StringBuilder initially = new StringBuilder("(define-fun initially () Bool (forall ((x A)) (and");
        for (int i = 0; i < RELATIONS; i++) {
            words.append("(declare-fun r").append(i).append(" (A) Bool)\n");
            initially.append(" (r").append(i).append(" x)");
        }
        Vocabulary vocabulary = Vocabulary.read("words.smt2", words.toString());
        Discipline discipline = Discipline.read("d.smt2", initially + ")))", vocabulary);
        return new Literals(new Signature(discipline), vocabulary, List.of());
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

    @Test
    void theStrongestAreLeft() {
        Literals literals = literals();
        assertThat(literals.count()).isEqualTo(RELATIONS);
        Random random = new Random(1);
        for (int round = 0; round < 200; round++) {
            Clauses clauses = new Clauses(literals, SHAPE);
            List<Long> rows = new ArrayList<>();
            for (int i = random.nextInt(12); i >= 0; i--) {
                long row = random.nextInt(1 << RELATIONS);
                rows.add(row);
                clauses.see(row);
            }
            assertThat(clauses.alive()).as("round %s", round).containsExactlyInAnyOrderElementsOf(twin(rows));
        }
    }
}
