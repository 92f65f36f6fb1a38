package dev.moat.explore;

/** Things that a machine declares to be alike are not. The message names them and their difference. */
public final class BrokenSymmetryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenSymmetryException(String message) {
        super(message);
    }
}
