package dev.moat.iommu.amdvi;

import dev.moat.bits.BitField;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.Map;

/** Device table and page tables as slots: what {@link AmdViUnit} says about those of the same names. All units see the same. */
final class TablesInMemory {
    /** Quadwords 0 to 3 of the device table entries, each per requester. */
    final List<Slots> quads;

    final Slots directory;
    final Slots leaf;

    TablesInMemory(SchemaBuilder schema, AmdViGeometry g, TableMap map, Varying varying) {
        quads = List.of(
                quad(schema, g, "deviceQuad0", DeviceTableEntry.QUAD0, varying.quad0()),
                quad(schema, g, "deviceQuad1", DeviceTableEntry.QUAD1, varying.quad1()),
                quad(schema, g, "deviceQuad2", DeviceTableEntry.QUAD2, 0),
                quad(schema, g, "deviceQuad3", DeviceTableEntry.QUAD3, 0));
        Sort entry = Sort.numbered("Entry", "", 1 << g.indexBits());
        directory = memory(schema, "directory", tables(g, map, "Directory", map.leafTables(), map.tables()), entry)
                .word(PageTableEntry.FIELDS, varying.directory());
        Sort leaves = map.areLeavesInFrames()
                ? new Sort("LeafTable", g.frames().labels())
                : tables(g, map, "LeafTable", 0, map.leafTables());
        leaf = memory(schema, "leaf", leaves, entry).word(PageTableEntry.FIELDS, varying.leaf());
    }

    private static Slots quad(SchemaBuilder schema, AmdViGeometry g, String name, List<BitField> fields, long varying) {
        return memory(schema, name, g.requesters()).word(fields, varying);
    }

    private static SlotsBuilder memory(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.ARCHITECTURAL, Writer.HYPERVISOR, index);
    }

    private static Sort tables(AmdViGeometry g, TableMap map, String name, int from, int to) {
        return new Sort(
                name,
                map.numbers().entrySet().stream()
                        .filter(e -> e.getValue() >= from && e.getValue() < to)
                        .map(Map.Entry::getKey)
                        .map(key ->
                                g.trees().label(key.tree()) + ".l" + key.level() + "@" + Long.toHexString(key.prefix()))
                        .toList());
    }
}
