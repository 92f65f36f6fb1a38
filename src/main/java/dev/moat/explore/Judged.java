package dev.moat.explore;

import dev.moat.logic.judge.Memo;
import dev.moat.machine.Probe;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Transitions whose claims are judged together, apart from their effects, and the states in which they were found
 * right. All workers of a search read it at any time; a worker that adds a state waits for others that do.
 */
final class Judged {
    /** Bytes of what these states are to take. */
    private static final long MOST = 1L << 20;

    final List<Probe.Asked> asked;
    private final int packedWords;
    private final LongAdder bytes;
    /** Null as long as nothing was learned: most transitions are never asked about apart. */
    private volatile @Nullable Memo right;

    /** @param bytes told of memory that is taken, about */
    Judged(List<Probe.Asked> asked, int packedWords, LongAdder bytes) {
        this.asked = asked;
        this.bytes = bytes;
        this.packedWords = packedWords;
        bytes.add(asked.stream().mapToLong(Probe.Asked::bytes).sum());
    }

    /** Where they are known to be right from the state that begins at a word, the number of what that counts; else less than 0. */
    int find(long[] packed, int at) {
        Memo known = right;
        return known == null ? -1 : known.find(packed, at) - 1;
    }

    /**
     * Notes that they are right from a state.
     *
     * @param reads bits of packed states on which that depends, and what they claim
     * @param account the number of what that counts
     */
    synchronized void learn(long[] packed, int at, long[] reads, int account) {
        Memo known = right;
        long before = known == null ? 0 : known.bytes();
        known = known == null ? new Memo(packedWords, MOST) : known;
        known.add(packed, at, reads, account + 1);
        bytes.add(known.bytes() - before);
        right = known;
    }
}
