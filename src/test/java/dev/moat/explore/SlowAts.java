package dev.moat.explore;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One VT-d unit and the devices behind it that keep translations, as the documents have them: maps, and the words of entries and descriptors
 * read bit by bit here. It looks at memory, and software writes its queue; the rest is its own.
 * {@code @source} VT-d rev. 5.10: 4.1.1 to 4.1.3 and 4.2.5 (requests), 6.5.2 (queue); PCIe ATS: a device whose ATS is off asks for nothing and
 * uses nothing, and begins with nothing when it is switched on.
 */
final class SlowAts {
    /** What tables, caches and devices say of a page: a frame, and whether it may be read and written. */
    record Entry(int frame, boolean read, boolean write) {
        boolean allows(boolean writes) {
            return writes ? write : read;
        }
    }

    /** A device's context entry that is present. */
    record Context(int did, boolean ats) {
        /** Null for one that is not present. */
        static Context of(long lo, long hi) {
            return (lo & 1) == 0 ? null : new Context((int) (hi >>> 8 & 0xffff), (lo >>> 2 & 3) == 1);
        }
    }

    /** A descriptor, both words. */
    record Descriptor(long lo, long hi) {
        int type() {
            return (int) (lo & 0xf | lo >>> 9 - 4 & 0x70);
        }

        int granularity() {
            return (int) (lo >>> 4 & 3);
        }

        int did() {
            return (int) (lo >>> 16 & 0xffff);
        }

        int sourceId() {
            return (int) (lo >>> 32 & 0xffff);
        }

        /** The pages that it names: of a device with S, up to the lowest clear bit; of the IOTLB, by the mask. */
        boolean covers(long page) {
            long address = hi >>> 12;
            int bits = (int) (hi & 0x3f);
            if (type() == DEVICE_TLB) {
                bits = 0;
                if ((hi & 1) != 0) {
                    while ((address >>> bits & 1) != 0) {
                        bits++;
                    }
                    bits++;
                }
            }
            return bits > 52 || page >>> bits == address >>> bits;
        }
    }

    static final int CONTEXT = 1;
    static final int IOTLB = 2;
    static final int DEVICE_TLB = 3;
    static final int WAIT = 5;

    /** Memory: of each domain's tables, by DID, and of each device its entry, null for one that is not present. */
    final Map<Integer, Map<Integer, Entry>> tables = new TreeMap<>();

    final List<Context> contexts = new ArrayList<>();
    /** Caches of the unit: by DID and page; by device. */
    final Map<List<Integer>, Entry> iotlb = new LinkedHashMap<>();

    final Map<Integer, Context> contextCache = new TreeMap<>();
    /** What devices keep, by device and page, and whose ATS is on. */
    final Map<List<Integer>, Entry> kept = new LinkedHashMap<>();

    final Set<Integer> enabled = new TreeSet<>();
    /** What software has asked for and is not done. */
    final List<Descriptor> queue = new ArrayList<>();

    private final int pages;

    /** The first of the pages is page 0. */
    SlowAts(int pages) {
        this.pages = pages;
    }

    /** A copy that goes on by itself. */
    SlowAts copy() {
        SlowAts copy = new SlowAts(pages);
        tables.forEach((did, entries) -> copy.tables.put(did, new TreeMap<>(entries)));
        copy.contexts.addAll(contexts);
        copy.iotlb.putAll(iotlb);
        copy.contextCache.putAll(contextCache);
        copy.kept.putAll(kept);
        copy.enabled.addAll(enabled);
        copy.queue.addAll(queue);
        return copy;
    }

    static int sourceId(int device) {
        return device + 1 << 3;
    }

    private Context context(int device) {
        Context cached = contextCache.get(device);
        return cached != null ? cached : contexts.get(device);
    }

    private Entry walk(int did, int page) {
        return tables.getOrDefault(did, Map.of()).get(page);
    }

    /** What the unit answers to an untranslated request: by the IOTLB, or, where that lacks the right, by the tables; null when it is blocked. */
    private Entry answer(int device, int page, boolean writes) {
        Context by = context(device);
        Entry cached = by == null ? null : iotlb.get(List.of(by.did, page));
        Entry found = by == null || cached != null && cached.allows(writes) ? cached : walk(by.did, page);
        return found != null && found.allows(writes) ? found : null;
    }

    /** A request comes through the unit; what it did not have cached it caches. */
    void dma(int device, int page) {
        for (boolean writes : new boolean[] {false, true}) {
            Entry answer = answer(device, page, writes);
            if (answer != null && !answer.equals(iotlb.get(List.of(context(device).did, page)))) {
                iotlb.put(List.of(context(device).did, page), answer);
                return;
            }
        }
    }

    /** A device asks and keeps what it is told; of a page that it may not use it is told nothing. */
    void ask(int device, int page) {
        Context by = context(device);
        if (!enabled.contains(device) || by == null || !by.ats) {
            return;
        }
        Entry read = answer(device, page, false);
        Entry write = answer(device, page, true);
        if (read != null || write != null) {
            int frame = read != null ? read.frame : write.frame;
            kept.put(List.of(device, page), new Entry(frame, read != null, write != null && write.frame == frame));
        }
    }

    /** Whether a device's request, of either kind, gets a frame. */
    boolean gets(int device, int page, int frame, boolean writes) {
        Entry answer = answer(device, page, writes);
        if (answer != null && answer.frame == frame) {
            return true;
        }
        Entry has = kept.get(List.of(device, page));
        Context by = context(device);
        return enabled.contains(device)
                && by != null
                && by.ats
                && has != null
                && has.frame == frame
                && has.allows(writes);
    }

    /** Whether anything may serve a frame under a DID: the IOTLB, or a device that an entry, in memory or cached, lets use what it keeps. */
    boolean serves(int did, int page, int frame, boolean writes) {
        Entry cached = iotlb.get(List.of(did, page));
        boolean found = cached != null && cached.frame == frame && cached.allows(writes);
        for (int device = 0; device < contexts.size(); device++) {
            Context usable = new Context(did, true);
            Entry has = kept.get(List.of(device, page));
            boolean let = usable.equals(contexts.get(device)) || usable.equals(contextCache.get(device));
            found |= let && has != null && has.frame == frame && has.allows(writes);
        }
        return found;
    }

    void enable(int device, boolean on) {
        if (on) {
            enabled.add(device);
        } else {
            enabled.remove(device);
        }
        kept.keySet().removeIf(at -> at.get(0) == device);
    }

    void cacheContext(int device) {
        if (contexts.get(device) != null) {
            contextCache.putIfAbsent(device, contexts.get(device));
        }
    }

    /** Does what is the oldest in the queue; null when there is nothing. */
    Descriptor consume() {
        if (queue.isEmpty()) {
            return null;
        }
        Descriptor oldest = queue.remove(0);
        for (int page = 0; page < pages; page++) {
            forget(oldest, page);
        }
        if (oldest.type() == CONTEXT) {
            contextCache.entrySet().removeIf(cached -> {
                boolean domain = cached.getValue().did == oldest.did();
                boolean device = domain && sourceId(cached.getKey()) == oldest.sourceId();
                return oldest.granularity() == 1 || (oldest.granularity() == 2 ? domain : device);
            });
        }
        return oldest;
    }

    private void forget(Descriptor by, int page) {
        if (by.type() == IOTLB) {
            boolean named = by.granularity() < 3 || by.covers(page);
            iotlb.keySet()
                    .removeIf(at -> named && at.get(1) == page && (by.granularity() == 1 || at.get(0) == by.did()));
        } else if (by.type() == DEVICE_TLB) {
            kept.keySet().removeIf(at -> by.covers(page) && at.get(1) == page && sourceId(at.get(0)) == by.sourceId());
        }
    }
}
