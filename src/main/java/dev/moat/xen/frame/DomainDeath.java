package dev.moat.xen.frame;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.Maptrack;
import dev.moat.grant.Pins;
import dev.moat.iommu.Rights;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Hypercall;
import dev.moat.xen.call.Phase;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.EntryStores;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.Completion;
import dev.moat.xen.upkeep.FrameRelease;
import dev.moat.xen.upkeep.Invalidation;
import dev.moat.xen.upkeep.TablePages;
import java.util.List;

/**
 * {@code XEN_DOMCTL_destroydomain}. The devices are taken away first, with the flushes of a deassignment; from then on
 * nobody looks at the domain's I/O tables, and its mappings, page table entries and frames go one by one without any. A
 * frame that others refer to stays, and with it the domain as a zombie, until the last of them unmaps it. {@code @source}
 * Xen 4.17 domain_kill; recorded ({@code assigned-granter-dies}).
 */
public final class DomainDeath {
    /** (domain). Error ESRCH when it is gone; nothing happens to a zombie. */
    public static final String DESTROY = "destroy";

    private static final String TEAR_DOWN = "tear-down";

    private final XenState xen;
    private final Invalidation invalidation;
    private final FrameRelease release;
    private final TablePages tablePages;
    private final Completion completion;
    /** {@code destroy.frame-is-unused}: (whether nobody refers to a frame of the domain) to 1 when it is released. */
    private final Decision unused;

    public DomainDeath(
            XenState xen, ModelBuilder model, Invalidation invalidation, FrameRelease release, TablePages tablePages) {
        this.xen = xen;
        this.tablePages = tablePages;
        this.invalidation = invalidation;
        this.release = release;
        completion = new Completion(xen);
        unused = model.decision("destroy.frame-is-unused", (s, says, b, c) -> says);
    }

    public void declare(ModelBuilder model) {
        xen.domains.labels().forEach(domain -> model.rare(DESTROY, domain));
        List<Step> freeing = tablePages.freeingAll(this::domain);
        List<Step> steps = new OperationPlan()
                .step(Step.of("kill", this::kill)
                        .taking(Asks.DEVICES_LOCK)
                        .claiming("begin-end")
                        .on(FAIL, Step.END)
                        .on(DONE, Step.END))
                .step(Step.of("context-clear", this::contextClear)
                        .asking(xen.quarantine.asks())
                        .dropping(Asks.DEVICES_LOCK)
                        .claiming("clear-context")
                        .on(DONE, freeing.isEmpty() ? TEAR_DOWN : freeing.get(0).name()))
                .at(
                        "entry",
                        EntryStores.steps(
                                "clear-entry", 1, xen.entries.stores(), xen.quarantine.asks(), this::clearEntry))
                .at("payment", invalidation.detachSteps())
                .stepIf(xen.hasDeviceTlbs(), () -> Step.of("disable-ats", this::disableAts))
                .step(Step.of("detach", this::detach)
                        .asking(Asks.FREE_TAG)
                        .claiming("deassign")
                        .on(LOOP, "context-clear"))
                .at("tables", freeing)
                .step(Step.of(TEAR_DOWN, this::tearDown)
                        .asking(Asks.RELEASE_LISTED)
                        .asking("destroy.frame-is-unused")
                        .claiming("end-hold")
                        .on(DONE, Step.END))
                .at("release", release.steps(TEAR_DOWN))
                .steps();
        model.operation(new Operation(
                DESTROY,
                Actor.HYPERVISOR,
                List.of(new Argument("domain", xen.domains)),
                (domain, b, c, d, e) -> xen.setting.more().death(),
                (s, cpu, domain, b, c, d, e) -> !isCalling(s, domain) && begin(s, cpu, domain),
                steps,
                xen.hypercall.error));
        model.call(DESTROY, (s, cpu, domain, b, c, d, e) -> begin(s, cpu, domain));
    }

    private void clearEntry(long[] s, int cpu, int part) {
        xen.quarantine.enter(s, (int) xen.deviceCall.requester.get(s, cpu), part);
    }

    private boolean begin(long[] s, int cpu, int domain) {
        xen.hypercall.calledBy(s, cpu, domain);
        xen.operation.domain.set(s, cpu, domain);
        return true;
    }

    /** A domain is paused before it is destroyed: none of its hypercalls is running then. */
    private boolean isCalling(long[] s, int domain) {
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            if (xen.pc.get(s, cpu) != 0 && xen.hypercall.hasCaller(s, cpu) && xen.hypercall.caller(s, cpu) == domain) {
                return true;
            }
        }
        return false;
    }

    private int domain(long[] s, int cpu) {
        return xen.hypercall.caller(s, cpu);
    }

    /** The domain's virtual CPUs have stopped. {@code @source} Xen 4.17 domain_kill: domain_pause comes first. */
    private int kill(long[] s, int cpu) {
        if (xen.isDying(s, domain(s, cpu))) {
            return xen.exists(s, domain(s, cpu)) ? DONE : xen.hypercall.fail(s, cpu, Hypercall.ESRCH);
        }
        if (!xen.devicesLock.take(s, cpu, 0)) {
            return BLOCKED;
        }
        xen.dying.set(s, domain(s, cpu), 1);
        xen.tlbs.stop(s, domain(s, cpu));
        return NEXT;
    }

    /** The next source-id of a device of the domain; DONE when none is left. One that a fault leaves led is not cleared twice. */
    private int contextClear(long[] s, int cpu) {
        boolean isNext = xen.operation.phase.get(s, cpu) == Phase.DETACHING;
        int first = isNext ? (int) xen.deviceCall.requester.get(s, cpu) + 1 : 0;
        for (int q = first; q < xen.devices.requesters.size(); q++) {
            if (xen.devices.assigned.get(s, xen.devices.deviceOf(q)) == domain(s, cpu) + 1
                    && !xen.quarantine.holds(s, q)) {
                xen.quarantine.enter(s, q, 0);
                xen.deviceCall.requester.set(s, cpu, q);
                xen.operation.phase.set(s, cpu, Phase.DETACHING);
                xen.debt.owes.set(s, cpu, Debt.OWED);
                return NEXT;
            }
        }
        abandonTables(s, domain(s, cpu));
        xen.devicesLock.drop(s, cpu, 0);
        return DONE;
    }

    /** No unit uses the tables any more, and nobody looks at them; where they are frames, they are freed now. */
    private void abandonTables(long[] s, int domain) {
        for (int f = 0; !xen.pool.on() && xen.domainTables.space(domain) >= 0 && f < xen.setting.frames(); f++) {
            xen.ioTables.store(s, xen.domainTables.space(domain), f, f, Rights.NONE);
        }
        if (xen.limbo.size() > 0) {
            xen.limbo.settle(s, domain);
        }
    }

    private int disableAts(long[] s, int cpu) {
        xen.entries.enableDeviceTlb(s, (int) xen.deviceCall.requester.get(s, cpu), false);
        return NEXT;
    }

    /** A device is gone with the last of its source-ids; the domain's DID at the unit with its last device there. */
    private int detach(long[] s, int cpu) {
        int cleared = (int) xen.deviceCall.requester.get(s, cpu);
        int device = xen.devices.deviceOf(cleared);
        boolean gone = true;
        for (int q = device; q >= 0; q = xen.devices.nextRequester(q)) {
            gone &= q <= cleared || xen.quarantine.holds(s, q);
        }
        if (gone) {
            xen.devices.assigned.set(s, device, 0);
        }
        if (!xen.devices.uses(s, domain(s, cpu), xen.iommu.unitOf(device))) {
            xen.domainTables.releaseTag(s, domain(s, cpu), xen.iommu.unitOf(device));
        }
        if (gone || xen.quarantine.holds(s, cleared)) {
            xen.operation.phase.set(s, cpu, Phase.NONE);
            xen.deviceCall.requester.set(s, cpu, 0);
        }
        return LOOP;
    }

    /** One thing less. LOOP for the next one, NEXT to release a frame first, DONE when nothing is left. */
    private int tearDown(long[] s, int cpu) {
        int domain = domain(s, cpu);
        Maptrack maptrack = xen.grants.maptrack;
        for (int h = 0; h < maptrack.handles.size(); h++) {
            if (maptrack.sides.get(s, domain, h) != 0) {
                return dropMapping(s, cpu, domain, h) ? NEXT : LOOP;
            }
        }
        int deferred = xen.limbo.size() > 0 ? xen.limbo.settled(s, domain) : -1;
        if (deferred >= 0) {
            return completion.releaseListed(s, cpu, xen.limbo, deferred);
        }
        for (int slot = 0; slot < xen.hosts.slots(); slot++) {
            long entry = xen.hosts.entry(s, domain, slot);
            if (entry != 0) {
                xen.hosts.setEntry(s, domain, slot, 0);
                return release.put(s, cpu, entry) ? NEXT : LOOP;
            }
        }
        for (int f = 0; f < xen.setting.frames(); f++) {
            int outcome = xen.memory.owner.get(s, f) == domain + 1 ? dropFrame(s, cpu, domain, f) : DONE;
            if (outcome != DONE) {
                return outcome;
            }
        }
        return DONE;
    }

    /** The owner's uses of its frame, then the frame. DONE when only others refer to it. */
    private int dropFrame(long[] s, int cpu, int domain, int frame) {
        if (xen.own.isMapped(s, frame)) {
            return release.put(s, cpu, xen.own.unmap(s, frame)) ? NEXT : LOOP;
        }
        if (xen.types.unpin(s, frame)) {
            return release.drop(s, cpu, frame) ? NEXT : LOOP;
        }
        if (xen.statusFrames.isMapped(s, domain, frame)) {
            xen.operation.frame.set(s, cpu, frame);
            return xen.statusFrames.unmap(s, domain) ? NEXT : LOOP;
        }
        if (!xen.memory.isAllocatedTo(s, domain, frame)) {
            return DONE;
        }
        xen.statusFrames.forget(s, frame);
        xen.operation.frame.set(s, cpu, frame);
        boolean last = xen.memory.giveUp(s, frame);
        return unused.decide(s, last ? 1 : 0, frame, 0) != 0 ? NEXT : LOOP;
    }

    /** Where there are host addresses, the host side's references go with the page table entry, like any other's. */
    private boolean dropMapping(long[] s, int cpu, int domain, int handle) {
        Maptrack maptrack = xen.grants.maptrack;
        int sides = (int) maptrack.sides.get(s, domain, handle);
        int granter = (int) maptrack.granter.get(s, domain, handle);
        int ref = (int) maptrack.ref.get(s, domain, handle);
        boolean readOnly = maptrack.readOnly.get(s, domain, handle) != 0;
        int frame = xen.grants.frame(s, granter, ref);
        maptrack.clear(s, domain, handle, sides);
        maptrack.put(s, domain, handle);
        boolean last;
        if (xen.hosts.slots() == 0) {
            last = completion.release(s, granter, ref, sides, readOnly);
        } else {
            int released = sides & Pins.DEVICE;
            xen.grants.unpin(s, granter, ref, sides, readOnly);
            xen.types.drop(s, frame, readOnly || released == 0 ? 0 : 1);
            last = released != 0 && xen.memory.release(s, frame, 1);
        }
        if (last) {
            xen.operation.frame.set(s, cpu, frame);
        }
        return last;
    }
}
