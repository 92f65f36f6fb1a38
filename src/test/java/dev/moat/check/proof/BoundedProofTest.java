package dev.moat.check.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.discipline.InstanceBounds;
import dev.moat.prove.Theory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What a solver says of an instance, in words. */
class BoundedProofTest {
    private static final int RLIMIT = 20_000_000;

    @Test
    void oneStepIsOne() {
        Theory theory = Theory.load(Path.of(""));
        assertThat(BoundedProof.of(theory, InstanceBounds.initial(), 1, null, RLIMIT)
                        .get(0)
                        .lines())
                .singleElement()
                .asString()
                .startsWith("bmc: every safety property holds for 1 step (");
    }
}
