package dev.moat.logic.claims;

/** An implementation that cannot be compared with a discipline. The message is the reason, without a full stop. */
public final class IncomparableException extends Exception {
    private static final long serialVersionUID = 1;

    public IncomparableException(String reason) {
        super(reason);
    }

    /** The reason. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
