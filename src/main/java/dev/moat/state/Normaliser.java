package dev.moat.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Gives dead elements their dead value. Elements of one index that share a {@link Liveness} object live and die
 * together. They form a group, so that a condition is evaluated once, and only if something is left to clear.
 *
 * <p>{@code @shape} Group g evaluates {@code live[g]} for element {@code index[g]}, and owns the parts {@code
 * [start[g], start[g + 1])}. Part k is the bits {@code mask[k]} of working word {@code word[k]}, dead if they equal
 * {@code dead[k]}. Groups are in the order in which their first family was declared. If there are very many groups,
 * {@code words[i]} is a word with parts. All its parts are dead if its bits {@code wordMask[i]} are {@code
 * wordDead[i]}. Its groups are {@code groupsOf[i]}.
 */
public final class Normaliser implements Predicate<long[]> {
    /** From so many groups on it pays to look at whole words first; searches have fewer. */
    private static final int MANY = 1024;

    private final Liveness[] live;
    private final int[] index;
    private final int[] start;
    private final int[] word;
    private final long[] mask;
    private final long[] dead;
    private final int[] words;
    private final long[] wordMask;
    private final long[] wordDead;
    private final int[][] groupsOf;

    /** Mask and dead value of one group in one word. */
    private record Part(long mask, long dead) {
        Part with(long otherMask, long otherDead) {
            return new Part(mask | otherMask, dead | otherDead);
        }
    }

    /** @param declared the declarations of the families, in the same order */
    Normaliser(List<Slots> families, List<SlotsBuilder> declared) {
        Map<Liveness, Map<Integer, Map<Integer, Part>>> groups = new LinkedHashMap<>();
        for (int k = 0; k < families.size(); k++) {
            Liveness condition = declared.get(k).live;
            Slots f = families.get(k);
            if (condition != null && f.width() > 0) {
                add(groups.computeIfAbsent(condition, key -> new LinkedHashMap<>()), f);
            }
        }
        int groupCount = groups.values().stream().mapToInt(Map::size).sum();
        List<Integer> at = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        live = new Liveness[groupCount];
        index = new int[groupCount];
        start = new int[groupCount + 1];
        int g = 0;
        for (Map.Entry<Liveness, Map<Integer, Map<Integer, Part>>> group : groups.entrySet()) {
            for (Map.Entry<Integer, Map<Integer, Part>> element :
                    group.getValue().entrySet()) {
                live[g] = group.getKey();
                index[g] = element.getKey();
                at.addAll(element.getValue().keySet());
                parts.addAll(element.getValue().values());
                start[++g] = parts.size();
            }
        }
        word = at.stream().mapToInt(Integer::intValue).toArray();
        mask = parts.stream().mapToLong(Part::mask).toArray();
        dead = parts.stream().mapToLong(Part::dead).toArray();
        words = live.length < MANY
                ? new int[0]
                : Arrays.stream(word).sorted().distinct().toArray();
        wordMask = new long[words.length];
        wordDead = new long[words.length];
        groupsOf = new int[words.length][];
        summarise();
    }

    private void summarise() {
        int[] partsOf = new int[words.length];
        for (int k = 0; k < word.length && words.length > 0; k++) {
            int i = Arrays.binarySearch(words, word[k]);
            wordMask[i] |= mask[k];
            wordDead[i] |= dead[k];
            partsOf[i]++;
        }
        Arrays.setAll(groupsOf, i -> new int[partsOf[i]]);
        Arrays.fill(partsOf, 0);
        for (int g = 0; g < live.length && words.length > 0; g++) {
            for (int k = start[g]; k < start[g + 1]; k++) {
                int i = Arrays.binarySearch(words, word[k]);
                groupsOf[i][partsOf[i]++] = g;
            }
        }
    }

    private static void add(Map<Integer, Map<Integer, Part>> byIndex, Slots f) {
        long bits = f.width() == 64 ? -1L : (1L << f.width()) - 1;
        for (int i = 0; i < f.size(); i++) {
            Map<Integer, Part> byWord = byIndex.computeIfAbsent(i, key -> new LinkedHashMap<>());
            long m = bits << f.shiftOf(i);
            long d = f.fixed() << f.shiftOf(i);
            byWord.merge(f.wordOf(i), new Part(m, d), (a, b) -> a.with(b.mask(), b.dead()));
        }
    }

    /** As {@link #normalise}. */
    @Override
    public boolean test(long[] s) {
        return normalise(s);
    }

    /** Whether it changed anything. */
    boolean normalise(long[] s) {
        if (words.length > 0) {
            return normaliseAmong(s, suspects(s));
        }
        boolean changed = false;
        for (int g = 0; g < live.length; g++) {
            changed |= normalise(s, g);
        }
        return changed;
    }

    /**
     * Groups that have a part in a word in which some group is not dead, as a set. To clear one changes no other, so none is
     * missed.
     */
    private long[] suspects(long[] s) {
        long[] set = new long[(live.length >>> 6) + 1];
        for (int i = 0; i < words.length; i++) {
            if ((s[words[i]] & wordMask[i]) != wordDead[i]) {
                for (int g : groupsOf[i]) {
                    set[g >>> 6] |= 1L << g;
                }
            }
        }
        return set;
    }

    private boolean normaliseAmong(long[] s, long[] set) {
        boolean changed = false;
        for (int i = 0; i < set.length; i++) {
            for (long rest = set[i]; rest != 0; rest &= rest - 1) {
                changed |= normalise(s, (i << 6) + Long.numberOfTrailingZeros(rest));
            }
        }
        return changed;
    }

    private boolean normalise(long[] s, int g) {
        return differs(s, start[g], start[g + 1]) && !isLive(s, g) && clear(s, g);
    }

    /** How many groups there are. */
    public int groups() {
        return live.length;
    }

    /** Whether some bit of a group has not its dead value. */
    public boolean differs(long[] s, int g) {
        return differs(s, start[g], start[g + 1]);
    }

    /** Whether the elements of a group are alive. */
    public boolean isLive(long[] s, int g) {
        return live[g].isLive(s, index[g]);
    }

    /** Gives a group its dead value; answers true. */
    public boolean clear(long[] s, int g) {
        for (int k = start[g]; k < start[g + 1]; k++) {
            s[word[k]] = (s[word[k]] & ~mask[k]) | dead[k];
        }
        return true;
    }

    /** Adds the bits of a group to a set of bits that begins there. */
    public void addOwn(int g, long[] bits, int from) {
        for (int k = start[g]; k < start[g + 1]; k++) {
            bits[from + word[k]] |= mask[k];
        }
    }

    private boolean differs(long[] s, int from, int to) {
        for (int k = from; k < to; k++) {
            if ((s[word[k]] & mask[k]) != dead[k]) {
                return true;
            }
        }
        return false;
    }
}
