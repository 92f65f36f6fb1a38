package dev.moat.liveness;

import dev.moat.limit.StoppedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks for states among which a fair run may stay for ever, going round or standing still. Tarjan's components; one that is unfair
 * only to whom strong fairness is promised is searched again without the states in which those have to act.
 * {@code @source} Clarke, Grumberg, Peled, Model Checking (1999), 6.3; Lichtenstein and Pnueli (1985) for strong fairness. Its slow
 * twin looks at every set of states.
 */
final class FairCycles {
    private final Graph graph;
    private final Fairness fairness;
    /** For each node the number of the piece it is searched in, 0 for none. */
    private final int[] piece;
    /** For each node the number of its component, 0 while it has none. */
    private final int[] component;

    private final int[] index;
    private final int[] low;
    private final int[] edge;
    private final int[] stack;
    private final int[] path;
    private int pieces;
    private int components;
    private Consumer<int[]> met = nodes -> {};
    private final Deque<int[]> open = new ArrayDeque<>();

    FairCycles(Graph graph, Fairness fairness) {
        this.graph = graph;
        this.fairness = fairness;
        int n = graph.nodes();
        piece = new int[n];
        component = new int[n];
        index = new int[n];
        low = new int[n];
        edge = new int[n];
        stack = new int[n];
        path = new int[n];
    }

    /** Bytes that this takes for each node. */
    static int bytesPerNode() {
        return 7 * Integer.BYTES;
    }

    /**
     * States among which a fair run may stay, all within a region: the set with the smallest state, that first.
     *
     * @param region the nodes that may be gone through
     */
    Optional<int[]> find(BitSet region) {
        List<int[]> best = new ArrayList<>();
        each(region, nodes -> {
            if (best.isEmpty() || nodes[0] < best.get(0)[0]) {
                best.clear();
                best.add(nodes);
            }
        });
        return best.stream().findFirst();
    }

    /** Tells of all sets of states among which a fair run may stay, as large as can be, all within a region; each in order. */
    void each(BitSet region, Consumer<int[]> told) {
        met = told;
        open.add(region.stream().toArray());
        while (!open.isEmpty()) {
            StoppedException.look();
            search(open.remove());
        }
    }

    private void search(int[] nodes) {
        pieces++;
        for (int v : nodes) {
            piece[v] = pieces;
            index[v] = 0;
            component[v] = 0;
        }
        int count = 0;
        for (int v : nodes) {
            if (index[v] == 0) {
                count = components(v, count);
            }
        }
    }

    /** Tarjan's algorithm from a root, without recursion; every component is judged as soon as it is complete. */
    private int components(int root, int from) {
        int count = from + 1;
        int onStack = 1;
        int depth = 0;
        enter(root, count, 0, 0);
        for (int looked = 1; depth >= 0; looked++) {
            if ((looked & 0xffff) == 0) {
                StoppedException.look();
            }
            int v = path[depth];
            if (edge[v] < graph.first()[v + 1]) {
                int w = graph.target()[edge[v]++];
                if (piece[w] != pieces) {
                    continue;
                }
                if (index[w] == 0) {
                    count++;
                    depth++;
                    enter(w, count, depth, onStack);
                    onStack++;
                } else if (component[w] == 0) {
                    low[v] = Math.min(low[v], index[w]);
                }
                continue;
            }
            if (low[v] == index[v]) {
                onStack = close(v, onStack);
            }
            depth--;
            if (depth >= 0) {
                low[path[depth]] = Math.min(low[path[depth]], low[v]);
            }
        }
        return count;
    }

    private void enter(int node, int number, int depth, int onStack) {
        index[node] = number;
        low[node] = number;
        edge[node] = graph.first()[node];
        stack[onStack] = node;
        path[depth] = node;
    }

    private int close(int root, int onStack) {
        components++;
        int from = onStack;
        do {
            component[stack[--from]] = components;
        } while (stack[from] != root);
        judge(Arrays.copyOfRange(stack, from, onStack));
        return from;
    }

    private void judge(int[] nodes) {
        long always = -1L;
        long again = 0;
        long taken = 0;
        int number = component[nodes[0]];
        for (int v : nodes) {
            always &= fairness.must(graph, v);
            again |= fairness.again(graph, v);
            for (int e = graph.first()[v]; e < graph.first()[v + 1]; e++) {
                int w = graph.target()[e];
                if (component[w] == number) {
                    taken |= fairness.of(graph.letter()[e]);
                }
            }
        }
        if (Fairness.allows(always, again, taken)) {
            Arrays.sort(nodes);
            met.accept(nodes);
        } else if ((always & ~taken) == 0) {
            long left = again & ~taken;
            int[] rest = Arrays.stream(nodes)
                    .filter(v -> (fairness.again(graph, v) & left) == 0)
                    .toArray();
            if (rest.length > 0) {
                open.add(rest);
            }
        }
    }
}
