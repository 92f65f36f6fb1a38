package dev.moat.audit.trace;

/** Pages of an I/O address space, {@code first} to {@code end} exclusive, with something to know about them. */
abstract sealed class Span permits Gone, Mapping, Stale {
    long first;
    long end;

    Span(long first, long end) {
        this.first = first;
        this.end = end;
    }

    /** How many pages. */
    public long pages() {
        return end - first;
    }

    /** Ends this span at the page and answers what stood behind it. */
    final Span cut(long at) {
        Span tail = tail(at);
        end = at;
        return tail;
    }

    abstract Span tail(long at);

    /** The number of the first page. */
    public long first() {
        return first;
    }

    /** The number of the page behind the last. */
    public long end() {
        return end;
    }
}
