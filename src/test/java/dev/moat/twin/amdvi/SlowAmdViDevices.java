package dev.moat.twin.amdvi;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The device table (sheet, section 3) and what a cache may hold of it: every DTE that stood there, from when to when, as far
 * as translation was on.
 */
final class SlowAmdViDevices {
    /** One DTE of a device, quads 0 and 1: those that DMA depends on. */
    record Entry(long d0, long d1) {}

    /** Where a table is entered: its root and the level of it. */
    record Root(long table, int mode) {}

    private record Stood(Entry entry, long from) {}

    private final SlowAmdViMemory memory;
    private final SlowAmdViRules rules;
    private final SlowAmdViInvalidations invalidations;
    private final Map<Integer, List<Stood>> history = new TreeMap<>();
    private final Map<Long, Long> rootSince = new TreeMap<>();
    private long firstObserved = Long.MAX_VALUE;

    SlowAmdViDevices(SlowAmdViMemory memory, SlowAmdViRules rules, SlowAmdViInvalidations invalidations) {
        this.memory = memory;
        this.rules = rules;
        this.invalidations = invalidations;
    }

    /** The entry as memory holds it; 32 bytes each. */
    Entry present(long deviceTable, int deviceId) {
        long at = rules.base(deviceTable) + 32L * deviceId;
        return new Entry(memory.load(at), memory.load(at + 8));
    }

    /** Takes down what stands in the table at this instant; to be called after each operation while translation is on. */
    void observe(long deviceTable) {
        firstObserved = Math.min(firstObserved, memory.now());
        long base = rules.base(deviceTable);
        Set<Integer> known = new LinkedHashSet<>(history.keySet());
        for (long address : memory.stored(base, base + 0x20_0000)) {
            known.add((int) (address - base) / 32);
        }
        known.forEach(deviceId -> observe(deviceTable, deviceId));
    }

    private void observe(long deviceTable, int deviceId) {
        Entry entry = present(deviceTable, deviceId);
        List<Stood> stood = history.computeIfAbsent(deviceId, d -> untouched(deviceTable, d));
        if (stood.isEmpty() || !stood.get(stood.size() - 1).entry.equals(entry)) {
            stood.add(new Stood(entry, memory.now()));
        }
        if (walks(entry)) {
            rootSince.putIfAbsent(rules.root(entry.d0), memory.now());
        }
    }

    /** What stood there since translation was switched on, if nobody had stored to it until now. */
    private List<Stood> untouched(long deviceTable, int deviceId) {
        List<Stood> stood = new ArrayList<>();
        if (memory.now() > firstObserved) {
            long at = rules.base(deviceTable) + 32L * deviceId;
            stood.add(new Stood(new Entry(memory.initial(at), memory.initial(at + 8)), firstObserved));
        }
        return stood;
    }

    private boolean walks(Entry entry) {
        int mode = rules.mode(entry.d0);
        return rules.valid(entry.d0) && rules.translationValid(entry.d0) && mode >= 1 && mode <= 6;
    }

    /** The entries that a request of this device may be judged by: the present one, then what the cache may hold. */
    List<Entry> candidates(long deviceTable, int deviceId) {
        Set<Entry> entries = new LinkedHashSet<>();
        entries.add(present(deviceTable, deviceId));
        long since = invalidations.deviceSince(deviceId);
        List<Stood> stood = history.getOrDefault(deviceId, List.of());
        for (int i = stood.size() - 1; i >= 0; i--) {
            entries.add(stood.get(i).entry);
            if (stood.get(i).from <= since) {
                break;
            }
        }
        return List.copyOf(entries);
    }

    /** Since when a valid DTE has pointed at this table; now, if none did. */
    long rootSince(long table) {
        return rootSince.getOrDefault(table, memory.now());
    }

    /**
     * The tables that translations of a domain may stem from.
     *
     * @param since only those that a DTE of the domain could lead to later than this
     */
    Set<Root> roots(int domain, long since) {
        Set<Root> roots = new LinkedHashSet<>();
        history.forEach((deviceId, stood) -> {
            for (int i = 0; i < stood.size(); i++) {
                Entry entry = stood.get(i).entry;
                boolean last = i == stood.size() - 1;
                long gone = last ? Long.MAX_VALUE : invalidations.deviceGone(deviceId, stood.get(i + 1).from);
                if (walks(entry) && rules.domain(entry.d1) == domain && gone > since) {
                    roots.add(new Root(rules.root(entry.d0), rules.mode(entry.d0)));
                }
            }
        });
        return roots;
    }
}
