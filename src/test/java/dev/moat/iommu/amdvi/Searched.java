package dev.moat.iommu.amdvi;

import dev.moat.iommu.amdvi.AmdViGeometry.Options;
import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.EventLog;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.List;

/** Units of a search for tests, with the schema they live in and the code that runs on them. */
final class Searched {
    static final int BOTH = Translation.READ | Translation.WRITE;

    final AmdViGeometry g;
    final AmdViUnit unit;
    final Schema schema;
    final AmdViWalk walk;
    final AmdViCaches caches;
    final EventLog log;
    final CommandRing ring;

    Searched(AmdViGeometry geometry) {
        g = geometry;
        SchemaBuilder builder = new SchemaBuilder();
        unit = new AmdViUnit(builder, geometry);
        schema = builder.build();
        walk = new AmdViWalk(unit);
        caches = new AmdViCaches(unit, walk);
        log = new EventLog(unit.registers, unit.memory(), Behaviour.specified(g.capabilities()));
        ring = new CommandRing(unit, caches, log);
    }

    /** Everything that is not left out by name, three requesters on two buses. */
    static AmdViGeometry geometry(
            int levels, int indexBits, long firstPage, int pages, Capabilities can, Part... parts) {
        return new AmdViGeometry(
                users(4),
                new AmdViGeometry.Addresses(
                        Sort.numbered("Page", "p", pages), firstPage, Sort.numbered("Frame", "f", 4), 0, 0x40),
                new AmdViGeometry.Shape(levels, indexBits, 4),
                Options.of(parts),
                can);
    }

    private static AmdViGeometry.Users users(int tags) {
        return new AmdViGeometry.Users(
                Sort.numbered("Device", "dev", 3),
                List.of(0x0008, 0x0108, 0x000b),
                Sort.numbered("Domain", "d", 2),
                Sort.numbered("Tag", "tag", tags),
                Sort.numbered("Cpu", "cpu", 2));
    }

    /** The same with this number of tags. */
    static AmdViGeometry withTags(AmdViGeometry g, int tags) {
        return new AmdViGeometry(users(tags), g.addresses(), g.shape(), g.options(), g.capabilities());
    }

    static final Part[] ALL = {
        Part.DEVICE_CACHE,
        Part.TABLE_CACHES,
        Part.WALKS,
        Part.EVENT_LOG,
        Part.RESTART,
        Part.EVERY_PAGE,
        Part.DIRECTORIES,
        Part.SCRATCH_PAGE,
        Part.WAIT_NUMBERS
    };

    /** Two levels of two entries each, and all parts but tables in frames. */
    static AmdViGeometry tiny() {
        return geometry(2, 1, 0, 4, Capabilities.usual(), ALL);
    }

    /** Pages on both sides of a boundary of every table below the top one. */
    static AmdViGeometry real(int levels, Capabilities can) {
        return geometry(levels, 9, Math.max(0, (1L << (9 * (levels - 1))) - 2), 4, can, ALL);
    }

    /** A running system: requester r uses tree r % 2 with DomainID r % 2 + 1, no page is present. */
    long[] running() {
        long[] s = schema.blank();
        unit.connect(s);
        for (int r = 0; r < g.requesters().size(); r++) {
            unit.setQuad(s, r, 1, DeviceTableEntry.quad1(r % 2 + 1));
            unit.setQuad(s, r, 0, unit.quad0For(r % 2, BOTH));
        }
        return s;
    }

    /** Submits a command and has it executed, with all before it. */
    void execute(long[] s, long lo, long hi) {
        if (!ring.submit(s, lo, hi)) {
            throw new AssertionError("the ring is full");
        }
        while (ring.consume(s)) {
            // until the ring is empty or stopped
        }
    }

    /** The frame that a request reaches by what is cached, or -1. */
    int reaches(long[] s, int requester, int page, boolean write) {
        long answer = walk.answer(s, requester, page, write);
        return Translation.reachesMemory(answer)
                ? g.frameAt(Translation.address(answer, g.pageNumber(page) << 12) >>> 12)
                : -1;
    }
}
