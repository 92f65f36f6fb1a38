package dev.moat.liveness;

import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.machine.Machine;
import java.util.Arrays;
import java.util.BitSet;

/** The transitions of a machine that a demand allows while it waits; who helps in a state has to go on there, and nobody else. */
final class DemandGraph {
    private static final int MOST = 64;

    private final Graph graph;
    private final Fairness fairness;
    private final BitSet waiting = new BitSet();

    /**
     * Of a machine's states.
     *
     * @throws LimitException when more than 64 letters help
     */
    DemandGraph(ReachedGraph reached, Machine machine, Demand demand) {
        Graph all = reached.graph();
        int[] first = new int[all.nodes() + 1];
        int[] target = new int[all.target().length];
        int[] letters = new int[target.length];
        byte[] duty = new byte[target.length];
        BitSet helpful = new BitSet();
        int edges = 0;
        long[] s = new long[machine.schema().words()];
        for (int v = 0; v < all.nodes(); v++) {
            if ((v & 0xfff) == 0) {
                StoppedException.look();
            }
            first[v] = edges;
            reached.state(v, s);
            boolean waits = demand.waits(s);
            waiting.set(v, waits);
            for (int e = all.first()[v]; waits && e < all.first()[v + 1]; e++) {
                int letter = all.letter()[e];
                if (demand.allows(s, letter)) {
                    boolean helps = demand.helps(s, letter);
                    helpful.set(letter, helps || helpful.get(letter));
                    target[edges] = all.target()[e];
                    duty[edges] = helps ? Duties.MUST : Duties.NONE;
                    letters[edges++] = letter;
                }
            }
        }
        first[all.nodes()] = edges;
        graph = new Graph(
                first, Arrays.copyOf(target, edges), Arrays.copyOf(letters, edges), Arrays.copyOf(duty, edges));
        fairness = fairness(helpful, machine.instances());
    }

    private static Fairness fairness(BitSet helpful, int alphabet) {
        if (helpful.cardinality() > MOST) {
            throw new LimitException("fair actions " + MOST, "more steps help than liveness is judged for");
        }
        int[] group = new int[alphabet];
        Arrays.fill(group, -1);
        int next = 0;
        for (int letter = helpful.nextSetBit(0); letter >= 0; letter = helpful.nextSetBit(letter + 1)) {
            group[letter] = next++;
        }
        return new Fairness(group, false);
    }

    Graph graph() {
        return graph;
    }

    Fairness fairness() {
        return fairness;
    }

    /** States in which the demand waits; a copy. */
    BitSet waiting() {
        return (BitSet) waiting.clone();
    }

    /** The letter of an edge. */
    int letter(int edge) {
        return graph.letter()[edge];
    }
}
