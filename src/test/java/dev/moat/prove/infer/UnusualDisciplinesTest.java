package dev.moat.prove.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.check.ExitCode;
import dev.moat.check.proof.InferredProof;
import dev.moat.input.InputException;
import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.logic.Vocabulary;
import dev.moat.prove.Prover;
import dev.moat.prove.Theory;
import dev.moat.prove.Z3Required;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Disciplines that people may write and the shipped one is not: each has a verdict, or is refused in one line. */
class UnusualDisciplinesTest {
    private static final String THREE =
            "(exists ((x Client) (y Client) (z Client)) (and (not (= x y)) (not (= y z)) (not (= x z))))";

    private static Theory theory(String words, String discipline, String... properties) {
        Vocabulary vocabulary = Vocabulary.read("vocabulary.smt2", words);
        List<Invariant> read = new ArrayList<>();
        for (int i = 0; i < properties.length; i++) {
            read.add(Invariant.read("p" + i + ".smt2", properties[i], vocabulary));
        }
        return Theory.of(vocabulary, Discipline.read("d.smt2", discipline, vocabulary), read);
    }

    private static String property(String formula) {
        return """
                (set-info :says "It is so.")
                (set-info :kind safety)
                (set-info :source "a test")
                (define-fun invariant () Bool %s)
                (define-fun witness () Bool true)
                """.formatted(formula);
    }

    private static InferredProof proof(Theory theory) {
        return proof(theory, 1);
    }

    private static InferredProof proof(Theory theory, long seed) {
        Inference.Settings settings = new Inference.Settings(Inference.Shape.USUAL, 5, 40, seed, Prover.RLIMIT);
        return InferredProof.of(theory, settings, line -> {});
    }

    @BeforeEach
    void z3IsThere() {
        Z3Required.orSkipped("inference is");
    }

    /** The last state of the run breaks both, a shorter run the first only. */
    @Test
    void aRunBreaksAllThatItNames() {
        String words = """
                (declare-sort S 0)
                (declare-fun made (S) Bool)
                (declare-fun fired (S) Bool)
                """;
        String make = """
                (set-info :makeN "made, all of them")
                (define-fun makeN.guard ((s S)) Bool true)
                (define-fun makeN.made ((s S) (a S)) Bool true)
                """;
        String text = "(define-fun initially () Bool (forall ((x S)) (and (not (made x)) (not (fired x)))))\n"
                + IntStream.range(0, 9)
                        .mapToObj(i -> make.replace("makeN", "make" + i))
                        .collect(Collectors.joining())
                + """
                (set-info :fire "fired")
                (define-fun fire.guard ((s S)) Bool true)
                (define-fun fire.fired ((s S) (a S)) Bool (or (fired a) (= a s)))
                """;
        Theory theory = theory(
                words,
                text,
                property("(forall ((x S)) (not (fired x)))"),
                property("(forall ((x S)) (=> (made x) (not (fired x))))"));
        int both = 0;
        for (int seed = 1; seed <= 6; seed++) {
            InferredProof found = proof(theory, seed);
            assertThat(found.exit()).isEqualTo(ExitCode.VIOLATION);
            List<String> broken = found.found().broken().conjuncts();
            List<String> steps = found.found().broken().steps();
            assertThat(broken).contains("p0.1");
            assertThat(steps).hasSize(broken.size()).anyMatch(s -> s.startsWith("fire"));
            assertThat(steps.stream().anyMatch(s -> s.startsWith("make"))).isEqualTo(broken.contains("p1.1"));
            both += broken.size() - 1;
        }
        assertThat(both).isPositive();
    }

    /** That what is kept is linked, of which the second property has need, would be sought for each element of its own sort. */
    @Test
    void aMacroThatLeavesTheFragmentIsNoGoal() {
        String words = """
                (declare-sort A 0)
                (declare-fun kept (A) Bool)
                (declare-fun good (A) Bool)
                (declare-fun link (A A) Bool)
                (define-fun linked ((x A)) Bool (exists ((y A)) (link x y)))
                """;
        String text = """
                (define-fun initially () Bool
                  (forall ((x A) (y A)) (and (not (kept x)) (not (good x)) (not (link x y)))))
                (set-info :keep "an element is linked and kept")
                (define-fun keep.guard ((x A) (y A)) Bool true)
                (define-fun keep.kept ((x A) (y A) (a A)) Bool (or (kept a) (= a x)))
                (define-fun keep.good ((x A) (y A) (a A)) Bool (or (good a) (= a x)))
                (define-fun keep.link ((x A) (y A) (a A) (b A)) Bool (or (link a b) (and (= a x) (= b y))))
                (set-info :spoil "one that is not linked")
                (define-fun spoil.guard ((x A)) Bool (not (linked x)))
                (define-fun spoil.good ((x A) (a A)) Bool (and (good a) (not (= a x))))
                """;
        InferredProof found = proof(theory(
                words,
                text,
                property("(forall ((x A)) (=> (linked x) (good x)))"),
                property("(forall ((x A)) (=> (kept x) (good x)))")));
        assertThat(found.exit()).as("%s", found.lines()).isEqualTo(ExitCode.LIMIT);
        assertThat(found.found().carried()).containsExactly("p0");
    }

    /** A relation and a sort are called what variables would be. */
    @Test
    void namesOfVariablesAreNoWordsOfTheVocabulary() {
        UnaryOperator<String> renamed = text -> text.replace("idle", "k1x").replace("Client", "k");
        InferredProof found =
                proof(theory(renamed.apply(Lock.WORDS), renamed.apply(Lock.TEXT), renamed.apply(Lock.PROPERTY)));
        assertThat(found.exit()).as("%s", found.lines()).isEqualTo(ExitCode.OK);
        assertThat(found.found().lemmas().serves()).hasSize(3);
    }

    /** What is found is read back: one lemma is no conjunction, of which there are two at least. */
    @Test
    void oneLemmaIsAFileToo() {
        String words = "(declare-sort S 0)(declare-fun armed (S) Bool)(declare-fun fired (S) Bool)";
        String text = """
                (define-fun initially () Bool (forall ((x S)) (and (not (armed x)) (not (fired x)))))
                (set-info :fire "fired")
                (define-fun fire.guard ((x S)) Bool (armed x))
                (define-fun fire.fired ((x S) (a S)) Bool (or (fired a) (= a x)))
                (set-info :arm "armed")
                (define-fun arm.guard ((x S)) Bool (fired x))
                (define-fun arm.armed ((x S) (a S)) Bool (or (armed a) (= a x)))
                """;
        InferredProof found = proof(theory(words, text, property("(forall ((x S)) (not (fired x)))")));
        assertThat(found.exit()).as("%s", found.lines()).isEqualTo(ExitCode.OK);
        assertThat(found.found().lemmas().serves()).hasSize(1);
    }

    @Test
    void whereNothingCanBeDoneOnlyTheStartIsAsked() {
        String start = Lock.TEXT.substring(0, Lock.TEXT.indexOf("(set-info :take"));
        InferredProof found = proof(theory(Lock.WORDS, start + "; nothing more\n", Lock.PROPERTY));
        assertThat(found.exit()).as("%s", found.lines()).isEqualTo(ExitCode.OK);
        InferredProof broken = proof(theory(
                Lock.WORDS, start.replace("(not (inside c l))", "(=> (inside c l) (inside c l))"), Lock.PROPERTY));
        assertThat(broken.exit()).isNotEqualTo(ExitCode.OK);
    }

    @Test
    void anActionMayHaveMoreChoicesThanAnIntCounts() {
        String many =
                IntStream.range(0, 40).mapToObj(i -> "(x" + i + " Client)").collect(Collectors.joining(" "));
        String text = Lock.TEXT + """
                (set-info :meet "all meet before a lock")
                (define-fun meet.guard ((l Door) %s) Bool (idle l))
                (define-fun meet.given ((l Door) %s (a Door) (b Client)) Bool (and (given a b) (not (= a l))))
                """.formatted(many, many);
        assertThat(proof(theory(Lock.WORDS, text, Lock.PROPERTY)).exit()).isEqualTo(ExitCode.OK);
    }

    @Test
    void whereOnlyOneElementFitsRunsHaveOne() {
        String one = Lock.TEXT.replace("(forall ((l Door)) (idle l))", """
                (forall ((l Door)) (idle l)) (forall ((x Client) (y Client)) (= x y))""");
        InferredProof found =
                proof(theory(Lock.WORDS, one, property("(forall ((c Client) (l Door)) (not (inside c l)))")));
        assertThat(found.exit()).isEqualTo(ExitCode.VIOLATION);
        assertThat(found.lines())
                .contains("REACHABLE: p0.1 false after 2 steps from an initial state with 1 element of each sort:");
    }

    @Test
    void whereNoSmallStateIsInitialItIsSaidThatNothingRan() {
        String three = Lock.TEXT.replace("(forall ((l Door)) (idle l))", "(forall ((l Door)) (idle l)) " + THREE);
        List<String> told = new ArrayList<>();
        Inference.Settings settings = new Inference.Settings(Inference.Shape.USUAL, 5, 40, 1, Prover.RLIMIT);
        InferredProof found = InferredProof.of(theory(Lock.WORDS, three, Lock.PROPERTY), settings, told::add);
        assertThat(found.exit()).as("%s", found.lines()).isEqualTo(ExitCode.OK);
        assertThat(found.lines()).anyMatch(l -> l.startsWith("inference: no random run, "));
        assertThat(told).anyMatch(l -> l.endsWith(" candidates after 0 random runs"));
        assertThat(proof(Lock.theory()).lines()).noneMatch(l -> l.contains("no random run"));
    }

    @Test
    void whatHasMoreWordsThanBitsIsRefused() {
        assertThatThrownBy(() -> proof(wide(33, 1)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("more than 32 sorts");
        assertThatThrownBy(() -> proof(wide(1, 65)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("more than 64 relations and macros");
    }

    private static Theory wide(int sorts, int relations) {
        StringBuilder words = new StringBuilder();
        StringBuilder start = new StringBuilder("(define-fun initially () Bool (and true");
        for (int s = 0; s < sorts; s++) {
            words.append("(declare-sort S%d 0)\n".formatted(s));
            start.append(" (forall ((x S%d)) (and true".formatted(s));
            for (int r = 0; r < relations; r++) {
                words.append("(declare-fun r%d-%d (S%d) Bool)\n".formatted(s, r, s));
                start.append(" (not (r%d-%d x))".formatted(s, r));
            }
            start.append("))");
        }
        return theory(words.toString(), start + "))\n", property("(forall ((x S0)) (not (r0-0 x)))"));
    }
}
