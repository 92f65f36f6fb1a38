package dev.moat.certificate;

/** A step of a certificate is none. */
final class RefusedStepException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RefusedStepException(String message) {
        super(message);
    }
}
