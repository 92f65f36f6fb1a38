package dev.moat.junit;

import dev.moat.input.Home;
import dev.moat.machine.Machine;
import dev.moat.scenario.UserExtensions;
import dev.moat.trace.StateJudge;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges by Moat's invariant files, wherever {@link Home#find} has them, and by those in {@code META-INF/moat/invariants} on the
 * class path.
 */
public final class LibraryJudges implements StateJudge.Source {
    /** By the files as they were when it was first asked: one replays many counterexamples. */
    private StateJudge.@Nullable Source read;

    @Override
    public synchronized StateJudge judge(Machine machine, List<String> invariants) {
        StateJudge.Source source = read == null ? StateJudge.from(UserExtensions.library(Home.find())) : read;
        read = source;
        return source.judge(machine, invariants);
    }
}
