package dev.moat.model;

/** The program of a component breaks a rule of programs. Raised when the program is made runnable, or when it runs. */
public final class ProgramException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** @param message which step or operation, and what it does */
    public ProgramException(String message) {
        super(message);
    }
}
