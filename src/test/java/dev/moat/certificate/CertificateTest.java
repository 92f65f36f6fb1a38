package dev.moat.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the checker accepts, and each way in which it refuses. */
class CertificateTest {
    private static final String DECLARED = """
            (set-logic UF)
            (declare-sort Dom 0)
            (declare-sort Frame 0)
            (declare-fun owner (Frame Dom) Bool)
            (declare-fun free (Frame) Bool)
            (declare-fun quiet () Bool)
            (declare-fun d () Dom)
            (declare-fun e () Dom)
            (declare-fun f () Frame)
            """;

    /** Sentences 1 to 4: not all frames are free; a frame has one owner; some frame is free; free frames have an owner. */
    private static final String GOAL = DECLARED + """
            (assert (not (forall ((x Frame)) (free x))))
            (assert (forall ((x Frame) (y Dom) (z Dom)) (=> (and (owner x y) (owner x z)) (= y z))))
            (assert (or quiet (exists ((x Frame)) (free x))))
            (assert (forall ((x Frame)) (=> (free x) (exists ((y Dom)) (owner x y)))))
            (assert (and (owner f d) (owner f e) (free f) (not (free f))))
            """;

    private static int check(String goal, String... steps) {
        return Certificate.check(
                GoalFile.of("goal.smt2", goal + "(check-sat)"),
                "goal.proof",
                Certificate.FIRST + "\n" + String.join("\n", steps) + "\n");
    }

    @Test
    void aContradictionIsAProof() {
        assertThat(check(GOAL, "use 5")).isEqualTo(1);
    }

    @Test
    void instancesWitnessesAndEqualityAreSteps() {
        String goal = DECLARED + """
                (assert (exists ((x Frame)) (and (owner x d) (not (free x)))))
                (assert (forall ((x Frame) (y Dom) (z Dom)) (=> (and (owner x y) (owner x z)) (= y z))))
                (assert (not (exists ((x Frame)) (and (owner x d) (not (= x f)) ))))
                (assert (free f))
                """;
        assertThat(check(goal, "use 1", "use 3", "use 4", "witness 1 g", "instance 2 g", "congruent free 1 f g"))
                .isEqualTo(6);
        assertThat(check(
                        DECLARED + "(declare-fun c () Dom) (assert (and (= c d) (= c e) (not (= d e))))",
                        "use 1",
                        "transitive d c e"))
                .isEqualTo(2);
    }

    @Test
    void casesAreClausesThatFollow() {
        String goal = DECLARED + """
                (assert (or (free f) quiet))
                (assert (or (free f) (not quiet)))
                (assert (or (not (free f)) quiet))
                (assert (or (not (free f)) (not quiet)))
                """;
        String[] uses = {"use 1", "use 2", "use 3", "use 4"};
        assertThatThrownBy(() -> check(goal, uses)).hasMessageContaining("there is no contradiction at its end");
        assertThat(check(goal, "use 1", "use 2", "use 3", "use 4", "clause 2")).isEqualTo(5);
        assertThatThrownBy(() -> check(goal, "use 1", "use 2", "clause 2"))
                .hasMessageContaining("goal.proof:4:1: no step of a proof: the clause does not follow by propagation");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "use 0                       | the goal has no assertion 0",
                "use 6                       | the goal has no assertion 6",
                "use -2147483648             | the goal has no assertion",
                "use                         | words are missing",
                "use x                       | 'x' is no number",
                "use 1 2                     | '2' belongs to nothing",
                "transitive d e d e          | 'e' belongs to nothing",
                "use 99999999999             | '99999999999' is no number",
                "assume 1                    | 'assume' is none",
                "instance 0 f                | there is no sentence 0",
                "instance 5 f                | there is no sentence 5",
                "instance 1 d                | the constants are not of the sorts [Frame]",
                "instance 1 g                | the constants are not of the sorts [Frame]",
                "instance 1 f f              | the constants are not of the sorts [Frame]",
                "instance 1                  | the constants are not of the sorts [Frame]",
                "instance 2 f d f            | the constants are not of the sorts [Frame, Dom, Dom]",
                "witness 1 f                 | 'f' is not new",
                "witness 1 owner             | 'owner' is not new",
                "witness 1 ?0                | '?0' is not new",
                "witness 2 x y x             | 'x' is not new",
                "witness 1 x y               | the sentence has 1 variables",
                "witness 9 x                 | there is no sentence 9",
                "transitive d e f            | elements of one sort are needed",
                "transitive d e              | words are missing",
                "transitive x x x            | elements of one sort are needed",
                "congruent owner 2 f d d f   | 'owner' is no relation of these elements",
                "congruent owner 2 f d f     | 'owner' is no relation of these elements",
                "congruent owner 99 f d f    | 'owner' is no relation of these elements",
                "congruent owner -3 f d f d  | 'owner' is no relation of these elements",
                "congruent d 0               | 'd' is no relation of these elements",
                "clause 0                    | there is no variable 0",
                "clause 9999                 | there is no variable 9999",
                "clause -2147483648          | there is no variable",
                "clause 1 x                  | 'x' is no number",
                "clause                      | the clause does not follow by propagation",
            })
    void aLineThatIsNoStepIsRefusedWithItsPlace(String line, String reason) {
        assertThatThrownBy(() -> check(GOAL, "use 1", "use 2", "use 3", "use 4", line))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("goal.proof:6:1: no step of a proof: ")
                .hasMessageContaining(reason);
    }

    @Test
    void aWitnessIsNewEachTime() {
        assertThatThrownBy(() -> check(GOAL, "use 1", "use 3", "witness 1 g", "witness 2 g"))
                .hasMessageContaining("goal.proof:5:1: no step of a proof: 'g' is not new");
    }

    /** What would follow from a witness that is any element: that all frames are free or none is. */
    @Test
    void aSatisfiableGoalHasNoProof() {
        String goal = DECLARED + "(assert (exists ((x Frame)) (free x))) (assert (not (forall ((x Frame)) (free x))))";
        assertThatThrownBy(() -> check(
                        goal,
                        "use 1",
                        "use 2",
                        "witness 1 g",
                        "witness 2 h",
                        "instance 1 h",
                        "instance 2 g",
                        "congruent free 1 g h"))
                .hasMessageContaining("there is no contradiction at its end");
    }

    /** Equality is claimed of nothing that is not one. */
    @Test
    void stepsAboutEqualityHavePremises() {
        String three = DECLARED
                + "(declare-fun c () Dom) (assert (and (= c d) (not (= c e)))) (assert (owner f d)) (assert (not (owner f e)))";
        for (String step : new String[] {"transitive c d e", "transitive d c e", "congruent owner 2 f d f e"}) {
            assertThatThrownBy(() -> check(three, "use 1", "use 2", "use 3", step))
                    .as(step)
                    .hasMessageContaining("there is no contradiction at its end");
        }
    }

    @Test
    void anotherBeginningOrAnEmptyTextIsRefused() {
        GoalFile goal = GoalFile.of("goal.smt2", GOAL + "(check-sat)");
        assertThatThrownBy(() -> Certificate.check(goal, "p", ""))
                .hasMessageContaining("p:1:1: a certificate begins with");
        assertThatThrownBy(() -> Certificate.check(goal, "p", "moat certificate 2\nuse 5\n"))
                .hasMessageContaining("p:1:1: a certificate begins with");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(assert (owner d f))                               | 'owner' is no relation of these elements",
                "(assert (owner f))                                 | 'owner' is no relation of these elements",
                "(assert (owner f x))                               | 'x' is no element",
                "(assert (forall ((x Frame)) (owner x x)))          | 'owner' is no relation of these elements",
                "(assert (and (free f) (exists ((x Dom)) quiet) x)) | 'x' is no relation of these elements",
                "(assert (= d f))                                   | '=' compares two elements of one sort",
                "(assert (= d))                                     | '=' compares two elements of one sort",
                "(assert (not quiet quiet))                         | wrong number of formulas",
                "(assert (ite quiet quiet))                         | wrong number of formulas",
                "(assert (and))                                     | wrong number of formulas",
                "(assert quiet                                      | a ')' is missing",
                "(assert)                                           | a word is missing",
                "(define-fun q () Bool quiet)                       | 'define-fun' is no command of a goal",
                "(declare-fun g (Dom) Frame)                        | 'g' is a function: a goal has relations and constants only",
                "(declare-fun d () Frame)                           | 'd' cannot be declared, or is declared twice",
                "(declare-fun ?1 () Frame)                          | '?1' cannot be declared, or is declared twice",
                "quiet                                              | a '(' is missing",
                "(assert quiet)                                     | a goal ends with (check-sat)",
                "(check-sat) (assert false)                         | a goal asks once, and at its end",
                "(check-sat) (check-sat)                            | a goal asks once, and at its end",
                "(set-info :status sat)                             | a goal is to be unsat",
                "(set-logic UFLIA)                                  | the logic of a goal is UF",
                "(declare-sort Dom 0)                               | 'Dom' cannot be declared, or is declared twice",
                "(declare-sort ?1 0)                                | '?1' cannot be declared, or is declared twice",
                "(declare-sort Bool 0)                              | 'Bool' cannot be declared, or is declared twice",
                "(declare-sort L 1)                                 | a sort has no parameters",
                "(declare-fun q (Z) Bool)                           | 'q' is declared of a sort that is not there",
                "(declare-fun or () Bool)                           | 'or' cannot be declared, or is declared twice",
                "(declare-fun distinct (Dom Dom) Bool)              | 'distinct' cannot be declared, or is declared twice",
                "(declare-fun xor (Dom) Bool)                       | 'xor' cannot be declared, or is declared twice",
                "(assert (forall () quiet))                         | a variable is missing",
                "(assert (forall ((x Z)) quiet))                    | there is no sort 'Z'",
            })
    void aGoalOfAnotherFormIsRefused(String line, String reason) {
        assertThatThrownBy(() -> GoalFile.of("goal.smt2", DECLARED + line))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("goal.smt2:1")
                .hasMessageContaining(reason);
    }

    /** Equality of so many elements would nest deeper than there is stack. */
    @Test
    void aRelationOfTooManyPlacesIsRefused() {
        String places = " Dom".repeat(200);
        GoalFile.of("goal.smt2", DECLARED + "(declare-fun q (" + places + ") Bool) (check-sat)");
        assertThatThrownBy(() -> GoalFile.of("goal.smt2", DECLARED + "(declare-fun q (Dom" + places + ") Bool)"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("'q' has more than 200 places");
    }

    @Test
    void nestingIsBounded() {
        String deep = "(not ".repeat(100_000) + "quiet" + ")".repeat(100_000);
        assertThatThrownBy(() -> GoalFile.of("goal.smt2", DECLARED + "(assert " + deep + ")"))
                .hasMessageContaining("nested deeper than 200");
    }

    /** A bound variable of the name of a constant is not the constant, and one of the name of another variable is not that one. */
    @Test
    void innerNamesHideOuterOnes() {
        String goal = DECLARED + """
                (assert (forall ((d Dom)) (or (not (owner f d)) (exists ((d Frame)) (and (not (free d)) quiet)))))
                (assert (owner f e))
                (assert (not quiet))
                """;
        assertThat(check(goal, "use 1", "use 2", "use 3", "instance 1 e", "witness 2 g"))
                .isEqualTo(5);
    }
}
