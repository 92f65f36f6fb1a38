package dev.moat.junit;

import dev.moat.input.Home;
import dev.moat.logic.read.InvariantLibrary;
import dev.moat.machine.Machine;
import dev.moat.scenario.Own;
import dev.moat.trace.StateJudge;
import java.nio.file.Path;
import java.util.List;

/**
 * Judges by Moat's invariant files, wherever {@link Home#find} has them, and by those in {@code META-INF/moat/invariants} on the
 * class path.
 */
public final class LibraryJudges implements StateJudge.Source {
    @Override
    public StateJudge judge(Machine machine, List<String> invariants) {
        Path home = Home.find();
        InvariantLibrary library = InvariantLibrary.ofHome(home, Own.invariants(home));
        return StateJudge.from(library).judge(machine, invariants);
    }
}
