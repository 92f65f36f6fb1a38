package dev.moat.logic;

import dev.moat.state.Footprint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ground conjuncts with an index from state bits to the conjuncts that may read them. Immutable.
 *
 * <p>{@code @shape} bits of the state that the same conjuncts read form a region: {@code regionOf[word * 64 + bit]} is
 * its number, or -1; within one word, {@code regionMask[r]} holds its bits; {@code readers[r]} is a set of conjuncts,
 * 64 to a word.
 */
final class ConjunctSet {
    private final Node[] nodes;
    private final int[] owner;
    private final int words;
    private final int[] regionOf;
    private final long[] regionMask;
    private final long[][] readers;

    /**
     * @param words words of a state
     */
    ConjunctSet(List<Conjunct> conjuncts, int words, Footprint[] reads) {
        this.words = words;
        nodes = conjuncts.stream().map(Conjunct::node).toArray(Node[]::new);
        owner = conjuncts.stream().mapToInt(Conjunct::owner).toArray();
        regionOf = new int[words * 64];
        Arrays.fill(regionOf, -1);
        List<Long> masks = new ArrayList<>();
        List<long[]> sets = new ArrayList<>();
        for (int w = 0; w < words; w++) {
            Map<BitSet, Integer> ofThisWord = new HashMap<>();
            BitSet[] readersOf = readersOfWord(w, reads);
            for (int bit = 0; bit < 64; bit++) {
                if (readersOf[bit].isEmpty()) {
                    continue;
                }
                int region = ofThisWord.computeIfAbsent(readersOf[bit], set -> {
                    sets.add(Arrays.copyOf(set.toLongArray(), scratchWords()));
                    masks.add(0L);
                    return sets.size() - 1;
                });
                masks.set(region, masks.get(region) | 1L << bit);
                regionOf[w * 64 + bit] = region;
            }
        }
        regionMask = masks.stream().mapToLong(Long::longValue).toArray();
        readers = sets.toArray(new long[0][]);
    }

    private static BitSet[] readersOfWord(int w, Footprint[] reads) {
        BitSet[] readersOf = new BitSet[64];
        Arrays.setAll(readersOf, i -> new BitSet());
        for (int i = 0; i < reads.length; i++) {
            for (long rest = reads[i].word(w); rest != 0; rest &= rest - 1) {
                readersOf[Long.numberOfTrailingZeros(rest)].set(i);
            }
        }
        return readersOf;
    }

    int size() {
        return nodes.length;
    }

    /** Words of the scratch that {@link #violatedSince} needs at least. */
    int scratchWords() {
        return (nodes.length + 63) >>> 6;
    }

    /** Owners of false conjuncts, among those asked for. */
    long violated(long[] s, long asked) {
        long found = 0;
        for (int i = 0; i < nodes.length; i++) {
            long bit = 1L << owner[i];
            if ((asked & ~found & bit) != 0 && !nodes[i].holds(s)) {
                found |= bit;
            }
        }
        return found;
    }

    /** The same where all conjuncts asked for hold in the state {@code holding}; {@code scratch} is overwritten. */
    long violatedSince(long[] holding, long[] s, long asked, long[] scratch) {
        boolean any = false;
        for (int w = 0; w < words; w++) {
            long changed = holding[w] ^ s[w];
            while (changed != 0) {
                int region = regionOf[(w << 6) + Long.numberOfTrailingZeros(changed)];
                if (region < 0) {
                    changed &= changed - 1;
                    continue;
                }
                changed &= ~regionMask[region];
                long[] more = readers[region];
                if (any) {
                    for (int i = 0; i < more.length; i++) {
                        scratch[i] |= more[i];
                    }
                } else {
                    System.arraycopy(more, 0, scratch, 0, more.length);
                    any = true;
                }
            }
        }
        return any ? violatedAmong(scratch, s, asked) : 0;
    }

    private long violatedAmong(long[] set, long[] s, long asked) {
        long found = 0;
        for (int i = scratchWords() - 1; i >= 0; i--) {
            for (long rest = set[i]; rest != 0; rest &= rest - 1) {
                int c = (i << 6) + Long.numberOfTrailingZeros(rest);
                long bit = 1L << owner[c];
                if ((asked & ~found & bit) != 0 && !nodes[c].holds(s)) {
                    found |= bit;
                }
            }
        }
        return found;
    }
}
