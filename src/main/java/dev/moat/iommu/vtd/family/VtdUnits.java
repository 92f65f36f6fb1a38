package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.vtd.DeviceTlbs;
import dev.moat.iommu.vtd.FaultReader;
import dev.moat.iommu.vtd.FaultRecords;
import dev.moat.iommu.vtd.InvalidationQueue;
import dev.moat.iommu.vtd.VtdCaches;
import dev.moat.iommu.vtd.VtdGeometry;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.VtdWalk;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;

/**
 * The VT-d units of the machine, and which source-id is behind which. Tables, device entries and wait statuses are memory,
 * the same for all units; registers, caches and the queue are each unit's own. {@code @source} Xen 4.17: a domain has one
 * set of tables for all units, and each unit its own DIDs.
 */
final class VtdUnits {
    private final int[] unitOf;
    private final VtdUnit[] states;
    private final VtdWalk[] walks;
    private final VtdCaches[] caches;
    private final SubmittedQueue[] queues;
    private final FaultRecords[] faults;
    private final FaultReader[] readers;
    private final DeviceTlbs[] deviceTlbs;

    /** Declares the slots of all units, each followed by its queue's ghost. */
    public VtdUnits(SchemaBuilder schema, VtdGeometry geometry, Sizes sizes) {
        Sort sort = sizes.requesters().units();
        Sort cpus = sizes.cpus().sort();
        SchemaBuilder ghosts = sizes.ofSubmitters(schema);
        unitOf =
                sizes.requesters().unitOf().stream().mapToInt(Integer::intValue).toArray();
        int count = sort.size();
        states = new VtdUnit[count];
        walks = new VtdWalk[count];
        caches = new VtdCaches[count];
        queues = new SubmittedQueue[count];
        boolean records = geometry.options().has(VtdGeometry.Part.FAULT_RECORDS);
        faults = new FaultRecords[records ? count : 0];
        readers = new FaultReader[faults.length];
        deviceTlbs = new DeviceTlbs[count];
        for (int u = 0; u < count; u++) {
            String name = u == 0 ? "" : sort.label(u);
            states[u] =
                    u == 0 ? new VtdUnit(schema, geometry, sizes.cpus().busy()) : new VtdUnit(schema, name, states[0]);
            walks[u] = new VtdWalk(states[u]);
            caches[u] = new VtdCaches(states[u], walks[u]);
            deviceTlbs[u] = u == 0 ? new DeviceTlbs(schema, states[u], walks[u], caches[u]) : deviceTlbs[0];
            InvalidationQueue queue = new InvalidationQueue(states[u], caches[u], deviceTlbs[u]::invalidate);
            String of = u == 0 ? "" : " of " + name;
            schema.keeps("waits" + of + " write what a status can be", queue::areWaitsOfStatus);
            if (u == 0) {
                schema.keepsAtSteps("entries above the last level lead to the next tables", states[0].connected());
            }
            queues[u] = new SubmittedQueue(ghosts, u == 0 ? "" : name + ".", states[u], queue, cpus);
            if (records) {
                faults[u] = new FaultRecords(states[u], caches[u], walks[u]);
                readers[u] = new FaultReader(schema, u == 0 ? "" : name + ".", states[u], faults[u]);
            }
        }
    }

    /** Number of units. */
    public int count() {
        return states.length;
    }

    /** The unit that a requester is behind. */
    public int of(int requester) {
        return unitOf[requester];
    }

    /** A unit's registers, caches and queue as slots; tables and device entries are those of unit 0. */
    public VtdUnit state(int unit) {
        return states[unit];
    }

    /** How a unit walks. */
    public VtdWalk walk(int unit) {
        return walks[unit];
    }

    /** What a unit caches. */
    public VtdCaches caches(int unit) {
        return caches[unit];
    }

    /** The caches of the unit that a requester is behind. */
    public VtdCaches cachesOf(int requester) {
        return caches[unitOf[requester]];
    }

    /** A unit's fault records, where there are any. */
    public FaultRecords faults(int unit) {
        return faults[unit];
    }

    /** Whether there are fault records. */
    public boolean hasFaults() {
        return faults.length > 0;
    }

    /** Who empties them. */
    public FaultReader reader(int unit) {
        return readers[unit];
    }

    /** What devices keep; where they keep anything there is one unit. */
    public DeviceTlbs deviceTlbs() {
        return deviceTlbs[0];
    }

    /** A unit's invalidation queue. */
    public SubmittedQueue queue(int unit) {
        return queues[unit];
    }
}
