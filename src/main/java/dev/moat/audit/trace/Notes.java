package dev.moat.audit.trace;

import dev.moat.audit.read.TraceEvent;

/** Counts beside the rules. */
public final class Notes {
    /** No machine has more memory: addresses have so many bits. */
    private static final int MOST_BITS = 52;

    long events;
    long unmaps;
    long lost;
    /** Places at which events are missing, and those of them that do not say how many. */
    long lostMarkers;

    long lostUncounted;
    /** Recordings after the first in the same file. */
    long recordings;

    /** Times at which more was known than there is room for. */
    long overflows;
    /** Windows that were open when something was lost. */
    long windowsCut;

    /** Windows that were open when their domain was freed, and those of them that an unmap has left open when it returned. */
    long windowsFreed;

    long outlivedFreed;

    long windowsOpen;
    long pagesOpen;
    /** Of the windows open at the end, those that an unmap has left open when it returned. */
    long outlivedOpen;
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
    /** By how much, at most. */
    long furthestBack;
    /** Whether the clock counts seconds. */
    boolean seconds = true;
    /** Whether some lines have seconds and some have ticks. */
    boolean mixedClocks;

    /** Whether more than one CPU has printed. */
    boolean severalCpus;

    private int cpu;
    private long before = Long.MIN_VALUE;

    void time(TraceEvent e) {
        if (events++ == 0) {
            seconds = e.seconds();
        }
        mixedClocks |= e.seconds() != seconds;
        if (e.time() < before) {
            backwards++;
            furthestBack = Math.max(furthestBack, before - e.time());
        }
        before = e.time();
        severalCpus |= cpu != e.cpu() && events > 1;
        cpu = e.cpu();
    }

    /** A buffer is mapped: so many bytes, in pages of so many; what no memory has is none. */
    void mapped(long ofBuffer, long ofPages) {
        if (areBytes(ofBuffer) && areBytes(ofPages)) {
            asked += ofBuffer;
            exposed += ofPages;
        }
    }

    /** It turns out that the map has failed. */
    void notMapped(long ofBuffer, long ofPages) {
        if (areBytes(ofBuffer) && areBytes(ofPages)) {
            asked -= ofBuffer;
            exposed -= ofPages;
        }
    }

    /** Its pages turn out to be others. */
    void mappedInstead(long ofPages, long ofOthers) {
        if (areBytes(ofPages) && areBytes(ofOthers)) {
            exposed += ofOthers - ofPages;
        }
    }

    private static boolean areBytes(long size) {
        return size >>> MOST_BITS == 0;
    }

    /** Another recording has times of its own. */
    void anotherRecording() {
        recordings++;
        before = Long.MIN_VALUE;
    }

    /** Whether more than one CPU has printed. */
    public boolean severalCpus() {
        return severalCpus;
    }

    /** Whether the clock counts seconds. */
    public boolean seconds() {
        return seconds;
    }

    /** Unmaps, those that removed nothing included. */
    public long unmaps() {
        return unmaps;
    }

    /** Windows open at the end. */
    public long windowsOpen() {
        return windowsOpen;
    }

    /** Pages of the windows open at the end. */
    public long pagesOpen() {
        return pagesOpen;
    }

    /** Of the windows open at the end, those that an unmap has left open when it returned. */
    public long outlivedOpen() {
        return outlivedOpen;
    }

    /** Windows that were open when their domain was freed. */
    public long windowsFreed() {
        return windowsFreed;
    }

    /** Of these, those that an unmap has left open when it returned. */
    public long outlivedFreed() {
        return outlivedFreed;
    }

    /** Windows that were open when something was lost. */
    public long windowsCut() {
        return windowsCut;
    }

    /** Bytes of buffers that were mapped. */
    public long asked() {
        return asked;
    }

    /** Bytes of the pages that devices could reach for those buffers. */
    public long exposed() {
        return exposed;
    }

    /** Faults of devices on pages that still linger somewhere. */
    public long faultsLingering() {
        return faultsLingering;
    }

    /** Faults of devices on pages that are mapped and linger nowhere. */
    public long faultsMapped() {
        return faultsMapped;
    }

    /** All other faults of devices. */
    public long faultsUnmapped() {
        return faultsUnmapped;
    }

    /** Calls under way at the end. */
    public long inside() {
        return inside;
    }

    /** Events that the recorder says it has lost. */
    public long lost() {
        return lost;
    }

    /** Places at which events are missing. */
    public long lostMarkers() {
        return lostMarkers;
    }

    /** Those of them that do not say how many. */
    public long lostUncounted() {
        return lostUncounted;
    }

    /** Recordings after the first in the same file. */
    public long recordings() {
        return recordings;
    }

    /** Events with a time before that of the event above them. */
    public long backwards() {
        return backwards;
    }

    /** By how much, at most: nanoseconds or ticks. */
    public long furthestBack() {
        return furthestBack;
    }

    /** Whether some lines have seconds and some have ticks. */
    public boolean mixedClocks() {
        return mixedClocks;
    }

    /** Returns of calls that were not seen to begin. */
    public long withoutBegin() {
        return withoutBegin;
    }

    /** Calls that were not seen to return, though a call around them was. */
    public long neverReturned() {
        return neverReturned;
    }

    /** Times at which more was known than there is room for. */
    public long overflows() {
        return overflows;
    }
}
