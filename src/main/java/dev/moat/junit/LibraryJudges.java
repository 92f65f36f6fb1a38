package dev.moat.junit;

import dev.moat.input.Home;
import dev.moat.machine.Machine;
import dev.moat.scenario.Own;
import dev.moat.trace.StateJudge;
import java.util.List;

/**
 * Judges by Moat's invariant files, wherever {@link Home#find} has them, and by those in {@code META-INF/moat/invariants} on the
 * class path.
 */
public final class LibraryJudges implements StateJudge.Source {
    @Override
    public StateJudge judge(Machine machine, List<String> invariants) {
        return StateJudge.from(Own.library(Home.find())).judge(machine, invariants);
    }
}
