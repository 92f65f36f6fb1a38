package dev.moat.logic.judge;

import java.util.Arrays;

/**
 * Numbers of states that agree in some bits, indexed by other bits. One thread at a time may change it.
 *
 * <p>The values that code reads decide which bits it reads next. At first, all bits that are read for any state are
 * the key. With many numbers, the key has only the bits that are read for every state, if few states differ in them;
 * further branches hold the rest.
 */
final class Branch {
    /** So many numbers are not many. */
    private static final int FEW = 1 << 8;
    /** So many of them are to agree in what is always read, or it is no use to tell by that. */
    private static final int TOGETHER = 4;

    /** In which all states here agree. */
    private final long[] path;

    private final long[] all;
    private final long[] common;
    private boolean narrow;
    private int many = FEW;

    private volatile Places now;

    /** @param path bits of packed states in which all states here agree; kept */
    Branch(long[] path) {
        this.path = path;
        all = new long[path.length];
        common = new long[path.length];
        Arrays.fill(common, -1L);
        now = new Places(all.clone());
    }

    /** What is known now; numbers of branches have a minus. What was known before is still true. */
    Places now() {
        return now;
    }

    /**
     * Learns what is read for a state.
     *
     * @return by how much more memory is taken
     */
    long learn(long[] reads) {
        boolean more = false;
        boolean fewer = false;
        for (int w = 0; w < path.length; w++) {
            long here = reads[w] & ~path[w];
            more |= (here & ~all[w]) != 0;
            all[w] |= here;
            fewer |= (now.bits()[w] & ~here) != 0;
            common[w] &= here;
        }
        if (narrow && isEmpty(common)) {
            // Of code that decides by something else what it reads next.
            narrow = false;
            many = Integer.MAX_VALUE;
            return replace(new Places(all.clone()));
        }
        if (narrow ? fewer : more) {
            return replace(new Places((narrow ? common : all).clone()));
        }
        return !narrow && now.count() >= many ? narrow() : 0;
    }

    private static boolean isEmpty(long[] bits) {
        long any = 0;
        for (long word : bits) {
            any |= word;
        }
        return any == 0;
    }

    private long narrow() {
        if (isEmpty(common) || now.distinct(common) * TOGETHER > now.count()) {
            many *= 4;
            return 0;
        }
        narrow = true;
        return replace(new Places(common.clone()));
    }

    private long replace(Places by) {
        long more = by.bytes() - now.bytes();
        now = by;
        return more;
    }

    /** Whether states that agree in all that is looked at up to here agree in all of these bits. */
    boolean tells(long[] reads) {
        long left = 0;
        for (int w = 0; w < path.length; w++) {
            left |= reads[w] & ~path[w] & ~now.bits()[w];
        }
        return left == 0;
    }

    /** What is behind a state's bits here. */
    Branch next() {
        long[] further = path.clone();
        for (int w = 0; w < path.length; w++) {
            further[w] |= now.bits()[w];
        }
        return new Branch(further);
    }

    /** Notes a number for a state that has none; answers by how much more memory is taken. */
    long put(long[] packed, int at, int number) {
        long more = now.isFull() ? replace(now.larger()) : 0;
        now.put(packed, at, number);
        return more;
    }

    /** Memory taken, about. */
    long bytes() {
        return now.bytes() + 24L * path.length + 64;
    }
}
