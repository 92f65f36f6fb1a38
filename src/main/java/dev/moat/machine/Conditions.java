package dev.moat.machine;

import dev.moat.bits.Watched;
import dev.moat.model.ProgramException;
import dev.moat.state.Normaliser;
import dev.moat.state.Schema;

/**
 * Normalises successors of normalised states, and learns on which bits that depends. For one thread.
 *
 * <p>An element needs a check only if its own bits changed, or a bit that its condition reads. The bits that a
 * condition reads are learned when it is evaluated. Nothing is missed: for every known state, they were learned for
 * all elements that are not dead in it. In a successor, either none of these bits has changed and the condition reads
 * the same, or it is evaluated and its reads are learned then. This relies on one fact: normalising twice is the same
 * as normalising once.
 */
public final class Conditions {
    private final Normaliser by;
    private final int words;
    /** {@code @shape} word w of group g at {@code g * words + w}: the bits that its condition was seen to read, and its own. */
    private final long[] reads;

    private final long[] watched = Watched.state();
    private final long[] changed;
    private boolean grown;

    /** @param schema of states that are {@link Schema#isWatchable} */
    public Conditions(Schema schema) {
        by = schema.normaliser();
        words = schema.words();
        changed = new long[words];
        reads = new long[by.groups() * words];
        for (int g = 0; g < by.groups(); g++) {
            by.addOwn(g, reads, g * words);
        }
    }

    /** Learns what the conditions read of a state that is normalised. */
    public void look(long[] s) {
        Watched.load(s, watched, words);
        for (int g = 0; g < by.groups(); g++) {
            if (by.differs(watched, g)) {
                by.isLive(watched, g);
                learn(watched, g, changed);
            }
        }
    }

    /**
     * Normalises a watched state, as {@link Normaliser} does: once, in the order of groups.
     *
     * @param before a normalised state that it was once, as any array
     * @param bits what that depends on is added to them
     * @return whether it changed anything
     * @throws IllegalStateException when a second time would change more
     */
    public boolean normalise(long[] before, long[] s, long[] bits) {
        boolean any = false;
        compare(before, s);
        for (int g = 0; g < by.groups(); g++) {
            if (isTouched(g) && isDead(s, g, bits)) {
                by.clear(s, g);
                any = true;
                compare(before, s);
            }
        }
        // What was cleared last may change what those before it read, though not what they say.
        for (int g = 0; any && g < by.groups(); g++) {
            if (isTouched(g) && isDead(s, g, bits)) {
                throw new ProgramException(
                        "a value that means nothing is left: elements whose liveness others tell are to be"
                                + " declared behind these");
            }
        }
        return any;
    }

    private void compare(long[] before, long[] s) {
        for (int w = 0; w < words; w++) {
            changed[w] = before[w] ^ s[w];
        }
    }

    /** Memory that those of a schema take, about. */
    public static long bytes(Schema schema) {
        return 8L * schema.normaliser().groups() * schema.words();
    }

    private boolean isTouched(int g) {
        long any = 0;
        for (int w = 0; w < words; w++) {
            any |= changed[w] & reads[g * words + w];
        }
        return any != 0;
    }

    /** Whether a group is to be cleared; learns what tells. */
    private boolean isDead(long[] s, int g, long[] bits) {
        Watched.collect(s, bits);
        by.addOwn(g, bits, 0);
        if (!by.differs(s, g)) {
            return false;
        }
        boolean live = by.isLive(s, g);
        learn(s, g, bits);
        return !live;
    }

    private void learn(long[] s, int g, long[] bits) {
        for (int w = 0; w < words; w++) {
            long read = Watched.read(s, w);
            grown |= (read & ~reads[g * words + w]) != 0;
            reads[g * words + w] |= read;
        }
        Watched.collect(s, bits);
    }

    /** Whether anything was learned since it was asked last. */
    public boolean grew() {
        boolean was = grown;
        grown = false;
        return was;
    }

    /** Learns what another thread has learned, of a machine built alike. */
    public void learn(Conditions other) {
        for (int i = 0; i < reads.length; i++) {
            grown |= (other.reads[i] & ~reads[i]) != 0;
            reads[i] |= other.reads[i];
        }
    }
}
