package dev.moat.audit.transfer;

import dev.moat.audit.pages.AddressSpace;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The buffers of one device: what it was given, and what was taken back and not given again since. */
final class Buffers {
    /**
     * Bytes that the device was given or had.
     *
     * @param count how often at once; another CPU may print the map of an address before this one prints its unmap
     * @param line of the last event
     * @param direct whether the address is the memory's own, which several mappings may share: one of them may be older than the trace
     */
    private record Buffer(long end, int count, long line, boolean direct) {}

    private final TreeMap<Long, Buffer> live = new TreeMap<>();
    private final TreeMap<Long, Buffer> gone = new TreeMap<>();
    private @Nullable AddressSpace home;

    /** @param direct whether the address is that of the memory itself */
    void give(long address, long size, long line, boolean direct) {
        Buffer before = live.get(address);
        int count = before == null ? 1 : before.count + 1;
        long end = before == null ? address + size : Math.max(before.end, address + size);
        live.put(address, new Buffer(end, count, line, direct));
        notGone(address, address + size);
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

    /** Takes a buffer back; false when it is none of those given. What was mapped directly may be mapped another time, and is not gone. */
    boolean take(long address, long size, long line) {
        Buffer b = live.get(address);
        if (b == null) {
            return false;
        }
        if (b.count > 1) {
            live.put(address, new Buffer(b.end, b.count - 1, b.line, b.direct));
        } else {
            live.remove(address);
            if (!b.direct) {
                gone.put(address, new Buffer(Math.max(b.end, address + size), 0, line, false));
            }
        }
        return true;
    }

    /** Whether the device has a buffer still is not known any more. */
    void lose(long address) {
        Buffer b = live.remove(address);
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
