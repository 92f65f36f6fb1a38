package dev.moat.iommu.vtd;

import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.List;

/** Units for tests, with the schema they live in and the code that runs on them. */
final class Units {
    final VtdGeometry g;
    final VtdUnit unit;
    final Schema schema;
    final VtdWalk walk;
    final VtdCaches caches;
    final InvalidationQueue queue;

    Units(VtdGeometry geometry) {
        g = geometry;
        SchemaBuilder builder = new SchemaBuilder();
        unit = new VtdUnit(builder, geometry);
        schema = builder.build();
        walk = new VtdWalk(unit);
        caches = new VtdCaches(unit, walk);
        queue = new InvalidationQueue(unit, caches);
    }

    /** Everything in the unit, three requesters on two buses, one of them function 3 of the first one's device. */
    static VtdGeometry geometry(int levels, int indexBits, long firstPage, int pages, Capabilities can) {
        return new VtdGeometry(
                Sort.numbered("Device", "dev", 3),
                List.of(0x0008, 0x0108, 0x000b),
                Sort.numbered("Domain", "d", 2),
                Sort.numbered("Tag", "tag", 4),
                Sort.numbered("Page", "p", pages),
                VtdGeometry.PageNumbers.from(firstPage),
                Sort.numbered("Frame", "f", 4),
                0,
                Sort.numbered("Cpu", "cpu", 2),
                levels,
                indexBits,
                4,
                0x40,
                new VtdGeometry.Options(true, true, false, true),
                can);
    }

    static VtdGeometry with(VtdGeometry g, VtdGeometry.Part... parts) {
        return g.with(g.options().with(parts));
    }

    static VtdGeometry tiny() {
        return geometry(2, 1, 0, 4, Capabilities.usual());
    }

    static VtdGeometry tiny(int ring, VtdGeometry.Options options) {
        VtdGeometry t = tiny();
        return new VtdGeometry(
                t.requesters(),
                t.sourceIds(),
                t.trees(),
                t.tags(),
                t.pages(),
                t.pageNumbers(),
                t.frames(),
                t.firstFrame(),
                t.cpus(),
                t.levels(),
                t.indexBits(),
                ring,
                t.firstTableFrame(),
                options,
                t.capabilities());
    }

    /** Pages on both sides of a boundary of every table below the top one. */
    static VtdGeometry real(int levels, Capabilities can) {
        return geometry(levels, 9, (1L << (9 * (levels - 1))) - 2, 4, can);
    }

    static Capabilities capabilities(
            int sagaw, int mgaw, int sllps, boolean sc, boolean dt, boolean pt, int hostAddressBits) {
        long cap = Capabilities.usual().cap();
        cap = Cap.SLLPS.set(Cap.MGAW.set(Cap.SAGAW.set(cap, sagaw), mgaw - 1), sllps);
        long ecap = Capabilities.usual().ecap();
        ecap = Ecap.SC.set(ecap, sc ? 1 : 0);
        ecap = Ecap.DT.set(ecap, dt ? 1 : 0);
        ecap = Ecap.PT.set(ecap, pt ? 1 : 0);
        return new Capabilities(cap, ecap, hostAddressBits, true);
    }

    /** A running system: requester r uses tree r % 2 with DID r % 2 + 1, no leaf is present. */
    long[] running() {
        long[] s = schema.blank();
        unit.connect(s);
        for (int r = 0; r < g.requesters().size(); r++) {
            unit.contextLo.set(s, r, unit.contextLoFor(r % 2));
            unit.contextHi.set(s, r, unit.contextHiFor(r % 2 + 1));
        }
        return s;
    }
}
