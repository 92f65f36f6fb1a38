package dev.moat.conform.xen;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.UnrepresentableException;
import dev.moat.grant.SharedEntry;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The contents of pages, which the model has not. A page of a grant table in version 1 holds the model's entries: who may write it changes
 * what is granted.
 *
 * <p>{@code @unit} machine addresses in bytes, frames as the case numbers them. {@code @shape} a byte, or which byte of which
 * frame's number: what that is on a real machine the case does not say, but it can be moved.
 */
final class Memory {
    private static final int BYTE = 0xff;
    private static final int ENTRIES = Addresses.PAGE_SIZE / Long.BYTES;
    /** Where in an entry the frame's number begins. */
    private static final int FRAME = Integer.BYTES;

    private final XenBench bench;
    private final Symbols symbols;
    /** What was written; all else is 0. */
    private final Map<Long, Integer> written = new HashMap<>();

    Memory(XenBench bench, Symbols symbols) {
        this.bench = bench;
        this.symbols = symbols;
    }

    /**
     * A byte.
     *
     * @throws UnrepresentableException for a byte of a frame's number, or of a version 2 table
     */
    int read(Cell by, long address) {
        int value = load(by, address);
        if (value > BYTE) {
            throw by.unrepresentable("a byte of the number of a frame, which a case has by name only");
        }
        return value;
    }

    /**
     * Stores a byte.
     *
     * @throws UnrepresentableException for one in a version 2 table, or where the entry of another one has no named frame any more
     */
    void write(Cell by, long address, int value) {
        store(by, address, new int[] {value});
    }

    /** Reads some bytes at once, and then writes them. UnrepresentableException as for {@link #write}. */
    void move(Cell by, long source, long destination, int count) {
        int[] moved = new int[count];
        Arrays.setAll(moved, k -> load(by, source + k));
        store(by, destination, moved);
    }

    private int load(Cell by, long address) {
        int entry = entry(by, address);
        return entry < 0 ? written.getOrDefault(address, 0) : loaded(bench.shared(entry))[at(address)];
    }

    private void store(Cell by, long address, int[] values) {
        int[] entry = null;
        for (int k = 0; k < values.length; k++) {
            long to = address + k;
            int number = entry(by, to);
            if (number < 0) {
                written.put(to, values[k]);
                continue;
            }
            entry = entry == null ? loaded(bench.shared(number)) : entry;
            entry[at(to)] = values[k];
            if (k == values.length - 1 || at(to) == Long.BYTES - 1) {
                bench.store(number, stored(by, entry));
                entry = null;
            }
        }
    }

    private static int at(long address) {
        return (int) (address % Long.BYTES);
    }

    /** The bytes of an entry. */
    private static int[] loaded(long word) {
        int frame = (int) SharedEntry.FRAME.get(word);
        int[] bytes = new int[Long.BYTES];
        for (int k = 0; k < Long.BYTES; k++) {
            bytes[k] = k < FRAME || frame == 0 ? (int) (word >>> (Byte.SIZE * k)) & BYTE : named(frame, k - FRAME);
        }
        return bytes;
    }

    private static int named(int frame, int k) {
        return BYTE + 1 + frame * Integer.BYTES + k;
    }

    private static long stored(Cell by, int[] bytes) {
        int first = bytes[FRAME];
        int frame = first > BYTE ? (first - BYTE - 1) / Integer.BYTES : 0;
        long word = 0;
        for (int k = 0; k < Long.BYTES; k++) {
            boolean ofFrame = k >= FRAME;
            int wanted = !ofFrame ? bytes[k] : frame == 0 ? 0 : named(frame, k - FRAME);
            if (bytes[k] != wanted || (!ofFrame && bytes[k] > BYTE)) {
                throw by.unrepresentable("it makes an entry of the grant table whose frame or domain has no name here");
            }
            word |= ofFrame ? 0 : (long) bytes[k] << (Byte.SIZE * k);
        }
        return SharedEntry.FRAME.set(word, frame);
    }

    /** The entry that is at an address, -1 where there is none. */
    private int entry(Cell by, long address) {
        long frame = address / Addresses.PAGE_SIZE;
        List<Symbols.Frame> all = symbols.frames();
        long place = frame - symbols.first();
        if (place < 0 || place >= all.size() || all.get((int) place).kind() != Symbols.Kind.GRANT_TABLE) {
            return -1;
        }
        Symbols.Frame table = all.get((int) place);
        long reference = (long) table.number() * ENTRIES + address % Addresses.PAGE_SIZE / Long.BYTES;
        List<Integer> entry = bench.entryIfAny(table.owner(), reference);
        if (entry.isEmpty() || bench.tables().version(table.owner()) != 1) {
            throw by.unrepresentable("bytes of " + table.name() + ", which is not in a version 1 table now");
        }
        return entry.get(0);
    }
}
