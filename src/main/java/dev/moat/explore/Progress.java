package dev.moat.explore;

/** Told from time to time how far a search is; called on the searching thread, at block boundaries. */
@FunctionalInterface
public interface Progress {
    void at(int depth, long distinct, long generated, long frontier, long nanos);

    /** Says nothing. */
    static Progress silent() {
        return (depth, distinct, generated, frontier, nanos) -> {};
    }
}
