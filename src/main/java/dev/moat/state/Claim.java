package dev.moat.state;

import java.util.Arrays;

/**
 * The claim of a transition: abstract actions of the discipline, in order, with their arguments. An empty claim is a
 * stutter. Reused; grows as needed.
 *
 * <p>{@code @shape} {@link #PLACES} arguments per action: elements of the abstraction's sorts, in the order of the
 * action's parameters. Unused arguments are 0.
 */
public final class Claim {
    /** Arguments of one action. */
    public static final int PLACES = 6;

    private static final int WORDS = PLACES / 2;
    /** Prefix of the name of an exchange of two elements; see {@link #exchange}. */
    public static final String EXCHANGE = "exchange ";

    private String[] names = new String[8];
    private long[] args = new long[8 * WORDS];
    private int count;

    /** Claims nothing. */
    public void clear() {
        count = 0;
    }

    /** Claims one more action, of one argument. */
    public void add(String action, int a) {
        add(action, a, 0, 0, 0, 0, 0);
    }

    /** Claims one more action, of two. */
    public void add(String action, int a, int b) {
        add(action, a, b, 0, 0, 0, 0);
    }

    /** Claims one more action, of three. */
    public void add(String action, int a, int b, int c) {
        add(action, a, b, c, 0, 0, 0);
    }

    /** Claims one more action, of four. */
    public void add(String action, int a, int b, int c, int d) {
        add(action, a, b, c, d, 0, 0);
    }

    /** Claims one more action, of five. */
    public void add(String action, int a, int b, int c, int d, int e) {
        add(action, a, b, c, d, e, 0);
    }

    /** Claims one more action, taken after those before. */
    public void add(String action, int a, int b, int c, int d, int e, int f) {
        if (count == names.length) {
            names = Arrays.copyOf(names, 2 * count);
            args = Arrays.copyOf(args, 2 * count * WORDS);
        }
        names[count] = action;
        int at = count++ * WORDS;
        args[at] = pair(a, b);
        args[at + 1] = pair(c, d);
        args[at + 2] = pair(e, f);
    }

    /** Takes back what was claimed last. */
    public void removeLast() {
        count--;
    }

    private static long pair(int low, int high) {
        return (long) high << 32 | (low & 0xFFFF_FFFFL);
    }

    /**
     * Says that from here on two elements of a sort stand for each other. No abstract action can tell elements apart but by
     * relations, so this is allowed at any time; an implementation needs it where the place that keeps a mapping changes.
     */
    public void exchange(String exchangeOfSort, int a, int b) {
        add(exchangeOfSort, a, b);
    }

    /** How many actions. */
    public int count() {
        return count;
    }

    /** Name of the i-th action. */
    public String name(int i) {
        return names[i];
    }

    /** An argument of the i-th action. */
    public int argument(int i, int place) {
        return (int) (args[i * WORDS + place / 2] >>> ((place & 1) << 5));
    }

    /** How many words {@link #words} holds. */
    public int wordCount() {
        return count * WORDS;
    }

    /** The arguments of all actions, two to a word; not to be changed, and no longer right once more is claimed. */
    public long[] words() {
        return args;
    }
}
