package dev.moat.explore;

import dev.moat.explore.Conformance.Misclaim;
import dev.moat.explore.Exploration.Violation;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.ClaimWatch;
import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Schema;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state of a search between two blocks of work: enough to continue it, and to end as if it had never been
 * interrupted. A search that is done is saved without its states.
 */
final class SearchState {
    final FingerprintSet set = new FingerprintSet();
    final ParentLog log = new ParentLog();
    ChunkedStates level;
    ChunkedStates next;
    /** Number of the level's first state. */
    long levelStart;
    /** How many states of the level have been searched. */
    long searched;

    long distinct = 1;
    int depth = 1;
    long peakFrontier;
    /** Number of the first state of the level in which an operation can never end, or -1. */
    long stuck = -1;
    /** The first violation on the level that is searched, or null. */
    @Nullable
    Violation found;
    /** The violation that ended the search, or null. */
    @Nullable
    Violation violation;

    @Nullable
    Misclaim misclaim;
    /** Bytes of set and log of a search that was read when it was done already; 0 for others. */
    private long setBytes;

    private long logBytes;

    /** What the workers of earlier processes counted. */
    Tally earlier = new Tally(0, -1L, new Coverage(), Conformance.none(""));

    /**
     * What workers counted.
     *
     * @param generated successors, duplicates included
     * @param unwitnessed bits of the invariants whose witness none of them has seen
     * @param coverage what took effect
     * @param conformance how transitions compare with the discipline
     */
    record Tally(long generated, long unwitnessed, Coverage coverage, Conformance conformance) {}

    /** @param words of a packed state */
    SearchState(int words) {
        level = new ChunkedStates(words);
        next = new ChunkedStates(words);
    }

    /** Whether nothing is left to be searched. */
    boolean done() {
        return level.size() == 0 || violation != null;
    }

    /** Number of the first state of the next level. */
    long nextStart() {
        return levelStart + level.size();
    }

    /** Goes on to the next level where all states of this one have been searched. */
    void endLevel() {
        if (level.size() > 0 && searched == level.size()) {
            violation = foundOnLevel();
            descend();
        }
    }

    private void descend() {
        levelStart = nextStart();
        searched = 0;
        stuck = -1;
        found = null;
        ChunkedStates old = level;
        level = next;
        next = old;
        next.clear();
        if (level.size() > 0) {
            depth++;
        }
    }

    /** The violation that ends the search with the level, or null: an operation that can never end goes before. */
    @Nullable
    Violation foundOnLevel() {
        return stuck < 0 ? found : new Violation(log.path(stuck), List.of(), true);
    }

    /** The transition of a slice that is not what it claims to be. */
    Misclaim misclaim(Slice slice, ClaimWatch.Wrong wrong) {
        List<Integer> letters = log.path(levelStart + slice.wrongParent);
        letters.add(slice.wrongLetter);
        return new Misclaim(letters, wrong.who(), wrong.lines());
    }

    /** The first violation of a slice. */
    Violation violation(Slice slice) {
        List<Integer> letters = log.path(levelStart + slice.parentOf(slice.violating));
        letters.add(slice.letterOf(slice.violating));
        return Violation.of(letters, slice.violated);
    }

    /** The numbers of the bits that are set. */
    static List<Integer> indices(long bits) {
        List<Integer> list = new ArrayList<>();
        for (long rest = bits; rest != 0; rest &= rest - 1) {
            list.add(Long.numberOfTrailingZeros(rest));
        }
        return list;
    }

    /** Forgets the states, of which there is no room for more. */
    void forget() {
        level = new ChunkedStates(1);
        next = new ChunkedStates(1);
    }

    long setBytes() {
        return setBytes + (setBytes > 0 ? 0 : set.bytes());
    }

    long logBytes() {
        return logBytes + (logBytes > 0 ? 0 : log.bytes());
    }

    /** Without the candidates of one block, whose number depends on which worker saw what first; a few MiB. */
    long frontierBytes() {
        return level.bytes() + next.bytes();
    }

    /** Memory taken by everything that grows. */
    long bytes() {
        return setBytes() + logBytes() + frontierBytes();
    }

    /** @param counted what the workers of earlier processes and of this one counted */
    void write(DataOutput out, Tally counted) throws IOException {
        out.writeBoolean(done());
        out.writeLong(levelStart);
        out.writeLong(searched);
        out.writeLong(distinct);
        out.writeInt(depth);
        out.writeLong(peakFrontier);
        out.writeLong(stuck);
        write(out, found);
        write(out, violation);
        write(out, misclaim);
        out.writeLong(counted.generated());
        out.writeLong(counted.unwitnessed());
        write(out, counted.coverage());
        write(out, counted.conformance());
        if (done()) {
            out.writeLong(setBytes());
            out.writeLong(logBytes());
        } else {
            set.write(out);
            log.write(out, distinct);
            level.write(out);
            next.write(out);
        }
    }

    /**
     * Reads what {@link #write} wrote into what is new.
     *
     * @param machine the one that was searched
     * @param judge of what is kept as wrong: a search whose violation is none is not one that anybody kept
     * @throws StreamCorruptedException when parts contradict each other, name what the machine does not have, or say of it what is not so
     */
    void read(DataInput in, Machine machine, Judge judge) throws IOException {
        boolean done = in.readBoolean();
        levelStart = in.readLong();
        searched = in.readLong();
        distinct = in.readLong();
        depth = in.readInt();
        peakFrontier = in.readLong();
        stuck = in.readLong();
        found = violation(in);
        violation = violation(in);
        misclaim = misclaim(in);
        earlier = new Tally(in.readLong(), in.readLong(), coverage(in), conformance(in));
        if (done) {
            setBytes = in.readLong();
            logBytes = in.readLong();
        } else {
            set.read(in, distinct);
            log.read(in, distinct, machine.instances());
            level.read(in, distinct);
            next.read(in, distinct);
        }
        boolean whole = distinct > 0
                && distinct <= Integer.MAX_VALUE
                && countsArePossible(machine)
                && (done ? isAtRest() : isUnderWay())
                && isTrue(found, machine, judge)
                && isTrue(violation, machine, judge)
                && (misclaim == null || after(misclaim.instances(), machine) != null);
        if (!whole) {
            throw new StreamCorruptedException("parts that contradict each other");
        }
    }

    private boolean countsArePossible(Machine machine) {
        return depth > 0
                && depth <= distinct
                && levelStart >= 0
                && searched >= 0
                && peakFrontier >= 0
                && setBytes >= 0
                && logBytes >= 0
                && earlier.generated() >= distinct - 1
                && earlier.coverage().canBeOf(machine, earlier.generated())
                && areCounts(earlier.conformance().taken())
                && areCounts(earlier.conformance().stutters())
                && Stream.of(found, violation)
                        .allMatch(v -> v == null || v.instances().size() <= depth);
    }

    private static boolean areCounts(Map<String, Long> counts) {
        return counts.values().stream().allMatch(count -> count >= 0);
    }

    /** Of a search that is done, which has no level. */
    private boolean isAtRest() {
        return stuck < 0 && found == null;
    }

    private boolean isUnderWay() {
        return violation == null
                && level.size() > 0
                && searched <= level.size()
                && set.size() == distinct
                && nextStart() + next.size() == distinct
                && (stuck < 0 || (stuck >= levelStart && stuck < nextStart()));
    }

    /** Whether what is said to be wrong is so: the letters lead to a state in which just that is false. */
    private static boolean isTrue(@Nullable Violation violation, Machine machine, Judge judge) {
        if (violation == null) {
            return true;
        }
        long[] s = after(violation.instances(), machine);
        return s != null
                && indices(judge.violated(s)).equals(violation.invariants())
                && (violation.deadlock()
                        ? isStuck(s, machine)
                        : !violation.invariants().isEmpty());
    }

    private static boolean isStuck(long[] s, Machine machine) {
        Stepper stepper = machine.stepper();
        stepper.expand(s, (letter, next) -> {});
        return stepper.stuck();
    }

    /** The state that letters lead to from the initial one; null where they do not. */
    private static long @Nullable [] after(List<Integer> letters, Machine machine) {
        Stepper stepper = machine.stepper();
        long[] s = machine.initial();
        for (int letter : letters) {
            if (letter < 0 || letter >= machine.instances() || !stepper.apply(letter, s)) {
                return null;
            }
        }
        return s;
    }

    /**
     * Whether the states that are to be searched are among those that the set has.
     *
     * @param print what a state is known by in the set
     * @throws StreamCorruptedException when one is not
     */
    void requireKnown(Schema schema, ToLongFunction<long[]> print) throws StreamCorruptedException {
        long[] s = schema.blank();
        for (ChunkedStates states : List.of(level, next)) {
            for (long i = 0; i < states.size(); i++) {
                schema.packing().unpack(states.chunk(i), states.offset(i), s);
                long found = print.applyAsLong(s);
                if (!set.contains(found, set.home(found))) {
                    throw new StreamCorruptedException("a state that was not reached");
                }
            }
        }
    }

    private static void write(DataOutput out, @Nullable Violation violation) throws IOException {
        out.writeBoolean(violation != null);
        if (violation != null) {
            Wire.numbers(out, violation.instances());
            Wire.numbers(out, violation.invariants());
            out.writeBoolean(violation.deadlock());
        }
    }

    private static @Nullable Violation violation(DataInput in) throws IOException {
        return in.readBoolean() ? new Violation(Wire.numbers(in), Wire.numbers(in), in.readBoolean()) : null;
    }

    private static void write(DataOutput out, @Nullable Misclaim misclaim) throws IOException {
        out.writeBoolean(misclaim != null);
        if (misclaim != null) {
            Wire.numbers(out, misclaim.instances());
            Wire.texts(out, List.of(misclaim.who()));
            Wire.texts(out, misclaim.lines());
        }
    }

    private static @Nullable Misclaim misclaim(DataInput in) throws IOException {
        return in.readBoolean()
                ? new Misclaim(Wire.numbers(in), String.join("", Wire.texts(in)), Wire.texts(in))
                : null;
    }

    private static void write(DataOutput out, Coverage coverage) throws IOException {
        Wire.counts(out, coverage.actions());
        Wire.counts(out, coverage.steps());
        Wire.counts(out, coverage.results());
        out.writeLong(coverage.refused());
    }

    private static Coverage coverage(DataInput in) throws IOException {
        Coverage read = new Coverage();
        read.actions().putAll(Wire.counts(in));
        read.steps().putAll(Wire.counts(in));
        read.results().putAll(Wire.counts(in));
        read.addRefused(in.readLong());
        return read;
    }

    private static void write(DataOutput out, Conformance conformance) throws IOException {
        Wire.counts(out, conformance.taken());
        Wire.counts(out, conformance.stutters());
        Wire.texts(out, conformance.becameTrue());
        Wire.texts(out, conformance.becameFalse());
    }

    private static Conformance conformance(DataInput in) throws IOException {
        return new Conformance(
                "",
                Wire.counts(in),
                Wire.counts(in),
                new TreeSet<>(Wire.texts(in)),
                new TreeSet<>(Wire.texts(in)),
                null);
    }
}
