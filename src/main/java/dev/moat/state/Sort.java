package dev.moat.state;

import java.util.AbstractList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A finite sort, over which an index or a value ranges. Elements are the numbers {@code 0..size-1}. Every number is a
 * legal element, 0 included (frame 0 and domain 0 exist). Sorts with the same name and labels are equal.
 */
public final class Sort {
    /** From so many elements on, labels that are a prefix and a number are made when they are asked for. */
    private static final int MANY = 1 << 12;

    private final String name;
    private final List<String> labels;
    /** Steps ask for it in their loops. */
    private final int size;

    /**
     * A sort of labels.
     *
     * @param name name as the vocabulary spells it, for example {@code Frame}
     * @param labels one printable label per element
     * @throws IllegalArgumentException when two elements have one label: which of them a trace means could not be told
     */
    public Sort(String name, List<String> labels) {
        if (!(labels instanceof Numbered) && new HashSet<>(labels).size() < labels.size()) {
            throw new IllegalArgumentException("two elements of " + name + " have one label: " + labels);
        }
        this.name = name;
        this.labels = labels instanceof Numbered ? labels : List.copyOf(labels);
        this.size = labels.size();
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

    /** The sort, or where what it counts is left out one of its name without elements, so that slots over it have none. */
    public Sort onlyIf(boolean there) {
        return there ? this : numbered(name, "", 0);
    }

    /**
     * Requires that no two choices of elements print the same, as they may where a label has in it what stands between labels.
     *
     * @param name of what the elements are chosen for
     * @param gap what stands between labels
     * @throws IllegalArgumentException when two do: which of them a trace means could not be told
     */
    public static void requireToldApart(String name, List<Sort> places, String gap) {
        if (places.size() < 2 || places.stream().noneMatch(sort -> sort.says(gap))) {
            return;
        }
        List<String> texts = List.of("");
        for (Sort sort : places) {
            texts = texts.stream()
                    .flatMap(text -> sort.labels.stream().map(label -> text + gap + label))
                    .toList();
        }
        Set<String> met = new HashSet<>();
        for (String text : texts) {
            if (!met.add(text)) {
                throw new IllegalArgumentException("two choices of elements for " + name + " print as "
                        + text.substring(gap.length()) + ": labels have '" + gap + "' in them");
            }
        }
    }

    private boolean says(String text) {
        return labels instanceof Numbered numbered
                ? numbered.prefix.contains(text)
                : labels.stream().anyMatch(label -> label.contains(text));
    }

    /** Name as the vocabulary spells it. */
    public String name() {
        return name;
    }

    /** One printable label per element. */
    public List<String> labels() {
        return labels;
    }

    /** Number of elements. */
    public int size() {
        return size;
    }

    /** The printable name of an element; {@code ?n} for a number outside the sort. */
    public String label(int element) {
        return element >= 0 && element < size ? labels.get(element) : "?" + element;
    }

    /** The element with this label, or -1. */
    public int element(String label) {
        return labels.indexOf(label);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Sort sort
                        && size == sort.size
                        && name.equals(sort.name)
                        && labels.equals(sort.labels));
    }

    /** Not of the labels, which are many: sorts are looked up in loops. */
    @Override
    public int hashCode() {
        return 31 * name.hashCode() + size;
    }

    /** Part of what a state's layout is known by in files, so it stays as it is. */
    @Override
    public String toString() {
        return "Sort[name=" + name + ", labels=" + labels + "]";
    }
}
