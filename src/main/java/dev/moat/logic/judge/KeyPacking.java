package dev.moat.logic.judge;

import dev.moat.state.Footprint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Packs the bits of a state that are in a footprint into few words, one to one.
 *
 * <p>{@code @shape} two words for each part, {@code place, mask}. The bits {@code mask} of word {@code (char) place}
 * of the state, rotated left by bits 16 to 21 of {@code place}, are in the present word of the key. No two parts
 * overlap. A negative {@code place} ends that word. The lowest {@link #RESERVED} bits of the first word are left free.
 */
public final class KeyPacking {
    public static final int RESERVED = 20;

    private static final long LAST = 1L << 63;

    /** Bits of one word of the state, and where they go. */
    private record Part(int into, int word, int turn, long mask) {}

    private KeyPacking() {}

    /** The parts of a footprint; bits that never vary are in no key. */
    public static long[] parts(Footprint footprint, long[] varying) {
        List<Part> placed = new ArrayList<>();
        long[] taken = new long[footprint.words() + 1];
        taken[0] = (1L << RESERVED) - 1;
        // A part without bits: it is the first word's where no other fits beside the reserved bits.
        placed.add(new Part(0, 0, 0, 0));
        for (int w = 0; w < footprint.words(); w++) {
            long mask = footprint.word(w) & varying[w];
            if (mask != 0) {
                placed.add(place(w, mask, taken));
            }
        }
        placed.sort(Comparator.comparingInt(Part::into));
        long[] parts = new long[2 * placed.size()];
        for (int k = 0; k < placed.size(); k++) {
            Part p = placed.get(k);
            boolean isLast = k + 1 == placed.size() || placed.get(k + 1).into != p.into;
            parts[2 * k] = p.word | (long) p.turn << 16 | (isLast ? LAST : 0);
            parts[2 * k + 1] = p.mask;
        }
        return parts;
    }

    /** The first place where bits fit. */
    private static Part place(int word, long mask, long[] taken) {
        int into = 0;
        while (blocked(mask, taken[into]) == -1L) {
            into++;
        }
        int turn = Long.numberOfTrailingZeros(~blocked(mask, taken[into]));
        taken[into] |= Long.rotateLeft(mask, turn);
        return new Part(into, word, turn, mask);
    }

    /** The turns, a bit each, at which bits meet one that is taken. */
    private static long blocked(long mask, long taken) {
        if (Long.bitCount(mask) + Long.bitCount(taken) > Long.SIZE) {
            return -1L;
        }
        long blocked = 0;
        for (long rest = mask; rest != 0 && blocked != -1L; rest &= rest - 1) {
            blocked |= Long.rotateRight(taken, Long.numberOfTrailingZeros(rest));
        }
        return blocked;
    }
}
