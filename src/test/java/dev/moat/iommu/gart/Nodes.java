package dev.moat.iommu.gart;

import dev.moat.iommu.gart.GartGeometry.Part;
import dev.moat.iommu.gart.NodeRegisters.ApertureBase;
import dev.moat.iommu.gart.linux.GartAperture;
import dev.moat.iommu.gart.linux.GartFlush;
import dev.moat.iommu.gart.linux.GartListMapping;
import dev.moat.iommu.gart.linux.GartMapping;
import dev.moat.iommu.gart.linux.GartPlatform;
import dev.moat.iommu.gart.linux.GartPolicy;
import dev.moat.iommu.gart.linux.GartSetup;
import dev.moat.iommu.gart.linux.GartSpace;
import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * Two northbridges for tests, in the form of a search: a device behind each, an aperture of 32 MiB whose first three pages are
 * modelled, four frames above 4 GiB and a scratch page after them; and Linux's driver. A TLB that is polled is done.
 */
public final class Nodes implements NodeAccess {
    public static final long APERTURE = 0xd800_0000L;
    public static final long FRAMES = 0x1_2000_0000L;
    public static final long SCRATCH = FRAMES + 0x4000;
    private static final long SIZE = 32L << 20;
    private static final long TABLE = 0x300_0000;

    public final GartGeometry g;
    public final PtesInState ptes;
    public final GartUnit unit;
    public final GartWalk walk;
    public final GartTlb tlb;
    public final GartSpace space;
    public final GartFlush flush;
    public final GartSetup setup;
    public final GartMapping mapping;
    public final GartListMapping lists;
    public final List<String> warnings = new ArrayList<>();
    public final Schema schema;
    public final long[] s;

    /** Set up and translating. */
    public Nodes(GartPolicy policy, Part... parts) {
        g = new GartGeometry(
                Sort.numbered("Node", "n", 2),
                Sort.numbered("Requester", "q", 2),
                List.of(0, 1),
                Sort.numbered("Page", "p", 3),
                APERTURE >>> 12,
                Sort.numbered("Frame", "f", 4),
                FRAMES >>> 12,
                NodeRegisters.UNIT_SHIFT,
                List.of(parts));
        SchemaBuilder builder = new SchemaBuilder();
        ptes = new PtesInState(builder, g, TABLE, APERTURE, SIZE);
        unit = new GartUnit(builder, g, ptes, new GartUnit.Reset(0, ApertureBase.of(APERTURE), 0, true));
        walk = new GartWalk(unit);
        tlb = new GartTlb(unit, walk);
        GartAperture layout = new GartAperture(APERTURE, SIZE, SIZE, TABLE, SCRATCH);
        AreaAllocator area = new AreaAllocator(builder, "map", (int) layout.pages());
        space = new GartSpace(builder, layout, policy, new GartPlatform(2, this, ptes, warnings::add), area);
        flush = new GartFlush(builder, space);
        setup = new GartSetup(space, flush);
        mapping = new GartMapping(space, flush);
        lists = new GartListMapping(space, flush, mapping);
        schema = builder.build();
        s = schema.blank();
        setup.start(s);
        area.take(s, 3, (int) layout.pages() - 3);
    }

    @Override
    public long read(long[] state, int node, int offset) {
        if (offset == NodeRegisters.CACHE_CONTROL) {
            tlb.invalidate(state, node);
        }
        return unit.read(state, node, offset);
    }

    @Override
    public void write(long[] state, int node, int offset, long value) {
        unit.write(state, node, offset, value);
    }

    /** The frame that a request for a modelled page reaches, 4 for the scratch page, or a negative number: the outcome, negated. */
    public long reach(int requester, int page) {
        long answer = walk.answer(s, requester, g.pageNumber(page));
        return DmaAnswer.reachesMemory(answer)
                ? DmaAnswer.FRAME.get(answer) - g.firstFrame()
                : -DmaAnswer.OUTCOME.get(answer);
    }
}
