package dev.moat.iommu;

/**
 * The invalidations that a change requires, independent of the caller and the time: the specification's table of
 * required invalidations.
 */
public interface Duty {
    /** What {@link #tagOfAbsence} answers when the absence of a device entry is never remembered. */
    int NO_TAG = -1;

    /** Whether a change of a page's rights may leave something cached that the tables no longer say. */
    boolean outlives(int before, int after);

    /** Whether a device entry that was absent may be remembered as such, so that its writing owes an invalidation. */
    boolean remembersAbsentEntry();

    /**
     * The tag under which the absence of a device entry is remembered, and with it that requests of the device led nowhere; {@link
     * #NO_TAG} where the entry alone is.
     */
    int tagOfAbsence();

    /** The same, or a space's own tag where there is none. */
    default int tagOfAbsence(int own) {
        return tagOfAbsence() == NO_TAG ? own : tagOfAbsence();
    }

    /** The duty that follows from what may be cached: only what was present, unless absence may be cached too. */
    static Duty of(Capabilities capabilities, int tagOfAbsence) {
        boolean absence = capabilities.caching().absence();
        return new Duty() {
            @Override
            public boolean outlives(int before, int after) {
                return (before != Rights.NONE || absence) && before != after;
            }

            @Override
            public boolean remembersAbsentEntry() {
                return absence && tagOfAbsence != NO_TAG;
            }

            @Override
            public int tagOfAbsence() {
                return absence ? tagOfAbsence : NO_TAG;
            }
        };
    }
}
