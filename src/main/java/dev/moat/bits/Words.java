package dev.moat.bits;

import java.util.Arrays;

/** Comparing states that differ in few words: Java passes over those that are alike by many at a time. */
public final class Words {
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
        int found = Arrays.mismatch(s, from, s.length, other, at + from, at + s.length);
        return found < 0 ? s.length : from + found;
    }
}
