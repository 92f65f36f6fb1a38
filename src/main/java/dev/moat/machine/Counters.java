package dev.moat.machine;

import dev.moat.model.Operation;
import java.util.Arrays;

/** How often everything of a machine took effect on one thread. */
final class Counters {
    private static final int MOST_RESULTS = 1 << Operation.RESULT_BITS;

    private final Machine machine;
    private final long[] taken;
    private final long[] steps;
    private final long[][] results;
    private long refused;
    /** What was counted since {@link #begin}, as numbers that {@link #again} takes. */
    private int[] noted = new int[64];

    private int notes;
    private final boolean keepsNotes;

    Counters(Machine machine) {
        this(machine, false);
    }

    /** @param keepsNotes whether it will be asked what it has counted since a moment */
    Counters(Machine machine, boolean keepsNotes) {
        this.machine = machine;
        this.keepsNotes = keepsNotes;
        taken = new long[machine.instances()];
        steps = new long[(machine.steps() + 1) * 4];
        results = new long[machine.model().operations().size()][MOST_RESULTS];
    }

    /** An instance of the alphabet was a transition. */
    void took(int instance) {
        taken[instance]++;
        note(instance);
    }

    /** A step was executed, with this outcome. */
    void ran(int step, int outcome) {
        steps[step * 4 + outcome]++;
        note(taken.length + step * 4 + outcome);
    }

    /** An operation ended with this status. */
    void ended(int operation, int status) {
        results[operation][status]++;
        note(taken.length + steps.length + operation * MOST_RESULTS + status);
    }

    /** A call failed and changed nothing. */
    void refused() {
        refused++;
        note(-1);
    }

    private void note(int what) {
        if (keepsNotes) {
            if (notes == noted.length) {
                noted = Arrays.copyOf(noted, 2 * notes);
            }
            noted[notes++] = what;
        }
    }

    /** Forgets what was noted. */
    void begin() {
        notes = 0;
    }

    /** What was counted since. */
    int[] noted() {
        return Arrays.copyOf(noted, notes);
    }

    /** Counts so many times more what was noted once. */
    void again(int[] what, long times) {
        for (int n : what) {
            int step = n - taken.length;
            int result = step - steps.length;
            if (n < 0) {
                refused += times;
            } else if (step < 0) {
                taken[n] += times;
            } else if (result < 0) {
                steps[step] += times;
            } else {
                results[result / MOST_RESULTS][result % MOST_RESULTS] += times;
            }
        }
    }

    void addTo(Coverage coverage) {
        coverage.add(machine, taken, steps, results, refused);
    }
}
