package dev.moat.audit;

/** Counts beside the rules. */
final class Notes {
    long events;
    long unmaps;
    /** Unmaps of pages that were not seen to be mapped. */
    long unseenUnmaps;

    long lost;
    long lostMarkers;
    /** Recordings after the first in the same file. */
    long recordings;

    /** Times at which more was known than there is room for. */
    long overflows;
    /** Windows that were open when something was lost. */
    long windowsCut;

    long windowsOpen;
    long pagesOpen;
    /** Calls that were not seen to return, though a call around them was. */
    long neverReturned;
    /** Returns of calls that were not seen to begin. */
    long withoutBegin;
    /** Calls under way at the end. */
    long inside;
    /** Bytes of buffers that were mapped, and bytes of the pages that devices could reach for it. */
    long asked;

    long exposed;
    long faultsLingering;
    long faultsMapped;
    long faultsUnmapped;
    /** Events with a time before that of the event above them. */
    long backwards;
    /** Whether the clock counts seconds. */
    boolean seconds = true;
    /** Whether some lines have seconds and some have ticks. */
    boolean mixedClocks;

    private long before = Long.MIN_VALUE;

    void time(Event e) {
        if (events++ == 0) {
            seconds = e.seconds;
        }
        mixedClocks |= e.seconds != seconds;
        backwards += e.time < before ? 1 : 0;
        before = e.time;
    }
}
