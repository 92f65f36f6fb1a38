package dev.moat.notation.tree;

import java.util.List;
import java.util.stream.Stream;

/**
 * A component: the root of a tree.
 *
 * @param source of which messages speak
 * @param says one sentence
 * @param items in the order of the text
 */
public record Tree(Source source, String id, String says, List<Item> items) {
    public Tree {
        items = List.copyOf(items);
    }

    /** The items of one kind, in order. */
    public <T extends Item> Stream<T> all(Class<T> kind) {
        return items.stream().filter(kind::isInstance).map(kind::cast);
    }

    /** The same component with other items. */
    public Tree with(List<Item> other) {
        return new Tree(source, id, says, other);
    }
}
