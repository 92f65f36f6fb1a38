package dev.moat.audit.result;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.Audit;
import dev.moat.logic.InvariantLibrary;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StaleJudgeTest {
    /** Ctrl-C while violations are told took the whole report away. */
    @Test
    void whatWasFoundIsToldOnAnInterruptedThread() {
        InvariantLibrary library = InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"));
        StaleJudge judge = new StaleJudge(library.get(Audit.INVARIANT));
        assertThat(judge.violated(1, 0, false)).isTrue();
        Thread.currentThread().interrupt();
        assertThat(judge.explain("DID 3", "0x1000")).isNotEmpty();
        assertThat(Thread.interrupted()).isTrue();
    }
}
