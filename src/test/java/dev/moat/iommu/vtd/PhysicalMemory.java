package dev.moat.iommu.vtd;

import dev.moat.iommu.Rights;
import dev.moat.state.Slots;

/** Lays the tables of a unit's state out in memory, where {@link SlowWalk} reads them. */
final class PhysicalMemory {
    private PhysicalMemory() {}

    static SlowWalk.Memory of(Units m, long[] s) {
        SlowWalk.Memory memory = new SlowWalk.Memory();
        TableMap map = m.unit.map();
        memory.kinds.put(map.root(), 'r');
        for (int bus = 0; bus < map.buses().size(); bus++) {
            memory.kinds.put(map.contextTable(bus), 'c');
            put(memory, map.root() * 4096 + 16L * map.buses().get(bus), m.unit.rootLo.get(s, bus));
            put(memory, map.root() * 4096 + 16L * map.buses().get(bus) + 8, m.unit.rootHi.get(s, bus));
        }
        for (int r = 0; r < m.g.requesters().size(); r++) {
            int sid = m.g.sourceIds().get(r);
            long table = map.contextTable(map.buses().indexOf(sid >>> 8));
            put(memory, table * 4096 + 16L * (sid & 0xff), m.unit.contextLo.get(s, r));
            put(memory, table * 4096 + 16L * (sid & 0xff) + 8, m.unit.contextHi.get(s, r));
        }
        int size = 1 << m.g.indexBits();
        for (int table = 0; table < map.tables(); table++) {
            memory.kinds.put(map.secondLevel(table), 's');
            Slots entries = table < map.leafTables() ? m.unit.leaf : m.unit.directory;
            int row = table < map.leafTables() ? table : table - map.leafTables();
            for (int i = 0; i < size; i++) {
                long entry = entries.get(s, row, i);
                if (entry != 0) {
                    put(memory, map.secondLevel(table) * 4096 + 8L * i, entry);
                }
            }
        }
        return memory;
    }

    private static void put(SlowWalk.Memory memory, long address, long word) {
        memory.words.put(address, SlowWalk.word(word));
    }

    /** A translation as {@link SlowWalk} prints it. */
    static String text(long answer) {
        int outcome = (int) Translation.OUTCOME.get(answer);
        if (outcome == Translation.INTERRUPT_RANGE) {
            return "interrupt";
        }
        if (outcome != Translation.TRANSLATED) {
            return "fault " + Integer.toHexString(outcome);
        }
        long rights = Translation.RIGHTS.get(answer);
        return SlowWalk.text(
                (int) Translation.DID.get(answer),
                Translation.FRAME.get(answer),
                (rights & Rights.READ) != 0,
                (rights & Rights.WRITE) != 0,
                new String[] {"4K", "2M", "1G", "all"}[(int) Translation.SIZE.get(answer)]);
    }
}
