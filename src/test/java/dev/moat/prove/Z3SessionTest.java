package dev.moat.prove;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.z3.BoolExpr;
import dev.moat.input.Place;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.Vocabulary;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Formulas as Z3 reads them. */
class Z3SessionTest {
    private static final Vocabulary WORDS = Vocabulary.read(
            "words.smt2",
            "(declare-sort Page 0)\n(declare-sort Device 0)\n(declare-fun mapped (Page) Bool)\n"
                    + "(declare-fun there (Device) Bool)\n");

    private static BoolExpr parsed(Z3Session z3, String relation, Var constant) {
        return z3.parse(new Term.Atom(new Place("a.smt2", 1, 1), relation, List.of(constant)), List.of(constant));
    }

    /** What reads a formula with some constants is kept: constants of one name may be of other sorts in another. */
    @Test
    void constantsOfOneNameMayBeOfOtherSorts() {
        Z3Required.orSkipped("formulas are");
        try (Z3Session z3 = new Z3Session(WORDS, 1000)) {
            assertThat(parsed(z3, "mapped", new Var("x", "Page"))).hasToString("(mapped x)");
            assertThat(parsed(z3, "there", new Var("x", "Device"))).hasToString("(there x)");
            assertThat(parsed(z3, "mapped", new Var("x", "Page"))).hasToString("(mapped x)");
        }
    }
}
