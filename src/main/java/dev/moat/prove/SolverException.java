package dev.moat.prove;

import com.microsoft.z3.Z3Exception;

/** The solver cannot be loaded, or died. */
public final class SolverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SolverException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What the solver says when it dies. */
    public static SolverException died(Z3Exception e) {
        String message = String.valueOf(e.getMessage());
        boolean memory = message.contains("memory") || message.contains("allocation");
        return new SolverException(
                memory
                        ? "the solver needs more memory than its limit allows, see --memory (" + message + ")"
                        : "the solver died: " + message,
                e);
    }
}
