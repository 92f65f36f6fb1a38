package dev.moat.conform.amdvi;

import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Registers.DeviceTableBase;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Caches;
import dev.moat.iommu.amdvi.semantics.DeviceCheck;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import dev.moat.iommu.amdvi.semantics.TableWalk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a unit may still remember of memory, at most: for each word, since when it can have been cached. A device table entry
 * since its DevID was invalidated, a page since a range with it was, a directory entry likewise if that named directory entries too,
 * both under the DomainID; nothing from before the unit was switched on first, and no table from before a valid entry has pointed
 * at its root. Where several roots were used under one DomainID, a request may be answered from any of them.
 *
 * <p>{@code @unit} moments of {@link RecordedMemory}.
 */
final class Remembered implements Caches {
    private static final long NEVER = -1;
    private static final int REAL_INDEX_BITS = 9;

    private final RecordedMemory memory;
    private final RegisterBank registers;
    private final DeviceCheck check;
    private final Map<Integer, Long> devices = new HashMap<>();
    private final List<Forgotten> pages = new ArrayList<>();
    private final Map<Root, Long> roots = new HashMap<>();
    private final Map<Integer, Set<Root>> rootsOf = new HashMap<>();
    private long everything = NEVER;
    private long start = NEVER;
    private long moved = NEVER;
    private long table = NEVER;

    /** A top table and its level. */
    record Root(long table, int mode) {
        /** Where a walk from it begins. */
        long pointer() {
            return TableWalk.pointer(table, mode, Translation.READ | Translation.WRITE);
        }

        /** The one that quadword 0 of a device table entry leads to. */
        static Root of(long quad0) {
            return new Root(DeviceTableEntry.ROOT.get(quad0), (int) DeviceTableEntry.MODE.get(quad0));
        }
    }

    /** Quadwords 0 and 1 of a device table entry. */
    record Entry(long quad0, long quad1) {}

    /** An invalidation of pages; the arguments are those of {@link Caches#forgetPages}. */
    private record Forgotten(long moment, int domainId, long first, long count, boolean directories) {
        boolean covers(int domain, long page, boolean directory) {
            return domainId == domain
                    && (directories || !directory)
                    && (count == 0 || Long.compareUnsigned(page - first, count) < 0);
        }
    }

    Remembered(RecordedMemory memory, RegisterBank registers, Behaviour behaviour) {
        this.memory = memory;
        this.registers = registers;
        check = new DeviceCheck(REAL_INDEX_BITS, registers, behaviour);
    }

    @Override
    public void forgetDevice(long[] s, int deviceId) {
        devices.put(deviceId, memory.now());
        memory.tick();
    }

    @Override
    public void forgetPages(long[] s, int domainId, long first, long count, boolean directories) {
        pages.add(new Forgotten(memory.now(), domainId, first, count, directories));
        memory.tick();
    }

    @Override
    public void forgetAll(long[] s) {
        everything = memory.now();
        memory.tick();
    }

    /** Looks at the device table after software did something: which roots are in use now. */
    void look(long[] s) {
        if (start == NEVER) {
            if (!registers.isOn(s)) {
                return;
            }
            start = memory.now();
        }
        long register = registers.deviceTable.get(s);
        if (register != table) {
            table = register;
            moved = memory.now();
        }
        long base = DeviceTableBase.BASE.get(register) << DeviceTableBase.BASE.lo();
        long end = base + (long) DeviceTableEntry.BYTES * DeviceTableBase.entries(register);
        Set<Long> entries = new LinkedHashSet<>();
        memory.written(base, end).forEach(address -> entries.add(address & -DeviceTableEntry.BYTES));
        for (long entry : entries) {
            note(memory.read(s, entry), memory.read(s, entry + Long.BYTES));
        }
    }

    private void note(long quad0, long quad1) {
        if (check.leadsToTables(quad0, quad1)) {
            Root root = Root.of(quad0);
            roots.putIfAbsent(root, memory.now());
            rootsOf.computeIfAbsent((int) DeviceTableEntry.DOMAIN_ID.get(quad1), d -> new LinkedHashSet<>())
                    .add(root);
        }
    }

    /**
     * What a device table entry is, or may still be for the unit; the present one first. To move the table while the unit is on is
     * outside of the specification; nothing is then taken to be remembered of the old one.
     */
    List<Entry> entries(int deviceId, long address) {
        long since = Math.max(Math.max(start, moved), Math.max(everything, devices.getOrDefault(deviceId, NEVER)));
        Set<Entry> entries = new LinkedHashSet<>();
        entries.add(entryAt(address, memory.now()));
        Set<Long> changes = new LinkedHashSet<>(memory.changesSince(address, since));
        changes.addAll(memory.changesSince(address + Long.BYTES, since));
        changes.stream().sorted(Comparator.reverseOrder()).forEach(moment -> {
            entries.add(entryAt(address, moment));
            entries.add(entryAt(address, moment - 1));
        });
        return List.copyOf(entries);
    }

    private Entry entryAt(long address, long moment) {
        return new Entry(memory.valueAt(address, moment), memory.valueAt(address + Long.BYTES, moment));
    }

    /** The roots under which a request of a DomainID may be answered: its entry's own first. */
    List<Root> roots(int domainId, Root own) {
        Set<Root> all = new LinkedHashSet<>(Set.of(own));
        all.addAll(rootsOf.getOrDefault(domainId, Set.of()));
        return List.copyOf(all);
    }

    /**
     * Since when a word of a root's tables may be remembered.
     *
     * @param directory whether the word leads to a table
     */
    long since(Root root, int domainId, long page, boolean directory) {
        long since = Math.max(Math.max(start, everything), roots.getOrDefault(root, memory.now()));
        for (Forgotten forgotten : pages) {
            if (forgotten.covers(domainId, page, directory)) {
                since = Math.max(since, forgotten.moment());
            }
        }
        return since;
    }
}
