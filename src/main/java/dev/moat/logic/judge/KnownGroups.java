package dev.moat.logic.judge;

import dev.moat.bits.Watched;
import dev.moat.logic.memo.Memo;
import dev.moat.state.Packing;
import dev.moat.state.Schema;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Where groups of conjuncts were found to hold though their guards do not, by what was seen to be read: of the few hundred bits
 * that a group may read it reads a few dozen. For one thread, which shares what is known with others of the same search.
 */
final class KnownGroups {
    /** Bytes that one group of a search may take, about. */
    private static final long MOST_OF_ONE = 1L << 20;

    private static final int HOLDS = 1;
    /** One answer of so many is looked at: not everything that is read need be seen. */
    private static final int AUDITED = 1 << 10;

    private final ConjunctSet conjuncts;
    private final Packing packing;
    private final int words;
    /** Of each group; none where code is not seen to read. */
    private final AtomicReferenceArray<@Nullable Memo> known;

    private int answers;
    private final long[] watched;
    private final long[] reads;
    private final long[] bits;

    /** The state that is looked at. */
    private long[] state = new long[0];

    private long[] packed = new long[0];
    private int at;

    /**
     * Nothing of a search that begins.
     *
     * @param seen whether relations read states through slots only
     */
    KnownGroups(ConjunctSet conjuncts, Schema schema, boolean seen) {
        this(
                conjuncts,
                schema.packing(),
                schema.words(),
                new AtomicReferenceArray<>(seen && schema.isWatchable() ? conjuncts.groups() : 0));
    }

    private KnownGroups(ConjunctSet conjuncts, Packing packing, int words, AtomicReferenceArray<@Nullable Memo> known) {
        this.conjuncts = conjuncts;
        this.packing = packing;
        this.words = words;
        this.known = known;
        watched = known.length() == 0 ? new long[0] : Watched.state();
        reads = new long[words];
        bits = new long[packing.words()];
    }

    /** The same for another thread. */
    KnownGroups another() {
        return new KnownGroups(conjuncts, packing, words, known);
    }

    /** Looks at a state that is packed as well, from word {@code at} on. */
    void lookAt(long[] s, long[] packedState, int from) {
        state = s;
        packed = packedState;
        at = from;
    }

    /**
     * Whether a group is known to hold in the state that is looked at.
     *
     * @throws IllegalStateException when it is said to and does not
     */
    boolean has(int group) {
        Memo memo = known.length() == 0 ? null : known.get(group);
        boolean holds = memo != null && memo.find(packed, at) == HOLDS;
        if (holds && ++answers % AUDITED == 0 && conjuncts.violatedOf(group, state, -1L) != 0) {
            throw new IllegalStateException(
                    "a relation of the component depends on more of a state than it reads through slots, or not on the state alone");
        }
        return holds;
    }

    /**
     * Owners of false conjuncts of a group that is not known to hold.
     *
     * @param found not looked for again
     */
    long learn(int group, long found) {
        if (known.length() == 0 || found != 0) {
            return conjuncts.violatedOf(group, state, ~found);
        }
        Watched.load(state, watched, words);
        long wrong = conjuncts.violatedOf(group, watched, -1L);
        if (wrong == 0) {
            Arrays.fill(reads, 0);
            Watched.collect(watched, reads);
            packing.mask(reads, bits);
            memo(group).add(packed, at, bits, HOLDS);
        }
        return wrong;
    }

    private Memo memo(int group) {
        Memo made = known.get(group);
        if (made == null) {
            known.compareAndSet(group, null, new Memo(packing.words(), MOST_OF_ONE));
            made = Objects.requireNonNull(known.get(group));
        }
        return made;
    }
}
