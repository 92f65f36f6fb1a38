package dev.moat.prove;

/** The solver cannot be loaded, or died. */
public final class SolverException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SolverException(String message, Throwable cause) {
        super(message, cause);
    }
}
