package dev.moat.twin.calgary;

/**
 * What an access of a device leads to.
 *
 * @param outcome the physical address in hex, or {@link #BLOCKED}
 * @param error whether CSR shows an error afterwards
 */
record CalgaryAnswer(String outcome, Error error) {
    static final String BLOCKED = "-";

    /** Whether an error is recorded in CSR. */
    enum Error {
        /** It is. */
        YES,
        /** It is not. */
        NO,
        /** The sources do not say. */
        OPEN
    }

    static CalgaryAnswer at(long physical) {
        return new CalgaryAnswer(Long.toHexString(physical), Error.NO);
    }

    static CalgaryAnswer blocked(Error error) {
        return new CalgaryAnswer(BLOCKED, error);
    }
}
