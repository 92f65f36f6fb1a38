package dev.moat.machine;

import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** How often everything in a machine took effect; the sum over all threads of a run. */
public final class Coverage {
    private final Map<String, Long> actions = new TreeMap<>();
    private final Map<String, Long> steps = new TreeMap<>();
    private final Map<String, Long> results = new TreeMap<>();
    private long refused;

    void add(Machine m, long[] taken, long[] stepCount, long[][] resultCount, long refusedCalls) {
        for (int i = 0; i < taken.length; i++) {
            Machine.Instance it = m.instance(i);
            if (it.kind() != Machine.Kind.ADVANCE) {
                String name = it.kind() == Machine.Kind.ACTION
                        ? m.model().actions().get(it.target()).name()
                        : m.model().operations().get(it.target()).name();
                actions.merge(name, taken[i], Long::sum);
            }
        }
        for (int step = 1; step <= m.steps(); step++) {
            for (int outcome = 0; outcome < 4; outcome++) {
                long n = stepCount[step * 4 + outcome];
                if (n > 0 || outcome == Outcome.NEXT) {
                    steps.merge(step(m.stepName(step), outcome), n, Long::sum);
                }
            }
        }
        for (int k = 0; k < resultCount.length; k++) {
            Slots slot = m.model().operations().get(k).result();
            Sort sort = slot == null ? null : slot.values();
            for (int r = 0; r < resultCount[k].length; r++) {
                if (resultCount[k][r] > 0) {
                    String label = sort == null ? Integer.toString(r) : sort.label(r);
                    results.merge(m.model().operations().get(k).name() + " -> " + label, resultCount[k][r], Long::sum);
                }
            }
        }
        refused += refusedCalls;
    }

    /** As what a step is counted where it has an outcome. */
    public static String step(String name, int outcome) {
        return outcome == Outcome.NEXT ? name : name + " (" + Outcome.name(outcome) + ")";
    }

    /** Adds what another run counted. */
    public void add(Coverage other) {
        other.actions.forEach((name, n) -> actions.merge(name, n, Long::sum));
        other.steps.forEach((name, n) -> steps.merge(name, n, Long::sum));
        other.results.forEach((name, n) -> results.merge(name, n, Long::sum));
        refused += other.refused;
    }

    /** Adds calls that failed and changed nothing. */
    public void addRefused(long calls) {
        refused += calls;
    }

    /**
     * Whether these can be the counts of a machine: names that it has, none below zero, and operations no more than so many. Actions may be more:
     * what an operation waits for runs within it where operations are whole. To be asked of what was read.
     */
    public boolean canBeOf(Machine m, long transitions) {
        Coverage names = new Coverage();
        names.add(m, new long[m.instances()], new long[(m.steps() + 1) * 4], new long[0][], 0);
        boolean known = refused >= 0
                && areKnown(actions, "\n", names.actions)
                && areKnown(steps, " (", names.steps)
                && areKnown(results, " -> ", names.actions);
        long left = transitions;
        for (Operation operation : m.model().operations()) {
            left = Math.max(-1, left) - Math.max(0, actions.getOrDefault(operation.name(), 0L));
        }
        return known && left >= 0;
    }

    /** Whether what stands before a mark in each name is known, and no count is below zero. */
    private static boolean areKnown(Map<String, Long> counts, String mark, Map<String, Long> known) {
        return counts.entrySet().stream()
                .allMatch(count -> count.getValue() >= 0
                        && known.containsKey(count.getKey().split(Pattern.quote(mark), 2)[0]));
    }

    /** Transitions by name of action or operation; zero for those that never took effect. */
    public Map<String, Long> actions() {
        return actions;
    }

    /** Executions by {@code operation/step}, with the outcome where it is not the normal one. */
    public Map<String, Long> steps() {
        return steps;
    }

    /** Finished operations by status, refused calls included. */
    public Map<String, Long> results() {
        return results;
    }

    /** Calls that failed and changed nothing; they are not transitions. */
    public long refused() {
        return refused;
    }
}
