package dev.moat.explore;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells which of the states that one worker arrives at are new: neither in the set nor met of late. Several are looked up together, so
 * that their cache misses overlap.
 */
final class Arrivals {
    private static final int RECENT = 1 << 15;

    private final FingerprintSet set;
    private final long[] recent = new long[RECENT];
    /** Of those that are looked up together, where they would be in the set; what was met of late itself. */
    private long[] homes = new long[64];

    private @Nullable ChunkedStates level;
    private long last;

    /** Of one worker, which asks the set while nobody writes. */
    public Arrivals(FingerprintSet set) {
        this.set = set;
    }

    /**
     * Parents from a place of a level on come next. Among equal states the first in the order of parents is to count: where these come
     * before those that came last, what was met since is forgotten.
     */
    public void from(ChunkedStates of, long place) {
        if (of == level && place < last) {
            Arrays.fill(recent, 0);
        }
        level = of;
        last = place;
    }

    /** Looks up the first few fingerprints together. */
    public void look(long[] prints, int count) {
        if (count > homes.length) {
            homes = new long[prints.length];
        }
        for (int k = 0; k < count; k++) {
            long fp = prints[k];
            homes[k] = recent[(int) fp & (RECENT - 1)] == fp ? fp : set.home(fp);
        }
    }

    /** Whether the k-th of those that were looked up is new; to be asked once of each, in their order. */
    public boolean isNew(long fp, int k) {
        int r = (int) fp & (RECENT - 1);
        if (recent[r] == fp || set.contains(fp, homes[k])) {
            return false;
        }
        recent[r] = fp;
        return true;
    }
}
