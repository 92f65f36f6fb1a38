package dev.moat.xen.upkeep;

import dev.moat.iommu.vtd.Descriptors;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.xen.state.SubmittedQueue;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * What software does about a queue that stopped at a wrong descriptor (FSTS.IQE): the wrong one is replaced by the global
 * invalidation of its kind, so that what is waited for behind it is true once it is done. {@code @source} Linux
 * qi_check_fault, which puts a wait in its place and lets the caller fail; Xen 4.17 only prints the error.
 */
public final class QueueRecovery {
    private final XenState x;
    private final ModelBuilder model;
    /** {@code recovery.skips}: () to 1 when a wait that changes nothing takes the place of the wrong descriptor. */
    private final Decision skips;

    public QueueRecovery(XenState x, ModelBuilder model) {
        this.x = x;
        this.model = model;
        skips = model.decision("recovery.skips", (s, a, b, c) -> 0);
    }

    public void declare() {
        if (x.setting.devs().recoversQueue()) {
            model.action(new Action(
                    "repair_queue",
                    Actor.HYPERVISOR,
                    List.of(new Argument("unit", x.units.sort)),
                    ModelBuilder.all(),
                    (s, unit, b, c, d, e) -> repair(s, unit),
                    true,
                    "stutter"));
        }
    }

    private boolean repair(long[] s, int unit) {
        SubmittedQueue queue = x.units.queue(unit);
        long wrong = Descriptors.TYPE.get(queue.oldest(s));
        long right = wrong == Descriptors.IOTLB
                ? Descriptors.iotlbGlobal()
                : wrong == Descriptors.CONTEXT_CACHE ? Descriptors.contextGlobal() : Descriptors.WAIT;
        return queue.repair(s, skips.decide(s, 0, 0, 0) != 0 ? Descriptors.WAIT : right, 0);
    }
}
