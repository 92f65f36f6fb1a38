package dev.moat.junit;

import dev.moat.logic.read.InvariantLibrary;
import dev.moat.machine.Machine;
import dev.moat.trace.StateJudge;
import java.nio.file.Path;
import java.util.List;

/**
 * Judges by the invariant files of a Moat checkout: {@code specs/vocabulary.smt2} and {@code invariants/} under the
 * directory that the system property {@code moat.home} names, the working directory where it is not set.
 */
public final class LibraryJudges implements StateJudge.Source {
    @Override
    public StateJudge judge(Machine machine, List<String> invariants) {
        Path home = Path.of(System.getProperty("moat.home", ""));
        InvariantLibrary library = InvariantLibrary.ofHome(home);
        return StateJudge.from(library).judge(machine, invariants);
    }
}
