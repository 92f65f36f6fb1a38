package dev.moat.state;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A finite sort: what an index or a value ranges over. Elements are the numbers {@code 0..size-1}; every
 * number is a legal element, 0 included (frame 0 and domain 0 exist).
 *
 * @param name name as the vocabulary spells it, for example {@code Frame}
 * @param labels one printable label per element, unique
 */
public record Sort(String name, List<String> labels) {
    public Sort {
        labels = List.copyOf(labels);
    }

    /** A sort whose elements print as the prefix and a number, for example {@code d0}, {@code d1}. */
    public static Sort numbered(String name, String prefix, int size) {
        return new Sort(name, IntStream.range(0, size).mapToObj(i -> prefix + i).toList());
    }

    /** Number of elements. */
    public int size() {
        return labels.size();
    }

    /** The printable name of an element; {@code ?n} for a number outside the sort. */
    public String label(int element) {
        return element >= 0 && element < labels.size() ? labels.get(element) : "?" + element;
    }

    /** The element with this label, or -1. */
    public int element(String label) {
        return labels.indexOf(label);
    }
}
