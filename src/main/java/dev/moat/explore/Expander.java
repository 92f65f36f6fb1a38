package dev.moat.explore;

import dev.moat.limit.StoppedException;
import dev.moat.logic.claims.ClaimJudge;
import dev.moat.logic.claims.IncomparableException;
import dev.moat.logic.ground.CompiledActions;
import dev.moat.logic.judge.Evaluator;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.ClaimWatch;
import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Abstraction;
import dev.moat.state.Packing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Expands parents into candidates, for one worker. It collects the successors of a parent first and looks them up
 * together, so that cache misses overlap. It drops known states; it judges and packs the rest.
 */
final class Expander implements Stepper.Sink {
    /** So many successors are looked up at once, and those of one parent more. */
    private static final int TOGETHER = 48;
    /** Words that the successors of one parent take before they are looked up. */
    private static final int MOST_TOGETHER = 1 << 22;
    /** Of so many states of a level one is executed as well as remembered. */
    private static final int AUDITED = 256;

    private final Machine machine;
    private final Packing packing;
    private final Stepper stepper;
    private final Evaluator judge;
    private final Fingerprint fingerprint;
    private final int words;
    private final Packing.Follower parents;
    private final Packing.Follower children;
    /** What the parents' follower has reached. */
    private final long[] parent;

    private final long[] child;
    private final Arrivals arrivals;
    private boolean searchesOn;
    private boolean mayGiveUp;
    private @Nullable OrbitPrint orbits;

    private @Nullable ClaimJudge claims;
    private @Nullable ClaimWatch watch;
    private final List<ClaimWatch> watches = new ArrayList<>();
    private @Nullable Effects effects;
    /** What was counted by effects that are forgotten. */
    private final Coverage remembered = new Coverage();

    /** Whether nothing is compared any more. */
    private boolean rests;

    private ClaimWatch.@Nullable Wrong wrong;
    private int wrongLetter;
    private long[] states;
    private long[] prints = new long[64];
    private int[] letters = new int[64];
    /** Successors that are kept together: more of one parent are looked up first. */
    private final int most;

    private int parentIndex;
    private @Nullable Slice into;
    private int count;
    private long sum;
    private long generated;
    private long unwitnessed;

    /** @param evaluator this worker's of the judge */
    Expander(Machine machine, Judge judge, Evaluator evaluator, FingerprintSet set) {
        this.machine = machine;
        this.packing = machine.schema().packing();
        this.stepper = machine.stepper();
        this.judge = evaluator;
        this.arrivals = new Arrivals(set);
        this.words = machine.schema().words();
        this.fingerprint = new Fingerprint(words);
        this.parents = packing.new Follower();
        this.children = packing.new Follower();
        this.parent = parents.state();
        this.child = new long[words];
        this.most = Math.max(1, MOST_TOGETHER / words);
        this.states = new long[Math.min(64, most) * words];
        int n = judge.invariants().size();
        this.unwitnessed = n == 0 ? 0 : -1L >>> (64 - n);
    }

    /** Compares every transition from now on; throws as {@link ClaimJudge}, then as {@link Stepper#compareWith}. */
    void compareWith(CompiledActions discipline) throws IncomparableException {
        ClaimJudge comparing = judging(machine, discipline);
        claims = comparing;
        watch = stepper.compareWith(comparing);
        watches.add(watch);
    }

    /** What judges a machine's transitions by a discipline, on one thread; throws as {@link ClaimJudge}. */
    static ClaimJudge judging(Machine machine, CompiledActions discipline) throws IncomparableException {
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
        rests = true;
        watches.forEach(ClaimWatch::rest);
    }

    /**
     * Judges every candidate from now on, not only those before a slice's first violation, and looks for no witness. Parents
     * then need not be right: what is said, and remembered, of an invariant is true as long as no state has violated it yet.
     */
    void searchOn() {
        searchesOn = true;
        unwitnessed = 0;
    }

    /** Whether {@link #expand} ends with {@link StoppedException} when its thread is interrupted; what it has counted by then is lost. */
    void mayGiveUp(boolean may) {
        mayGiveUp = may;
    }

    private void look() {
        if (mayGiveUp) {
            StoppedException.look();
        }
    }

    /** Tells states apart only if no permutation leads from one to the other. */
    void upTo(ImageTables symmetry) {
        orbits = new OrbitPrint(symmetry);
    }

    /** The symmetry up to which states are told apart, or null. */
    @Nullable
    ImageTables symmetry() {
        return orbits == null ? null : orbits.tables();
    }

    /** What a state is known by: its fingerprint, or with symmetry that of its orbit. */
    long print(long[] s) {
        OrbitPrint by = orbits;
        return by == null ? Fingerprint.of(fingerprint.sum(s)) : by.of(s);
    }

    /** What judged this worker's transitions by the discipline, or null. */
    @Nullable
    ClaimJudge claims() {
        return claims;
    }

    /** What had this worker's transitions judged; nothing without a comparison. */
    List<ClaimWatch> watches() {
        return watches;
    }

    /** Adds what this worker has done to a coverage. */
    void addTo(Coverage coverage) {
        stepper.addTo(coverage);
        coverage.add(remembered);
        if (effects != null) {
            effects.addTo(coverage);
        }
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

    /** Remembers from now on what letters do. */
    void remember(EffectMemory memory) {
        Effects made = memory.worker(judge, fingerprint);
        if (claims != null && !rests) {
            watches.add(made.compareWith(claims));
        }
        effects = made;
    }

    /** Executes from now on; of what was remembered stays what was counted. */
    void rememberNoMore() {
        if (effects != null) {
            effects.addTo(remembered);
        }
        effects = null;
    }

    /** What this worker remembers, or null. */
    @Nullable
    Effects effects() {
        return effects;
    }

    /** Expands parents {@code [from, to)} of a level into a slice. */
    void expand(ChunkedStates level, long from, long to, Slice slice) {
        arrivals.from(level, from);
        slice.clear();
        Effects known = effects;
        if (known != null) {
            for (long p = from; p < to; ) {
                p = expand(known, level, p, to, slice);
            }
            return;
        }
        for (long p = from; p < to; p++) {
            parents.follow(level.chunk(p), level.offset(p));
            sum = fingerprint.sum(parent);
            count = 0;
            wrong = null;
            parentIndex = (int) p;
            into = slice;
            look();
            stepper.expand(parent, this);
            if (stepper.stuck() && slice.stuckParent < 0) {
                slice.stuckParent = p;
            }
            if (wrong != null && slice.wrongParent < 0) {
                slice.wrongParent = p;
                slice.wrongLetter = wrongLetter;
                slice.wrong = wrong;
            }
            keepNew();
        }
    }

    /** Expands a few parents, whose successors are looked up together; answers the next one. */
    private long expand(Effects known, ChunkedStates level, long from, long to, Slice slice) {
        known.begin();
        long p = from;
        for (; p < to && known.count() < TOGETHER; p++) {
            look();
            int first = known.count();
            long[] packed = level.chunk(p);
            int at = level.offset(p);
            known.expand(packed, at);
            look(known, p, slice);
            // Of one run of so many the first, of the next one the second: slices begin at multiples.
            if ((p ^ p / AUDITED) % AUDITED == 0) {
                known.audit(packed, at, first);
            }
            while (known.count() > prints.length) {
                grow();
            }
            long of = known.sum(packed, at);
            for (int k = first; k < known.count(); k++) {
                prints[k] = Fingerprint.of(of ^ known.print(k));
                // Here the number of the parent.
                letters[k] = (int) p;
            }
        }
        generated += known.count();
        if (orbits != null) {
            findOrbits(orbits, known, level);
        }
        arrivals.look(prints, known.count());
        for (int k = 0; k < known.count(); k++) {
            if (arrivals.isNew(prints[k], k)) {
                keep(known, k, level, slice);
            }
        }
        return p;
    }

    private void look(Effects known, long p, Slice slice) {
        if (known.stuck() && slice.stuckParent < 0) {
            slice.stuckParent = p;
        }
        if (known.wrong() != null && slice.wrongParent < 0) {
            slice.wrongParent = p;
            slice.wrongLetter = known.wrongLetter();
            slice.wrong = known.wrong();
        }
    }

    private void keep(Effects known, int k, ChunkedStates level, Slice slice) {
        int p = letters[k];
        int i = slice.add(prints[k], p, known.letter(k));
        known.write(k, level.chunk(p), level.offset(p), slice.packed(), slice.packedAt(i));
        long unknown = judge.unknown(known.bundles(k), slice.packed(), slice.packedAt(i));
        if (unwitnessed != 0 || unknown != 0) {
            parents.follow(level.chunk(p), level.offset(p));
            long[] s = children.follow(slice.packed(), slice.packedAt(i));
            if (searchesOn || slice.violating < 0) {
                note(judge.violatedSince(parent, s, slice.packed(), slice.packedAt(i), unknown), i, slice);
            }
            witnessSince(s);
        }
    }

    @Override
    public void successor(int instance, long[] s) {
        look();
        if (count == most) {
            keepNew();
        } else if (count == prints.length) {
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
        letters = Arrays.copyOf(letters, n);
        states = Arrays.copyOf(states, Math.min(n, most) * words);
    }

    /** Keeps what is new among the successors that were collected. */
    private void keepNew() {
        Slice slice = Objects.requireNonNull(into);
        generated += count;
        for (int k = 0; k < count; k++) {
            prints[k] = Fingerprint.of(fingerprint.sumSince(parent, sum, states, k * words));
        }
        if (orbits != null) {
            findOrbits(orbits);
        }
        arrivals.look(prints, count);
        for (int k = 0; k < count; k++) {
            if (arrivals.isNew(prints[k], k)) {
                keep(k, parentIndex, slice);
            }
        }
        count = 0;
    }

    /** Puts the fingerprints of orbits in the places of those of states. */
    private void findOrbits(OrbitPrint by) {
        by.base(parent);
        for (int k = 0; k < count; k++) {
            long orbit = by.known(prints[k]);
            if (orbit == 0) {
                System.arraycopy(states, k * words, child, 0, words);
                orbit = by.learn(prints[k], child);
            }
            prints[k] = orbit;
        }
    }

    /** The same where successors are known by what changed. */
    private void findOrbits(OrbitPrint by, Effects known, ChunkedStates level) {
        int base = -1;
        for (int k = 0; k < known.count(); k++) {
            int p = letters[k];
            if (p != base) {
                by.base(parents.follow(level.chunk(p), level.offset(p)));
                base = p;
            }
            prints[k] = known.orbit(k, by);
        }
    }

    private void keep(int k, int parentIndex, Slice slice) {
        System.arraycopy(states, k * words, child, 0, words);
        int i = slice.add(prints[k], parentIndex, letters[k]);
        packing.pack(child, slice.packed(), slice.packedAt(i));
        judge(child, i, slice);
    }

    /** Judges a candidate that was written to a slice. */
    private void judge(long[] s, int i, Slice slice) {
        if (searchesOn || slice.violating < 0) {
            note(judge.violatedSince(parent, s, slice.packed(), slice.packedAt(i)), i, slice);
        }
        witnessSince(s);
    }

    private static void note(long violated, int i, Slice slice) {
        if (violated != 0) {
            slice.violating = slice.violating < 0 ? i : slice.violating;
            slice.violated |= violated;
        }
    }

    /** Marks the witnesses that a successor of the parent satisfies: one that satisfies some was marked by whoever judged it. */
    private void witnessSince(long[] s) {
        unwitnessed &= ~judge.witnessedSince(parent, s, unwitnessed);
    }
}
