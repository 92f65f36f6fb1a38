package dev.moat.audit.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Spans of one address space that do not overlap. Memory and time depend on their number, never on their pages. */
public final class Spans<S extends Span> {
    private final TreeMap<Long, S> byFirst = new TreeMap<>();
    private final Class<S> kind;

    Spans(Class<S> kind) {
        this.kind = kind;
    }

    /** Adds a span; nothing may lie there. */
    public void add(S span) {
        byFirst.put(span.first, span);
    }

    /** Takes a span out; it must be one of these. */
    public void remove(S span) {
        byFirst.remove(span.first);
    }

    /** How many spans. */
    public int size() {
        return byFirst.size();
    }

    /** All spans, in the order of their pages; a copy. */
    public List<S> all() {
        return new ArrayList<>(byFirst.values());
    }

    void clear() {
        byFirst.clear();
    }

    /** Whether any of these pages is in a span. */
    public boolean touches(long first, long end) {
        Map.Entry<Long, S> below = byFirst.lowerEntry(end);
        return below != null && below.getValue().end > first;
    }

    /** The spans that have some of these pages, as they are. */
    public List<S> touching(long first, long end) {
        List<S> found = new ArrayList<>();
        if (!touches(first, end)) {
            return found;
        }
        Map.Entry<Long, S> at = byFirst.floorEntry(first);
        long from = at != null && at.getValue().end > first ? at.getKey() : first;
        for (S span : byFirst.subMap(from, end).values()) {
            found.add(span);
        }
        return found;
    }

    /** The spans that have some of these pages, cut so that they have no others. */
    public List<S> within(long first, long end) {
        Map.Entry<Long, S> last = byFirst.lowerEntry(end);
        if (last == null || last.getValue().end <= first) {
            return List.of();
        }
        if (last.getKey() == first && last.getValue().end <= end) {
            return List.of(last.getValue()); // most are taken out as they were put in
        }
        split(first);
        split(end);
        List<S> found = new ArrayList<>();
        for (S span : byFirst.subMap(first, end).values()) {
            found.add(span); // a copy would count them first, one by one
        }
        return found;
    }

    private void split(long at) {
        Map.Entry<Long, S> below = byFirst.lowerEntry(at);
        if (below != null && below.getValue().end > at) {
            S tail = kind.cast(below.getValue().cut(at));
            byFirst.put(at, tail);
        }
    }
}
