package dev.moat.prove;

import com.microsoft.z3.Global;
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
            Throwable first = e;
            while (first.getMessage() == null && first.getCause() != null) {
                first = first.getCause();
            }
            throw new SolverException("the solver's native library cannot be loaded: " + first.getMessage(), e);
        }
    }

    /**
     * Makes the solver refuse to use more memory than this, for the rest of the process.
     *
     * @param bytes at least 1; rounded up to MiB
     * @throws SolverException when its native library cannot be loaded
     */
    public static void limitMemory(long bytes) {
        version();
        Global.setParameter("memory_max_size", Long.toString(((bytes - 1) >>> 20) + 1));
    }
}
