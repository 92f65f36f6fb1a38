package dev.moat.explore;

import dev.moat.machine.ClaimWatch;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The candidates that one stretch of parents produced, in the order of parents and letters, and per partition of the
 * state set the list of those that belong there.
 */
final class Slice {
    private final int words;
    private int count;
    private long[] fingerprint;
    private int[] parent;
    private char[] letter;
    private boolean[] fresh;
    private long[] packed;
    private final int[][] byPartition = new int[FingerprintSet.PARTITIONS][64];
    private final int[] partitionCount = new int[FingerprintSet.PARTITIONS];
    /** Index of the first candidate that violates an invariant, or -1. */
    int violating;
    /** The invariants it violates; those that any candidate violates where the search goes on beyond violations. */
    long violated;
    /** Index in the level of the first parent in which an operation can never end, or -1. */
    long stuckParent;
    /** Index in the level of the first parent with a successor that is not what it claims to be, or -1. */
    long wrongParent;
    /** That successor's letter. */
    int wrongLetter;

    /** What it claims and is not. */
    ClaimWatch.@Nullable Wrong wrong;
    /** Where the fresh candidates go in the next frontier; set between the phases. */
    long destination;

    Slice(int words) {
        this.words = words;
        // Of large states few.
        int candidates = Math.max(1, Math.min(1 << 10, (1 << 16) / words));
        fingerprint = new long[candidates];
        parent = new int[candidates];
        letter = new char[candidates];
        fresh = new boolean[candidates];
        packed = new long[candidates * words];
    }

    void clear() {
        count = 0;
        violating = -1;
        violated = 0;
        stuckParent = -1;
        wrongParent = -1;
        wrong = null;
        Arrays.fill(partitionCount, 0);
    }

    /** Number of candidates. */
    int size() {
        return count;
    }

    /** Adds a candidate; its packed state is then written at {@link #packedAt} of {@link #packed}. */
    int add(long fp, int from, int by) {
        int i = count++;
        if (i == fingerprint.length) {
            grow();
        }
        fingerprint[i] = fp;
        parent[i] = from;
        letter[i] = (char) by;
        fresh[i] = false;
        int p = FingerprintSet.partition(fp);
        int n = partitionCount[p]++;
        if (n == byPartition[p].length) {
            byPartition[p] = Arrays.copyOf(byPartition[p], n * 2);
        }
        byPartition[p][n] = i;
        return i;
    }

    private void grow() {
        int n = fingerprint.length * 2;
        if ((long) n * words > Integer.MAX_VALUE) {
            throw new OutOfMemoryError("the candidates of a slice do not fit an array");
        }
        fingerprint = Arrays.copyOf(fingerprint, n);
        parent = Arrays.copyOf(parent, n);
        letter = Arrays.copyOf(letter, n);
        fresh = Arrays.copyOf(fresh, n);
        packed = Arrays.copyOf(packed, n * words);
    }

    long[] packed() {
        return packed;
    }

    int packedAt(int i) {
        return i * words;
    }

    int parentOf(int i) {
        return parent[i];
    }

    int letterOf(int i) {
        return letter[i];
    }

    /** Adds the candidates of a partition to the set and marks those that were new. */
    void insert(int partition, FingerprintSet set) {
        int[] list = byPartition[partition];
        for (int k = 0; k < partitionCount[partition]; k++) {
            int i = list[k];
            if (set.add(fingerprint[i])) {
                fresh[i] = true;
            }
        }
    }

    int freshCount() {
        int n = 0;
        for (int i = 0; i < count; i++) {
            if (fresh[i]) {
                n++;
            }
        }
        return n;
    }

    /** Writes the fresh candidates, in order, to the next frontier and the log. */
    void commit(ChunkedStates next, ParentLog log, long levelStart, long nextStart) {
        long at = destination;
        for (int i = 0; i < count; i++) {
            if (fresh[i]) {
                next.put(at, packed, i * words);
                log.put(nextStart + at, (int) (levelStart + parent[i]), letter[i]);
                at++;
            }
        }
    }
}
