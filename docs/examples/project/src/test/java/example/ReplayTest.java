package example;

import dev.moat.junit.Expect;
import dev.moat.junit.ReplayCounterexamples;

class ReplayTest {
    /** What was found once is still found where its fault is injected... */
    @ReplayCounterexamples(value = "src/test/counterexamples", mayBeNone = true)
    void theControlStillFails() {}

    /** ... and is gone without it. */
    @ReplayCounterexamples(
            value = "src/test/counterexamples",
            mayBeNone = true,
            expect = Expect.FIXED,
            withoutFaults = true)
    void ourDesignDoesNot() {}
}
