package dev.moat.audit.pages;

/** Pages that an unmap has taken, or may have taken, and that were not mapped since. */
public final class Gone extends Span {
    private final long line;

    /**
     * @param end exclusive
     * @param line of the unmap
     */
    Gone(long first, long end, long line) {
        super(first, end);
        this.line = line;
    }

    /** The pages of what lingers since an unmap. */
    public static Gone of(Stale s) {
        return new Gone(s.first, s.end, s.line());
    }

    @Override
    Gone tail(long at) {
        return new Gone(at, end, line);
    }

    /** The line of the trace at which they were unmapped. */
    public long line() {
        return line;
    }
}
