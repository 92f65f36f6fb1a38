package dev.moat.audit.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** What caches may hold, by records of what was changed, is what they may hold by brute force: not less, and not more. */
class CachesTwinTest {
    @Test
    void holdsWhatBruteForceHolds() {
        for (int seed = 0; seed < 300; seed++) {
            TwinRun run = new TwinRun(new Random(seed));
            run.start();
            for (int n = 0; n < 60; n++) {
                run.step();
                assertThat(run.reached())
                        .as("seed %d after %s", seed, run.story)
                        .containsExactlyInAnyOrderElementsOf(run.slow.reached());
            }
        }
    }
}
