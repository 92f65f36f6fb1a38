package dev.moat.logic.judge;

import dev.moat.logic.ground.AtomValues;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Judges states on one thread; remembers a bounded number of those that it, or another of the same search, found right. Obtained from
 * {@link Judge#evaluator}.
 */
public final class Evaluator {
    /** After so many questions it is looked whether what is remembered of a bundle is worth asking; at first little is. */
    static final int QUESTIONS = 1 << 19;

    private final ConjunctSet invariants;
    private final ConjunctSet denials;
    private final @Nullable HeldStates[] held;
    private final ConjunctSet.OverAtoms overAtoms;
    private final AtomValues atoms;
    /** What these are in the state that was gone to last: one that was known to be right is none. */
    private final long[] truths;
    /** Whether all invariants hold in it. */
    private boolean allHeld;
    /** Groups that may be false by what atoms have become since, as a set; all, where not all were true there. */
    private final long[] doubted;

    private final AtomValues.Change change = this::becomes;
    private final long[] scratch;
    private final long[] key;
    private final int questions;
    /** By bundle, how often it was asked what is remembered, and how often in vain. */
    private final int[] asked;

    private final int[] vain;
    /** Bundles, as a set, of which hardly any state agrees with another one in all that they read. */
    private long forgetful;

    /** @param questions after which it is looked whether they are worth it */
    Evaluator(ConjunctSet invariants, ConjunctSet denials, ConjunctSet.OverAtoms overAtoms, int questions) {
        this(invariants, denials, invariants.memory(), overAtoms, questions);
    }

    private Evaluator(
            ConjunctSet invariants,
            ConjunctSet denials,
            @Nullable HeldStates[] held,
            ConjunctSet.OverAtoms overAtoms,
            int questions) {
        this.questions = questions;
        this.invariants = invariants;
        this.denials = denials;
        this.held = held;
        this.overAtoms = overAtoms;
        truths = new long[overAtoms.atoms.words()];
        atoms = new AtomValues(overAtoms.atomGroups, overAtoms.atoms::isTrue);
        asked = new int[held.length];
        vain = new int[held.length];
        for (int b = 0; b < held.length; b++) {
            forgetful |= invariants.isObserved() || held[b] == null ? 1L << b : 0;
        }
        doubted = new long[invariants.scratchWords()];
        scratch = new long[Math.max(invariants.scratchWords(), denials.scratchWords())];
        key = new long
                [Stream.of(held)
                        .mapToInt(one -> one == null ? 0 : one.words())
                        .max()
                        .orElse(0)];
    }

    /** One for another thread, with which this one shares what it remembers. */
    public Evaluator another() {
        return new Evaluator(invariants, denials, held, overAtoms, questions);
    }

    /** Bit i is set when invariant i is false in the state. */
    public long violated(long[] s) {
        return invariants.violated(s, -1L);
    }

    /**
     * The same for a state of which a predecessor is at hand in which all invariants hold: only conjuncts are
     * evaluated whose atoms may read a bit in which the two differ.
     */
    public long violatedSince(long[] holding, long[] s) {
        return invariants.violatedSince(holding, s, -1L, scratch);
    }

    /**
     * The same for a state that is packed as well, from word {@code at} on: what is known to hold in states that agree with this
     * one in all that it reads is not evaluated again. That rests on the footprints of atoms, as the choice of what is evaluated
     * does.
     */
    public long violatedSince(long[] holding, long[] s, long[] packed, int at) {
        return invariants.touches(holding, s, scratch)
                ? violatedAmong(unknown(invariants.bundles(scratch), packed, at), s, packed, at)
                : 0;
    }

    /** The same where it is known that all bundles hold in the state but for these, as a set. */
    public long violatedSince(long[] holding, long[] s, long[] packed, int at, long unknown) {
        return unknown != 0 && invariants.touches(holding, s, scratch) ? violatedAmong(unknown, s, packed, at) : 0;
    }

    /** Among the groups in the scratch and in these bundles, in a state of which a predecessor is right. */
    private long violatedAmong(long bundles, long[] s, long[] packed, int at) {
        if (bundles == 0) {
            return 0;
        }
        if (invariants.isObserved()) {
            return invariants.violatedAmong(scratch, s, -1L);
        }
        boolean learns = (bundles & forgetful) == 0;
        go(s);
        long found = 0;
        for (long rest = bundles; rest != 0; rest &= rest - 1) {
            int b = Long.numberOfTrailingZeros(rest);
            long wrong = overAtoms.violatedOf(b, doubted, truths);
            found |= wrong;
            if (wrong == 0 && learns) {
                known(b).learn(packed, at, key);
            }
        }
        allHeld = found == 0;
        return found;
    }

    /** Goes to a state; then what may be false in it is what is in the scratch and in doubt since the last one. */
    private void go(long[] s) {
        Arrays.fill(doubted, allHeld ? 0 : -1L);
        atoms.go(s, change);
        for (int w = 0; w < doubted.length; w++) {
            doubted[w] &= scratch[w];
        }
    }

    private HeldStates known(int bundle) {
        return Objects.requireNonNull(held[bundle]);
    }

    private boolean isKnown(int bundle, long[] packed, int at) {
        boolean known = known(bundle).has(packed, at, key);
        vain[bundle] += known ? 0 : 1;
        if (++asked[bundle] == questions) {
            // To ask and note takes about as long as to judge.
            forgetful |= vain[bundle] > questions / 16 * 7 ? 1L << bundle : 0;
            asked[bundle] = 0;
            vain[bundle] = 0;
        }
        return known;
    }

    private void becomes(int atom, boolean value) {
        for (int group : overAtoms.doubted(atom, value)) {
            doubted[group >>> 6] |= 1L << group;
        }
        truths[atom >>> 6] = value ? truths[atom >>> 6] | 1L << atom : truths[atom >>> 6] & ~(1L << atom);
    }

    /** The bundles of invariants, by number, that may not hold in the one state because they hold in the other. */
    public long bundles(long[] holding, long[] s) {
        return invariants.touches(holding, s, scratch) ? invariants.bundles(scratch) : 0;
    }

    /**
     * Those of some bundles of invariants, as a set, of which it is not known that they hold in a state that is packed from word
     * {@code at} on.
     */
    public long unknown(long bundles, long[] packed, int at) {
        // Once the truth of atoms is at hand for one bundle, judging the others takes less than asking what is known.
        if ((bundles & forgetful) != 0) {
            return bundles;
        }
        long unknown = 0;
        for (long rest = bundles; rest != 0; rest &= rest - 1) {
            int b = Long.numberOfTrailingZeros(rest);
            unknown |= isKnown(b, packed, at) ? 0 : 1L << b;
        }
        return unknown;
    }

    /** Bit i is set when the witness of invariant i holds in the state; only those asked for are evaluated. */
    public long witnessed(long[] s, long asked) {
        return denials.violated(s, asked);
    }

    /**
     * The same for a state of which a predecessor is at hand in which none of those asked for was witnessed; cheap
     * also when a witness is never found.
     */
    public long witnessedSince(long[] unwitnessed, long[] s, long asked) {
        return asked == 0 ? 0 : denials.violatedSince(unwitnessed, s, asked, scratch);
    }
}
