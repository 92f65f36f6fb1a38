package dev.moat.junit;

import dev.moat.trace.file.Replay;

/** The result that a test expects of its counterexamples. */
public enum Expect {
    /** The recorded bug, usually an injected fault, still shows exactly as recorded. */
    REPRODUCED(Replay.Outcome.REPRODUCED),
    /** The recorded bug stays away. */
    FIXED(Replay.Outcome.FIXED);

    private final Replay.Outcome outcome;

    Expect(Replay.Outcome outcome) {
        this.outcome = outcome;
    }

    /** The outcome that passes. */
    Replay.Outcome outcome() {
        return outcome;
    }
}
