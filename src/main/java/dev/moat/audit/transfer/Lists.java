package dev.moat.audit.transfer;

import dev.moat.audit.read.Event;
import dev.moat.audit.read.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lists that are mapped, by their device and buffers: an unmap of a list names no address. */
final class Lists {
    private record Key(String device, long buffers) {}

    /** An address that a list was given, and for how many bytes. */
    record Piece(long address, long size) {}

    /** Pieces of each list; none where several lists have the same buffers, for which of them an unmap means, nothing tells. */
    private final Map<Key, List<Piece>> mapped = new HashMap<>();

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
        List<Piece> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (e.list(Field.SIZES, i) > 0) {
                list.add(new Piece(e.list(Field.DMA_ADDRS, i), e.list(Field.SIZES, i)));
            }
        }
        List<Piece> before = mapped.put(key(e, device), list);
        if (before == null) {
            size += list.size();
        } else {
            size -= before.size();
            mapped.put(key(e, device), List.of());
        }
    }

    /** Takes out the list of these buffers; null when it is not known, or one of several. */
    @Nullable
    List<Piece> take(Event e, String device) {
        Key key = key(e, device);
        List<Piece> list = mapped.get(key);
        if (list == null || list.isEmpty() || e.truncated()) {
            return null;
        }
        mapped.remove(key);
        size -= list.size();
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
