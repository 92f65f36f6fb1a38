package dev.moat.twin.amdvi;

/**
 * One answer to a request that the specification allows.
 *
 * @param outcome the physical address reached, in hex, or {@link #BLOCKED}
 * @param event what is put into the event log, as four dwords in hex with points between; empty: nothing; with
 *     {@code ?} in front: the sources do not settle what
 */
record SlowAmdViAnswer(String outcome, String event) {
    static final String BLOCKED = "-";

    /** The request reaches this physical address; nothing is logged. */
    static SlowAmdViAnswer at(long physical) {
        return new SlowAmdViAnswer(Long.toHexString(physical), "");
    }

    /** The request is aborted and this is logged. */
    static SlowAmdViAnswer blocked(String event) {
        return new SlowAmdViAnswer(BLOCKED, event);
    }
}
