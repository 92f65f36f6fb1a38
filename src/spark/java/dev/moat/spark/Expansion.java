package dev.moat.spark;

import dev.moat.explore.Fingerprint;
import dev.moat.logic.judge.Evaluator;
import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.spark.row.Counts;
import dev.moat.spark.row.Parcel;
import dev.moat.spark.row.Rows;
import dev.moat.state.Packing;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import scala.Tuple2;

/**
 * Turns a range of a level into candidates, judged, in parcels for the parts of the visited set. Done bit by bit, as parcels are asked for;
 * the last one has what was counted.
 */
final class Expansion implements Iterator<Tuple2<Integer, Parcel>>, Stepper.Sink {
    private static final int ROWS_OF_A_PARCEL = 4096;
    private static final int MOST_RECENT = 1 << 18;

    private final Fingerprint fingerprint;
    private final Packing packing;
    private final Stepper stepper;
    private final Evaluator judge;
    private final int width;
    private final long[] level;
    private final int size;
    private final long first;
    private final long[] parent;
    private final Rows[] out;
    private final long[] recent;
    private final Deque<Tuple2<Integer, Parcel>> ready = new ArrayDeque<>();
    private final Counts counts = new Counts();
    private int at;
    private boolean ended;
    private long sum;

    /**
     * @param level rows in the order of discovery
     * @param first the number of the first of them in its level
     * @param unwitnessed bits of the invariants whose witness was not seen in any level down to this one
     * @param targets how many parts the visited set has
     */
    Expansion(Workshop workshop, long[] level, long first, long unwitnessed, int targets) {
        Machine machine = workshop.machine();
        fingerprint = workshop.fingerprint();
        packing = workshop.packing();
        stepper = machine.stepper();
        judge = workshop.judge().evaluator();
        width = workshop.width();
        this.level = level;
        size = level.length / width;
        this.first = first;
        parent = new long[machine.schema().words()];
        out = new Rows[targets];
        for (int i = 0; i < targets; i++) {
            out[i] = new Rows(width);
        }
        recent = new long[recent(size)];
        counts.unwitnessed = unwitnessed;
    }

    /** The part of the visited set that a fingerprint belongs to; by its higher half, since tables use the lower. */
    static int part(long print, int parts) {
        return (int) (((print >>> 32) * parts) >>> 32);
    }

    /** How many successors of so many states are remembered: a power of two. */
    static int recent(int states) {
        return (int) Math.min(MOST_RECENT, Integer.highestOneBit(states | 8) * 16L);
    }

    @Override
    public boolean hasNext() {
        while (ready.isEmpty() && at < size) {
            expand();
        }
        if (ready.isEmpty() && !ended) {
            end();
        }
        return !ready.isEmpty();
    }

    @Override
    public Tuple2<Integer, Parcel> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return ready.remove();
    }

    private void expand() {
        packing.unpack(level, at * width + Rows.STATE, parent);
        sum = fingerprint.sum(parent);
        stepper.expand(parent, this);
        if (stepper.stuck() && counts.stuck == Counts.NONE) {
            counts.stuck = first + at;
        }
        at++;
    }

    @Override
    public void successor(int letter, long[] s) {
        counts.generated++;
        long print = Fingerprint.of(fingerprint.sumSince(parent, sum, s, 0));
        int home = (int) print & (recent.length - 1);
        if (recent[home] == print) {
            return;
        }
        recent[home] = print;
        long order = Rows.order(first + at, letter);
        if (counts.violating == Counts.NONE) {
            long violated = judge.violatedSince(parent, s);
            if (violated != 0) {
                counts.violating = order;
                counts.violated = violated;
            }
        }
        // A parent that satisfied a witness was marked when it was a candidate, so only what changed is looked at.
        counts.unwitnessed &= ~judge.witnessedSince(parent, s, counts.unwitnessed);
        int target = part(print, out.length);
        Rows rows = out[target];
        int to = rows.add();
        rows.words()[to + Rows.PRINT] = print;
        rows.words()[to + Rows.ORDER] = order;
        packing.pack(s, rows.words(), to + Rows.STATE);
        if (rows.size() == ROWS_OF_A_PARCEL) {
            ready.add(new Tuple2<>(target, new Parcel(rows.take(), null)));
        }
    }

    private void end() {
        ended = true;
        for (int target = 0; target < out.length; target++) {
            if (out[target].size() > 0) {
                ready.add(new Tuple2<>(target, new Parcel(out[target].take(), null)));
            }
        }
        Coverage coverage = new Coverage();
        stepper.addTo(coverage);
        counts.add(coverage);
        ready.add(new Tuple2<>(0, new Parcel(new long[0], counts)));
    }
}
