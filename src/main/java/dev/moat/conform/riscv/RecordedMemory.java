package dev.moat.conform.riscv;

import dev.moat.iommu.Memory;
import dev.moat.iommu.riscv.semantics.Structures;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The memory of a recorded machine: zero until written, with ranges that cannot be accessed or are corrupt. What the unit writes is
 * noted, and can be taken back. The state array is ignored.
 */
final class RecordedMemory implements Memory {
    private final Map<Long, Long> words = new HashMap<>();
    private final Deque<Undo> undo = new ArrayDeque<>();
    private final SortedMap<Place, Long> written = new TreeMap<>();
    private final QueueMemory queues = new QueueMemory();
    private SortedMap<Place, Long> noted = new TreeMap<>();
    private int trial;
    private long end;
    private List<Range> ranges = List.of();

    /** Bytes from the first to before the last address, which cannot be accessed, or are corrupt. */
    record Range(long first, long end, boolean corrupt) {
        boolean overlaps(long address, int bytes) {
            return Long.compareUnsigned(address, end) < 0 && Long.compareUnsigned(address + bytes, first) > 0;
        }
    }

    /** Where the unit wrote. */
    record Place(long address, int bytes) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int by = Long.compareUnsigned(address, other.address);
            return by != 0 ? by : Integer.compare(bytes, other.bytes);
        }
    }

    private record Undo(long address, long value) {}

    /** Queues are read by commands and written by records; corrupt ones count as inaccessible. */
    private final class QueueMemory implements Memory {
        @Override
        public boolean isReadable(long[] s, long address) {
            return RecordedMemory.this.isReadable(s, address) && !isCorrupt(address, Long.BYTES);
        }

        @Override
        public long read(long[] s, long address) {
            return RecordedMemory.this.read(s, address);
        }

        @Override
        public boolean write(long[] s, long address, long value) {
            return RecordedMemory.this.write(s, address, value);
        }

        @Override
        public boolean write32(long[] s, long address, long value) {
            return RecordedMemory.this.write32(s, address, value);
        }
    }

    /** Empties it. */
    void reset(long ramEnd) {
        words.clear();
        undo.clear();
        written.clear();
        ranges = List.of();
        end = ramEnd;
    }

    void setRanges(List<Range> all) {
        ranges = List.copyOf(all);
    }

    @Override
    public Memory of(Kind kind) {
        return kind == Kind.QUEUE ? queues : this;
    }

    private boolean isThere(long address, int bytes) {
        if (Long.compareUnsigned(address, end) >= 0 || Long.compareUnsigned(address + bytes, end) > 0) {
            return false;
        }
        return !isIn(address, bytes, false);
    }

    private boolean isIn(long address, int bytes, boolean corrupt) {
        for (Range range : ranges) {
            if (range.corrupt() == corrupt && range.overlaps(address, bytes)) {
                return true;
            }
        }
        return false;
    }

    /** As {@link dev.moat.iommu.riscv.semantics.MemoryStructures} asks it. */
    int status(long address, int bytes) {
        if (!isThere(address, bytes)) {
            return Structures.NO_ACCESS;
        }
        return isCorrupt(address, bytes) ? Structures.CORRUPT : Structures.FOUND;
    }

    @Override
    public boolean isReadable(long[] s, long address) {
        return isThere(address, Long.BYTES);
    }

    /** Whether any of some bytes is corrupt. */
    boolean isCorrupt(long address, int bytes) {
        return isIn(address, bytes, true);
    }

    @Override
    public long read(long[] s, long address) {
        return words.getOrDefault(address & -Long.BYTES, 0L);
    }

    @Override
    public boolean write(long[] s, long address, long value) {
        if (!isThere(address, Long.BYTES)) {
            return false;
        }
        written.put(new Place(address, Long.BYTES), value);
        replace(address, value);
        return true;
    }

    @Override
    public boolean write32(long[] s, long address, long value) {
        if (!isThere(address, Integer.BYTES)) {
            return false;
        }
        written.put(new Place(address, Integer.BYTES), value);
        set(address, Integer.BYTES, value);
        return true;
    }

    /** What some bytes are. */
    long value(Place place) {
        long word = read(new long[0], place.address());
        int shift = Byte.SIZE * (int) (place.address() & Long.BYTES - 1);
        return place.bytes() == Long.BYTES ? word : (word >>> shift) & ((1L << (Byte.SIZE * place.bytes())) - 1);
    }

    /** What is there now is what the recorded machine had, or what software stores. */
    void set(long address, int bytes, long value) {
        long at = address & -Long.BYTES;
        int shift = Byte.SIZE * (int) (address & Long.BYTES - 1);
        long mask = bytes == Long.BYTES ? -1L : ((1L << (Byte.SIZE * bytes)) - 1) << shift;
        replace(at, (read(new long[0], at) & ~mask) | ((value << shift) & mask));
    }

    private void replace(long at, long value) {
        undo.push(new Undo(at, read(new long[0], at)));
        words.put(at, value);
    }

    /** Begins to note what the unit writes. */
    void begin() {
        undo.clear();
        written.clear();
    }

    /** What the unit has written since, in the order of addresses. */
    SortedMap<Place, Long> written() {
        return new TreeMap<>(written);
    }

    /** What was written until now stays. */
    void keep() {
        undo.clear();
    }

    /** Takes back what was written since {@link #begin} or {@link #keep}. */
    void takeBack() {
        takeBack(0);
        written.clear();
    }

    private void takeBack(int size) {
        while (undo.size() > size) {
            Undo last = undo.pop();
            words.put(last.address(), last.value());
        }
    }

    /** Begins something that is taken back whole, notes included. */
    void beginTrial() {
        trial = undo.size();
        noted = new TreeMap<>(written);
    }

    /** Takes it back. */
    void endTrial() {
        takeBack(trial);
        written.clear();
        written.putAll(noted);
    }
}
