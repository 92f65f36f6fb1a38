package dev.moat.conform.xen;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A release of Xen whose answers are judged. The executable machine is 4.17's; what later ones answer otherwise to what rows ask is
 * said here. {@code @source} recorded rows of each, by {@code bench/live-xen.sh}; which release changed it, by Xen's history.
 */
public enum XenRelease {
    /** Debian's 4.17.7. */
    XEN_4_17("xen-4.17", true, true, true),
    /** Debian's 4.20.4. */
    XEN_4_20("xen-4.20", false, false, true),
    /** Upstream's 4.22.0, but for copies by frame number: it has not the fix of XSA-523, which the other two have. */
    XEN_4_22("xen-4.22", false, false, false);

    /** Frames that {@code gnttab_max_frames} and {@code gnttab_max_maptrack_frames} allow when the command line does not say. */
    static final int MOST_GRANT_FRAMES = 64;

    static final int MOST_MAPTRACK_FRAMES = 1024;

    private final String label;
    private final boolean checksEmptyCopies;
    private final boolean limitsTables;
    private final boolean flushesCaches;

    XenRelease(String label, boolean checksEmptyCopies, boolean limitsTables, boolean flushesCaches) {
        this.label = label;
        this.checksEmptyCopies = checksEmptyCopies;
        this.limitsTables = limitsTables;
        this.flushesCaches = flushesCaches;
    }

    /** As the command line spells it, for example {@code xen-4.20}. */
    public String label() {
        return label;
    }

    /** The labels of all. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(XenRelease::label).toList();
    }

    /** The release with this label. */
    public static Optional<XenRelease> of(String label) {
        return Arrays.stream(values()).filter(r -> r.label.equals(label)).findFirst();
    }

    /**
     * Whether a copy of no bytes takes and checks both its sides, like one of some bytes. From 4.19 on it succeeds whatever they are,
     * and nothing happens.
     */
    public boolean checksEmptyCopies() {
        return checksEmptyCopies;
    }

    /** Whether there is {@code GNTTABOP_cache_flush}. From 4.21 on it is an operation of Arm's alone, and as good as unknown. */
    public boolean flushesCaches() {
        return flushesCaches;
    }

    /**
     * Whether no domain is created with tables of these sizes, in frames. From 4.18 on the command line's maxima are defaults for
     * domains whose creator names none.
     */
    public boolean refusesTables(long grantFrames, long maptrackFrames) {
        return limitsTables
                && (isBeyond(grantFrames, MOST_GRANT_FRAMES) || isBeyond(maptrackFrames, MOST_MAPTRACK_FRAMES));
    }

    /** Negative numbers of 32 bits ask for the default. */
    private static boolean isBeyond(long frames, int most) {
        return frames > most && frames <= Integer.MAX_VALUE;
    }
}
