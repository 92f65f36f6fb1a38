package dev.moat.conform.amdvi;

import dev.moat.iommu.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The memory of a recorded machine, with everything it ever held. Words that nobody wrote are 0, but in the stamped pages, where
 * each says its own address.
 *
 * <p>{@code @unit} a moment is the number of a row or of an invalidation; it only goes up. The state array is ignored.
 */
final class RecordedMemory implements Memory {
    private static final long END = 0x8000000;
    private static final int PAGE_SHIFT = 12;
    private static final long STAMP = 0xdL << 60;

    private final TreeMap<Long, List<Held>> words = new TreeMap<>();
    private long now;

    /** A value, and the moment at which it was stored. */
    private record Held(long value, long from) {}

    /** The present moment. */
    long now() {
        return now;
    }

    /** What comes next happens later than what was. */
    void tick() {
        now++;
    }

    /** Whether a page was stamped before the case began. */
    static boolean isStamped(long address) {
        long page = address >>> PAGE_SHIFT;
        return (page >= 1 && page <= 0xb) || (page >= 0x200 && page <= 0x207) || (page >= 0x1000 && page <= 0x103f);
    }

    private static long initial(long address) {
        return isStamped(address) ? STAMP | address : 0;
    }

    /** A word as the records show it: a stamp as the address that it stands for. */
    static long shown(long word) {
        return (word & (0xfL << 60)) == STAMP ? word & ~STAMP : word;
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        return Long.compareUnsigned(address, END) < 0;
    }

    @Override
    public long read(long[] s, long address) {
        long at = address & -Long.BYTES;
        List<Held> held = words.get(at);
        return held == null ? initial(at) : held.get(held.size() - 1).value();
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        if (!isReadable(s, address)) {
            return false;
        }
        long at = address & -Long.BYTES;
        List<Held> held = words.computeIfAbsent(at, a -> new ArrayList<>(List.of(new Held(initial(a), -1))));
        if (held.get(held.size() - 1).from() == now) {
            held.remove(held.size() - 1);
        }
        held.add(new Held(value, now));
        return true;
    }

    /** Software stores a word, of which each of two may get a part. */
    void store(long address, long value) {
        long[] s = new long[0];
        int shift = Byte.SIZE * (int) (address & (Long.BYTES - 1));
        if (shift == 0) {
            write(s, address, value);
            return;
        }
        long above = -1L << shift;
        write(s, address, (read(s, address) & ~above) | (value << shift));
        long next = address + Long.BYTES;
        write(s, next, (read(s, next) & above) | (value >>> (Long.SIZE - shift)));
    }

    /** The values that a word has, or had at some time later than a moment; the present one first, then backwards, each once. */
    List<Long> valuesSince(long address, long moment) {
        List<Held> held = words.get(address);
        List<Long> values = new ArrayList<>(List.of(read(new long[0], address)));
        if (held == null) {
            return values;
        }
        for (int i = held.size() - 2; i >= 0 && held.get(i + 1).from() > moment; i--) {
            if (!values.contains(held.get(i).value())) {
                values.add(held.get(i).value());
            }
        }
        return values;
    }

    /** The value that a word had at a moment, after what was stored then. */
    long valueAt(long address, long moment) {
        List<Held> held = words.get(address);
        if (held == null) {
            return initial(address);
        }
        int i = held.size() - 1;
        while (i > 0 && held.get(i).from() > moment) {
            i--;
        }
        return held.get(i).value();
    }

    /** The moments after another one at which a word was stored, ascending. */
    List<Long> changesSince(long address, long moment) {
        List<Held> held = words.getOrDefault(address, List.of());
        return held.stream().map(Held::from).filter(from -> from > moment).toList();
    }

    /** The addresses of a range to which something was ever stored. */
    Iterable<Long> written(long first, long end) {
        SortedMap<Long, List<Held>> range = words.subMap(first, end);
        return range.keySet();
    }
}
