package dev.moat.liveness;

import dev.moat.limit.StoppedException;
import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import dev.moat.model.Operation;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What the operations of a machine do: which steps run, how they end, and where they stay for ever. */
final class OperationRuns {
    private final Machine machine;
    private final Fairness fairness;
    private final ReachedGraph reached;
    private final Coverage ran;
    private final Map<String, Set<String>> stays = new TreeMap<>();

    /**
     * Explores a machine.
     *
     * @param watchesLocks as {@link ReachedGraph}'s
     * @throws dev.moat.limit.LimitException as that, or as {@link Fairness#of}
     */
    OperationRuns(Machine machine, long mostStates, long mostBytes, boolean watchesLocks) {
        this.machine = machine;
        fairness = Fairness.of(machine, true);
        reached = new ReachedGraph(machine, mostStates, mostBytes, watchesLocks);
        ran = reached.coverage();
        if (reached.unheld() == null) {
            for (int cpu = 0; cpu < machine.interleavedCpus(); cpu++) {
                noteStays(cpu);
            }
        }
    }

    private Slots counters() {
        Slots pc = machine.model().pc();
        if (pc == null) {
            throw new IllegalStateException("a machine without CPUs runs no operation");
        }
        return pc;
    }

    /** All at once: as an operation is left by its end only, a set of states among which a CPU stays is of one operation. */
    private void noteStays(int cpu) {
        int[] at = at(cpu);
        new FairCycles(reached.graph(), fairness).each(busy(at, ""), nodes -> {
            for (int v : nodes) {
                stays.computeIfAbsent(machine.operation(at[v]), name -> new TreeSet<>())
                        .add(machine.stepName(at[v]));
            }
        });
    }

    /** Where a CPU is in each state. */
    private int[] at(int cpu) {
        int[] at = new int[reached.states()];
        long[] s = new long[machine.schema().words()];
        for (int v = 0; v < at.length; v++) {
            if ((v & 0xfff) == 0) {
                StoppedException.look();
            }
            reached.state(v, s);
            at[v] = (int) counters().get(s, cpu);
        }
        return at;
    }

    /** The states in which a CPU runs an operation; any where it is not named. */
    private BitSet busy(int[] at, String operation) {
        BitSet busy = new BitSet();
        for (int v = 0; v < at.length; v++) {
            busy.set(
                    v,
                    at[v] != 0
                            && (operation.isEmpty() || machine.operation(at[v]).equals(operation)));
        }
        return busy;
    }

    /** The run on which a lock is dropped that its CPU does not hold, or null. */
    @org.jspecify.annotations.Nullable
    Lasso unheld() {
        return Liveness.unheld(reached);
    }

    /** For each operation that need not return the steps at which it may stay for ever on a fair run. */
    Map<String, Set<String>> stays() {
        return stays;
    }

    /** Whether an operation may come to where it cannot end, whatever happens. */
    boolean isCaught(String operation) {
        boolean any = false;
        for (int cpu = 0; cpu < machine.interleavedCpus(); cpu++) {
            any |= !caught(at(cpu), operation).isEmpty();
        }
        return any;
    }

    /** The states from which the operation of a CPU cannot end. */
    private BitSet caught(int[] at, String operation) {
        Graph graph = reached.graph();
        BitSet left = busy(at, operation);
        boolean grows = true;
        while (grows) {
            grows = false;
            StoppedException.look();
            for (int v = left.length(); (v = left.previousSetBit(v - 1)) >= 0; ) {
                boolean ends = false;
                for (int e = graph.first()[v]; e < graph.first()[v + 1] && !ends; e++) {
                    ends = !left.get(graph.target()[e]);
                }
                left.set(v, !ends);
                grows |= ends;
            }
        }
        return left;
    }

    /**
     * A fair run on which an operation never returns, its stem as short as can be.
     *
     * @param cannot whether it is one on which it comes to where it cannot
     */
    Lasso lasso(String operation, boolean cannot) {
        int[] best = new int[0];
        for (int cpu = 0; cpu < machine.interleavedCpus(); cpu++) {
            int[] at = at(cpu);
            BitSet region = cannot ? caught(at, operation) : busy(at, operation);
            int[] found = new FairCycles(reached.graph(), fairness).find(region).orElse(best);
            best = best.length == 0 || (found.length > 0 && found[0] < best[0]) ? found : best;
        }
        return Liveness.lasso(reached, Response.OPERATIONS_RETURN, fairness, best);
    }

    /** The steps that ran, whatever they answered. */
    Set<String> steps() {
        Set<String> names = new TreeSet<>();
        ran.steps().forEach((step, times) -> {
            if (times > 0) {
                names.add(step.split(" \\(", 2)[0]);
            }
        });
        return names;
    }

    /** Whether a step ran with an outcome. */
    boolean ran(String step, int outcome) {
        return ran.steps().getOrDefault(Coverage.step(step, outcome), 0L) > 0;
    }

    /** The operations that took effect. */
    Set<String> effective() {
        Set<String> names = new TreeSet<>();
        for (Operation op : machine.model().operations()) {
            if (ran.actions().getOrDefault(op.name(), 0L) > 0) {
                names.add(op.name());
            }
        }
        return names;
    }

    /** The operations that ended with success: with the first of their statuses. */
    Set<String> successful() {
        Set<String> names = new TreeSet<>();
        for (Operation op : machine.model().operations()) {
            Slots result = op.result();
            Sort sort = result == null ? null : result.values();
            String status = sort == null ? "0" : sort.label(0);
            if (result != null && ran.results().containsKey(op.name() + " -> " + status)) {
                names.add(op.name());
            }
        }
        return names;
    }

    /** A sum over all transitions: equal for machines that do the same, where steps have the same names. */
    long sum() {
        Graph graph = reached.graph();
        long[] hashes = new long[reached.states()];
        long[] s = new long[machine.schema().words()];
        Slots pc = machine.model().pc();
        for (int v = 0; v < hashes.length; v++) {
            reached.state(v, s);
            for (int cpu = 0; pc != null && cpu < pc.size(); cpu++) {
                String step = machine.stepName((int) pc.get(s, cpu));
                pc.set(s, cpu, 0);
                hashes[v] = mixed(hashes[v] + step.hashCode());
            }
            for (long word : s) {
                hashes[v] = mixed(hashes[v] ^ word);
            }
        }
        long sum = hashes.length;
        for (int v = 0; v < hashes.length; v++) {
            for (int e = graph.first()[v]; e < graph.first()[v + 1]; e++) {
                sum += mixed(mixed(hashes[v] + graph.letter()[e]) ^ hashes[graph.target()[e]]);
            }
        }
        return sum;
    }

    private static long mixed(long bits) {
        long mixed = (bits ^ bits >>> 32) * 0x9E3779B97F4A7C15L;
        return mixed ^ mixed >>> 29;
    }
}
