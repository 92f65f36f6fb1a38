package dev.moat.explore;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.state.Alike;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Every way in which the interchangeable things of a machine can exchange places. This is the product of the symmetric
 * groups of the declared things, or of some of them if the product has too many elements.
 */
public final class SymmetryGroup {
    /** Most permutations; each costs time and table space. */
    public static final int MOST = 720;

    private final Schema schema;
    private final List<Renaming> renamings = new ArrayList<>();
    private final List<Renaming> generators = new ArrayList<>();
    private final String says;

    private SymmetryGroup(Schema schema, List<Alike> alike, int most) {
        this.schema = schema;
        int[] used = alike.stream().mapToInt(Alike::count).toArray();
        while (size(used) > most) {
            int largest = 0;
            for (int a = 1; a < used.length; a++) {
                largest = used[a] > used[largest] ? a : largest;
            }
            used[largest]--;
        }
        List<List<int[]>> all = new ArrayList<>(List.of(List.of()));
        List<String> parts = new ArrayList<>();
        for (int a = 0; a < used.length; a++) {
            List<int[]> own = permutations(used[a]);
            List<List<int[]>> longer = new ArrayList<>();
            all.forEach(first -> own.forEach(last -> longer.add(with(first, last))));
            all = longer;
            if (used[a] > 1 || alike.get(a).count() > 1) {
                parts.add(alike.get(a).name() + " (" + used[a]
                        + (used[a] < alike.get(a).count()
                                ? " of " + alike.get(a).count()
                                : "") + ")");
            }
        }
        all.forEach(places -> renamings.add(new Renaming(alike, places)));
        for (int a = 0; a < used.length; a++) {
            for (int i = 0; i + 1 < used[a]; i++) {
                generators.add(new Renaming(alike, neighbours(used, a, i)));
            }
        }
        says = String.join(", ", parts) + ": " + renamings.size() + " permutations";
    }

    /** The group of what a machine's states declare to be alike; empty where that is nothing. */
    public static Optional<SymmetryGroup> of(Machine machine) {
        return of(machine.schema(), machine.granularity());
    }

    /** The same for states between steps or between operations. */
    public static Optional<SymmetryGroup> of(Schema schema, Granularity granularity) {
        boolean stepwise = granularity == Granularity.STEP;
        List<Alike> alike = schema.alike().stream()
                .filter(things -> !stepwise || !things.betweenCalls())
                .toList();
        return of(schema, alike, MOST);
    }

    /**
     * The group of what is said to be alike.
     *
     * @param most permutations; where there are more, the last of the most numerous things stay where they are
     */
    public static Optional<SymmetryGroup> of(Schema schema, List<Alike> alike, int most) {
        SymmetryGroup group = new SymmetryGroup(schema, alike, most);
        return group.renamings.size() == 1 ? Optional.empty() : Optional.of(group);
    }

    private static long size(int[] used) {
        long size = 1;
        for (int n : used) {
            for (int i = 2; i <= n; i++) {
                size *= i;
                if (size > Integer.MAX_VALUE) {
                    return size;
                }
            }
        }
        return size;
    }

    private static List<int[]> with(List<int[]> first, int[] last) {
        List<int[]> longer = new ArrayList<>(first);
        longer.add(last);
        return longer;
    }

    /** The permutations of so many, the identity first. */
    private static List<int[]> permutations(int count) {
        if (count <= 1) {
            return List.of(new int[count]);
        }
        List<int[]> all = new ArrayList<>();
        for (int last = count - 1; last >= 0; last--) {
            for (int[] shorter : permutations(count - 1)) {
                int[] one = Arrays.copyOf(shorter, count);
                one[count - 1] = last == count - 1 ? last : shorter[last];
                one[last] = count - 1;
                all.add(one);
            }
        }
        return all;
    }

    private static List<int[]> neighbours(int[] used, int which, int i) {
        List<int[]> places = new ArrayList<>();
        for (int count : used) {
            places.add(IntStream.range(0, count).toArray());
        }
        places.get(which)[i] = i + 1;
        places.get(which)[i + 1] = i;
        return places;
    }

    Schema schema() {
        return schema;
    }

    /** All of its permutations, the identity first. */
    public List<Renaming> renamings() {
        return renamings;
    }

    /** Exchanges of two neighbours, of which all others are made. */
    List<Renaming> generators() {
        return generators;
    }

    /** For example {@code domains (3), frames (3): 36 permutations}; says where some stay in their places. */
    @Override
    public String toString() {
        return says;
    }
}
