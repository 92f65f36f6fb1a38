package dev.moat.audit.recording;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What caches may hold, by records of what was changed, is what they may hold by brute force: never less. It is more only where commands are
 * executed in any order, and there in few moments: what a command leaves because of another one is kept until it is covered anew.
 */
class CachesTwinTest {
    @ParameterizedTest
    @CsvSource({"false, 0", "true, 10"})
    void holdsWhatBruteForceHolds(boolean smmu, int most) {
        int more = 0;
        for (int seed = 0; seed < 300; seed++) {
            TwinRun run = new TwinRun(new Random(seed), smmu);
            run.start();
            for (int n = 0; n < 60; n++) {
                run.step();
                Set<String> reached = run.reached();
                Set<String> slow = run.slow.reached();
                assertThat(reached).as("seed %d after %s", seed, run.story).containsAll(slow);
                more += reached.size() > slow.size() ? 1 : 0;
            }
        }
        assertThat(more).isLessThanOrEqualTo(most);
    }
}
