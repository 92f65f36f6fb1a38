package dev.moat.prove.lift;

/** Code that cannot be lifted: names class, method and instruction. */
public final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RefusedException(String message) {
        super(message);
    }

    /** The same, at a place. */
    public RefusedException at(String place) {
        RefusedException placed = new RefusedException(place + ": " + getMessage());
        placed.initCause(this);
        return placed;
    }
}
