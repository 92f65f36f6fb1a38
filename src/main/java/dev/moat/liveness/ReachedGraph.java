package dev.moat.liveness;

import dev.moat.bits.Watched;
import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.state.Packing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The states that a machine reaches, kept whole, with every transition between them. States are numbered as they are met, level by
 * level, so that of two states the one with the smaller number is not farther from the initial one.
 */
final class ReachedGraph {
    private static final int ROOM = 1024;
    private static final int HOLDER_BITS = 4;
    private static final long HOLDER_MASK = (1L << HOLDER_BITS) - 1;
    /** So many holders of locks are in a word. */
    private static final int HOLDERS = Long.SIZE / HOLDER_BITS;

    private final Machine machine;
    private final Packing packing;
    /** Words of a state as it is kept: packed, then who has which lock, where that is told apart. */
    private final int width;

    private final int packedWords;
    /** Of how many locks it is told apart who has them. */
    private final int locks;

    private final Stepper stepper;
    private boolean tookAny;
    private @Nullable Unheld unheld;
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
     * A letter by which a CPU drops a lock that it does not have, in a state; the first one that was met.
     *
     * @param lock its number in the schema
     */
    record Unheld(int state, int letter, int lock) {}

    /**
     * Explores a machine.
     *
     * @param mostStates distinct states
     * @param mostBytes for states and transitions
     * @throws LimitException when there are more, or more than 2,147,483,647 transitions
     */
    ReachedGraph(Machine machine, long mostStates, long mostBytes) {
        this(machine, mostStates, mostBytes, false);
    }

    /**
     * The same.
     *
     * @param watchesLocks whether states are told apart by who has which lock; then a lock that is dropped by a CPU which does not have it ends
     *     the exploration
     */
    ReachedGraph(Machine machine, long mostStates, long mostBytes, boolean watchesLocks) {
        this.machine = machine;
        this.mostStates = mostStates;
        this.mostBytes = mostBytes;
        packing = machine.schema().packing();
        packedWords = Math.max(1, packing.words());
        locks = watchesLocks ? Locks.watchable(machine) : 0;
        width = packedWords + (locks + HOLDERS - 1) / HOLDERS;
        stepper = machine.stepper();
        explore(watchesLocks);
    }

    private void explore(boolean watchesLocks) {
        Duties duties = new Duties(machine);
        long[] s = machine.initial();
        if (watchesLocks) {
            stepper.watchLocks();
            s = Locks.watched(machine, s);
        }
        long[] key = new long[width];
        number(s, key);
        for (int v = 0; v < states; v++) {
            if ((v & 0xfff) == 0) {
                StoppedException.look();
            }
            load(v, s);
            first = room(first, v + 1);
            first[v] = edges;
            int from = v;
            duties.look(s);
            stepper.expand(s, (instance, next) -> {
                tookAny |= watchesLocks && Watched.tookAny(next);
                edge(from, instance, duties.of(instance), number(next, key));
            });
            if (watchesLocks && stepper.unheldLetter() >= 0) {
                unheld = new Unheld(v, stepper.unheldLetter(), stepper.unheldLock());
                return;
            }
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
        for (int i = 0; i < locks; i++) {
            key[packedWords + i / HOLDERS] |= (Watched.holder(s, i) + 1L) << (i % HOLDERS * HOLDER_BITS);
        }
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

    /** Unpacks a state, with who has which lock. */
    private void load(int v, long[] into) {
        state(v, into);
        if (into.length == Watched.LENGTH) {
            Watched.begin(into);
            for (int i = 0; i < locks; i++) {
                long word = packed[v * width + packedWords + i / HOLDERS];
                Watched.setHolder(into, i, (int) (word >>> (i % HOLDERS * HOLDER_BITS) & HOLDER_MASK) - 1);
            }
        }
    }

    /** The first letter by which a lock is dropped that its CPU does not have; null for none, or where nobody looks. */
    @Nullable
    Unheld unheld() {
        return unheld;
    }

    /** Whether any lock was taken, where locks are watched. */
    boolean tookAny() {
        return tookAny;
    }

    /** What took effect how often. */
    Coverage coverage() {
        Coverage coverage = new Coverage();
        stepper.addTo(coverage);
        return coverage;
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
