package dev.moat.explore.orbit;

/** Things of a machine that are declared to be alike are not; the message says which, and in what they differ. */
public final class BrokenSymmetryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenSymmetryException(String message) {
        super(message);
    }
}
