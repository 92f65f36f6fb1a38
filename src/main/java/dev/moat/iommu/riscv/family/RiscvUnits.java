package dev.moat.iommu.riscv.family;

import dev.moat.iommu.Sizes;
import dev.moat.iommu.queue.CommandUnit;
import dev.moat.iommu.queue.SubmittedCommands;
import dev.moat.iommu.riscv.RiscvCaches;
import dev.moat.iommu.riscv.RiscvGeometry;
import dev.moat.iommu.riscv.RiscvUnit;
import dev.moat.iommu.riscv.RiscvWalk;
import dev.moat.iommu.riscv.semantics.CommandQueue;
import dev.moat.iommu.riscv.semantics.Outside;
import dev.moat.iommu.riscv.semantics.Scope;
import dev.moat.iommu.riscv.semantics.Transaction;
import dev.moat.model.ModelBuilder;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;

/**
 * The units of the machine, and which device is behind which. Device contexts and page tables are memory, the same for all units;
 * registers, caches and command queue are each unit's own.
 */
final class RiscvUnits {
    private final int[] unitOf;
    private final RiscvUnit[] states;
    private final RiscvWalk[] walks;
    private final RiscvCaches[] caches;
    private final SubmittedCommands[] commands;

    /**
     * Declares the slots of all units, each followed by what its driver remembers of its queue.
     *
     * @param rewalks whether a cached page without the right that is needed has the tables walked again
     */
    public RiscvUnits(ModelBuilder model, RiscvGeometry geometry, Sizes sizes, boolean rewalks) {
        SchemaBuilder schema = model.schema();
        Sort sort = sizes.requesters().units();
        unitOf =
                sizes.requesters().unitOf().stream().mapToInt(Integer::intValue).toArray();
        int count = sort.size();
        states = new RiscvUnit[count];
        walks = new RiscvWalk[count];
        caches = new RiscvCaches[count];
        commands = new SubmittedCommands[count];
        for (int u = 0; u < count; u++) {
            String name = u == 0 ? "" : sort.label(u);
            states[u] = u == 0 ? new RiscvUnit(schema, geometry) : new RiscvUnit(schema, name, states[0]);
            walks[u] = new RiscvWalk(states[u], rewalks);
            caches[u] = new RiscvCaches(states[u], walks[u]);
            CommandUnit unit = new CommandQueue(
                    states[u].registers, states[u].memory(), caches[u], Outside.NOBODY, geometry.capabilities());
            commands[u] = new SubmittedCommands(
                    schema, u == 0 ? "" : name + ".", states[u].commands, unit, coverage(geometry), sizes);
        }
    }

    private static SubmittedCommands.Coverage coverage(RiscvGeometry g) {
        return new SubmittedCommands.Coverage() {
            @Override
            public boolean ofPage(long lo, long hi, int tag, int page) {
                boolean ofTag =
                        g.isFirst() ? Scope.isOfFirstStage(lo, Transaction.HOST, tag) : Scope.isOfSecondStage(lo, tag);
                return ofTag && Scope.isOfPages(lo, hi, g.pageNumber(page), 1, true);
            }

            @Override
            public boolean ofEntry(long lo, long hi, int requester) {
                return Scope.isOfDevice(lo, g.users().deviceIds().get(requester));
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

    /** A unit's registers and caches as slots; contexts and page tables are those of unit 0. */
    public RiscvUnit state(int unit) {
        return states[unit];
    }

    /** How a unit answers requests. */
    public RiscvWalk walk(int unit) {
        return walks[unit];
    }

    /** What a unit caches. */
    public RiscvCaches caches(int unit) {
        return caches[unit];
    }

    /** The caches of the unit that a requester is behind. */
    public RiscvCaches cachesOf(int requester) {
        return caches[unitOf[requester]];
    }

    /** A unit's command queue. */
    public SubmittedCommands commands(int unit) {
        return commands[unit];
    }
}
