package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.ExitCode;
import dev.moat.prove.Answer;
import dev.moat.prove.Theory;
import dev.moat.prove.infer.Inference;
import dev.moat.prove.infer.Lock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What runs say and what the solver says, side by side. */
class InferredProofTest {
    private static final Theory THEORY = Lock.theory();

    private static InferredProof proof(Answer.Status status) {
        Inference.Found found = new Inference.Found(
                new Inference.Lemmas("", List.of()),
                List.of(),
                new Inference.Missed(List.of("one-inside.1"), 0),
                new Inference.Broken(List.of("one-inside.1"), List.of("take(client0, door0)"), 2),
                List.of());
        List<Answer> others = THEORY.goals().stream()
                .map(goal -> new Answer(goal, status, null, ""))
                .toList();
        return new InferredProof(THEORY, found, List.of(), others);
    }

    @Test
    void aRunThatBreaksWhatIsProvedIsADisagreement() {
        assertThat(proof(Answer.Status.PROVED).exit()).isEqualTo(ExitCode.DISAGREEMENT);
        assertThat(proof(Answer.Status.PROVED).lines())
                .contains("DISAGREEMENT one-inside.1: proved, and false after a run");
        assertThat(proof(Answer.Status.FAILED).exit()).isEqualTo(ExitCode.VIOLATION);
        assertThat(proof(Answer.Status.FAILED).lines()).noneMatch(l -> l.startsWith("DISAGREEMENT "));
    }
}
