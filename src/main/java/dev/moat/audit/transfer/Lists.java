package dev.moat.audit.transfer;

import dev.moat.audit.read.Event;
import dev.moat.audit.read.Field;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists that are mapped, by their device and buffers: an unmap of a list names no address. */
final class Lists {
    private record Key(String device, long buffers) {}

    /** The addresses that a list was given, with their lengths. */
    record Mapped(long[] addresses, long[] sizes) {}

    private static final Mapped SEVERAL = new Mapped(new long[0], new long[0]);

    private final Map<Key, Mapped> mapped = new HashMap<>();
    private int size;

    private static Key key(Event e, String device) {
        long hash = e.length(Field.PHYS_ADDRS);
        for (int i = 0; i < e.length(Field.PHYS_ADDRS); i++) {
            hash = hash * 0x9E3779B97F4A7C15L + e.list(Field.PHYS_ADDRS, i);
        }
        return new Key(device, hash);
    }

    void add(Event e) {
        String device = e.device();
        if (device == null || e.truncated() || e.length(Field.PHYS_ADDRS) == 0) {
            return;
        }
        int count = Math.min(e.length(Field.DMA_ADDRS), e.length(Field.SIZES));
        long[] addresses = new long[count];
        long[] sizes = new long[count];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            addresses[kept] = e.list(Field.DMA_ADDRS, i);
            sizes[kept] = e.list(Field.SIZES, i);
            kept += sizes[kept] > 0 ? 1 : 0;
        }
        Mapped list = new Mapped(Arrays.copyOf(addresses, kept), Arrays.copyOf(sizes, kept));
        Mapped before = mapped.put(key(e, device), list);
        size += kept;
        if (before != null) {
            size -= before.addresses.length + kept;
            mapped.put(key(e, device), SEVERAL); // which of them an unmap means, nothing tells
        }
    }

    /** Takes out the list of these buffers; null when it is not known, or one of several. */
    @Nullable
    Mapped take(Event e, String device) {
        Key key = key(e, device);
        Mapped list = mapped.get(key);
        if (list == null || list == SEVERAL || e.truncated()) {
            return null;
        }
        mapped.remove(key);
        size -= list.addresses.length;
        return list;
    }

    int size() {
        return size + mapped.size();
    }

    void clear() {
        mapped.clear();
        size = 0;
    }
}
