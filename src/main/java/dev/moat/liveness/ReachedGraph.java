package dev.moat.liveness;

import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Packing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The states that a machine reaches, kept whole, with every transition between them. States are numbered as they are met, level by
 * level, so that of two states the one with the smaller number is not farther from the initial one.
 */
final class ReachedGraph {
    private static final int ROOM = 1024;

    private final Machine machine;
    private final Packing packing;
    private final int width;
    private final long mostStates;
    private final long mostBytes;
    private long[] packed = new long[0];
    private int[] first = new int[ROOM];
    private int[] parentEdge = new int[ROOM];
    private int[] parent = new int[ROOM];
    private int[] target = new int[ROOM];
    private int[] letter = new int[ROOM];
    private byte[] duty = new byte[ROOM];
    private int[] table = new int[4 * ROOM];
    private int states;
    private int edges;

    /**
     * Explores a machine.
     *
     * @param mostStates distinct states
     * @param mostBytes for states and transitions
     * @throws LimitException when there are more, or more than 2,147,483,647 transitions
     */
    ReachedGraph(Machine machine, long mostStates, long mostBytes) {
        this.machine = machine;
        this.mostStates = mostStates;
        this.mostBytes = mostBytes;
        packing = machine.schema().packing();
        width = Math.max(1, packing.words());
        explore();
    }

    private void explore() {
        Stepper stepper = machine.stepper();
        Duties duties = new Duties(machine);
        long[] s = machine.initial();
        long[] key = new long[width];
        number(s, key);
        for (int v = 0; v < states; v++) {
            if ((v & 0xfff) == 0) {
                StoppedException.look();
            }
            state(v, s);
            first = room(first, v + 1);
            first[v] = edges;
            int from = v;
            duties.look(s);
            stepper.expand(s, (instance, next) -> edge(from, instance, duties.of(instance), number(next, key)));
            requireRoom();
        }
        first = Arrays.copyOf(first, states + 1);
        first[states] = edges;
        target = Arrays.copyOf(target, edges);
        letter = Arrays.copyOf(letter, edges);
        duty = Arrays.copyOf(duty, edges);
    }

    private void requireRoom() {
        if (states > mostStates) {
            throw new LimitException("states " + mostStates, "fair cycles need every state and transition at once");
        }
        if (bytes() > mostBytes) {
            throw new LimitException(
                    "memory " + mostBytes + " bytes", "fair cycles need every state and transition at once");
        }
    }

    /** What is taken now, and what the search for cycles will take. */
    private long bytes() {
        long words = (long) packed.length * Long.BYTES;
        long ints =
                (long) first.length + parent.length + parentEdge.length + target.length + letter.length + table.length;
        return words + ints * Integer.BYTES + duty.length + (long) states * FairCycles.bytesPerNode();
    }

    private void edge(int from, int instance, byte has, int to) {
        if (edges == Integer.MAX_VALUE - ROOM) {
            throw new LimitException("transitions " + edges, "fair cycles need every state and transition at once");
        }
        target = room(target, edges);
        letter = room(letter, edges);
        duty = duty.length < letter.length ? Arrays.copyOf(duty, letter.length) : duty;
        target[edges] = to;
        letter[edges] = instance;
        duty[edges] = has;
        if (to > 0 && parent[to] < 0) {
            parent[to] = from;
            parentEdge[to] = edges;
        }
        edges++;
    }

    private static int[] room(int[] array, int at) {
        return at < array.length
                ? array
                : Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 8L, (long) at + (at >>> 1) + 1));
    }

    /** The number of a state, a new one where it is met for the first time. */
    private int number(long[] s, long[] key) {
        Arrays.fill(key, 0);
        packing.pack(s, key, 0);
        int at = slot(key, 0);
        while (table[at] != 0) {
            if (same(table[at] - 1, key)) {
                return table[at] - 1;
            }
            at = at + 1 == table.length ? 0 : at + 1;
        }
        keep(key);
        table[at] = states;
        if (states > table.length / 2) {
            grow();
        }
        return states - 1;
    }

    private void keep(long[] key) {
        long end = (states + 1L) * width;
        if (end > Integer.MAX_VALUE - ROOM) {
            throw new LimitException("states " + states, "fair cycles need every state and transition at once");
        }
        if (end > packed.length) {
            packed = Arrays.copyOf(packed, (int) Math.min(Integer.MAX_VALUE - 8L, end + end / 2 + ROOM));
        }
        System.arraycopy(key, 0, packed, states * width, width);
        parent = room(parent, states);
        parentEdge = room(parentEdge, states);
        parent[states] = -1;
        states++;
    }

    private void grow() {
        if (table.length > Integer.MAX_VALUE / 2 - ROOM) {
            throw new LimitException("states " + states, "fair cycles need every state and transition at once");
        }
        table = new int[table.length * 2];
        for (int v = 0; v < states; v++) {
            int at = slot(packed, v * width);
            while (table[at] != 0) {
                at = at + 1 == table.length ? 0 : at + 1;
            }
            table[at] = v + 1;
        }
    }

    private int slot(long[] words, int from) {
        long mix = 0;
        for (int i = from; i < from + width; i++) {
            mix = (mix ^ words[i]) * 0x9E3779B97F4A7C15L;
            mix ^= mix >>> 29;
        }
        // The upper half, which every bit of every word reaches.
        return (int) (((mix >>> Integer.SIZE) * table.length) >>> Integer.SIZE);
    }

    private boolean same(int v, long[] key) {
        return Arrays.equals(packed, v * width, (v + 1) * width, key, 0, width);
    }

    /** How many states there are. */
    int states() {
        return states;
    }

    /** Unpacks a state. */
    void state(int v, long[] into) {
        packing.unpack(packed, v * width, into);
    }

    /** The transitions; letters are those of the machine's alphabet. */
    Graph graph() {
        return new Graph(first, target, letter, duty);
    }

    /** Letters that lead from the initial state to a state, as few as possible. */
    List<Integer> pathTo(int state) {
        List<Integer> letters = new ArrayList<>();
        for (int v = state; v != 0; v = parent[v]) {
            letters.add(letter[parentEdge[v]]);
        }
        Collections.reverse(letters);
        return letters;
    }
}
