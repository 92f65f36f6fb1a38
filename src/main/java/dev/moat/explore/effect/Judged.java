package dev.moat.explore.effect;

import dev.moat.logic.memo.Memo;
import dev.moat.machine.ClaimWatch;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Transitions whose claims are judged apart from what they do, together, and the states from which they were found right. All workers
 * of a search look into it at any time; who adds to it waits for others that do.
 */
final class Judged {
    /** Bytes of what these states are to take. */
    private static final long MOST = 1L << 20;

    final List<ClaimWatch.Asked> asked;
    private final Memo right;
    private final LongAdder bytes;

    /** @param bytes told of memory that is taken, about */
    Judged(List<ClaimWatch.Asked> asked, int packedWords, LongAdder bytes) {
        this.asked = asked;
        this.bytes = bytes;
        right = new Memo(packedWords, MOST);
        bytes.add(asked.stream().mapToLong(ClaimWatch.Asked::bytes).sum() + right.bytes());
    }

    /** Where they are known to be right from the state that begins at a word, the number of what that counts; else less than 0. */
    int find(long[] packed, int at) {
        return right.find(packed, at) - 1;
    }

    /**
     * Notes that they are right from a state.
     *
     * @param reads bits of packed states on which that depends, and what they claim
     * @param account the number of what that counts
     */
    synchronized void learn(long[] packed, int at, long[] reads, int account) {
        long before = right.bytes();
        right.add(packed, at, reads, account + 1);
        bytes.add(right.bytes() - before);
    }
}
