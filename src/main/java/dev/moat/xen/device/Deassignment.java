package dev.moat.xen.device;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.xen.state.Locals;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.EntryStores;
import dev.moat.xen.upkeep.Invalidation;
import dev.moat.xen.upkeep.WaitLimit;
import java.util.ArrayList;
import java.util.List;

/** The steps by which a domain loses a device: the entry of each of its source-ids, then what is cached of it. */
final class Deassignment {
    private final XenState x;
    private final Invalidation invalidation;
    private final WaitLimit limit;
    /** {@code deassign.next-source-id}: (source-id) to the next one of the same device, or -1. */
    private final Decision nextSourceId;
    /** {@code deassign.leads-to}: (source-id) to the domain + 1 whose tables its context entry leads to, 0 for none. */
    private final Decision leadsTo;
    /**
     * {@code detach.frees-did}: (domain, whether it has other devices at the unit, whether an assignment is undone) to 1 when
     * its DID becomes free.
     */
    private final Decision freesDid;
    /** {@code deassign.invalidates-absent}: (source-id) to 1 when it is invalidated although its entry is absent already. */
    private final Decision invalidatesAbsent;

    Deassignment(XenState x, ModelBuilder model, Invalidation invalidation, WaitLimit limit) {
        this.x = x;
        this.invalidation = invalidation;
        this.limit = limit;
        Decision always = (s, q, b, c) -> 1;
        nextSourceId = model.decision("deassign.next-source-id", (s, q, b, c) -> x.nextRequester(q));
        leadsTo = model.decision("deassign.leads-to", (s, q, b, c) -> 0);
        freesDid = model.decision("detach.frees-did", (s, domain, others, undone) -> 1 - others);
        invalidatesAbsent = x.setting.waitsTimeOut() ? model.decision("deassign.invalidates-absent", always) : always;
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        Step clear = Step.of("context-clear", this::contextClear).claiming("clear-context");
        if (x.setting.waitsTimeOut()) {
            return impatient(clear);
        }
        steps.add(clear);
        steps.addAll(clearing());
        steps.addAll(invalidation.detachSteps());
        if (x.setting.devs().aliases() > 0) {
            steps.add(Step.of("next-source-id", this::nextToClear).quietly().on(LOOP, "context-clear"));
        }
        steps.add(Step.of("detach", this::detach).claiming("deassign"));
        return steps;
    }

    /**
     * The same where waits are given up. After the first one the second half is asked for all the same; after either, the
     * domain keeps the device, whose entry stays absent, and the toolstack may try again. {@code @source} Xen 4.12
     * domain_context_unmap_one, reassign_device_ownership.
     */
    private List<Step> impatient(Step clear) {
        List<Step> steps = new ArrayList<>(List.of(clear.on(DONE, "detach")));
        steps.addAll(clearing());
        for (Step step : invalidation.detachSteps()) {
            switch (step.name()) {
                case "await-context" -> steps.add(limit.limited(step, "note-error"));
                case "await-domain" -> steps.add(limit.limited(step, "keep-device"));
                default -> steps.add(step);
            }
        }
        steps.add(Step.of("detach", this::detach).on(NEXT, Step.END).on(FAIL, "keep-device"));
        steps.add(Step.of("keep-device", this::keepDevice).on(NEXT, Step.END));
        // Apart, so that whoever leaves the first half out goes on with the second one, and not with the error.
        steps.add(Step.of("note-error", this::noteError).quietly().on(NEXT, "queue-domain-invalidation"));
        return steps;
    }

    private int noteError(long[] s, int cpu) {
        x.locals.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
        return NEXT;
    }

    private int keepDevice(long[] s, int cpu) {
        noteError(s, cpu);
        x.locals.owesNothing(s, cpu);
        x.devicesLock.set(s, 0);
        return NEXT;
    }

    private int requester(long[] s, int cpu) {
        return (int) x.locals.device.get(s, cpu);
    }

    private boolean isRefused(long[] s, int cpu) {
        return x.calls.error.size() > 0 && x.calls.error.get(s, cpu) != 0;
    }

    private int nextToClear(long[] s, int cpu) {
        int next = nextSourceId.decide(s, requester(s, cpu), 0, 0);
        if (next >= 0) {
            x.locals.device.set(s, cpu, next);
        }
        return next >= 0 ? LOOP : NEXT;
    }

    /**
     * A domain gives its DID at a unit back, unless it uses it for another device.
     *
     * @param undone whether an assignment is being undone
     */
    void freeDid(long[] s, int domain, int unit, boolean undone) {
        if (freesDid.decide(s, domain, x.uses(s, domain, unit) ? 1 : 0, undone ? 1 : 0) != 0) {
            x.releaseTag(s, domain, unit);
        }
    }

    /** Takes the lock on devices, which is held to the end. FAIL when the device has no domain. */
    private int contextClear(long[] s, int cpu) {
        int requester = requester(s, cpu);
        int device = x.deviceOf(requester);
        boolean first = requester == device;
        if (first && x.devicesLock.get(s) != 0) {
            return BLOCKED;
        }
        if (first && (isRefused(s, cpu) || x.assigned.get(s, device) == 0)) {
            return FAIL;
        }
        x.devicesLock.set(s, 1);
        if (invalidatesAbsent.decide(s, requester, 0, 0) == 0 && x.quarantine.holds(s, requester)) {
            x.locals.domain.set(s, cpu, x.assigned.get(s, device) - 1);
            return DONE;
        }
        clearEntry(s, cpu, 0);
        x.locals.domain.set(s, cpu, x.assigned.get(s, device) - 1);
        x.locals.phase.set(s, cpu, Locals.DETACHING);
        x.locals.owes.set(s, cpu, Locals.OWED);
        return NEXT;
    }

    /** What clearing an entry takes beyond its first store. */
    private List<Step> clearing() {
        return EntryStores.steps("clear-entry", 1, x.entries.stores(), this::clearEntry);
    }

    private void clearEntry(long[] s, int cpu, int part) {
        int to = leadsTo.decide(s, requester(s, cpu), 0, 0);
        if (to == 0) {
            x.quarantine.enter(s, requester(s, cpu), part);
        } else {
            x.attach(s, requester(s, cpu), to - 1, part);
        }
    }

    private int detach(long[] s, int cpu) {
        if (x.locals.result.get(s, cpu) != GrantStatus.OKAY) {
            return FAIL;
        }
        x.assigned.set(s, x.deviceOf(requester(s, cpu)), 0);
        freeDid(s, (int) x.locals.domain.get(s, cpu), x.iommu.unitOf(requester(s, cpu)), false);
        x.devicesLock.set(s, 0);
        return NEXT;
    }
}
