package dev.moat.dma.swiotlb;

/** A call that Linux answers with BUG, or with memory it does not own: a caller's mistake. Nothing has changed. */
public final class BugException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what the caller did */
    public BugException(String message) {
        super(message);
    }
}
