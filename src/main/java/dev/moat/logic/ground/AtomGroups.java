package dev.moat.logic.ground;

import dev.moat.state.Footprint;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Atoms in groups of which each reads few bits of a state, so that there are few different values of a group: many atoms read the same
 * bits. Immutable.
 *
 * <p>{@code @shape} the value of a group is a word: bit i is the truth of atom {@code atoms(g)[i]}, the highest bit is not used.
 */
public final class AtomGroups {
    private static final int MOST_ATOMS = 63;
    /** So many bits may a group read of which some atom reads none. */
    private static final int FEW = 20;
    /** As many bits as a word of a key has: atoms that read some of these may be with those that read all. */
    private static final int ONE_WORD = 64;

    /** Bits of a key; of atoms that read more it is not remembered what they are. */
    private static final int LONGEST_KEY = 256;
    /** So many groups, the last ones, may an atom join: there are machines with a hundred thousand atoms. */
    private static final int OPEN = 16;

    /** Words that all groups may take on one thread, but for the first few places of each; no limit of a search counts them. */
    private static final long MOST_WORDS = 1L << 21;

    private final int words;
    private final Readers readers;
    private final UnvaryingBits unvarying;
    private final int[][] atoms;
    /** Of each group the bits of states by which its value is looked up; none where it is not remembered. */
    private final long[][] keys;

    private static final class Group {
        final List<Integer> atoms;
        final Footprint reads;

        Group(List<Integer> atoms, Footprint reads) {
            this.atoms = atoms;
            this.reads = reads;
        }
    }

    /**
     * @param reads what each atom may read
     * @param schema of the states
     */
    public AtomGroups(List<Footprint> reads, Schema schema) {
        words = schema.words();
        long[] varying = UnvaryingBits.varying(schema);
        Map<Footprint, List<Integer>> byReads = new LinkedHashMap<>();
        for (int atom = 0; atom < reads.size(); atom++) {
            byReads.computeIfAbsent(reads.get(atom), f -> new ArrayList<>()).add(atom);
        }
        List<Footprint> order = new ArrayList<>(byReads.keySet());
        order.sort(Comparator.comparingInt(f -> -count(f, varying)));
        List<Group> groups = new ArrayList<>();
        for (Footprint f : order) {
            List<Integer> all = byReads.getOrDefault(f, List.of());
            for (int from = 0; from < all.size(); from += MOST_ATOMS) {
                place(all.subList(from, Math.min(all.size(), from + MOST_ATOMS)), f, varying, groups);
            }
        }
        readers = new Readers(groups.stream().map(g -> g.reads).toArray(Footprint[]::new), varying.length);
        unvarying = new UnvaryingBits(readers, schema);
        atoms = groups.stream()
                .map(g -> g.atoms.stream().mapToInt(atom -> atom).toArray())
                .toArray(int[][]::new);
        keys = groups.stream().map(g -> key(g.reads, varying)).toArray(long[][]::new);
    }

    private static long[] key(Footprint reads, long[] varying) {
        long[] key = varying.clone();
        for (int w = 0; w < key.length; w++) {
            key[w] &= reads.word(w);
        }
        return count(reads, varying) > LONGEST_KEY ? new long[0] : key;
    }

    private static void place(List<Integer> atoms, Footprint reads, long[] varying, List<Group> groups) {
        for (Group group : groups.subList(Math.max(0, groups.size() - OPEN), groups.size())) {
            Footprint both = new Footprint(group.reads).union(reads);
            int most = both.equals(group.reads) ? ONE_WORD : FEW;
            if (group.atoms.size() + atoms.size() <= MOST_ATOMS && count(both, varying) <= most) {
                group.atoms.addAll(atoms);
                group.reads.union(reads);
                return;
            }
        }
        groups.add(new Group(new ArrayList<>(atoms), new Footprint(reads)));
    }

    private static int count(Footprint reads, long[] varying) {
        int bits = 0;
        for (int w = 0; w < varying.length; w++) {
            bits += Long.bitCount(reads.word(w) & varying[w]);
        }
        return bits;
    }

    /** How many groups there are. */
    int count() {
        return atoms.length;
    }

    /** Words of a state. */
    int words() {
        return words;
    }

    /** The atoms of a group; not to be changed. */
    int[] atoms(int group) {
        return atoms[group];
    }

    /** Where the value of a group may be remembered, nothing known yet; null where it is not worth it. */
    @Nullable
    KnownValues memory(int group) {
        return keys[group].length == 0 ? null : new KnownValues(keys[group], MOST_WORDS / atoms.length);
    }

    /** From bits of a state to the groups that may read them. */
    Readers readers() {
        return readers;
    }

    /** Whether what a state has in the bits by which nothing is looked up is not as usual. */
    boolean isOdd(long[] s) {
        return unvarying.isOdd(s);
    }
}
