package dev.moat.explore.orbit;

import dev.moat.state.Alike;
import dev.moat.state.Liveness;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.state.Slots.Named;
import dev.moat.state.Sort;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A permutation of the elements of sorts, and what it makes of a state: the slow and obvious twin of {@link OrbitPrint}. */
public final class Renaming {
    /** To each sort of which it moves something, the new element of each. */
    private final Map<Sort, int[]> to = new HashMap<>();

    private final String says;

    /**
     * Puts things of the machine in the places of others.
     *
     * @param alike what
     * @param places for each of these, the number of the one whose place each takes
     */
    Renaming(List<Alike> alike, List<int[]> places) {
        StringBuilder words = new StringBuilder();
        for (int a = 0; a < alike.size(); a++) {
            int[] place = places.get(a);
            if (IntStream.range(0, place.length).anyMatch(i -> place[i] != i)) {
                words.append(words.isEmpty() ? "" : ", ").append(alike.get(a).name());
                alike.get(a).members().forEach((sort, elements) -> {
                    int[] map = to.computeIfAbsent(
                            sort, s -> IntStream.range(0, s.size()).toArray());
                    for (int k = 0; k < place.length; k++) {
                        map[elements.get(k)] = elements.get(place[k]);
                    }
                });
                words.append(' ').append(Arrays.toString(place));
            }
        }
        says = words.isEmpty() ? "nothing" : words.toString();
    }

    /** The new element for an element of a sort. */
    int element(Sort sort, int old) {
        int[] map = to.get(sort);
        return map == null ? old : map[old];
    }

    /** Where an element of a family goes. */
    int place(Slots family, int i) {
        int place = 0;
        int rest = i;
        int stride = family.size();
        for (Sort sort : family.index()) {
            stride /= sort.size();
            place = place * sort.size() + element(sort, rest / stride);
            rest %= stride;
        }
        return place;
    }

    /** The new value for a value of a family that names something. */
    long value(Slots family, long old) {
        long value = old;
        for (Named n : family.named()) {
            long mask = n.width() == 64 ? -1L : (1L << n.width()) - 1;
            long element = (old >>> n.low() & mask) - n.first();
            if (element >= 0 && element < n.sort().size()) {
                long renamed = n.first() + element(n.sort(), (int) element);
                value = (value & ~(mask << n.low())) | (renamed << n.low());
            }
        }
        return value;
    }

    /** The state in which everything has changed places. */
    public long[] image(Schema schema, long[] s) {
        long[] image = s.clone();
        for (Slots family : schema.families()) {
            Liveness naming = family.naming();
            for (int i = 0; i < family.size(); i++) {
                long old = family.get(s, i);
                boolean names = naming == null || naming.isLive(s, i);
                family.set(image, place(family, i), names ? value(family, old) : old);
            }
        }
        return image;
    }

    /** What changes places, as {@code frames [1, 0]}: the first takes the place of the second. */
    @Override
    public String toString() {
        return says;
    }
}
