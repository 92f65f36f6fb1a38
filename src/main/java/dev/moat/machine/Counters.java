package dev.moat.machine;

/** How often everything of a machine took effect on one thread. */
final class Counters {
    /** Results are statuses or error numbers. */
    private static final int MOST_RESULTS = 256;

    private final Machine machine;
    private final long[] taken;
    private final long[] steps;
    private final long[][] results;
    private long refused;

    Counters(Machine machine) {
        this.machine = machine;
        taken = new long[machine.instances()];
        steps = new long[(machine.steps() + 1) * 4];
        results = new long[machine.model().operations().size()][MOST_RESULTS];
    }

    /** An instance of the alphabet was a transition. */
    void took(int instance) {
        taken[instance]++;
    }

    /** A step was executed, with this outcome. */
    void ran(int step, int outcome) {
        steps[step * 4 + outcome]++;
    }

    /** An operation ended with this status. */
    void ended(int operation, int status) {
        results[operation][status]++;
    }

    /** A call failed and changed nothing. */
    void refused() {
        refused++;
    }

    void addTo(Coverage coverage) {
        coverage.add(machine, taken, steps, results, refused);
    }
}
