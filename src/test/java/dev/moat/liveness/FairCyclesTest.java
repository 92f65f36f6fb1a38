package dev.moat.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

/** The search for fair cycles against its slow twin, which tries every set of states. */
class FairCyclesTest {
    private static final int LETTERS = 4;

    /** Of a graph: the letters, the last of which nobody has to do, and which groups are promised strong fairness. */
    private record Case(Graph graph, Fairness fairness, BitSet region) {
        static Case random(int nodes, long seed) {
            Random dice = new Random(seed);
            List<int[]> edges = new ArrayList<>();
            int[] first = new int[nodes + 1];
            for (int v = 0; v < nodes; v++) {
                first[v] = edges.size();
                for (int n = dice.nextInt(4); n > 0; n--) {
                    edges.add(new int[] {dice.nextInt(nodes), dice.nextInt(LETTERS)});
                }
            }
            first[nodes] = edges.size();
            Graph graph = new Graph(
                    first,
                    edges.stream().mapToInt(e -> e[0]).toArray(),
                    edges.stream().mapToInt(e -> e[1]).toArray());
            BitSet region = new BitSet();
            IntStream.range(0, nodes).filter(v -> dice.nextInt(6) != 0).forEach(region::set);
            return new Case(graph, new Fairness(new int[] {0, 1, 2, -1}, dice.nextInt(8)), region);
        }

        /** Whether a run may go through exactly these states again and again, by the definition. */
        boolean mayStay(int set) {
            long always = -1;
            long some = 0;
            long taken = 0;
            for (int v = 0; v < graph.nodes(); v++) {
                if ((set >> v & 1) == 0) {
                    continue;
                }
                long enabled = 0;
                int reached = 1 << v;
                for (int round = 0; round < graph.nodes(); round++) {
                    for (int w = 0; w < graph.nodes(); w++) {
                        for (int e = graph.first()[w]; e < graph.first()[w + 1]; e++) {
                            if ((reached >> w & 1) != 0 && (set >> graph.target()[e] & 1) != 0) {
                                reached |= 1 << graph.target()[e];
                            }
                        }
                    }
                }
                if (reached != set) {
                    return false;
                }
                for (int e = graph.first()[v]; e < graph.first()[v + 1]; e++) {
                    enabled |= fairness.of(graph.letter()[e]);
                    if ((set >> graph.target()[e] & 1) != 0) {
                        taken |= fairness.of(graph.letter()[e]);
                    }
                }
                always &= enabled;
                some |= enabled;
            }
            return fairness.allows(always, some, taken);
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
        long always = enabled(c, at);
        long some = always;
        long taken = 0;
        for (int e : edges) {
            assertThat(e).isBetween(c.graph().first()[at], c.graph().first()[at + 1] - 1);
            at = c.graph().target()[e];
            assertThat(found).contains(at);
            always &= enabled(c, at);
            some |= enabled(c, at);
            taken |= c.fairness().of(c.graph().letter()[e]);
        }
        assertThat(at).isEqualTo(found[0]);
        assertThat(c.fairness().allows(always, some, taken)).isTrue();
    }

    private static long enabled(Case c, int v) {
        long set = 0;
        for (int e = c.graph().first()[v]; e < c.graph().first()[v + 1]; e++) {
            set |= c.fairness().of(c.graph().letter()[e]);
        }
        return set;
    }

    /** Two states, in the second of which the group can act and leave: a run that goes to and fro is unfair only if strongly judged. */
    @Test
    void who_can_act_now_and_then_is_served_only_under_strong_fairness() {
        Graph graph = new Graph(new int[] {0, 1, 3, 3}, new int[] {1, 0, 2}, new int[] {3, 3, 0});
        BitSet region = new BitSet();
        region.set(0, 2);
        int[] group = {0, 1, 2, -1};
        assertThat(new FairCycles(graph, new Fairness(group, 0)).find(region)).contains(new int[] {0, 1});
        assertThat(new FairCycles(graph, new Fairness(group, 1)).find(region)).contains(new int[] {0});
        region.clear(0);
        assertThat(new FairCycles(graph, new Fairness(group, 0)).find(region)).isEmpty();
    }
}
