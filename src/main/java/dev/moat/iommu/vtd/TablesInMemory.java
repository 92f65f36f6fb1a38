package dev.moat.iommu.vtd;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The tables in memory: what {@link VtdUnit} says about its families of the same names. All units see the same. */
final class TablesInMemory {
    final Slots rootLo;
    final Slots rootHi;
    final Slots contextLo;
    final Slots contextHi;
    final Slots directory;
    final Slots leaf;
    private final VtdGeometry g;
    private final TableMap map;

    TablesInMemory(SchemaBuilder schema, VtdGeometry g, TableMap map, Varying varying) {
        this.g = g;
        this.map = map;
        Sort entry = Sort.numbered("Entry", "", 1 << g.indexBits());
        Sort buses = new Sort(
                "Bus",
                map.buses().stream()
                        .map(bus -> "bus" + Integer.toHexString(bus))
                        .toList());
        rootLo = memory(schema, "rootLo", buses)
                .fixed(RootEntry.lo(map.contextTable(0)))
                .word(RootEntry.LO, varying.rootLo());
        rootHi = memory(schema, "rootHi", buses).word(RootEntry.HI, 0);
        contextLo = memory(schema, "contextLo", g.requesters()).word(ContextEntry.LO, varying.contextLo());
        contextHi = memory(schema, "contextHi", g.requesters()).word(ContextEntry.HI, varying.contextHi());
        boolean whole = g.pageNumbers().isRun();
        Sort leaves = map.areLeavesInFrames()
                ? new Sort("LeafTable", g.frames().labels())
                : tables(g, map, "LeafTable", 1, 1);
        Sort directories = tables(g, map, "Directory", 2, g.levels());
        Sort links = Sort.numbered("Link", "link", whole ? 0 : map.links());
        directory = memory(schema, "directory", whole ? new Sort[] {directories, entry} : new Sort[] {g.trees(), links})
                .word(SecondLevelEntry.FIELDS, varying.directory());
        leaf = memory(schema, "leaf", whole ? new Sort[] {leaves, entry} : new Sort[] {g.trees(), g.pages()})
                .word(SecondLevelEntry.FIELDS, varying.leaf());
    }

    /** An element of {@link #directory} that leads to a table with a place from the start, and that table's frame. */
    private interface Link {
        void is(int entry, long table);
    }

    private void each(Link link) {
        for (int level = 1; level < g.levels(); level++) {
            for (int tree = 0; tree < g.trees().size() && !map.isInFrames(level); tree++) {
                for (long prefix : map.prefixes(level)) {
                    int above = map.number(tree, level + 1, prefix >>> g.indexBits());
                    int index = (int) (prefix & ((1L << g.indexBits()) - 1));
                    link.is(map.element(above, index), map.secondLevel(map.number(tree, level, prefix)));
                }
            }
        }
    }

    /** Every entry above level 1 leads to its next table with these rights, where tables have places from the start. */
    void connect(long[] s, int rights) {
        each((entry, table) -> directory.set(s, entry, SecondLevelEntry.of(table, rights)));
    }

    /** Whether they do, with all rights; tables of real size have too many for this. */
    Predicate<long[]> connected() {
        List<Integer> from = new ArrayList<>();
        List<Long> to = new ArrayList<>();
        each((entry, table) -> {
            from.add(entry);
            to.add(SecondLevelEntry.of(table, Rights.ALL));
        });
        int[] entries = from.stream().mapToInt(Integer::intValue).toArray();
        long[] words = to.stream().mapToLong(Long::longValue).toArray();
        return s -> {
            for (int i = 0; i < entries.length; i++) {
                if (directory.get(s, entries[i]) != words[i]) {
                    return false;
                }
            }
            return true;
        };
    }

    private static SlotsBuilder memory(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.ARCHITECTURAL, Writer.HYPERVISOR, index);
    }

    /** The tables of these levels, if tables have all their entries in the state. */
    private static Sort tables(VtdGeometry g, TableMap map, String name, int from, int to) {
        List<String> labels = new ArrayList<>();
        for (int level = from; level <= to && g.pageNumbers().isRun(); level++) {
            for (int tree = 0; tree < g.trees().size(); tree++) {
                for (long prefix : map.prefixes(level)) {
                    labels.add(g.trees().label(tree) + ".l" + level + "@" + Long.toHexString(prefix));
                }
            }
        }
        return new Sort(name, labels);
    }
}
