package dev.moat.audit.trace;

import dev.moat.audit.read.TraceEvent;

/** Pages that an unmap has taken, or may have taken, and that were not mapped since. */
final class Gone extends Span {
    private final TraceEvent.Moment when;

    /**
     * @param end exclusive
     * @param when of the unmap
     */
    Gone(long first, long end, TraceEvent.Moment when) {
        super(first, end);
        this.when = when;
    }

    /** The pages of what lingers since an unmap. */
    public static Gone of(Stale s) {
        return new Gone(s.first, s.end, s.when());
    }

    @Override
    Gone tail(long at) {
        return new Gone(at, end, when);
    }

    /** The line of the trace at which they were unmapped. */
    public long line() {
        return when.line();
    }

    /** When they were unmapped. */
    public TraceEvent.Moment when() {
        return when;
    }
}
