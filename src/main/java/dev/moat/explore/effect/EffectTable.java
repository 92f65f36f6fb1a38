package dev.moat.explore.effect;

import dev.moat.logic.memo.Memo;
import java.util.List;

/**
 * The effects of one part of an alphabet, by what the part reads of packed states. All workers of a search look into it at any
 * time; who adds to it waits for others that do.
 */
final class EffectTable {
    /** The letters {@code [first, end)}. */
    final int first;

    final int end;
    /** Whether the claims of what its letters do are judged apart. */
    final boolean asks;

    private final Bounds bounds;
    private final int packedWords;
    private final Memo memo;

    private EffectTable(int first, int end, int packedWords, boolean asks, Bounds bounds) {
        this.first = first;
        this.end = end;
        this.asks = asks;
        this.bounds = bounds;
        this.packedWords = packedWords;
        memo = new Memo(packedWords, bounds.ofOne());
    }

    /** One of which nothing is known, and claims are part of what is done. */
    EffectTable(int first, int end, int packedWords, Bounds bounds) {
        this(first, end, packedWords, false, bounds);
    }

    /** One of the same letters that knows no effect. */
    EffectTable cleared() {
        return new EffectTable(first, end, packedWords, asks, bounds);
    }

    /** One of the same letters of which nothing is known, that has their claims judged apart. */
    EffectTable asking() {
        return new EffectTable(first, end, packedWords, true, bounds);
    }

    /** Two of the same letters of which nothing is known. */
    List<EffectTable> halves() {
        int middle = (first + end) / 2;
        return List.of(
                new EffectTable(first, middle, packedWords, bounds), new EffectTable(middle, end, packedWords, bounds));
    }

    /** The effect in the state that begins at a word, 0 when it is not known. */
    int find(long[] packed, int at) {
        return memo.find(packed, at);
    }

    /**
     * Notes an effect that was not found.
     *
     * @param reads bits of packed states on which it depends
     */
    void add(long[] packed, int at, long[] reads, int effect) {
        memo.add(packed, at, reads, effect);
    }

    /** Memory taken, about. */
    long bytes() {
        return memo.bytes();
    }
}
