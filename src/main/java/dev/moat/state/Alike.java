package dev.moat.state;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Interchangeable things of a built machine. If any two of them exchange places, with everything that belongs to them,
 * every run becomes a run. No setting, table index, fixed owner or order may distinguish them. A chosen order, such as
 * the lowest free handle, may distinguish two states, if their successors are the same up to such an exchange.
 *
 * @param name in the plural, for example {@code frames}
 * @param count how many there are
 * @param members the sorts in which they have elements, and for each the element of each of them
 * @param betweenCalls whether only where no operation is under way: then they may be named by codes of an operation's
 *     own
 */
public record Alike(String name, int count, Map<Sort, List<Integer>> members, boolean betweenCalls) {
    public Alike {
        members = new LinkedHashMap<>(members);
        for (List<Integer> each : members.values()) {
            if (each.size() != count || each.stream().distinct().count() != count) {
                throw new IllegalArgumentException(name + " do not have one element each");
            }
        }
    }

    /** All elements of a sort, with those of the same number of other sorts of its size. */
    public static Alike all(String name, Sort... sorts) {
        return some(name, IntStream.range(0, sorts[0].size()).toArray(), sorts);
    }

    /** Some elements of a sort, with those of the same number of other sorts. */
    public static Alike some(String name, int[] elements, Sort... sorts) {
        Map<Sort, List<Integer>> members = new LinkedHashMap<>();
        for (Sort sort : sorts) {
            members.put(sort, Arrays.stream(elements).boxed().toList());
        }
        return new Alike(name, elements.length, members, false);
    }

    /** The same where no operation is under way. */
    public Alike onlyBetweenCalls() {
        return new Alike(name, count, members, true);
    }

    /** Whether an element belongs to one of these and to one of those. */
    boolean shares(Alike other) {
        return members.entrySet().stream()
                .anyMatch(e ->
                        e.getValue().stream().anyMatch(other.members.getOrDefault(e.getKey(), List.of())::contains));
    }
}
