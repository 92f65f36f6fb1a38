package dev.moat.explore;

import dev.moat.explore.orbit.ImageTables;
import dev.moat.explore.orbit.LeastImage;
import dev.moat.explore.store.ChunkedStates;
import dev.moat.explore.store.Fingerprint;
import dev.moat.explore.store.FingerprintSet;
import dev.moat.logic.claims.ClaimJudge;
import dev.moat.logic.claims.IncomparableException;
import dev.moat.logic.judge.Evaluator;
import dev.moat.logic.judge.Judge;
import dev.moat.logic.read.Discipline;
import dev.moat.machine.ClaimWatch;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Packing;
import dev.moat.state.relation.Abstraction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One worker's expansion of parents into candidates. The successors of a parent are collected first and looked up
 * together, so that their cache misses overlap; what is known already is dropped, the rest is judged and packed.
 */
final class Expander implements Stepper.Sink {
    private static final int RECENT = 1 << 15;

    private final Machine machine;
    private final Packing packing;
    private final Stepper stepper;
    private final Evaluator judge;
    private final FingerprintSet set;
    private final Fingerprint fingerprint;
    private final int words;
    private final long[] parent;
    private final long[] parts;
    private final long[] child;
    private final long[] recent = new long[RECENT];
    private final long[] imageParts;
    private boolean searchesOn;
    private @Nullable LeastImage orbits;
    /** Fingerprints of states whose orbits this worker has looked up, by their lowest bits; empty without symmetry. */
    private long[] looked = new long[0];

    private @Nullable ClaimJudge claims;
    private @Nullable ClaimWatch watch;
    private ClaimWatch.@Nullable Wrong wrong;
    private int wrongLetter;
    private long[] states;
    private long[] prints = new long[64];
    private long[] homes = new long[64];
    private int[] letters = new int[64];
    private int count;
    private long sum;
    private long generated;
    private long unwitnessed;

    Expander(Machine machine, Judge judge, FingerprintSet set) {
        this.machine = machine;
        this.packing = machine.schema().packing();
        this.stepper = machine.stepper();
        this.judge = judge.evaluator();
        this.set = set;
        this.words = machine.schema().words();
        this.fingerprint = new Fingerprint(words);
        this.imageParts = new long[words];
        this.parent = new long[words];
        this.parts = new long[words];
        this.child = new long[words];
        this.states = new long[64 * words];
        int n = judge.invariants().size();
        this.unwitnessed = n == 0 ? 0 : -1L >>> (64 - n);
    }

    /** Compares every transition from now on; throws as {@link ClaimJudge}, then as {@link Stepper#compareWith}. */
    void compareWith(Discipline discipline) throws IncomparableException {
        ClaimJudge comparing = judging(machine, discipline);
        claims = comparing;
        watch = stepper.compareWith(comparing);
    }

    /** What judges a machine's transitions by a discipline, on one thread; throws as {@link ClaimJudge}. */
    static ClaimJudge judging(Machine machine, Discipline discipline) throws IncomparableException {
        Abstraction foundFrom = machine.model().foundFrom();
        if (foundFrom != null) {
            return ClaimJudge.finding(discipline, foundFrom, machine.schema());
        }
        Abstraction own = machine.model().claimedOver();
        Abstraction over = own == null ? machine.model().abstraction() : ClaimJudge.completed(discipline, own);
        return new ClaimJudge(discipline, over, machine.schema());
    }

    /** Compares no transition from now on; what was seen so far is kept. */
    void compareNoMore() {
        if (watch != null) {
            watch.rest();
        }
    }

    /** Judges every candidate from now on, not only those before a slice's first violation. */
    void searchOn() {
        searchesOn = true;
    }

    /** Tells states apart only if no permutation leads from one to the other. */
    void upTo(ImageTables symmetry) {
        orbits = new LeastImage(symmetry);
        looked = new long[RECENT];
    }

    /** What a state is known by: its fingerprint, or with symmetry that of all that the permutations lead to. */
    long print(long[] s) {
        LeastImage least = orbits;
        return Fingerprint.of(fingerprint.sum(least == null ? s : least.of(s), imageParts));
    }

    Stepper stepper() {
        return stepper;
    }

    /** What judged this worker's transitions by the discipline, or null. */
    @Nullable
    ClaimJudge claims() {
        return claims;
    }

    /** What had this worker's transitions judged, or null. */
    @Nullable
    ClaimWatch watch() {
        return watch;
    }

    long generated() {
        return generated;
    }

    /** Bits of the invariants whose witness this worker has not seen. */
    long unwitnessed() {
        return unwitnessed;
    }

    /** Marks the witnesses that the initial state satisfies. */
    void witness(long[] s) {
        unwitnessed &= ~judge.witnessed(s, unwitnessed);
    }

    /** Expands parents {@code [from, to)} of a level into a slice. */
    void expand(ChunkedStates level, long from, long to, Slice slice) {
        slice.clear();
        for (long p = from; p < to; p++) {
            packing.unpack(level.chunk(p), level.offset(p), parent);
            sum = fingerprint.sum(parent, parts);
            count = 0;
            wrong = null;
            stepper.expand(parent, this);
            generated += count;
            if (stepper.stuck() && slice.stuckParent < 0) {
                slice.stuckParent = p;
            }
            if (wrong != null && slice.wrongParent < 0) {
                slice.wrongParent = p;
                slice.wrongLetter = wrongLetter;
                slice.wrong = wrong;
            }
            keepNew((int) p, slice);
        }
    }

    @Override
    public void successor(int instance, long[] s) {
        if (count == prints.length) {
            grow();
        }
        System.arraycopy(s, 0, states, count * words, words);
        letters[count++] = instance;
        if (watch != null && wrong == null && watch.wrong() != null) {
            wrong = watch.wrong();
            wrongLetter = instance;
        }
    }

    private void grow() {
        int n = prints.length * 2;
        prints = Arrays.copyOf(prints, n);
        homes = Arrays.copyOf(homes, n);
        letters = Arrays.copyOf(letters, n);
        states = Arrays.copyOf(states, n * words);
    }

    private void keepNew(int parentIndex, Slice slice) {
        for (int k = 0; k < count; k++) {
            prints[k] = Fingerprint.of(fingerprint.sumSince(parent, sum, parts, states, k * words));
        }
        if (orbits != null) {
            lookUpOrbits();
        }
        for (int k = 0; k < count; k++) {
            homes[k] = set.home(prints[k]);
        }
        for (int k = 0; k < count; k++) {
            long fp = prints[k];
            int r = (int) fp & (RECENT - 1);
            if (recent[r] != fp && !set.contains(fp, homes[k])) {
                recent[r] = fp;
                keep(k, parentIndex, slice);
            }
        }
    }

    /** Leaves those whose orbits this worker has not looked up before, with what the orbits are known by for fingerprints. */
    private void lookUpOrbits() {
        int left = 0;
        for (int k = 0; k < count; k++) {
            int r = (int) prints[k] & (RECENT - 1);
            if (looked[r] != prints[k]) {
                looked[r] = prints[k];
                System.arraycopy(states, k * words, child, 0, words);
                System.arraycopy(states, k * words, states, left * words, words);
                letters[left] = letters[k];
                prints[left++] = print(child);
            }
        }
        count = left;
    }

    private void keep(int k, int parentIndex, Slice slice) {
        System.arraycopy(states, k * words, child, 0, words);
        int i = slice.add(prints[k], parentIndex, letters[k]);
        packing.pack(child, slice.packed(), slice.packedAt(i));
        if (slice.violating < 0 || searchesOn) {
            // Beyond violations a parent need not be right, and nothing can be learned from its children.
            long violated = searchesOn
                    ? judge.violatedSince(parent, child)
                    : judge.violatedSince(parent, child, slice.packed(), slice.packedAt(i));
            if (violated != 0) {
                slice.violating = slice.violating < 0 ? i : slice.violating;
                slice.violated |= violated;
            }
        }
        // A parent that satisfied a witness was marked by whoever judged it, so only what changed is looked at.
        unwitnessed &= ~judge.witnessedSince(parent, child, unwitnessed);
    }
}
