package dev.moat.xen.upkeep;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.Capabilities;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Phase;
import dev.moat.xen.program.Asks;
import dev.moat.xen.program.StepNames;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/**
 * What has to happen before the walker sees a store to a table: where the unit does not snoop, the entry's cache line is
 * written back; where the chipset has a write buffer, that is flushed, unless an invalidation follows, which flushes it
 * too. Only once the store is seen is it known that a domain without a device needs no invalidation: a device that comes
 * earlier may still find the old entry. So with a write buffer every removal invalidates.
 *
 * <p>{@code @source} Xen 4.17 drivers/passthrough/vtd: iommu_sync_cache after every store, iommu_flush_write_buffer where
 * no flush is needed; XSA-321.
 */
public final class Visibility {
    private final XenState xen;
    private final Capabilities.Stores stores;
    private final boolean remembersAbsence;

    Visibility(XenState xen) {
        this.xen = xen;
        stores = xen.capabilities.stores();
        remembersAbsence = xen.capabilities.caching().absence();
    }

    /** What a store owes that needs no invalidation. */
    public int debt() {
        return stores.late() ? Debt.VISIBILITY : Debt.NOTHING;
    }

    /**
     * The steps after a store to a domain's table.
     *
     * @param what names the steps
     * @param flushed whether an invalidation follows whenever a walker could miss the store
     */
    public List<Step> steps(String what, boolean flushed) {
        return steps(what, flushed, this::writeBackLeaf);
    }

    /** The same after a store to a context entry. */
    public List<Step> contextSteps(String what, boolean flushed) {
        return steps(what, flushed, this::writeBackContext);
    }

    private List<Step> steps(String what, boolean flushed, StepCode writeBack) {
        List<Step> steps = new ArrayList<>();
        if (!stores.snooped()) {
            steps.add(Step.of(StepNames.of("write", what, "back"), writeBack).asking(Asks.USES));
        }
        if (stores.buffered() && !flushed) {
            steps.add(
                    Step.of(StepNames.of("flush", what, "buffer"), this::flush).asking(Asks.USES));
            steps.add(Step.of(StepNames.of("await", what, "flush"), this::awaitFlush)
                    .quietly());
        }
        return steps;
    }

    private int writeBackLeaf(long[] s, int cpu) {
        int space = xen.domainTables.space((int) xen.operation.domain.get(s, cpu));
        xen.iommu.visibility().writeBack(s, space, (int) xen.operation.frame.get(s, cpu));
        return writtenBack(s, cpu);
    }

    private int writeBackContext(long[] s, int cpu) {
        xen.iommu.visibility().writeBackEntry(s, (int) xen.deviceCall.requester.get(s, cpu));
        return writtenBack(s, cpu);
    }

    /** Without a write buffer the walker sees the store now; a domain without a device can have nothing cached any more. */
    private int writtenBack(long[] s, int cpu) {
        boolean invalidates = xen.debt.owes.get(s, cpu) == Debt.OWED || remembersAbsence;
        if (!stores.buffered() && !(invalidates && usesUnit(s, cpu))) {
            xen.debt.owes.set(s, cpu, Debt.NOTHING);
        }
        return NEXT;
    }

    /** Whether what the operation changes can lead a device: a context entry, or the tables of a domain that has one. */
    private boolean usesUnit(long[] s, int cpu) {
        return xen.operation.phase.get(s, cpu) >= Phase.DETACHING
                || xen.devices.hasDevice(s, (int) xen.operation.domain.get(s, cpu));
    }

    /** Blocked while another CPU's flush, which may have begun before this CPU's store, is under way. */
    private int flush(long[] s, int cpu) {
        if (xen.debt.owes.get(s, cpu) != Debt.VISIBILITY) {
            return NEXT;
        }
        if (!usesUnit(s, cpu)) {
            xen.debt.owes.set(s, cpu, Debt.NOTHING);
            return NEXT;
        }
        return remembersAbsence || xen.iommu.visibility().startFlush(s, cpu) ? NEXT : BLOCKED;
    }

    private int awaitFlush(long[] s, int cpu) {
        if (xen.debt.owes.get(s, cpu) != Debt.VISIBILITY || remembersAbsence) {
            return NEXT;
        }
        if (!xen.iommu.visibility().isFlushed(s, cpu)) {
            return BLOCKED;
        }
        xen.debt.owes.set(s, cpu, Debt.NOTHING);
        return NEXT;
    }
}
