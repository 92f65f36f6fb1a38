package dev.moat.twin.amdvi;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/**
 * Sparse memory of 64-bit words that remembers what each word held and since when: a cache may still hold any of it.
 *
 * <p>Time counts operations. Everything that one operation stores is stored at one instant: nobody sees half of it.
 */
final class SlowAmdViMemory {
    private record Held(long since, long value) {}

    private final NavigableMap<Long, List<Held>> words = new TreeMap<>();
    private final LongUnaryOperator initial;
    private long now;

    /** Memory that holds at each address what the function says, until it is stored to. */
    SlowAmdViMemory(LongUnaryOperator initial) {
        this.initial = initial;
    }

    /** The present instant. */
    long now() {
        return now;
    }

    /** The next instant begins. */
    void tick() {
        now++;
    }

    /** The word at a multiple of 8, as it is now. */
    long load(long address) {
        List<Held> held = words.get(address);
        return held == null ? initial.applyAsLong(address) : held.get(held.size() - 1).value;
    }

    /** What a word held before it was ever stored to. */
    long initial(long address) {
        return initial.applyAsLong(address);
    }

    /** Stores a word at a multiple of 8. */
    void store(long address, long value) {
        List<Held> held = words.computeIfAbsent(address, a -> new ArrayList<>(List.of(first(a))));
        if (held.get(held.size() - 1).since == now) {
            held.remove(held.size() - 1);
        }
        held.add(new Held(now, value));
    }

    private Held first(long address) {
        return new Held(-1, initial.applyAsLong(address));
    }

    /** What the word held at the given instant or later, the present value first, each value once. */
    List<Long> heldSince(long address, long since) {
        List<Long> values = new ArrayList<>();
        List<Held> held = words.getOrDefault(address, List.of(first(address)));
        for (int i = held.size() - 1; i >= 0; i--) {
            if (!values.contains(held.get(i).value)) {
                values.add(held.get(i).value);
            }
            if (held.get(i).since <= since) {
                break;
            }
        }
        return values;
    }

    /** The addresses from one to below another that were ever stored to. */
    Set<Long> stored(long from, long below) {
        return words.subMap(from, below).keySet();
    }
}
