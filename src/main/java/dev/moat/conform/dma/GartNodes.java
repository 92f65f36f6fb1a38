package dev.moat.conform.dma;

import dev.moat.iommu.gart.GartGeometry;
import dev.moat.iommu.gart.GartTlb;
import dev.moat.iommu.gart.GartUnit;
import dev.moat.iommu.gart.GartWalk;
import dev.moat.iommu.gart.NodeAccess;
import dev.moat.iommu.gart.NodeRegisters;
import dev.moat.iommu.gart.linux.GartAperture;
import dev.moat.iommu.gart.linux.GartFlush;
import dev.moat.iommu.gart.linux.GartListMapping;
import dev.moat.iommu.gart.linux.GartMapping;
import dev.moat.iommu.gart.linux.GartPlatform;
import dev.moat.iommu.gart.linux.GartPolicy;
import dev.moat.iommu.gart.linux.GartSetup;
import dev.moat.iommu.gart.linux.GartSpace;
import dev.moat.iommu.linux.AreaAllocator;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * Northbridges at their real size with Linux's driver on them, as an {@code init} row sets them up. Writes of their registers are
 * written down; an invalidation is done when it is polled.
 */
final class GartNodes implements NodeAccess {
    /** Room behind the driver's part, for an unmap that goes beyond it. */
    private static final int SLACK = 1 << 12;

    final GartAperture layout;
    final GartSpace space;
    final GartFlush flush;
    final GartSetup setup;
    final GartMapping mapping;
    final GartListMapping lists;
    final TableMemory memory;
    private final GartUnit unit;
    private final GartTlb tlb;
    private final List<String> writes = new ArrayList<>();
    private int warnings;
    /** The state. */
    final long[] s;

    /**
     * @param found what the registers of every northbridge hold
     */
    GartNodes(int nodes, GartAperture.Found found, GartAperture layout, GartPolicy policy) {
        this.layout = layout;
        memory = new TableMemory(layout.table(), layout.tableBytes());
        SchemaBuilder schema = new SchemaBuilder();
        Sort none = Sort.numbered("None", "", 0);
        GartGeometry geometry = new GartGeometry(
                Sort.numbered("Node", "n", nodes),
                none,
                List.of(),
                none,
                0,
                none,
                0,
                NodeRegisters.UNIT_SHIFT,
                List.of());
        unit = new GartUnit(
                schema, geometry, memory, new GartUnit.Reset(found.apertureControl(), found.apertureBase(), 0, true));
        tlb = new GartTlb(unit, new GartWalk(unit));
        GartPlatform platform = new GartPlatform(nodes, this, memory, message -> warnings++);
        AreaAllocator area = new AreaAllocator(schema, "map", (int) layout.pages() + SLACK);
        space = new GartSpace(schema, layout, policy, platform, area);
        flush = new GartFlush(schema, space);
        setup = new GartSetup(space, flush);
        mapping = new GartMapping(space, flush);
        lists = new GartListMapping(space, flush, mapping);
        s = schema.build().blank();
    }

    /** Nothing has happened yet in this step. */
    void begin() {
        memory.begin();
        writes.clear();
        warnings = 0;
    }

    int warnings() {
        return warnings;
    }

    /** Writes of registers since {@link #begin}, in order. */
    String writes() {
        return String.join(";", writes);
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
        writes.add("n" + node + "." + Integer.toHexString(offset) + "=" + Long.toHexString(value));
        unit.write(state, node, offset, value);
    }
}
