package dev.moat.audit.result;

/**
 * Pages that were unmapped and stayed usable for the hardware for a while.
 *
 * @param length in units of the trace's clock: nanoseconds, or ticks
 * @param pages how many
 * @param first the first page's number
 * @param from line of the unmap
 * @param to line of the covering invalidation
 */
public record Window(long length, long pages, long first, long from, long to) {}
