package dev.moat.xen.state;

import dev.moat.iommu.vtd.FaultRecords;
import dev.moat.iommu.vtd.InvalidationQueue;
import dev.moat.iommu.vtd.VtdCaches;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.VtdWalk;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * The VT-d units of the machine, and which source-id is behind which. Tables, device entries and wait statuses are memory,
 * the same for all units; registers, caches and the queue are each unit's own. {@code @source} Xen 4.17: a domain has one
 * set of tables for all units, and each unit its own DIDs.
 */
public final class Units {
    public final Sort sort;
    private final int[] unitOf;
    private final List<Unit> all = new ArrayList<>();

    private record Unit(VtdUnit state, VtdWalk walk, VtdCaches caches, SubmittedQueue queue) {
        static Unit of(SchemaBuilder schema, String prefix, VtdUnit state, Sort cpus) {
            VtdWalk walk = new VtdWalk(state);
            VtdCaches caches = new VtdCaches(state, walk);
            InvalidationQueue queue = new InvalidationQueue(state, caches);
            return new Unit(state, walk, caches, new SubmittedQueue(schema, prefix, state, queue, cpus));
        }
    }

    /** @param unitOf number of the unit that a requester is behind */
    Units(SchemaBuilder schema, VtdUnit first, Sort cpus, int count, int[] unitOf) {
        this.unitOf = unitOf.clone();
        sort = Sort.numbered("Unit", "u", count);
        all.add(Unit.of(schema, "", first, cpus));
        for (int u = 1; u < count; u++) {
            String name = sort.label(u);
            all.add(Unit.of(schema, name + ".", new VtdUnit(schema, name, first), cpus));
        }
    }

    /** Number of units. */
    public int count() {
        return all.size();
    }

    /** The unit that a requester is behind. */
    public int of(int requester) {
        return unitOf[requester];
    }

    /** A unit's registers, caches and queue as slots; tables and device entries are those of unit 0. */
    public VtdUnit state(int unit) {
        return all.get(unit).state();
    }

    /** How a unit walks. */
    public VtdWalk walk(int unit) {
        return all.get(unit).walk();
    }

    /** What a unit caches. */
    public VtdCaches caches(int unit) {
        return all.get(unit).caches();
    }

    /** The caches of the unit that a requester is behind. */
    public VtdCaches cachesOf(int requester) {
        return caches(unitOf[requester]);
    }

    /** Throws {@link IllegalArgumentException} where there are no fault records. */
    public FaultRecords faults(int unit) {
        Unit at = all.get(unit);
        return new FaultRecords(at.state(), at.caches(), at.walk());
    }

    /** A unit's invalidation queue. */
    public SubmittedQueue queue(int unit) {
        return all.get(unit).queue();
    }
}
