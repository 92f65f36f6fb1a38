package dev.moat.check.proof;

import dev.moat.check.ExitCode;
import dev.moat.machine.Machine;
import dev.moat.prove.Prover;
import dev.moat.prove.Theory;
import dev.moat.prove.code.CodeReport;
import dev.moat.prove.refine.RefinementReport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code moat prove --code}: proofs about a machine's class files, not about the discipline. */
public final class CodeProofs {
    private CodeProofs() {}

    /**
     * Proves and prints.
     *
     * @param refined what the code is to refine, or null where that is not asked
     * @param rlimit what one question may cost; where it is what {@code moat prove} has by itself, what code has by itself
     * @param print is given what one of the proofs says, as soon as it is known
     */
    public static ExitCode of(Machine machine, @Nullable Theory refined, int rlimit, Consumer<List<String>> print) {
        // One goal of the default machine, that normalising twice is normalising once, costs more than any about the
        // discipline.
        int budget = rlimit == Prover.RLIMIT ? CodeReport.RLIMIT : rlimit;
        List<ExitCode> codes = new ArrayList<>();
        CodeReport report = CodeReport.of(machine, budget);
        print.accept(report.lines());
        codes.add(report.proved() ? ExitCode.OK : ExitCode.LIMIT);
        if (refined != null) {
            RefinementReport refinement = RefinementReport.of(machine, refined, budget);
            print.accept(refinement.lines());
            codes.add(refinement.proved() ? ExitCode.OK : ExitCode.LIMIT);
            codes.add(refinement.reached() ? ExitCode.VIOLATION : ExitCode.OK);
            codes.add(refinement.disagrees() ? ExitCode.DISAGREEMENT : ExitCode.OK);
        }
        return ExitCode.worst(codes);
    }
}
