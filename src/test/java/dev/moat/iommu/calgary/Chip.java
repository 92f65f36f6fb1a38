package dev.moat.iommu.calgary;

import dev.moat.iommu.calgary.CalgaryGeometry.Part;
import dev.moat.iommu.calgary.Registers.ConfigRw;
import dev.moat.iommu.calgary.linux.BusTable;
import dev.moat.iommu.calgary.linux.CalgaryBus;
import dev.moat.iommu.calgary.linux.CalgaryMapping;
import dev.moat.iommu.calgary.linux.Platform;
import dev.moat.iommu.calgary.linux.TceBlast;
import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * A small chip for tests, in the form of a search: two buses, two devices on the first one and one on the second, two pages at 1 MiB,
 * four frames, a table for each bus; and Linux's driver on bus 0.
 */
public final class Chip {
    public static final long FIRST_PAGE = 0x100;
    public static final long FIRST_FRAME = 0x50;
    private static final long TABLES = 0x10_0000;

    public final CalgaryGeometry g;
    public final TcesInState tces;
    public final CalgaryUnit unit;
    public final TceWalk walk;
    public final TceCache cache;
    public final BusTable table;
    public final TceBlast blast;
    public final CalgaryMapping mapping;
    public final List<String> warnings = new ArrayList<>();
    public final Schema schema;
    public final long[] s;

    /** With both buses led to their tables and translated. */
    public Chip(Generation generation, Part... parts) {
        g = new CalgaryGeometry(
                generation,
                Sort.numbered("Bus", "b", 2),
                Sort.numbered("Requester", "q", 3),
                List.of(0, 0, 1),
                Sort.numbered("Page", "p", 2),
                FIRST_PAGE,
                Sort.numbered("Frame", "f", 4),
                FIRST_FRAME,
                Sort.numbered("Table", "t", 2),
                TABLES,
                0,
                List.of(parts));
        SchemaBuilder builder = new SchemaBuilder();
        tces = new TcesInState(builder, g);
        unit = new CalgaryUnit(builder, g, tces.asSeen());
        walk = new TceWalk(unit);
        cache = new TceCache(unit, walk);
        CalgaryBus bus = new CalgaryBus(generation.device(), 2, 0, 0, g.tableAddress(0));
        Platform platform = new Platform(unit, tces.asStored(), tces, warnings::add);
        table = new BusTable(builder, bus, platform, new AreaAllocator(builder, "bits", Registers.Tar.entriesOf(0)));
        blast = new TceBlast(builder, table);
        mapping = new CalgaryMapping(table, blast);
        schema = builder.build();
        s = schema.blank();
        for (int b = 0; b < 2; b++) {
            unit.write(s, Registers.tar(b), Long.BYTES, g.tableAddress(b));
            unit.write(s, Registers.at(b, Registers.Bridge.CONFIG_RW), Integer.BYTES, ConfigRw.TRANSLATE);
        }
        table.tar.set(s, g.tableAddress(0));
    }

    /** Software stores an entry and writes its line back. */
    public void store(int table, int page, int frame, int rights) {
        long address = g.tableAddress(table) + Long.BYTES * g.pageNumber(page);
        tces.asStored().write(s, address, Tce.inMemory(Tce.of(g.frameNumber(frame), rights)));
        tces.writeBack(s, address);
    }

    /** The frame that a request reaches, or a negative number: the outcome, negated. */
    public long reach(int requester, int page, boolean write) {
        long answer = walk.answer(s, requester, g.pageNumber(page), write);
        return DmaAnswer.reachesMemory(answer)
                ? g.frameAt(DmaAnswer.FRAME.get(answer))
                : -DmaAnswer.OUTCOME.get(answer);
    }
}
