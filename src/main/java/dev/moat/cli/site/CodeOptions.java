package dev.moat.cli.site;

import dev.moat.check.proof.CodeProofs;
import dev.moat.prove.Prover;
import dev.moat.prove.code.CodeReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of whose code something is proved, instead of the discipline, and what. */
public final class CodeOptions {
    @Option(
            names = "--code",
            paramLabel = "COMPONENT",
            arity = "0..1",
            fallbackValue = "xen-vtd",
            description =
                    "instead, prove of a component's code (xen-vtd if none is named), with parameters -P, that it meets no"
                            + " exception and keeps states well-formed; or of 'layouts', or 'layouts/vtd', that entries,"
                            + " descriptors and walks are what the specification says: docs/explanation/code-proof.md")
    private @Nullable String code;

    @Option(
            names = "--refinement",
            description = "with --code, also that from all such states each step is what it claims to be")
    private boolean refinement;

    /** The component, or null. */
    public @Nullable String component() {
        return code;
    }

    /** Whether layouts are meant, by {@code layouts} or {@code layouts/} and a family. */
    public boolean areLayouts() {
        return (code + "/").startsWith(CodeProofs.LAYOUTS + "/");
    }

    /**
     * What one question may cost: what is given, else what is enough for questions of the kind asked.
     *
     * @param given in Z3's units, or null
     */
    public int rlimit(@Nullable Integer given) {
        if (given != null) {
            return given;
        }
        // One goal of the default machine, that normalising twice is normalising once, costs more than any about the
        // discipline.
        return code == null ? Prover.RLIMIT : CodeReport.RLIMIT;
    }

    /**
     * What is wrong with these options, or null.
     *
     * @param audit whether mutants are asked about
     * @param others whether there are options that are about the discipline only
     */
    public @Nullable String complaint(boolean audit, boolean others) {
        if (code == null) {
            return refinement ? "--refinement goes with --code" : null;
        }
        if (areLayouts() && refinement) {
            return "layouts have no steps to be refined";
        }
        if (others || (audit && !refinement)) {
            return "--code goes with --refinement, then with --audit, -P, --goals, --second-solver, limits and reports"
                    + " only";
        }
        return null;
    }

    /** Whether what its steps claim is proved too. */
    public boolean refines() {
        return refinement;
    }
}
