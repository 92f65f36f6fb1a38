package dev.moat.explore;

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
import org.jspecify.annotations.Nullable;

/**
 * A permutation of the elements of sorts, applied to a state. The slow and obvious reference implementation of {@link
 * OrbitPrint}.
 */
final class Renaming {
    /** To each sort of which it moves something, the new element of each up to the last one that moves. */
    private final Map<Sort, int[]> to = new HashMap<>();

    private final String says;

    /**
     * Puts things of the machine in the places of others.
     *
     * @param alike what
     * @param places for each of these, the number of the one whose place each takes; those behind stay
     */
    Renaming(List<Alike> alike, List<int[]> places) {
        StringBuilder words = new StringBuilder();
        for (int a = 0; a < alike.size(); a++) {
            int[] place = places.get(a);
            if (IntStream.range(0, place.length).anyMatch(i -> place[i] != i)) {
                words.append(words.isEmpty() ? "" : ", ").append(alike.get(a).name());
                alike.get(a).members().forEach((sort, elements) -> {
                    int last = elements.subList(0, place.length).stream()
                            .mapToInt(Integer::intValue)
                            .max()
                            .orElse(-1);
                    int[] before = to.getOrDefault(sort, new int[0]);
                    int[] map = IntStream.range(0, Math.max(before.length, last + 1))
                            .toArray();
                    System.arraycopy(before, 0, map, 0, before.length);
                    for (int k = 0; k < place.length; k++) {
                        map[elements.get(k)] = elements.get(place[k]);
                    }
                    to.put(sort, map);
                });
                words.append(' ').append(Arrays.toString(place));
            }
        }
        says = words.isEmpty() ? "nothing" : words.toString();
    }

    /** What it does to one family, of which all sorts are looked up once. */
    final class OfFamily {
        private final List<Sort> index;
        private final List<Named> named;
        /** For each sort of the index and each name the new element of each, null where it moves none. */
        private final int[] @Nullable [] places;

        private final int[] @Nullable [] names;
        private final int size;

        private OfFamily(Slots family) {
            index = family.index();
            named = family.named();
            places = index.stream().map(to::get).toArray(int[][]::new);
            names = named.stream().map(n -> to.get(n.sort())).toArray(int[][]::new);
            size = family.size();
        }

        /** Where an element goes. */
        int place(int i) {
            int place = 0;
            int rest = i;
            int stride = size;
            for (int k = 0; k < places.length; k++) {
                int elements = index.get(k).size();
                stride /= elements;
                int element = rest / stride;
                rest %= stride;
                int[] map = places[k];
                place = place * elements + (map == null || element >= map.length ? element : map[element]);
            }
            return place;
        }

        /** The new value for a value that names something. */
        long value(long old) {
            long value = old;
            for (int k = 0; k < names.length; k++) {
                int[] map = names[k];
                Named n = named.get(k);
                long mask = n.width() == 64 ? -1L : (1L << n.width()) - 1;
                long element = (old >>> n.low() & mask) - n.first();
                if (map != null && element >= 0 && element < map.length) {
                    value = (value & ~(mask << n.low())) | ((n.first() + map[(int) element]) << n.low());
                }
            }
            return value;
        }
    }

    /** What it does to a family. */
    OfFamily of(Slots family) {
        return new OfFamily(family);
    }

    /** The elements of a sort that it moves. */
    IntStream moved(Sort sort) {
        int[] map = to.get(sort);
        return map == null ? IntStream.empty() : IntStream.range(0, map.length).filter(e -> map[e] != e);
    }

    /** The state in which everything has changed places. */
    public long[] image(Schema schema, long[] s) {
        long[] image = s.clone();
        for (Slots family : schema.families()) {
            Liveness naming = family.naming();
            OfFamily by = of(family);
            for (int i = 0; i < family.size(); i++) {
                long old = family.get(s, i);
                boolean names = naming == null || naming.isLive(s, i);
                family.set(image, by.place(i), names ? by.value(old) : old);
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
