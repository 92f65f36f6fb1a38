package dev.moat.check.proof;

import dev.moat.check.ExitCode;
import dev.moat.machine.Machine;
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
     * @param rlimit what one question may cost, in Z3's units
     * @param print is given what one of the proofs says, as soon as it is known
     */
    public static ExitCode of(Machine machine, @Nullable Theory refined, int rlimit, Consumer<List<String>> print) {
        CodeReport report = CodeReport.of(machine, rlimit);
        print.accept(report.lines());
        RefinementReport refinement = refined == null ? null : RefinementReport.of(machine, refined, rlimit);
        if (refinement != null) {
            print.accept(refinement.lines());
        }
        return exit(report, refinement);
    }

    /** The most serious of what was found. */
    static ExitCode exit(CodeReport report, @Nullable RefinementReport refinement) {
        List<ExitCode> codes = new ArrayList<>();
        codes.add(report.proved() ? ExitCode.OK : ExitCode.LIMIT);
        if (refinement != null) {
            codes.add(refinement.proved() ? ExitCode.OK : ExitCode.LIMIT);
            codes.add(refinement.reached() ? ExitCode.VIOLATION : ExitCode.OK);
            codes.add(refinement.disagrees() ? ExitCode.DISAGREEMENT : ExitCode.OK);
        }
        return ExitCode.worst(codes);
    }
}
