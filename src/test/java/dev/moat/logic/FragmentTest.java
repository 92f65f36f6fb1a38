package dev.moat.logic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FragmentTest {
    private static final String DECLARED = """
            (declare-sort A 0) (declare-sort B 0) (declare-sort C 0)
            (declare-fun p (A) Bool) (declare-fun e (A A) Bool) (declare-fun r (A B) Bool) (declare-fun s (B C) Bool)
            (declare-fun t (C A) Bool)
            (define-fun reached ((x A)) Bool (exists ((y B)) (r x y)))
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "(forall ((x A)) (p x))                                          # none",
                "(forall ((x A)) (exists ((y B)) (r x y)))                       # none",
                "(exists ((x A)) (forall ((x2 A)) (e x x2)))                     # A -> A",
                "(forall ((x A)) (exists ((x2 A)) (e x x2)))                     # A -> A",
                "(forall ((x A)) (=> (exists ((x2 A)) (e x x2)) (p x)))          # none",
                "(forall ((x A)) (= (p x) (exists ((x2 A)) (e x x2))))           # A -> A",
                "(forall ((x A)) (not (forall ((x2 A)) (e x x2))))               # A -> A",
                "(forall ((x A)) (ite (exists ((x2 A)) (e x x2)) (p x) false))   # A -> A",
                "(and (forall ((x A)) (reached x)) (forall ((y B)) (exists ((x A)) (r x y)))) # A -> B -> A",
                "(and (forall ((x A)) (reached x)) (forall ((y B)) (exists ((c C)) (s y c)))) # none",
                "(and (forall ((x A)) (reached x)) (forall ((y B)) (exists ((c C)) (s y c))) (forall ((c C)) (exists ((x A)) (t c x)))) # A -> B -> C -> A",
            })
    void findsWhatLeavesTheFragment(String formula, String cycle) {
        Vocabulary vocabulary = Vocabulary.read("v", DECLARED + "(define-fun f () Bool " + formula + ")");
        assertThat(Fragment.cycle(List.of(vocabulary.macro("f").body())).orElse(null))
                .isEqualTo(cycle);
    }
}
