package dev.moat.audit.result;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Statistics of exposure windows in constant memory. Quantiles are exact for up to 65,536 windows; beyond that they are
 * the upper ends of logarithmic classes, 32 to each power of two: at most 3.2 percent too high.
 */
public final class Windows {
    /** Windows kept as they are. */
    static final int EXACT = 1 << 16;

    /** Classes of the histogram: below a microsecond, then powers of ten, the last without end. */
    public static final int CLASSES = 8;

    private static final int WORST = 5;
    private static final int SUB = 5;
    private static final Comparator<Window> LONGEST =
            Comparator.comparingLong(Window::length).reversed().thenComparingLong(Window::from);

    private long[] lengths = new long[64];
    private final long[] classes = new long[64 << SUB];
    private final long[] histogram = new long[CLASSES];
    private final List<Window> worst = new ArrayList<>();
    private long count;
    private long pages;
    private long total;
    private long max;

    /** Counts a window. */
    public void add(Window w) {
        if (count < EXACT) {
            if (count == lengths.length) {
                lengths = Arrays.copyOf(lengths, lengths.length * 2);
            }
            lengths[(int) count] = w.length();
        }
        count++;
        pages += w.pages();
        total += w.length();
        max = Math.max(max, w.length());
        classes[classOf(w.length())]++;
        int decade = 0;
        for (long bound = 1000; decade < CLASSES - 1 && w.length() >= bound; bound *= 10) {
            decade++;
        }
        histogram[decade]++;
        if (worst.size() < WORST || LONGEST.compare(w, worst.get(worst.size() - 1)) < 0) {
            worst.add(w);
            worst.sort(LONGEST);
            if (worst.size() > WORST) {
                worst.remove(WORST);
            }
        }
    }

    /** Below 64 each number is a class; above, the five bits behind the leading one tell. */
    private static int classOf(long length) {
        if (length < 2 << SUB) {
            return (int) length;
        }
        int shift = 63 - SUB - Long.numberOfLeadingZeros(length);
        return (shift << SUB) + (int) (length >>> shift);
    }

    private static long last(int c) {
        if (c < 2 << SUB) {
            return c;
        }
        int shift = (c >>> SUB) - 1;
        return ((((c & ((1L << SUB) - 1)) | (1L << SUB)) + 1) << shift) - 1;
    }

    /** How many. */
    public long count() {
        return count;
    }

    /** Their pages; a page counts in each of its windows. */
    public long pages() {
        return pages;
    }

    /** The sum of their lengths. */
    public long total() {
        return total;
    }

    /** The longest; 0 for none. */
    public long max() {
        return max;
    }

    /** Whether quantiles are exact. */
    public boolean exact() {
        return count <= EXACT;
    }

    /** The smallest length such that at least so many percent of the windows are no longer; 0 for none. */
    public long quantile(int percent) {
        if (count == 0) {
            return 0;
        }
        long rank = Math.max(1, (count * percent + 99) / 100);
        if (exact()) {
            long[] sorted = Arrays.copyOf(lengths, (int) count);
            Arrays.sort(sorted);
            return sorted[(int) rank - 1];
        }
        int c = 0;
        long below = classes[0];
        while (below < rank) {
            below += classes[++c];
        }
        return Math.min(max, last(c));
    }

    /** How many are shorter than 1 microsecond (1000 ticks), than 10, ..., than 1 second, and how many are not. */
    public long[] histogram() {
        return histogram.clone();
    }

    /** The five longest, the longest first. */
    public List<Window> worst() {
        return List.copyOf(worst);
    }
}
