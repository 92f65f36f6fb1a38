package dev.moat.spark.row;

import java.util.Arrays;

/**
 * States with how they were found, as they travel between processes.
 *
 * <p>{@code @shape} a row is {@code long[width]}: the state's fingerprint; its order, which is the number of its parent in the level
 * above, times 65,536, plus the letter; the packed state.
 */
public final class Rows {
    /** Word of a row: the fingerprint. */
    public static final int PRINT = 0;
    /** Word of a row: the order. */
    public static final int ORDER = 1;
    /** First word of the packed state. */
    public static final int STATE = 2;

    private static final int LETTER_BITS = 16;
    /** As many as an array may have. */
    private static final int MOST_WORDS = Integer.MAX_VALUE - 64;

    private final int width;
    private long[] words;
    private int size;

    /** No rows, each of so many words. */
    public Rows(int width) {
        this.width = width;
        words = new long[width * 16];
    }

    /** The order of what a letter leads to. */
    public static long order(long parent, int letter) {
        return (parent << LETTER_BITS) | letter;
    }

    /** The number of the parent. */
    public static long parent(long order) {
        return order >>> LETTER_BITS;
    }

    /** The letter. */
    public static int letter(long order) {
        return (int) order & ((1 << LETTER_BITS) - 1);
    }

    /** How many. */
    public int size() {
        return size;
    }

    /** All words, those behind the last row unused. */
    public long[] words() {
        return words;
    }

    /**
     * Makes room for a row; answers its first word.
     *
     * @throws IllegalStateException when there is none
     */
    public int add() {
        int at = size * width;
        if (at > words.length - width) {
            words = Arrays.copyOf(words, grown(words.length, width));
        }
        size++;
        return at;
    }

    /**
     * Words of an array after it has grown.
     *
     * @param words before
     * @param width words that it must have more
     * @throws IllegalStateException when no array has so many
     */
    static int grown(int words, int width) {
        if (words > MOST_WORDS - width) {
            throw full(words / width);
        }
        return (int) Math.min(MOST_WORDS, words * 2L);
    }

    /** What is said where more rows than these would have to be in one place. */
    public static IllegalStateException full(int rows) {
        return new IllegalStateException(
                "more than " + rows + " states in one part of a level; more parts: spark.default.parallelism");
    }

    /** Copies a row that begins at a word of an array. */
    public void add(long[] from, int at) {
        // Not in one line: adding may replace the array.
        int to = add();
        System.arraycopy(from, at, words, to, width);
    }

    /** The rows, of which none is left here. */
    public long[] take() {
        long[] taken = Arrays.copyOf(words, size * width);
        size = 0;
        return taken;
    }

    /** The rows by their orders, which differ. */
    public long[] sorted() {
        long[] orders = new long[size];
        for (int i = 0; i < size; i++) {
            orders[i] = words[i * width + ORDER];
        }
        Arrays.sort(orders);
        long[] sorted = new long[size * width];
        for (int i = 0; i < size; i++) {
            int to = Arrays.binarySearch(orders, words[i * width + ORDER]);
            System.arraycopy(words, i * width, sorted, to * width, width);
        }
        return sorted;
    }
}
