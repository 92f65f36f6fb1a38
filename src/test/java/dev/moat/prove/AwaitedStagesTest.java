package dev.moat.prove;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.prove.ResponseProof.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rule that awaits one in whose stage several things are left to be done: whoever does them must not be excluded by the first. */
class AwaitedStagesTest {
    private static final Theory THEORY = Theory.load(Path.of(""));

    /** Two tokens are completed, each by its own step; nobody submits. */
    private static final String INNER = """
            (set-info :says "All is done.") (set-info :source "planted") (set-info :fair "hardware") (set-info :rely "nobody submits or forgets")
            (define-fun waiting ((u Unit)) Bool (exists ((j Inv)) (queued j)))
            (define-fun answered ((u Unit)) Bool (forall ((j Inv)) (not (queued j))))
            (define-fun without.submit ((u Unit) (j Inv)) Bool true)
            (define-fun all.stage ((u Unit)) Bool true)
            (define-fun all.left ((u Unit) (j Inv)) Bool (queued j))
            (define-fun all.takes.complete-invalidation ((u Unit) (j Inv) (i Inv)) Bool (= i j))
            """;

    private static final String OUTER = """
            (set-info :says "All is done.") (set-info :source "planted") (set-info :fair "hardware") (set-info :rely "nobody submits")
            (define-fun waiting ((u Unit)) Bool (exists ((j Inv)) (queued j)))
            (define-fun answered ((u Unit)) Bool (forall ((j Inv)) (not (queued j))))
            (define-fun without.submit ((u Unit) (j Inv)) Bool true)
            (define-fun without.complete-invalidation ((u Unit) (j Inv)) Bool %s)
            (define-fun one.stage ((u Unit)) Bool (exists ((j Inv)) (queued j)))
            (define-fun one.awaits.inner ((u Unit) (v Unit)) Bool (= v u))
            """;

    @TempDir
    Path directory;

    private List<String> open(String excluded) throws IOException {
        Z3Required.orSkipped("responses are");
        Files.writeString(directory.resolve("inner.smt2"), INNER);
        Files.writeString(directory.resolve("outer.smt2"), OUTER.formatted(excluded));
        Responses both = Responses.load(directory, THEORY);
        both.requireFragment();
        try (Prover prover = new Prover(THEORY, Prover.RLIMIT)) {
            ResponseProof proof = ResponseProof.of(both, prover);
            assertThat(proof.open("inner")).isEmpty();
            return proof.open("outer").stream()
                    .map(Outcome::premise)
                    .map(Premise::id)
                    .toList();
        }
    }

    /** What is not left there needs not be done. */
    @Test
    void whoeverDoesWhatIsLeftThereMayBeLet() throws IOException {
        assertThat(open("(not (queued j))")).isEmpty();
    }

    @Test
    void whoeverDoesWhatIsLeftThereMustNotBeExcluded() throws IOException {
        assertThat(open("(queued j)")).containsExactly("outer.one.lets-all@complete-invalidation");
    }
}
