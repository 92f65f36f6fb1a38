package dev.moat.bits;

import java.util.Arrays;

/** Comparing states that differ in few words: Java passes over those that are alike by many at a time. */
public final class Words {
    private Words() {}

    /**
     * The next word in which a state differs from another one.
     *
     * @param s its words
     * @param other has those of the other one from {@code at} on
     * @param from where to begin
     * @return its number; that of all words where there is none
     */
    public static int differing(long[] s, long[] other, int at, int from) {
        int found = Arrays.mismatch(s, from, s.length, other, at + from, at + s.length);
        return found < 0 ? s.length : from + found;
    }
}
