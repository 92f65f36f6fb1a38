package dev.moat.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.limit.StoppedException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

/** The search for fair cycles against its slow twin, which tries every set of states. */
class FairCyclesTest {
    private static final int LETTERS = 4;
    private static final int[] GROUPS = {0, 1, 2, -1};

    /** A graph with letters, the last of which nobody ever has to do; whether CPUs have their turns; what may be gone through. */
    private record Case(Graph graph, boolean turns, BitSet region) {
        static Case random(int nodes, long seed) {
            Random dice = new Random(seed);
            List<int[]> edges = new ArrayList<>();
            int[] first = new int[nodes + 1];
            for (int v = 0; v < nodes; v++) {
                first[v] = edges.size();
                for (int n = dice.nextInt(4); n > 0; n--) {
                    int letter = dice.nextInt(LETTERS);
                    edges.add(new int[] {dice.nextInt(nodes), letter, letter == LETTERS - 1 ? 0 : dice.nextInt(4)});
                }
            }
            first[nodes] = edges.size();
            byte[] duty = new byte[edges.size()];
            for (int e = 0; e < duty.length; e++) {
                duty[e] = (byte) edges.get(e)[2];
            }
            Graph graph = new Graph(
                    first,
                    edges.stream().mapToInt(e -> e[0]).toArray(),
                    edges.stream().mapToInt(e -> e[1]).toArray(),
                    duty);
            BitSet region = new BitSet();
            IntStream.range(0, nodes).filter(v -> dice.nextInt(6) != 0).forEach(region::set);
            return new Case(graph, dice.nextBoolean(), region);
        }

        Fairness fairness() {
            return new Fairness(GROUPS, turns);
        }

        /** Whether a run may go through exactly these states again and again, by the definition. */
        boolean mayStay(int set) {
            Set<Integer> states = IntStream.range(0, graph.nodes())
                    .filter(v -> (set >> v & 1) != 0)
                    .boxed()
                    .collect(Collectors.toSet());
            Set<Integer> within = new TreeSet<>();
            for (int v : states) {
                if (!reachedFrom(v, states).equals(states)) {
                    return false;
                }
                IntStream.range(graph.first()[v], graph.first()[v + 1])
                        .filter(e -> states.contains(graph.target()[e]))
                        .forEach(within::add);
            }
            return isFair(states, within);
        }

        private Set<Integer> reachedFrom(int from, Set<Integer> states) {
            Set<Integer> reached = new HashSet<>(Set.of(from));
            for (int round = 0; round < states.size(); round++) {
                for (int w : Set.copyOf(reached)) {
                    for (int e = graph.first()[w]; e < graph.first()[w + 1]; e++) {
                        if (states.contains(graph.target()[e])) {
                            reached.add(graph.target()[e]);
                        }
                    }
                }
            }
            return reached;
        }

        /** Nobody who has to act for good, and nobody who has to act where the run is again and again, is left out. */
        boolean isFair(Set<Integer> states, Set<Integer> edges) {
            for (int letter = 0; letter < LETTERS - 1; letter++) {
                int who = letter;
                boolean acts = edges.stream().anyMatch(e -> graph.letter()[e] == who);
                boolean forGood = states.stream().allMatch(v -> has(v, who, 1, 2, 3));
                boolean again = states.stream().anyMatch(v -> has(v, who, 3) || (turns && has(v, who, 2)));
                if (!acts && (forGood || again)) {
                    return false;
                }
            }
            return true;
        }

        private boolean has(int v, int letter, int... duties) {
            return IntStream.range(graph.first()[v], graph.first()[v + 1])
                    .anyMatch(e ->
                            graph.letter()[e] == letter && IntStream.of(duties).anyMatch(d -> d == graph.duty()[e]));
        }

        /** The smallest state of any set in which a run may stay, -1 when there is none. */
        int slowly() {
            TreeSet<Integer> smallest = new TreeSet<>();
            for (int set = 1; set < 1 << graph.nodes(); set++) {
                int all = set;
                boolean inside = IntStream.range(0, graph.nodes()).allMatch(v -> (all >> v & 1) == 0 || region.get(v));
                if (inside && mayStay(set)) {
                    smallest.add(Integer.numberOfTrailingZeros(set));
                }
            }
            return smallest.isEmpty() ? -1 : smallest.first();
        }
    }

    @Property(tries = 4000)
    void a_fair_cycle_is_found_exactly_where_some_set_of_states_is_one(
            @ForAll @IntRange(min = 1, max = 6) int nodes, @ForAll long seed) {
        Case c = Case.random(nodes, seed);
        int[] found = new FairCycles(c.graph(), c.fairness()).find(c.region()).orElse(new int[0]);
        Statistics.label("there is one").collect(found.length > 0);
        int slow = c.slowly();
        assertThat(found.length > 0).as("as the slow twin says").isEqualTo(slow >= 0);
        if (found.length > 0) {
            assertThat(found[0]).isEqualTo(slow);
            assertThat(c.mayStay(IntStream.of(found).map(v -> 1 << v).sum())).isTrue();
            assertThat(IntStream.of(found)).allMatch(c.region()::get);
        }
    }

    @Property(tries = 4000)
    void the_way_round_comes_back_stays_inside_and_is_fair(
            @ForAll @IntRange(min = 1, max = 6) int nodes, @ForAll long seed) {
        Case c = Case.random(nodes, seed);
        int[] found = new FairCycles(c.graph(), c.fairness()).find(c.region()).orElse(new int[0]);
        if (found.length == 0) {
            return;
        }
        List<Integer> edges = LoopBuilder.edges(c.graph(), c.fairness(), found);
        Statistics.label("letters").collect(Math.min(edges.size(), 3));
        int at = found[0];
        Set<Integer> states = new HashSet<>(Set.of(at));
        for (int e : edges) {
            assertThat(e).isBetween(c.graph().first()[at], c.graph().first()[at + 1] - 1);
            at = c.graph().target()[e];
            assertThat(found).contains(at);
            states.add(at);
        }
        assertThat(at).isEqualTo(found[0]);
        assertThat(c.isFair(states, Set.copyOf(edges))).isTrue();
    }

    /** Two states, in the second of which somebody can act and leave: who goes to and fro is unfair only where turns are promised. */
    @Test
    void who_can_act_now_and_then_is_served_only_where_turns_are_promised() {
        BitSet region = new BitSet();
        region.set(0, 2);
        int[] both = {0, 1};
        int[] stays = {0};
        assertThat(found(Duties.MUST, true, region)).containsExactly(both);
        assertThat(found(Duties.TURN, false, region)).containsExactly(both);
        assertThat(found(Duties.TURN, true, region)).containsExactly(stays);
        assertThat(found(Duties.AWAKE, false, region)).containsExactly(stays);
        region.clear(0);
        assertThat(found(Duties.MUST, false, region)).isEmpty();
        assertThat(found(Duties.NONE, true, region)).containsExactly(1);
    }

    /** A ring of many states, the last of which is unfair where turns are promised, with a small one in it that is fair. */
    @Test
    void a_large_component_is_searched_again_without_what_makes_it_unfair() {
        int n = 5_000;
        List<int[]> edges = new ArrayList<>();
        int[] first = new int[n + 2];
        for (int v = 0; v < n; v++) {
            first[v] = edges.size();
            edges.add(new int[] {(v + 1) % n, LETTERS - 1});
            if (v == 1) {
                edges.add(new int[] {0, LETTERS - 1});
            }
        }
        edges.add(new int[] {n, 2});
        first[n] = edges.size();
        first[n + 1] = edges.size();
        byte[] duty = new byte[edges.size()];
        duty[duty.length - 1] = Duties.TURN;
        BitSet region = new BitSet();
        region.set(0, n);
        Graph graph = new Graph(
                first,
                edges.stream().mapToInt(e -> e[0]).toArray(),
                edges.stream().mapToInt(e -> e[1]).toArray(),
                duty);
        assertThat(new FairCycles(graph, new Fairness(GROUPS, true)).find(region))
                .contains(new int[] {0, 1});
        assertThat(new FairCycles(graph, new Fairness(GROUPS, false))
                        .find(region)
                        .orElseThrow())
                .hasSize(n);
    }

    private static int[] found(byte duty, boolean turns, BitSet region) {
        Graph graph = new Graph(new int[] {0, 1, 3, 3}, new int[] {1, 0, 2}, new int[] {3, 3, 0}, new byte[] {
            Duties.NONE, Duties.NONE, duty
        });
        return new FairCycles(graph, new Fairness(GROUPS, turns)).find(region).orElse(new int[0]);
    }

    /** A search of a graph that was built already hears an interrupt, too. */
    @Test
    void an_interrupt_is_heard_among_many_states() {
        int n = 200_000;
        int[] next = IntStream.range(0, n).map(v -> (v + 1) % n).toArray();
        Graph graph = new Graph(IntStream.rangeClosed(0, n).toArray(), next, new int[n], new byte[n]);
        BitSet region = new BitSet();
        region.set(0, n);
        FairCycles cycles = new FairCycles(graph, new Fairness(GROUPS, true));
        assertThat(cycles.find(region)).isPresent();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> cycles.find(region)).isInstanceOf(StoppedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
