package dev.moat.liveness;

import dev.moat.limit.StoppedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A way round through a fair set of states, from the first of them back to it, that shows that it is fair: on it every group of letters
 * acts, or has not to act in some state. Each stretch is as short as can be; the whole need not be.
 */
final class LoopBuilder {
    private final Graph graph;
    private final Fairness fairness;
    private final BitSet within = new BitSet();
    private final List<Integer> edges = new ArrayList<>();
    private final long mustAct;
    private long left;
    private int at;
    private int looked;

    private LoopBuilder(Graph graph, Fairness fairness, int[] nodes) {
        this.graph = graph;
        this.fairness = fairness;
        Arrays.stream(nodes).forEach(within::set);
        long again = 0;
        for (int v : nodes) {
            again |= fairness.again(graph, v);
        }
        mustAct = again;
        at = nodes[0];
    }

    /** Edges of the way round; none where the first state alone is fair. */
    static List<Integer> edges(Graph graph, Fairness fairness, int[] nodes) {
        LoopBuilder loop = new LoopBuilder(graph, fairness, nodes);
        loop.build(nodes[0]);
        return List.copyOf(loop.edges);
    }

    private void build(int start) {
        // What has not to act there need not act, and where nothing must, standing still is fair.
        left = fairness.must(graph, start);
        if (left == 0) {
            return;
        }
        left |= mustAct;
        while (left != 0) {
            go(e -> (fairness.of(graph.letter()[e]) & left) != 0
                    || (left & ~mustAct & ~fairness.must(graph, graph.target()[e])) != 0);
        }
        if (at != start) {
            go(e -> graph.target()[e] == start);
        }
    }

    /** Along the fewest edges to the end of one that is wanted, that one included. */
    private void go(IntPredicate wanted) {
        int[] by = new int[graph.nodes()];
        Deque<Integer> open = new ArrayDeque<>(List.of(at));
        BitSet seen = new BitSet();
        seen.set(at);
        while (!open.isEmpty()) {
            int v = open.remove();
            if ((++looked & 0xffff) == 0) {
                StoppedException.look();
            }
            for (int e = graph.first()[v]; e < graph.first()[v + 1]; e++) {
                int w = graph.target()[e];
                if (!within.get(w)) {
                    continue;
                }
                if (wanted.test(e)) {
                    take(v, by, e);
                    return;
                }
                if (!seen.get(w)) {
                    seen.set(w);
                    by[w] = e;
                    open.add(w);
                }
            }
        }
        throw new IllegalStateException("a set of states is not fair after all");
    }

    private void take(int last, int[] by, int edge) {
        List<Integer> way = new ArrayList<>(List.of(edge));
        for (int v = last; v != at; v = source(by[v])) {
            way.add(by[v]);
        }
        Collections.reverse(way);
        for (int e : way) {
            edges.add(e);
            left &= ~fairness.of(graph.letter()[e]);
            left &= mustAct | fairness.must(graph, graph.target()[e]);
        }
        at = graph.target()[edge];
    }

    private int source(int edge) {
        int v = Arrays.binarySearch(graph.first(), edge);
        if (v < 0) {
            return -v - 2;
        }
        while (graph.first()[v + 1] == edge) {
            v++;
        }
        return v;
    }
}
