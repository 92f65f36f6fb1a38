package example;

import dev.moat.junit.Expect;
import dev.moat.junit.ReplayCounterexamples;

class ReplayTest {
    /** What was found once is still found where its fault is injected... */
    @ReplayCounterexamples("src/test/counterexamples")
    void theControlStillFails() {}

    /** ... and is gone without it. */
    @ReplayCounterexamples(value = "src/test/counterexamples", expect = Expect.FIXED, withoutFaults = true)
    void ourDesignDoesNot() {}
}
