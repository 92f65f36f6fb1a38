package dev.moat.prove;

import org.junit.jupiter.api.Assumptions;

/** What a test that asks Z3 says where its native libraries are not to be had: loud, and skipped, never green. */
public final class Z3Required {
    private Z3Required() {}

    /** @param untested what stays untested, with its verb: "inference is" */
    public static void orSkipped(String untested) {
        try {
            SolverLibrary.version();
        } catch (SolverException e) {
            System.err.println("*** Z3's native libraries cannot be loaded: " + untested + " NOT tested (" + e + ")");
            Assumptions.abort("no Z3");
        }
    }
}
