package dev.moat.iommu.smmuv3.family;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.queue.CommandUnit;
import dev.moat.iommu.queue.SubmittedCommands;
import dev.moat.iommu.smmuv3.SmmuCaches;
import dev.moat.iommu.smmuv3.SmmuGeometry;
import dev.moat.iommu.smmuv3.SmmuUnit;
import dev.moat.iommu.smmuv3.SmmuWalk;
import dev.moat.iommu.smmuv3.semantics.Caches;
import dev.moat.iommu.smmuv3.semantics.CommandQueue;
import dev.moat.iommu.smmuv3.semantics.Scope;
import dev.moat.model.ModelBuilder;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;

/**
 * The units of the machine, and which device is behind which. Stream table, context descriptors and page tables are memory, the same for all units;
 * registers, caches and command queue are each unit's own.
 */
final class SmmuUnits {
    private final int[] unitOf;
    private final SmmuUnit[] states;
    private final SmmuWalk[] walks;
    private final SmmuCaches[] caches;
    private final SubmittedCommands[] commands;

    /**
     * Declares the slots of all units, each followed by what its driver remembers of its queue.
     *
     * @param rewalks whether a cached page without the right that is needed has the tables walked again
     */
    public SmmuUnits(ModelBuilder model, SmmuGeometry geometry, Sizes sizes, boolean rewalks) {
        SchemaBuilder schema = model.schema();
        Sort sort = sizes.requesters().units();
        unitOf =
                sizes.requesters().unitOf().stream().mapToInt(Integer::intValue).toArray();
        int count = sort.size();
        states = new SmmuUnit[count];
        walks = new SmmuWalk[count];
        caches = new SmmuCaches[count];
        commands = new SubmittedCommands[count];
        for (int u = 0; u < count; u++) {
            String name = u == 0 ? "" : sort.label(u);
            states[u] = u == 0 ? new SmmuUnit(schema, geometry) : new SmmuUnit(schema, name, states[0]);
            walks[u] = new SmmuWalk(states[u], rewalks);
            caches[u] = new SmmuCaches(states[u], walks[u]);
            CommandUnit unit =
                    new CommandQueue(states[u].registers, states[u].memory(), caches[u], states[u].capabilities());
            commands[u] = new SubmittedCommands(
                    schema, u == 0 ? "" : name + ".", states[u].commands, unit, coverage(geometry, walks[u]), sizes);
        }
    }

    private static SubmittedCommands.Coverage coverage(SmmuGeometry g, SmmuWalk walk) {
        return new SubmittedCommands.Coverage() {
            @Override
            public boolean ofPage(long lo, long hi, int tag, int page) {
                return Scope.isOf(lo, hi, walk.page(tag, page));
            }

            @Override
            public boolean ofEntry(long lo, long hi, int requester) {
                return Scope.isOfConfiguration(lo, hi, Caches.Kind.STREAM_ENTRY, g.streamId(requester));
            }
        };
    }

    /** Number of units. */
    public int count() {
        return states.length;
    }

    /** The unit that a requester is behind. */
    public int of(int requester) {
        return unitOf[requester];
    }

    /** A unit's registers and caches as slots; what is memory is that of unit 0. */
    public SmmuUnit state(int unit) {
        return states[unit];
    }

    /** How a unit answers transactions. */
    public SmmuWalk walk(int unit) {
        return walks[unit];
    }

    /** What a unit caches. */
    public SmmuCaches caches(int unit) {
        return caches[unit];
    }

    /** The caches of the unit that a requester is behind. */
    public SmmuCaches cachesOf(int requester) {
        return caches[unitOf[requester]];
    }

    /** A unit's command queue. */
    public SubmittedCommands commands(int unit) {
        return commands[unit];
    }
}
