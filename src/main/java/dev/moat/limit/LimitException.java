package dev.moat.limit;

/** There is no result because a limit was hit. */
public final class LimitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String limit;

    /**
     * @param limit which, in words that follow "the limit on"
     * @param message where, and what to do
     */
    public LimitException(String limit, String message) {
        super(message);
        this.limit = limit;
    }

    /** Which limit, in words that follow "the limit on". */
    public String limit() {
        return limit;
    }
}
