package dev.moat.twin.gart;

import dev.moat.iommu.Memory;
import dev.moat.iommu.gart.DmaAnswer;
import dev.moat.iommu.gart.GartGeometry;
import dev.moat.iommu.gart.GartGeometry.Part;
import dev.moat.iommu.gart.GartTlb;
import dev.moat.iommu.gart.GartUnit;
import dev.moat.iommu.gart.GartWalk;
import dev.moat.iommu.gart.NodeAccess;
import dev.moat.iommu.gart.NodeRegisters;
import dev.moat.iommu.gart.PtesInState;
import dev.moat.iommu.gart.linux.GartAperture;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import dev.moat.twin.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Northbridges of {@link dev.moat.iommu.gart} with every part of their state, whose TLBs hold all pages of the aperture, and a device
 * behind each. By chance they take entries in and let them go, and have requests in flight; an invalidation is done at its second poll.
 */
final class ModelledNodes implements NodeAccess {
    private static final Sort PAGES = Sort.numbered("Page", "p", 1 << 13);

    private final PtesInState ptes;
    private final long table;
    private final GartUnit unit;
    private final GartWalk walk;
    private final GartTlb tlb;
    private final GartGeometry geometry;
    private final AtomicInteger stale;
    private final Chance chance = new Chance(7);
    private final List<String> writes = new ArrayList<>();
    private final boolean[] polled;

    ModelledNodes(SchemaBuilder schema, int nodes, GartAperture.Found found, GartAperture layout, AtomicInteger stale) {
        this.stale = stale;
        geometry = new GartGeometry(
                Sort.numbered("Node", "n", nodes),
                Sort.numbered("Requester", "q", nodes),
                IntStream.range(0, nodes).boxed().toList(),
                PAGES,
                layout.base() >>> 12,
                Sort.numbered("Frame", "f", 1),
                0,
                NodeRegisters.UNIT_SHIFT,
                List.of(Part.values()));
        table = layout.table();
        ptes = new PtesInState(schema, geometry, layout.table(), layout.base(), layout.apertureSize());
        unit = new GartUnit(
                schema, geometry, ptes, new GartUnit.Reset(found.apertureControl(), found.apertureBase(), 0, true));
        walk = new GartWalk(unit);
        tlb = new GartTlb(unit, walk);
        polled = new boolean[nodes];
    }

    /** Memory as the driver sees it; before a store TLBs may read ahead. */
    Memory memory() {
        return new Memory() {
            @Override
            public boolean isReadable(long[] s, long address) {
                return ptes.isReadable(s, address);
            }

            @Override
            public long read(long[] s, long address) {
                return ptes.read(s, address);
            }

            @Override
            public boolean write(long[] s, long address, long value) {
                return ptes.write(s, address, value);
            }

            @Override
            public boolean write32(long[] s, long address, long value) {
                for (int node = 0; node < polled.length; node++) {
                    if (chance.oneIn(2)) {
                        tlb.fill(s, node, (int) ((address - table) / Integer.BYTES));
                    }
                }
                return ptes.write32(s, address, value);
            }
        };
    }

    List<String> takeWrites() {
        List<String> taken = List.copyOf(writes);
        writes.clear();
        return taken;
    }

    /** A request of the device behind a node: its {@link DmaAnswer}, the error reported. */
    long access(long[] s, int node, long number) {
        int page = geometry.pageAt(number);
        if (page >= 0 && chance.oneIn(16)) {
            tlb.evict(s, node, page);
        }
        long answer = walk.answer(s, node, number);
        if (answer != walk.uncached(s, node, number)) {
            stale.incrementAndGet();
        }
        tlb.report(s, node, number);
        if (page >= 0 && !chance.oneIn(4)) {
            boolean accepted = chance.oneIn(2) && tlb.accept(s, node, page, chance.oneIn(2));
            if (!accepted) {
                tlb.fill(s, node, page);
            }
        }
        if (chance.oneIn(4)) {
            tlb.finish(s, node);
        }
        return answer;
    }

    @Override
    public long read(long[] s, int node, int offset) {
        if (offset == NodeRegisters.CACHE_CONTROL) {
            if (polled[node]) {
                tlb.invalidate(s, node);
            }
            polled[node] = true;
        }
        return unit.read(s, node, offset);
    }

    @Override
    public void write(long[] s, int node, int offset, long value) {
        writes.add(String.format("n%d.%x=%x", node, offset, value));
        polled[node] = false;
        unit.write(s, node, offset, value);
    }
}
