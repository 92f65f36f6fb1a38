package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.amdvi.AmdViCaches;
import dev.moat.iommu.amdvi.AmdViGeometry;
import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.AmdViWalk;
import dev.moat.iommu.amdvi.BlockedRequests;
import dev.moat.iommu.amdvi.CommandRing;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.EventLog;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;

/**
 * The AMD-Vi units of the machine, and which DevID is behind which. Device table, page tables and the words that completions
 * are stored to are memory, the same for all units; registers, caches, command buffer and event log are each unit's own.
 * {@code @source} Xen 4.17: one device table for each PCI segment, one set of page tables for each domain.
 */
final class AmdViUnits {
    private final int[] unitOf;
    private final AmdViUnit[] states;
    private final AmdViWalk[] walks;
    private final AmdViCaches[] caches;
    private final SubmittedCommands[] commands;
    private final BlockedRequests[] events;

    /** Declares the slots of all units, each followed by its command buffer's ghost. */
    public AmdViUnits(SchemaBuilder schema, AmdViGeometry geometry, Sizes sizes) {
        Sort sort = sizes.requesters().units();
        Sort cpus = sizes.cpus().sort();
        SchemaBuilder ghosts = sizes.ofSubmitters(schema);
        unitOf =
                sizes.requesters().unitOf().stream().mapToInt(Integer::intValue).toArray();
        int count = sort.size();
        boolean logs = geometry.has(AmdViGeometry.Part.EVENT_LOG);
        states = new AmdViUnit[count];
        walks = new AmdViWalk[count];
        caches = new AmdViCaches[count];
        commands = new SubmittedCommands[count];
        events = new BlockedRequests[logs ? count : 0];
        for (int u = 0; u < count; u++) {
            String name = u == 0 ? "" : sort.label(u);
            states[u] = u == 0
                    ? new AmdViUnit(schema, geometry, sizes.cpus().busy())
                    : new AmdViUnit(schema, name, states[0]);
            walks[u] = new AmdViWalk(states[u]);
            caches[u] = new AmdViCaches(states[u], walks[u]);
            Behaviour behaviour = Behaviour.specified(geometry.capabilities());
            EventLog log = new EventLog(states[u].registers, states[u].memory(), behaviour);
            CommandRing ring = new CommandRing(states[u], caches[u], log);
            commands[u] = new SubmittedCommands(ghosts, u == 0 ? "" : name + ".", states[u], ring, cpus);
            if (logs) {
                events[u] = new BlockedRequests(states[u], walks[u], caches[u], log);
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

    /** A unit's registers and caches as slots; device table and page tables are those of unit 0. */
    public AmdViUnit state(int unit) {
        return states[unit];
    }

    /** How a unit answers requests. */
    public AmdViWalk walk(int unit) {
        return walks[unit];
    }

    /** What a unit caches. */
    public AmdViCaches caches(int unit) {
        return caches[unit];
    }

    /** The caches of the unit that a requester is behind. */
    public AmdViCaches cachesOf(int requester) {
        return caches[unitOf[requester]];
    }

    /** A unit's command buffer. */
    public SubmittedCommands commands(int unit) {
        return commands[unit];
    }

    /** A unit's event log, where there is one. */
    public BlockedRequests events(int unit) {
        return events[unit];
    }
}
