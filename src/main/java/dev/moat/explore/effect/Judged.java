package dev.moat.explore.effect;

import dev.moat.logic.memo.Memo;
import dev.moat.machine.ClaimWatch;
import java.util.concurrent.atomic.LongAdder;

/**
 * A transition whose claims are judged apart from what it does, and the states from which it was found right. All workers of a search
 * look into it at any time; who adds to it waits for others that do.
 */
final class Judged {
    /** Bytes of what these states are to take. */
    private static final long MOST = 1L << 20;

    final ClaimWatch.Asked asked;
    private final Memo right;
    private final LongAdder bytes;

    /** @param bytes told of memory that is taken, about */
    Judged(ClaimWatch.Asked asked, int packedWords, LongAdder bytes) {
        this.asked = asked;
        this.bytes = bytes;
        right = new Memo(packedWords, MOST);
        bytes.add(asked.bytes() + right.bytes());
    }

    /** Whether it is known to be right from the state that begins at a word. */
    boolean isRight(long[] packed, int at) {
        return right.find(packed, at) != 0;
    }

    /**
     * Notes that it is right from a state.
     *
     * @param reads bits of packed states on which that depends
     */
    synchronized void learn(long[] packed, int at, long[] reads) {
        long before = right.bytes();
        right.add(packed, at, reads, 1);
        bytes.add(right.bytes() - before);
    }
}
