package dev.moat.prove.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.input.Place;
import dev.moat.logic.Discipline;
import dev.moat.logic.Fragment;
import dev.moat.logic.Term;
import dev.moat.logic.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is left of all candidates is true of what was seen, and together with what is asserted it can be decided. */
class PoolTest {
    private static final String WORDS = """
            (declare-sort A 0)
            (declare-sort B 0)
            (declare-fun left (A) Bool)
            (declare-fun right (B) Bool)
            (declare-fun joined (A B) Bool)
            (declare-fun next (A A) Bool)
            (define-fun leads ((x A)) Bool (exists ((y A)) (next x y)))
            (define-fun reached ((u B)) Bool (exists ((y A)) (joined y u)))
            """;
    private static final Vocabulary VOCABULARY = Vocabulary.read("words.smt2", WORDS);
    private static final Signature SIGNATURE = new Signature(Discipline.read("d.smt2", """
            (define-fun initially () Bool
              (forall ((x A) (y A) (u B)) (and (left x) (right u) (joined x u) (next x y))))""", VOCABULARY));

    private static CandidatePool pool() {
        Literals literals = new Literals(SIGNATURE, VOCABULARY, List.of());
        return new CandidatePool(SIGNATURE, VOCABULARY, List.of(), Inference.Shape.USUAL, literals);
    }

    private static Structure random(Random random, int size) {
        Structure s = new Structure(SIGNATURE, new int[] {size, size});
        for (int r = 0; r < SIGNATURE.relations().size(); r++) {
            for (int atom = 0; atom < s.atoms(r); atom++) {
                s.set(r, atom, random.nextInt(3) > 0);
            }
        }
        return s;
    }

    private static boolean holds(Candidate c, Structure s) {
        return CompiledFormula.of(SIGNATURE, c.formula(), List.of()).holds(s);
    }

    /** Sixty elements of each sort have more choices for three variables than are looked at one by one. */
    @Test
    void whatIsFalseOnlyForTheLastElementsOfALargeStateIsFound() {
        Structure full = new Structure(SIGNATURE, new int[] {60, 60});
        for (int r = 0; r < SIGNATURE.relations().size(); r++) {
            for (int atom = 0; atom < full.atoms(r); atom++) {
                full.set(r, atom, true);
            }
        }
        CandidatePool pool = pool();
        pool.see(full);
        assertThat(pool.alive()).isNotEmpty().allMatch(c -> holds(c, full));
        for (int r = 0; r < SIGNATURE.relations().size(); r++) {
            Structure less = full.copy();
            less.set(r, less.atoms(r) - 1, false);
            assertThat(pool.falseIn(less, 5))
                    .as("%s", SIGNATURE.relations().get(r))
                    .isNotEmpty()
                    .noneMatch(c -> holds(c, less));
        }
        Structure less = full.copy();
        for (int r = 0; r < SIGNATURE.relations().size(); r++) {
            less.set(r, less.atoms(r) - 1, false);
        }
        pool.see(less);
        assertThat(pool.falseIn(less, 5)).isEmpty();
        assertThat(pool.alive()).isNotEmpty().allMatch(c -> holds(c, less));
    }

    @Test
    void whatIsLeftIsTrueOfWhatWasSeen() {
        Random random = new Random(5);
        CandidatePool pool = pool();
        List<Structure> seen = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            Structure s = random(random, 1 + random.nextInt(3));
            boolean allTrue = pool.alive().stream().allMatch(c -> holds(c, s));
            assertThat(pool.falseIn(s, 1).isEmpty()).isEqualTo(allTrue);
            pool.see(s);
            seen.add(s);
            assertThat(pool.alive()).allMatch(c -> seen.stream().allMatch(t -> holds(c, t)));
        }
    }

    /** That of each A some other leads on closes the cycle A -> A; so does any clause on an A whose goal seeks one. */
    @Test
    void clausesCanBeDecidedTogether() {
        Random random = new Random(6);
        CandidatePool pool = pool();
        int seeking = 0;
        for (int i = 0; i < 12; i++) {
            List<Term> formulas = new ArrayList<>();
            for (Candidate c : pool.alive()) {
                formulas.add(c.formula());
                formulas.add(new Term.Not(new Place("test", 1, 1), c.formula()));
                seeking += c.formula().toString().contains("Exists") ? 1 : 0;
            }
            assertThat(Fragment.cycle(formulas)).isEmpty();
            pool.see(random(random, 2));
        }
        assertThat(seeking).as("clauses that seek an element").isPositive();
    }
}
