package dev.moat.xen.kept;

import dev.moat.iommu.Rights;
import dev.moat.state.SchemaBuilder;
import dev.moat.xen.abstraction.UpkeepProgress;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Phase;
import dev.moat.xen.state.XenState;
import java.util.List;

/** That the I/O tables say what owners and mappings allow, and that frames go only when no table has them. */
final class TableLines {
    private final XenState xen;
    private final Mappings mappings;
    private final int frames;
    private final boolean[] entered;
    private final boolean[] clears;
    private final boolean[] cleared;

    /** @param steps all of the machine */
    TableLines(XenState xen, Mappings mappings, Steps steps) {
        this.xen = xen;
        this.mappings = mappings;
        frames = xen.memory.frames.size();
        entered = steps.that(UpkeepProgress::isEntered);
        clears = steps.named("clear-owner");
        cleared = steps.that((op, i) -> {
            int clear = op.indexOf("clear-owner");
            return clear >= 0 && i > clear && i <= op.indexOf("release");
        });
    }

    void declare(SchemaBuilder schema) {
        schema.keepsAtSteps("who releases a frame is the last who had it", this::areReleasedUnused);
        schema.keepsAtSteps("devices stay with the domains they began with", this::areDevicesAtHome);
        for (int d = 0; d < xen.domains.size(); d++) {
            for (int f = 0; xen.domainTables.space(d) >= 0 && f < frames; f++) {
                int domain = d;
                int frame = f;
                String entry = "the entry of " + xen.domains.label(d) + " for " + xen.memory.frames.label(f);
                schema.keepsAtSteps(entry + " leads there or nowhere", s -> isWhole(s, domain, frame));
                schema.keepsAtSteps(entry + " allows what owning or mapping it does", s -> isDue(s, domain, frame));
            }
        }
    }

    private boolean isWhole(long[] s, int domain, int frame) {
        int space = xen.domainTables.space(domain);
        boolean some = xen.ioTables.leads(s, space, frame, frame, Rights.NONE);
        some |= xen.ioTables.leads(s, space, frame, frame, Rights.READ);
        some |= xen.ioTables.leads(s, space, frame, frame, Rights.ALL);
        return some;
    }

    private boolean isDue(long[] s, int domain, int frame) {
        int rights = xen.ioTables.rights(s, xen.domainTables.space(domain), frame);
        return xen.memory.owner.get(s, frame) == domain + 1 || (rights & ~due(s, domain, frame)) == 0;
    }

    /** What a domain's active mappings of a frame allow, and one that a CPU is at, while the tables hold its entry. */
    private int due(long[] s, int domain, int frame) {
        int due = 0;
        for (int k = 0; k < mappings.count(); k++) {
            boolean counts = k < mappings.ofHandles()
                    ? mappings.sides(s, k) != 0
                    : isEntered(s, k - mappings.ofHandles(), mappings.phase(s, k));
            if (counts && mappings.mapper(s, k) == domain && mappings.isOf(s, k, frame)) {
                due |= mappings.isReadOnly(s, k) ? Rights.READ : Rights.ALL;
            }
        }
        return due;
    }

    private boolean isEntered(long[] s, int cpu, int phase) {
        return (phase == Phase.OPENING || phase == Phase.CLOSING) && Steps.isAt(entered, xen.pc.get(s, cpu));
    }

    /** A frame that was given up goes when the last reference to it does, and is out of its owner's tables before. */
    private boolean areReleasedUnused(long[] s) {
        boolean all = true;
        for (int cpu = 0; cpu < xen.pc.size(); cpu++) {
            boolean isCleared = Steps.isAt(cleared, xen.pc.get(s, cpu));
            boolean releases = isCleared || Steps.isAt(clears, xen.pc.get(s, cpu));
            for (int f = 0; f < frames; f++) {
                boolean is = xen.operation.frame.get(s, cpu) == f;
                all &= !releases || !is || xen.memory.isUnused(s, f);
                all &= !isCleared || !is || isOutOfTables(s, cpu, f);
            }
        }
        return all;
    }

    /** The owner's tables do not have it, and what is owed for that is owed by this CPU. */
    private boolean isOutOfTables(long[] s, int cpu, int frame) {
        boolean some = false;
        boolean owes = xen.debt.owes.get(s, cpu) != Debt.NOTHING;
        for (int d = 0; d < xen.domains.size(); d++) {
            int space = xen.domainTables.space(d);
            boolean is = space < 0 || xen.ioTables.rights(s, space, frame) == Rights.NONE;
            is &= !owes || xen.operation.domain.get(s, cpu) == d;
            some |= is && xen.memory.owner.get(s, frame) == d + 1;
        }
        return some;
    }

    /** Where devices do not come and go. */
    private boolean areDevicesAtHome(long[] s) {
        boolean all = true;
        List<Integer> domains = xen.setting.iommuDomains();
        for (int q = 0; q < xen.devices.sort.size() && q < domains.size(); q++) {
            int domain = domains.get(q);
            all &= xen.devices.assigned.get(s, q) == domain + 1;
            all &= xen.entries.leadsTo(s, q, xen.domainTables.space(domain));
        }
        return all;
    }
}
