package dev.moat.audit.recording;

import dev.moat.limit.LimitException;

/**
 * How much one recording may ask of the judge: a recording is input that nobody vouches for, and tables can be linked so that a single store
 * means millions of changes.
 */
final class Effort {
    /** Steps for one recording; ordinary software takes some tens for each event. */
    static final long MOST = 1L << 32;

    /** Leaves, links and lingering translations that are kept at one time. */
    static final long MOST_KEPT = 1L << 22;

    private final String file;
    private long spent;
    private long kept;

    public Effort(String file) {
        this.file = file;
    }

    /** @throws LimitException when the recording has taken too many steps */
    void spend(long steps) {
        spent += steps;
        if (spent > MOST) {
            throw new LimitException(
                    "steps",
                    file + ": the limit on steps of the judge was hit: its tables are linked in too many ways");
        }
    }

    /** @throws LimitException when too much is kept */
    void keep(long more) {
        kept += more;
        if (kept > MOST_KEPT) {
            throw tooMuch(MOST_KEPT + " entries and lingering translations");
        }
    }

    LimitException tooMuch(String what) {
        return new LimitException("memory", file + ": the limit on memory of the judge was hit: more than " + what);
    }
}
