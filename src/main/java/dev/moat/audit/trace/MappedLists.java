package dev.moat.audit.trace;

import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lists that are mapped, by their device and buffers: an unmap of a list names no address. */
final class MappedLists {
    private record Key(String device, long buffers) {}

    /** An address that a list was given, and for how many bytes. */
    record Piece(long address, long size) {}

    /**
     * Pieces that an unmap takes back.
     *
     * @param certain whether they are those of one list; otherwise of several, of which the unmap may mean any
     */
    record Taken(List<Piece> pieces, boolean certain) {
        private static final Taken NOTHING = new Taken(List.of(), false);
    }

    /** The lists of the same buffers that are mapped at one time. */
    private static final class Mapped {
        /** Of one of them, where all have the same; else of all that were not taken back. */
        final List<Piece> pieces = new ArrayList<>();

        int lists;
        boolean differ;

        void add(List<Piece> list) {
            differ |= lists > 0 && !pieces.equals(list);
            if (lists == 0 || differ) {
                pieces.addAll(list);
            }
            lists++;
        }

        /** Where several lists differ, of all of them it is not known from now on whether they are mapped. */
        Taken take() {
            lists--;
            List<Piece> taken = List.copyOf(pieces);
            if (differ) {
                pieces.clear();
            }
            return new Taken(taken, !differ);
        }
    }

    private final Map<Key, Mapped> mapped = new HashMap<>();

    private int size;

    private static Key key(TraceEvent e, String device) {
        long hash = e.length(Field.PHYS_ADDRS);
        for (int i = 0; i < e.length(Field.PHYS_ADDRS); i++) {
            hash = hash * 0x9E3779B97F4A7C15L + e.list(Field.PHYS_ADDRS, i);
        }
        return new Key(device, hash);
    }

    void add(TraceEvent e) {
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
        Mapped same = mapped.computeIfAbsent(key(e, device), k -> new Mapped());
        size -= same.pieces.size();
        same.add(list);
        size += same.pieces.size();
    }

    /** Takes out a list of these buffers; nothing, and not certain, when none is known. */
    Taken take(TraceEvent e, String device) {
        Key key = key(e, device);
        Mapped same = e.truncated() ? null : mapped.get(key);
        if (same == null) {
            return Taken.NOTHING;
        }
        size -= same.pieces.size();
        Taken taken = same.take();
        if (same.lists == 0) {
            mapped.remove(key);
        } else {
            size += same.pieces.size();
        }
        return taken;
    }

    int size() {
        return size + mapped.size();
    }

    void clear() {
        mapped.clear();
        size = 0;
    }
}
