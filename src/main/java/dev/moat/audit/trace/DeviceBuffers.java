package dev.moat.audit.trace;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The buffers of one device: what it was given, and what was taken back and not given again since. */
final class DeviceBuffers {
    /**
     * Bytes that the device was given or had.
     *
     * @param count how often at once; another CPU may print the map of an address before this one prints its unmap
     * @param line of the last event
     * @param direct whether the address is the memory's own, which several mappings may share: one of them may be older than the trace
     */
    private record Buffer(long end, int count, long line, boolean direct) {}

    /** So many mappings of one address are kept; beyond, none of them is known any more. */
    private static final int MOST_MAPPINGS = 8;

    /**
     * How an address was given.
     *
     * @param direction as of {@code dir}; -1 where the event shows none
     */
    record Mapped(long size, int direction, long line) {
        private boolean fits(long bytes, int way) {
            return size == bytes && (direction < 0 || way < 0 || direction == way);
        }
    }

    /**
     * What came of taking a buffer back.
     *
     * @param known whether it is one of those given
     * @param sure whether all mappings of its address are known
     * @param other how it was given, where no known mapping of its address has its size and direction; else null
     */
    record Taken(boolean known, boolean sure, @Nullable Mapped other) {}

    private final TreeMap<Long, Buffer> live = new TreeMap<>();
    private final TreeMap<Long, Buffer> gone = new TreeMap<>();
    /** Of each live address how it was given, the latest last; not there where it was given in too many ways. */
    private final Map<Long, ArrayDeque<Mapped>> mappings = new HashMap<>();

    private @Nullable AddressSpace home;

    /** @param direct whether the address is that of the memory itself */
    void give(long address, Mapped how, boolean direct) {
        Buffer before = live.get(address);
        long size = how.size;
        long line = how.line;
        remember(address, how, before == null);
        int count = before == null ? 1 : before.count + 1;
        long end = before == null ? address + size : Math.max(before.end, address + size);
        live.put(address, new Buffer(end, count, line, direct));
        notGone(address, address + size);
    }

    private void remember(long address, Mapped how, boolean first) {
        ArrayDeque<Mapped> all =
                first ? mappings.computeIfAbsent(address, a -> new ArrayDeque<>(1)) : mappings.get(address);
        if (all != null && all.size() < MOST_MAPPINGS) {
            all.addLast(how);
        } else {
            mappings.remove(address);
        }
    }

    private void notGone(long from, long to) {
        Map.Entry<Long, Buffer> under = gone.lowerEntry(to);
        while (under != null && under.getValue().end > from) {
            gone.remove(under.getKey());
            under = gone.lowerEntry(to);
        }
    }

    /** The device may have been given any address. */
    void forgetGone() {
        gone.clear();
    }

    /** The device's addresses are found in this address space. */
    void in(AddressSpace space) {
        home = space;
    }

    /**
     * Bytes are mapped, in an address space that may be the device's: which buffer they are of an event will tell, or one that could not
     * be read.
     */
    void mapped(AddressSpace space, long from, long to) {
        boolean elsewhere = home != null && home != space && home.known() && space.known();
        if (!elsewhere && !gone.isEmpty()) {
            notGone(from, to);
        }
    }

    /** Takes a buffer back. What was mapped directly may be mapped another time, before the trace, too, and is not gone. */
    Taken take(long address, Mapped how) {
        Buffer b = live.get(address);
        if (b == null) {
            return new Taken(false, false, null);
        }
        ArrayDeque<Mapped> all = mappings.get(address);
        Mapped other = all == null ? null : other(all, how);
        boolean sure = all != null && !(other != null && b.direct);
        if (b.count > 1) {
            live.put(address, new Buffer(b.end, b.count - 1, b.line, b.direct));
        } else {
            live.remove(address);
            mappings.remove(address);
            if (!b.direct) {
                gone.put(address, new Buffer(Math.max(b.end, address + how.size), 0, how.line, false));
            }
        }
        return new Taken(true, sure, other);
    }

    /** Takes out a mapping like this, and answers null; where there is none the latest, and answers that. */
    private static @Nullable Mapped other(ArrayDeque<Mapped> all, Mapped how) {
        for (Mapped m : all) {
            if (m.fits(how.size, how.direction)) {
                all.remove(m);
                return null;
            }
        }
        return all.pollLast();
    }

    /** Whether the device has a buffer still is not known any more. */
    void lose(long address) {
        Buffer b = live.remove(address);
        mappings.remove(address);
        if (b != null && b.count > 1) {
            live.put(address, new Buffer(b.end, b.count - 1, b.line, b.direct));
        }
    }

    /** Whether all these bytes lie in one buffer that the device has. */
    boolean has(long address, long size) {
        Map.Entry<Long, Buffer> at = live.floorEntry(address);
        // A longer buffer may begin before a shorter one that begins here: pages of one mapping, mapped again in parts.
        for (int n = 0; at != null && n < 4; n++) {
            if (at.getValue().end - address >= size) {
                return true;
            }
            at = live.lowerEntry(at.getKey());
        }
        return false;
    }

    /** The line at which a buffer was taken back that had this byte; null for none. */
    @Nullable
    Long goneSince(long address) {
        Map.Entry<Long, Buffer> at = gone.floorEntry(address);
        return at != null && at.getValue().end > address ? at.getValue().line : null;
    }

    int size() {
        return live.size() + gone.size();
    }
}
