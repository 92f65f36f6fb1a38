package dev.moat.prove;

import com.microsoft.z3.Version;
import com.microsoft.z3.Z3Exception;

/** The solver's native library. */
public final class SolverLibrary {
    private SolverLibrary() {}

    /**
     * Loads the solver.
     *
     * @return its version
     * @throws SolverException when its native library cannot be unpacked, loaded or called
     */
    public static String version() {
        try {
            return Version.getString();
        } catch (Z3Exception | LinkageError e) {
            throw new SolverException("the solver cannot be loaded: " + e.getMessage(), e);
        }
    }
}
