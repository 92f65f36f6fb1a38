package dev.moat.check;

/** Two judges of the same thing disagree, so that neither may be believed; the message says which and where. */
public final class DisagreementException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DisagreementException(String message) {
        super(message);
    }
}
