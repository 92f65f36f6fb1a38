package dev.moat.audit;

/** Pages of an I/O address space, {@code first} to {@code end} exclusive, with something to know about them. */
abstract sealed class Span permits Mapping, Stale {
    long first;
    long end;

    Span(long first, long end) {
        this.first = first;
        this.end = end;
    }

    long pages() {
        return end - first;
    }

    /** Ends this span at the page and answers what stood behind it. */
    final Span cut(long at) {
        Span tail = tail(at);
        end = at;
        return tail;
    }

    abstract Span tail(long at);
}
