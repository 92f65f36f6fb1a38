package dev.moat.explore;

import dev.moat.logic.judge.Memo;
import java.util.List;

/**
 * The effects of one part of an alphabet, indexed by the bits of packed states that the part reads. All workers of a
 * search read it at any time; a worker that adds an effect waits for others that do.
 */
final class EffectTable {
    /** The letters {@code [first, end)}. */
    final int first;

    final int end;
    /** Whether the claims of what its letters do are judged apart. */
    final boolean asks;

    /** What is looked up. */
    final Memo known;
    /** What is done whatever that claims, where claims are a part of what is looked up; of operations only. */
    final Memo done;

    private EffectTable(int first, int end, boolean asks, Memo known) {
        this.first = first;
        this.end = end;
        this.asks = asks;
        this.known = known;
        done = known.empty();
    }

    /** One of which nothing is known, and claims are part of what is done. */
    EffectTable(int first, int end, int packedWords, EffectLimits bounds) {
        this(first, end, false, new Memo(packedWords, bounds.ofOne()));
    }

    /** One of the same letters that knows no effect. */
    EffectTable cleared() {
        return new EffectTable(first, end, asks, known.empty());
    }

    /** One of the same letters that knows what they do, and has their claims judged apart. */
    EffectTable asking() {
        return new EffectTable(first, end, true, done);
    }

    /** Two of the same letters of which nothing is known. */
    List<EffectTable> halves() {
        int middle = (first + end) / 2;
        return List.of(
                new EffectTable(first, middle, asks, known.empty()), new EffectTable(middle, end, asks, known.empty()));
    }

    /** The effect in the state that begins at a word, 0 when it is not known. */
    int find(long[] packed, int at) {
        return known.find(packed, at);
    }

    /** Memory taken, about. */
    long bytes() {
        return known.bytes() + done.bytes();
    }
}
