package dev.moat.bits;

import java.util.Arrays;

/** Comparing states that differ in few words: a few words are looked at one by one, and what is further away by many at a time. */
public final class Words {
    /** So many words take less time one by one. */
    private static final int NEAR = 12;

    private Words() {}

    /**
     * The next word in which a state differs from another one, which has as many words.
     *
     * @param s the words of the one
     * @param other those of the other one from word {@code at} on
     * @param from number of the word to begin with, at most {@code s.length}
     * @return number of the word, {@code s.length} where there is none
     * @throws ArrayIndexOutOfBoundsException when {@code other} has fewer words from {@code at} on
     */
    public static int differing(long[] s, long[] other, int at, int from) {
        if (at + s.length > other.length) {
            throw new ArrayIndexOutOfBoundsException(at + s.length - 1);
        }
        int near = Math.min(s.length, from + NEAR);
        for (int w = from; w < near; w++) {
            if (s[w] != other[at + w]) {
                return w;
            }
        }
        if (near == s.length) {
            return near;
        }
        int found = Arrays.mismatch(s, near, s.length, other, at + near, at + s.length);
        return found < 0 ? s.length : near + found;
    }
}
