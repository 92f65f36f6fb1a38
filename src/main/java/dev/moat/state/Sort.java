package dev.moat.state;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;

/**
 * A finite sort: what an index or a value ranges over. Elements are the numbers {@code 0..size-1}; every
 * number is a legal element, 0 included (frame 0 and domain 0 exist).
 *
 * @param name name as the vocabulary spells it, for example {@code Frame}
 * @param labels one printable label per element, unique
 */
public record Sort(String name, List<String> labels) {
    /** From so many elements on, labels that are a prefix and a number are made when they are asked for. */
    private static final int MANY = 1 << 12;

    public Sort {
        labels = labels instanceof Numbered ? labels : List.copyOf(labels);
    }

    private static final class Numbered extends AbstractList<String> {
        private final String prefix;
        private final int size;

        Numbered(String prefix, int size) {
            this.prefix = prefix;
            this.size = size;
        }

        @Override
        public String get(int element) {
            return prefix + Objects.checkIndex(element, size);
        }

        @Override
        public int size() {
            return size;
        }
    }

    /** A sort whose elements print as the prefix and a number, for example {@code d0}, {@code d1}. */
    public static Sort numbered(String name, String prefix, int size) {
        Numbered labels = new Numbered(prefix, size);
        return new Sort(name, size < MANY ? List.copyOf(labels) : labels);
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
