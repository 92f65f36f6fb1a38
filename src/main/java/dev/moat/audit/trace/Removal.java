package dev.moat.audit.trace;

import dev.moat.audit.read.TraceEvent;
import java.util.ArrayList;
import java.util.List;

/** What one unmap took from the tables, and what has ended its lingering since. */
final class Removal {
    /** More domain ids than these are not kept. */
    private static final int MOST_ENDS = 16;

    /**
     * An invalidation that ended the lingering of some of the pages.
     *
     * @param task that submitted it, as {@link TraceEvent#task()}
     */
    public record End(long unit, long id, int task) {}

    private final TraceEvent.Moment when;
    private final List<Mapping> mappings;
    private final List<End> ends = new ArrayList<>(1);
    private boolean crowded;

    /**
     * Nothing has ended it yet.
     *
     * @param when of the unmap
     * @param mappings in the order of their pages
     */
    Removal(TraceEvent.Moment when, List<Mapping> mappings) {
        this.when = when;
        this.mappings = mappings;
    }

    /** The line of the unmap. */
    public long line() {
        return when.line();
    }

    /** When the unmap was. */
    TraceEvent.Moment when() {
        return when;
    }

    /** In the order of their pages. */
    public List<Mapping> mappings() {
        return mappings;
    }

    /** The mapping of a page that it removed. */
    public Mapping at(long page) {
        return mappings.stream()
                .filter(m -> m.first <= page && page < m.end)
                .findFirst()
                .orElseThrow();
    }

    /** Some of the pages linger no more. */
    public void ended(OpenInvalidation by) {
        End end = new End(by.unit, by.id, by.task);
        if (by.scope == OpenInvalidation.Scope.GLOBAL || ends.contains(end)) {
            return;
        }
        crowded |= ends.size() == MOST_ENDS;
        if (!crowded) {
            ends.add(end);
        }
    }

    /** What has ended it, but for what drops everything whatever its domain. */
    public List<End> ends() {
        return ends;
    }

    /** Whether more has ended it than is kept. */
    public boolean crowded() {
        return crowded;
    }
}
