package dev.moat.liveness;

import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.machine.Machine;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Responses judged on every fair run of a machine. All states and transitions are explored once more and kept, so it is for small
 * machines; symmetry is not made use of.
 */
public final class Liveness {
    private Liveness() {}

    /**
     * What was found.
     *
     * @param lasso of the first response that is broken, its stem as short as can be; null where all hold
     * @param witnessed for each response whether something waited in some state; of those behind a broken one nothing is known: true
     * @param states how many were explored
     * @param transitions between them
     */
    public record Result(@Nullable Lasso lasso, List<Boolean> witnessed, long states, long transitions) {
        public Result {
            witnessed = List.copyOf(witnessed);
        }
    }

    /**
     * A run without end on which a demand is never met.
     *
     * @param letters stem and loop, letters of the machine's alphabet
     * @param loop how many letters the stem has; a loop of no letters is a state in which nobody helps
     */
    public record Loop(Demand demand, List<Integer> letters, int loop) {
        public Loop {
            letters = List.copyOf(letters);
        }
    }

    /**
     * What came of looking for one.
     *
     * @param loop none where there is none
     * @param states how many were explored: all that there are
     */
    public record Looked(@Nullable Loop loop, long states) {}

    /**
     * Judges responses one after the other.
     *
     * @param mostStates distinct states
     * @param mostBytes for states and transitions
     * @throws LimitException when the machine has more of either
     * @throws StoppedException when the thread is interrupted
     */
    public static Result judge(Machine machine, List<Response> responses, long mostStates, long mostBytes) {
        // Before anything is explored: a machine may have more that has to go on than is judged.
        List<Fairness> fair = responses.stream().map(r -> r.fairness(machine)).toList();
        boolean watches = responses.contains(Response.NO_BAD_UNLOCK);
        ReachedGraph reached = new ReachedGraph(machine, mostStates, mostBytes, watches);
        List<Boolean> witnessed = new ArrayList<>();
        Lasso lasso = unheld(reached);
        for (int i = 0; i < responses.size(); i++) {
            Response response = responses.get(i);
            if (lasso == null && !response.isEndless()) {
                witnessed.add(reached.tookAny());
            } else if (lasso == null) {
                List<BitSet> waiting = waiting(reached, machine, response.pending(machine));
                witnessed.add(waiting.stream().anyMatch(set -> !set.isEmpty()));
                lasso = lasso(reached, response, fair.get(i), waiting);
            } else {
                witnessed.add(true);
            }
        }
        return new Result(lasso, witnessed, reached.states(), reached.graph().target().length);
    }

    /**
     * A fair run on which a demand is never met, its stem as short as can be among the demands given; none where there is none.
     *
     * @param demands judged one by one
     * @throws LimitException when the machine has more states, or more than 64 letters help with one demand
     * @throws StoppedException when the thread is interrupted
     */
    public static Looked loop(Machine machine, List<? extends Demand> demands, long mostStates, long mostBytes) {
        ReachedGraph reached = new ReachedGraph(machine, mostStates, mostBytes);
        Loop best = null;
        for (Demand demand : demands) {
            DemandGraph asked = new DemandGraph(reached, machine, demand);
            int[] found = new FairCycles(asked.graph(), asked.fairness())
                    .find(asked.waiting())
                    .orElse(new int[0]);
            if (found.length > 0) {
                List<Integer> letters = new ArrayList<>(reached.pathTo(found[0]));
                int stem = letters.size();
                if (best == null || stem < best.loop()) {
                    LoopBuilder.edges(asked.graph(), asked.fairness(), found)
                            .forEach(e -> letters.add(asked.letter(e)));
                    best = new Loop(demand, letters, stem);
                }
            }
        }
        return new Looked(best, reached.states());
    }

    /** The run on which a CPU drops a lock that it does not have; null for none. */
    static @Nullable Lasso unheld(ReachedGraph reached) {
        ReachedGraph.Unheld unheld = reached.unheld();
        if (unheld == null) {
            return null;
        }
        List<Integer> letters = new ArrayList<>(reached.pathTo(unheld.state()));
        letters.add(unheld.letter());
        return new Lasso(Response.NO_BAD_UNLOCK, letters, letters.size());
    }

    /** The run on which a response is broken by staying in a fair set of states. */
    static Lasso lasso(ReachedGraph reached, Response response, Fairness fairness, int[] nodes) {
        List<Integer> letters = new ArrayList<>(reached.pathTo(nodes[0]));
        int stem = letters.size();
        LoopBuilder.edges(reached.graph(), fairness, nodes)
                .forEach(e -> letters.add(reached.graph().letter()[e]));
        return new Lasso(response, letters, stem);
    }

    /** For each thing that may wait the states in which it does. */
    private static List<BitSet> waiting(ReachedGraph reached, Machine machine, List<Response.Pending> pending) {
        List<BitSet> sets = pending.stream().map(p -> new BitSet()).toList();
        long[] s = new long[machine.schema().words()];
        for (int v = 0; v < reached.states() && !pending.isEmpty(); v++) {
            if ((v & 0xfff) == 0) {
                StoppedException.look();
            }
            reached.state(v, s);
            for (int k = 0; k < pending.size(); k++) {
                sets.get(k).set(v, pending.get(k).in(s));
            }
        }
        return sets;
    }

    private static @Nullable Lasso lasso(
            ReachedGraph reached, Response response, Fairness fairness, List<BitSet> waiting) {
        FairCycles cycles = new FairCycles(reached.graph(), fairness);
        int[] best = new int[0];
        for (BitSet region : waiting) {
            int[] found = cycles.find(region).orElse(best);
            if (found.length > 0 && (best.length == 0 || found[0] < best[0])) {
                best = found;
            }
        }
        return best.length == 0 ? null : lasso(reached, response, fairness, best);
    }
}
