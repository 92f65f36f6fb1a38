package dev.moat.xen.device;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Phase;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.EntryStores;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.Invalidation;
import java.util.List;

/** The steps by which a domain loses a device: the entry of each of its source-ids, then what is cached of it. */
final class Deassignment {
    private static final String DETACH = "detach";
    private static final String DISABLE = "disable-ats";
    private static final String NOTE_ERROR = "note-error";
    private static final String KEEP_DEVICE = "keep-device";

    private final XenState xen;
    private final Invalidation invalidation;
    private final UnityMapping unity;
    /** {@code deassign.next-source-id}: (source-id) to the next one of the same device, or -1. */
    private final Decision nextSourceId;
    /**
     * {@code deassign.leads-to}: (source-id) to the domain + 1 whose tables its context entry leads to, 0 for none. Where domain 0
     * has no tables there is nowhere else to lead it.
     */
    private final Decision leadsTo;
    /**
     * {@code detach.frees-did}: (domain, whether it has other devices at the unit, whether an assignment is undone) to 1 when
     * its DID becomes free.
     */
    private final Decision freesDid;
    /** {@code deassign.invalidates-absent}: (source-id) to 1 when it is invalidated although its entry is absent already. */
    private final Decision invalidatesAbsent;

    Deassignment(XenState xen, ModelBuilder model, Invalidation invalidation) {
        this.xen = xen;
        this.invalidation = invalidation;
        unity = new UnityMapping(xen, invalidation);
        Decision always = (s, q, b, c) -> 1;
        nextSourceId = model.decision("deassign.next-source-id", (s, q, b, c) -> xen.devices.nextRequester(q));
        Decision nowhere = (s, q, b, c) -> 0;
        leadsTo = xen.domainTables.space(0) < 0 ? nowhere : model.decision("deassign.leads-to", nowhere);
        freesDid = model.decision("detach.frees-did", (s, domain, others, undone) -> 1 - others);
        invalidatesAbsent = xen.setting.waitsTimeOut() ? model.decision("deassign.invalidates-absent", always) : always;
    }

    /**
     * The program. Where waits are given up, the second half is asked for after the first one failed all the same; after either
     * failure the domain keeps the device, whose entry stays absent, and the toolstack may try again. {@code @source} Xen 4.12
     * domain_context_unmap_one, reassign_device_ownership.
     */
    List<Step> steps() {
        boolean timesOut = xen.setting.waitsTimeOut();
        String last = xen.hasDeviceTlbs() ? DISABLE : DETACH;
        Step clear = Step.of("context-clear", this::contextClear)
                .asking(xen.quarantine.asks())
                .asking("deassign.leads-to", "deassign.invalidates-absent")
                .taking(Asks.DEVICES_LOCK)
                .claiming("clear-context");
        Step detach = Step.of(DETACH, this::detach)
                .asking(Asks.FREE_TAG)
                .dropping(Asks.DEVICES_LOCK)
                .claiming("deassign");
        return new OperationPlan()
                .step(timesOut ? clear.on(DONE, last) : clear)
                .at("entry", clearing())
                .at("payment", invalidation.detachSteps(NOTE_ERROR, KEEP_DEVICE))
                .stepIf(
                        xen.setting.devs().aliases() > 0,
                        () -> Step.of("next-source-id", this::nextToClear)
                                .asking("deassign.next-source-id")
                                .quietly()
                                .on(LOOP, "context-clear"))
                .at("unity", unity.unmapping(DETACH))
                .stepIf(xen.hasDeviceTlbs(), () -> Step.of(DISABLE, this::disableAts))
                .step(timesOut ? detach.on(NEXT, Step.END).on(FAIL, KEEP_DEVICE) : detach)
                .stepIf(
                        timesOut,
                        () -> Step.of(KEEP_DEVICE, this::keepDevice)
                                .dropping(Asks.DEVICES_LOCK)
                                .on(NEXT, Step.END))
                // Apart, so that whoever leaves the first half out goes on with the second one, and not with the error.
                .stepIf(
                        timesOut,
                        () -> Step.of(NOTE_ERROR, this::noteError).quietly().on(NEXT, "queue-domain-invalidation"))
                .steps();
    }

    private int noteError(long[] s, int cpu) {
        xen.operation.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
        return NEXT;
    }

    private int keepDevice(long[] s, int cpu) {
        noteError(s, cpu);
        xen.debt.owesNothing(s, cpu);
        xen.operation.phase.set(s, cpu, Phase.NONE);
        xen.devicesLock.drop(s, cpu, 0);
        return NEXT;
    }

    private int requester(long[] s, int cpu) {
        return (int) xen.deviceCall.requester.get(s, cpu);
    }

    private boolean isRefused(long[] s, int cpu) {
        return xen.hypercall.error.size() > 0 && xen.hypercall.error.get(s, cpu) != 0;
    }

    private int nextToClear(long[] s, int cpu) {
        int next = nextSourceId.decide(s, requester(s, cpu), 0, 0);
        if (next >= 0) {
            xen.deviceCall.requester.set(s, cpu, next);
        }
        return next >= 0 ? LOOP : NEXT;
    }

    /**
     * A domain gives its DID at a unit back, unless it uses it for another device.
     *
     * @param undone whether an assignment is being undone
     */
    void freeDid(long[] s, int domain, int unit, boolean undone) {
        if (freesDid.decide(s, domain, xen.devices.uses(s, domain, unit) ? 1 : 0, undone ? 1 : 0) != 0) {
            xen.domainTables.releaseTag(s, domain, unit);
        }
    }

    /** Takes the lock on devices, which is held to the end. FAIL when the device has no domain. */
    private int contextClear(long[] s, int cpu) {
        int requester = requester(s, cpu);
        int device = xen.devices.deviceOf(requester);
        boolean first = requester == device;
        if (first && !xen.devicesLock.isFree(s, 0)) {
            return BLOCKED;
        }
        if (first && (isRefused(s, cpu) || xen.devices.assigned.get(s, device) == 0)) {
            return FAIL;
        }
        xen.devicesLock.take(s, cpu, 0);
        if (invalidatesAbsent.decide(s, requester, 0, 0) == 0 && xen.quarantine.holds(s, requester)) {
            noteDomain(s, cpu, device);
            return DONE;
        }
        clearEntry(s, cpu, 0);
        noteDomain(s, cpu, device);
        xen.operation.phase.set(s, cpu, Phase.DETACHING);
        xen.debt.owes.set(s, cpu, Debt.OWED);
        return NEXT;
    }

    /** Who loses the device; a fault gives it back before the entry of its last source-id is cleared: who it was stays noted. */
    private void noteDomain(long[] s, int cpu, int device) {
        int domain = (int) xen.devices.assigned.get(s, device) - 1;
        if (domain >= 0) {
            xen.operation.domain.set(s, cpu, domain);
        }
    }

    /** What clearing an entry takes beyond its first store. */
    private List<Step> clearing() {
        List<String> asks = Asks.joined(xen.quarantine.asks(), List.of("deassign.leads-to"));
        return EntryStores.steps("clear-entry", 1, xen.entries.stores(), asks, this::clearEntry);
    }

    /** Another domain that a fault leads it to takes a DID as an assignment does; when none is free the entry leads nowhere. */
    private void clearEntry(long[] s, int cpu, int part) {
        int requester = requester(s, cpu);
        int to = leadsTo.decide(s, requester, 0, 0);
        if (to == 0 || xen.tags.take(s, xen.domainTables.space(to - 1), xen.iommu.unitOf(requester)) < 0) {
            xen.quarantine.enter(s, requester, part);
        } else {
            xen.devices.attach(s, requester, to - 1, part);
        }
    }

    /**
     * The device's own TLB is switched off behind its entry; one whose entry could not be forgotten keeps it. {@code @source} Xen 4.21
     * vtd/iommu.c, domain_context_unmap: disable_ats_device where domain_context_unmap_one succeeded.
     */
    private int disableAts(long[] s, int cpu) {
        if (xen.operation.result.get(s, cpu) == GrantStatus.OKAY) {
            xen.entries.enableDeviceTlb(s, requester(s, cpu), false);
        }
        return NEXT;
    }

    private int detach(long[] s, int cpu) {
        if (xen.operation.result.get(s, cpu) != GrantStatus.OKAY) {
            return FAIL;
        }
        int device = xen.devices.deviceOf(requester(s, cpu));
        xen.devices.assigned.set(s, device, 0);
        xen.unity.release(s, device);
        freeDid(s, (int) xen.operation.domain.get(s, cpu), xen.iommu.unitOf(requester(s, cpu)), false);
        xen.devicesLock.drop(s, cpu, 0);
        return NEXT;
    }
}
