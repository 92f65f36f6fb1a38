package dev.moat.logic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.input.InputException;
import dev.moat.input.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the vocabulary's and the invariants' files may not say, and where the error points. */
class TermCheckerTest {
    private static final String DECLARED = """
            (declare-sort A 0) (declare-sort B 0)
            (declare-fun p (A) Bool) (declare-fun pq (A) Bool) (declare-fun r (A B) Bool) (declare-fun z () Bool)
            (define-fun m ((x A)) Bool (exists ((y B)) (r x y)))
            """;
    private static final String HEAD =
            "(set-info :says \"s.\")(set-info :kind safety)(set-info :source \"none\")\n(define-fun witness () Bool true)\n";

    private static Invariant read(String text) {
        return Invariant.read("dir/f.smt2", text, Vocabulary.read("v", DECLARED));
    }

    /** The formula starts at line 4, column 1. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "(and z)                                # 4:1: 'and' takes at least 2 arguments, not 1",
                "(not z z)                              # 4:1: 'not' takes 1 argument, not 2",
                "(ite z z)                              # 4:1: 'ite' takes 3 arguments, not 2",
                "(forall ((x A)) x)                     # 4:17: a formula is expected, not 'x' of sort A",
                "(forall ((x A)) (and z x))             # 4:24: a formula is expected, not 'x' of sort A",
                "(forall ((x A) (y B)) (= x y))         # 4:28: '=' compares A with B",
                "(forall ((x A)) (distinct x x z))      # 4:31: 'distinct' compares A with Bool",
                "(forall ((x A)) (ite z x x))           # 4:24: a formula is expected, not 'x' of sort A",
                "(forall ((x A)) (p (p x)))             # 4:20: an element of a sort is expected, not a formula",
                "(forall ((x A)) (p x x))               # 4:18: 'p' takes 1 argument [A], not 2",
                "(forall ((x A)) (r x))                 # 4:18: 'r' takes 2 arguments [A, B], not 1",
                "(forall ((y B)) (m y))                 # 4:20: argument 1 of 'm' is of sort A, but 'y' is of sort B",
                "(forall ((x A)) (r x x))               # 4:22: argument 2 of 'r' is of sort B, but 'x' is of sort A",
                "(forall ((x C)) z)                     # 4:13: unknown sort 'C'; known: A, B",
                "(forall ((x Bool)) z)                  # 4:13: a declared sort is expected, not Bool",
                "(forall ((x A) (x B)) z)               # 4:16: variable 'x' is declared twice",
                "(forall ((p A)) z)                     # 4:11: 'p' is declared twice",
                "(forall ((and A)) z)                   # 4:11: 'and' is a word of the language",
                "(forall () z)                          # 4:9: 'forall' needs at least one variable",
                "(forall ((x A)))                       # 4:1: the form is (forall ((x Sort) ...) body)",
                "(forall ((x A)) (pp x))                # 4:18: unknown name 'pp'; known: p, pq",
                "(forall ((x A)) (X x))                 # 4:18: unknown name 'X'; known: x",
                "(forall ((x A)) (p y))                 # 4:20: unknown name 'y'; known: m, p, pq, r, x, z",
                "(exists ((x A)) (let ((y x) (w y)) z)) # 4:32: unknown name 'y'; known: m, p, pq, r, x, z",
                "(let ((a z) (a z)) a)                  # 4:13: 'a' is bound twice",
                "(let ((a z)) (p a))                    # 4:17: an element of a sort is expected, not a formula",
                "(|let| ((a z)) a)                      # 4:2: unknown name 'let'; known: m, p, pq, r, z",
                "(! z :named n)                         # 4:2: unknown name '!'; known: m, p, pq, r, z",
                "((z))                                  # 4:1: an operator, relation or macro is expected after '('",
                "()                                     # 4:1: an operator, relation or macro is expected after '('",
                "(and z 1)                              # 4:8: a formula or a variable is expected, not the number 1",
                "(and z :k)                             # 4:8: a formula or a variable is expected, not ':k'",
                "p                                      # 4:1: 'p' takes 1 argument [A], not 0",
            })
    void wrongFormulasAreRefusedAtTheirPlace(String formula, String message) {
        assertThatThrownBy(() -> read(HEAD + "(define-fun invariant () Bool\n" + formula + ")"))
                .isInstanceOf(InputException.class)
                .hasMessage("dir/f.smt2:" + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "x                                # v:1:1: a command is expected, not 'x'",
                "(assert true)                    # v:1:1: a vocabulary holds declare-sort, declare-fun and define-fun, not '(assert ...)'",
                "(declare-sort A)                 # v:1:1: the form is (declare-sort Name 0)",
                "(declare-sort A 1)               # v:1:17: a sort has 0 parameters here",
                "(declare-sort \"A\" 0)           # v:1:15: a name is expected, not a string",
                "(declare-sort A 0)(declare-sort A 0) # v:1:33: 'A' is declared twice",
                "(declare-fun f (A) Bool)         # v:1:17: unknown sort 'A'",
                "(declare-sort A 0)(declare-fun f (A) A) # v:1:38: 'f' must be Bool; functions with other values are not in the fragment",
                "(declare-sort A 0)(declare-fun f (A A A A A A) Bool) # v:1:34: relation 'f' has 6 places; at most 5",
                "(declare-fun true () Bool)       # v:1:14: 'true' is a word of the language",
                "(define-fun f () Bool f)         # v:1:23: unknown name 'f'",
                "(define-fun f ((x Bool)) Bool x) # v:1:19: a declared sort is expected, not Bool",
                "(declare-sort Int 0)             # v:1:15: 'Int' is a sort that solvers have; this one needs another name",
                "(declare-sort bv 0)              # v:1:15: 'bv' is a sort that solvers have; this one needs another name",
                "(declare-fun lambda (A) Bool)    # v:1:14: 'lambda' is a word of the language",
                "(declare-sort |bool| 0)          # v:1:15: 'bool' is a sort that solvers have; this one needs another name",
                "(declare-sort |A B| 0)           # v:1:15: '|A B|' is no name here: bars may stand around what is one without them only",
                "(declare-fun |1| () Bool)        # v:1:14: '|1|' is no name here: bars may stand around what is one without them only",
                "(declare-fun || () Bool)         # v:1:14: '||' is no name here: bars may stand around what is one without them only",
                "(declare-sort A 0)(define-fun f ((|x A)) (y| A)) Bool true) # v:1:35: '|x A)) (y|' is no name here: bars may stand around what is one without them only",
            })
    void wrongVocabulariesAreRefusedAtTheirPlace(String text, String message) {
        assertThatThrownBy(() -> Vocabulary.read("v", text))
                .isInstanceOf(InputException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "(assert true)              # :1:1: an invariant file holds set-info and define-fun, not '(assert ...)'",
                "(set-info :kind theorem)   # :1:17: kind is safety, lemma or completeness, not 'theorem'",
                "(set-info :sais \"a\")     # :1:11: unknown info ':sais'; known: says, source",
                "(set-info :says a)         # :1:17: the value of ':says' is a string, not 'a'",
                "(set-info :says \"\")      # :1:17: the value of ':says' is expected",
                "(set-info says \"\")       # :1:11: a keyword is expected, not 'says'",
                "(set-info :kind lemma)(set-info :kind lemma) # :1:33: ':kind' is given twice",
                "(define-fun invariant ((x A)) Bool true)     # :1:23: 'invariant' has no parameters",
                "(define-fun witness () Bool z)(define-fun witness () Bool z) # :1:43: 'witness' is defined twice",
                "(define-fun m () Bool true)                  # :1:13: 'm' is declared twice",
                "(set-info :kind lemma)                       # :1:23: missing (set-info :says \"...\")",
                "(set-info :says \"a\")                       # :1:21: missing (set-info :kind safety)",
            })
    void wrongInvariantFilesAreRefused(String text, String message) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(InputException.class).hasMessage("dir/f.smt2" + message);
    }

    @Test
    void theSentenceIsOneLine() {
        assertThatThrownBy(() -> read("(set-info :says \"a\nb\")"))
                .hasMessage("dir/f.smt2:1:17: the value of ':says' is one line of text");
    }

    @Test
    void aCompleteFileIsRead() {
        Invariant i = read(
                HEAD + "(define-fun own ((x A)) Bool (p x)) (define-fun invariant () Bool (forall ((x A)) (own x)))");
        assertThat(i.id()).isEqualTo("f");
        assertThat(i.says()).isEqualTo("s.");
        assertThat(i.kind()).isEqualTo("safety");
        assertThat(i.source()).isEqualTo("none");
        assertThat(i.formula()).isInstanceOf(Term.Forall.class);
        assertThat(i.formula().place()).isEqualTo(new Place("dir/f.smt2", 3, 67));
    }

    @Test
    void formulasMadeDeepByMacrosAreRefused() {
        StringBuilder text = new StringBuilder(DECLARED).append("(define-fun n0 () Bool (not z))\n");
        for (int i = 1; i < 600; i++) {
            text.append("(define-fun n" + i + " () Bool (not n" + (i - 1) + "))\n");
        }
        assertThatThrownBy(() -> Vocabulary.read("v", text.toString()))
                .hasMessageMatching("v:\\d+:\\d+: deeper than 1000 formulas, counting lets and macros");
    }

    /** A file of two kilobytes would be a formula of a billion: nobody who walks it comes to an end. */
    @Test
    void formulasMadeLargeByMacrosAreRefused() {
        StringBuilder macros = new StringBuilder(DECLARED).append("(define-fun n0 () Bool (not z))\n");
        StringBuilder lets = new StringBuilder();
        for (int i = 1; i < 30; i++) {
            macros.append("(define-fun n" + i + " () Bool (or n" + (i - 1) + " n" + (i - 1) + "))\n");
            lets.append("(let ((y" + i + " (and " + (i == 1 ? "z z" : "y" + (i - 1) + " y" + (i - 1)) + "))) ");
        }
        String large = "larger than 1000000 formulas, counting lets and macros as often as they are used";
        assertThatThrownBy(() -> Vocabulary.read("v", macros.toString())).hasMessageMatching("v:\\d+:\\d+: " + large);
        assertThatThrownBy(() -> read(HEAD + "(define-fun invariant () Bool " + lets + "y29" + ")".repeat(29) + ")"))
                .hasMessageContaining(large);
    }

    @Test
    void longImplicationsAndDistinctsAreRefused() {
        String many = " z".repeat(2000);
        assertThatThrownBy(() -> read(HEAD + "(define-fun invariant () Bool (=>" + many + "))"))
                .hasMessageContaining("deeper than 1000 formulas");
        assertThatThrownBy(() -> read(HEAD + "(define-fun invariant () Bool (distinct" + many + "))"))
                .hasMessageContaining("'distinct' takes at most 64 arguments");
    }
}
