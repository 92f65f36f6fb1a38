package dev.moat.xen.device;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
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
import dev.moat.xen.upkeep.Invalidation;
import java.util.List;

/**
 * Assigning a device to a domain, taking it away, and moving it from one domain to another. A device without a domain has
 * no context entry: everything it asks for faults. A device whose requests may carry a bridge's source-id has an entry for
 * each. {@code @source} recorded Xen 4.17: deassign, and assign of another domain's device, queue a device-selective
 * context-cache descriptor, a wait, a domain-selective IOTLB descriptor, a wait, with the DID of the domain that loses the
 * device, whatever other devices it has; assign from quarantine queues nothing (CM = 0).
 */
public final class DeviceOperations {
    public static final String ASSIGN = "assign_device";
    public static final String DEASSIGN = "deassign_device";
    /** Step of an assignment that has failed: see {@link #undoMap}. */
    public static final String UNDO = "undo-map";
    /** The last step of an assignment. */
    public static final String SETTLE = "settle";

    private static final String CONTEXT_MAP = "context-map";
    private static final String ENABLE = "enable-ats";
    private static final String STORE_POINTER = "store-pointer";
    private static final String NEXT_SOURCE_ID = "next-source-id";
    private static final String KEEPS_ERROR = "assign.keeps-error";

    private final XenState xen;
    private final Invalidation invalidation;
    private final Deassignment deassignment;
    private final TableBuild build;
    /** {@code assign.pointer-first}: (source-id) to 1 when its entry gets the new tables with a store of their own. */
    private final Decision pointerFirst;
    /** {@code assign.undoes}: (source-id) to 1 when an assignment that fails puts it back to quarantine. */
    private final Decision undoes;
    /** {@code assign.undo-gives-back}: (device) to 1 when nobody has it any more after an assignment that failed. */
    private final Decision givesBack;
    /** {@code assign.next-source-id}: (source-id) to the next one of the same device that gets an entry, or -1. */
    private final Decision nextSourceId;
    /** {@code assign.refuses}: (domain, whether it is dying) to 1 when it gets no device. {@code @source} Xen 4.17 pci.c, is_dying. */
    private final Decision refusesDying;
    /** {@code assign.keeps-error}: (source-id, 1 where it is not the device's own) to 1 when an error about it is the assignment's. */
    private final Decision keepsError;

    public DeviceOperations(XenState xen, ModelBuilder model, Invalidation invalidation, TableBuild build) {
        this.xen = xen;
        deassignment = new Deassignment(xen, model, invalidation);
        this.invalidation = invalidation;
        this.build = build;
        pointerFirst = model.decision("assign.pointer-first", (s, q, b, c) -> 0);
        Decision always = (s, q, b, c) -> 1;
        undoes = xen.environment.on() ? model.decision("assign.undoes", always) : always;
        givesBack = xen.environment.on() ? model.decision("assign.undo-gives-back", always) : always;
        nextSourceId = model.decision("assign.next-source-id", (s, q, b, c) -> xen.devices.nextRequester(q));
        refusesDying = model.decision("assign.refuses", (s, domain, dying, c) -> dying);
        keepsError = xen.environment.on() ? model.decision(KEEPS_ERROR, always) : always;
    }

    public void declare(ModelBuilder model) {
        Argument device = new Argument("device", xen.devices.sort);
        Argument domain = new Argument("domain", xen.domains);
        model.operation(new Operation(
                ASSIGN,
                Actor.HYPERVISOR,
                List.of(device, domain),
                (q, d, a, b, c) -> xen.domainTables.space(d) >= 0,
                (s, cpu, q, d, a, b, c) -> begin(s, cpu, q, d),
                assignSteps(),
                xen.hypercall.error.size() > 0 ? xen.hypercall.error : null));
        model.operation(new Operation(
                DEASSIGN,
                Actor.HYPERVISOR,
                List.of(device),
                ModelBuilder.all(),
                (s, cpu, q, d, a, b, c) -> begin(s, cpu, q, 0),
                deassignment.steps(),
                xen.hypercall.error.size() > 0 ? xen.hypercall.error : null));
        if (xen.setting.recorded()) {
            model.call(ASSIGN, Operation.Start.of(this::callAssign));
            model.call(DEASSIGN, Operation.Start.of(this::callDeassign));
        }
    }

    /** Whether an assignment is more than writing one entry that was absent, so that it holds the lock meanwhile. */
    private boolean takesTime() {
        return xen.setting.moves()
                || xen.setting.devs().aliases() > 0
                || xen.setting.ioTables().late()
                || xen.quarantine.isScratchPage()
                || xen.entries.stores() > 1
                || xen.unity.on()
                || xen.hasDeviceTlbs()
                || xen.iommu.duty().remembersAbsentEntry();
    }

    /** Whether the entry that an assignment writes takes the place of one that may be cached. */
    private boolean replaces() {
        return xen.setting.moves()
                || xen.quarantine.isScratchPage()
                || xen.environment.on()
                || xen.iommu.duty().remembersAbsentEntry();
    }

    private boolean rollsBack(long[] s, int cpu) {
        return xen.operation.result.get(s, cpu) != GrantStatus.OKAY;
    }

    /**
     * What was there before may be cached: the entry of the domain from which the device is moved, and with caching mode an
     * absent one, with DID 0.
     */
    private List<Step> assignSteps() {
        return takesTime() ? assignInSteps() : assignAtOnce();
    }

    /** One entry that was absent, of which nothing is remembered. */
    private List<Step> assignAtOnce() {
        return new OperationPlan()
                .step(Step.of(CONTEXT_MAP, this::claimAndMap)
                        .asking("assign.refuses", KEEPS_ERROR)
                        .asking(xen.entries.entryDecisions())
                        .claiming("assign"))
                .at("payment", invalidation.visibility().contextSteps("context", false))
                .steps();
    }

    private List<Step> assignInSteps() {
        boolean fails = xen.environment.on();
        boolean moves = xen.setting.moves();
        UnityMapping unity = new UnityMapping(xen, invalidation);
        String undone = xen.unity.on() ? UnityMapping.UNDO : SETTLE;
        Step settle = Step.of(SETTLE, this::settle).asking(Asks.FREE_TAG).dropping(Asks.DEVICES_LOCK);
        List<Step> preparing =
                EntryStores.steps("prepare-entry", 0, lastStore(), xen.entries.entryDecisions(), this::prepare).stream()
                        .map(step -> step.claiming("clear-context"))
                        .toList();
        String prepared = preparing.isEmpty() ? CONTEXT_MAP : preparing.get(0).name();
        String entry = moves ? STORE_POINTER : prepared;
        Step map = Step.of(CONTEXT_MAP, this::contextMap)
                .asking(KEEPS_ERROR)
                .asking(xen.entries.entryDecisions())
                .claiming("assign")
                .on(DONE, NEXT_SOURCE_ID);
        Step next = Step.of(NEXT_SOURCE_ID, this::next)
                .asking("assign.next-source-id")
                .quietly()
                .on(LOOP, entry);
        return new OperationPlan()
                .step(Step.of("claim", this::claim)
                        .asking("assign.refuses")
                        .taking(Asks.DEVICES_LOCK)
                        .quietly()
                        .claiming("give-device"))
                .at("tables", xen.setting.ioTables().late() ? build.steps(entry) : List.of())
                .at("unity", unity.mapping(UNDO))
                .stepIf(
                        moves,
                        () -> Step.of(STORE_POINTER, this::storePointer)
                                .asking("assign.pointer-first")
                                .asking(xen.entries.entryDecisions())
                                .quietly())
                .at("entry", preparing)
                .step(fails ? map.on(FAIL, UNDO).on(NEXT, "queue-context-invalidation") : map)
                .stepIf(
                        fails,
                        () -> Step.of(UNDO, this::undoMap)
                                .asking(Asks.FREE_TAG)
                                .asking(xen.quarantine.asks())
                                .asking("assign.undoes", "assign.undo-gives-back")
                                .claiming("undo-assignment")
                                .on(DONE, undone))
                .at("payment", replaces() ? invalidation.replaceSteps() : List.of())
                .step(fails ? next.on(FAIL, UNDO).on(NEXT, xen.hasDeviceTlbs() ? ENABLE : SETTLE) : next)
                .stepIf(xen.hasDeviceTlbs(), () -> Step.of(ENABLE, this::enableAts))
                .at("undo", fails ? unity.undoing(SETTLE) : List.of())
                .step(fails && xen.unity.on() ? settle.claiming("free") : settle)
                .steps();
    }

    /**
     * A toolstack's call. Errors in this order: ESRCH no such domain, EOPNOTSUPP it has no I/O tables, EINVAL domain 0, and,
     * once the step runs, EINVAL it is being destroyed, EBUSY the device has a domain.
     */
    private boolean callAssign(long[] s, int cpu, int device, int domain) {
        xen.hypercall.error.set(s, cpu, refusal(s, domain));
        return begin(s, cpu, device, domain);
    }

    /** A toolstack's call. Errors as of an assignment up to domain 0, then ENODEV the device is not the domain's. */
    private boolean callDeassign(long[] s, int cpu, int device, int domain) {
        int refusal = refusal(s, domain);
        boolean has = xen.devices.assigned.get(s, device) == domain + 1;
        xen.hypercall.error.set(s, cpu, refusal == 0 && !has ? Hypercall.ENODEV : refusal);
        return begin(s, cpu, device, domain);
    }

    private int refusal(long[] s, int domain) {
        if (!xen.exists(s, domain)) {
            return Hypercall.ESRCH;
        }
        if (xen.domainTables.space(domain) < 0) {
            return Hypercall.EOPNOTSUPP;
        }
        return domain == 0 ? Hypercall.EINVAL : 0;
    }

    private boolean isRefused(long[] s, int cpu) {
        return xen.hypercall.error.size() > 0 && xen.hypercall.error.get(s, cpu) != 0;
    }

    private boolean begin(long[] s, int cpu, int device, int domain) {
        xen.deviceCall.requester.set(s, cpu, device);
        xen.operation.domain.set(s, cpu, domain);
        return true;
    }

    private int requester(long[] s, int cpu) {
        return (int) xen.deviceCall.requester.get(s, cpu);
    }

    private int domain(long[] s, int cpu) {
        return (int) xen.operation.domain.get(s, cpu);
    }

    private int claimAndMap(long[] s, int cpu) {
        if (xen.environment.iommuFails(s)) {
            return FAIL;
        }
        int outcome = claim(s, cpu);
        return outcome == NEXT ? contextMap(s, cpu) : outcome;
    }

    /**
     * Records the new owner, and takes the lock on devices where it is needed to the end. Blocked while another one has it.
     * FAIL when the device has a domain that it cannot be taken from, or no DID is free.
     */
    private int claim(long[] s, int cpu) {
        int device = requester(s, cpu);
        if (!xen.devicesLock.isFree(s, 0)) {
            return BLOCKED;
        }
        long former = xen.devices.assigned.get(s, device);
        if (isRefused(s, cpu)) {
            return FAIL;
        }
        if (refusesDying.decide(s, domain(s, cpu), xen.isDying(s, domain(s, cpu)) ? 1 : 0, 0) != 0) {
            return xen.hypercall.fail(s, cpu, Hypercall.EINVAL);
        }
        if (former != 0 && !canMove(former, domain(s, cpu))) {
            if (xen.hypercall.error.size() > 0) {
                xen.hypercall.error.set(s, cpu, Hypercall.EBUSY);
            }
            return FAIL;
        }
        if (xen.tags.take(s, xen.domainTables.space(domain(s, cpu)), xen.iommu.unitOf(device)) < 0) {
            return FAIL;
        }
        if (former != 0) {
            xen.deviceCall.former.set(s, cpu, former);
        }
        xen.devices.assigned.set(s, device, domain(s, cpu) + 1L);
        if (takesTime()) {
            xen.devicesLock.take(s, cpu, 0);
        }
        return NEXT;
    }

    /** A toolstack's call takes devices from domain 0 only. */
    private boolean canMove(long former, int to) {
        return xen.setting.recorded() ? former == 1 : xen.setting.moves() && former != to + 1;
    }

    /** Both words of an entry change at once (16 bytes); nothing is stored here. */
    private int storePointer(long[] s, int cpu) {
        if (pointerFirst.decide(s, requester(s, cpu), 0, 0) != 0) {
            xen.entries.tear(s, requester(s, cpu), xen.domainTables.space(domain(s, cpu)));
        }
        return NEXT;
    }

    /** The store that makes an entry lead to a domain; those before it prepare that. */
    private int lastStore() {
        return xen.entries.stores() - 1;
    }

    /** A store before the last one: from then on what a unit has cached of an entry that led somewhere is no longer right. */
    private void prepare(long[] s, int cpu, int part) {
        if (xen.entries.isPresent(s, requester(s, cpu))) {
            xen.operation.phase.set(s, cpu, Phase.DETACHING);
            xen.debt.owes.set(s, cpu, Debt.OWED);
        }
        attach(s, cpu, part);
    }

    private void attach(long[] s, int cpu, int part) {
        xen.devices.attach(s, requester(s, cpu), domain(s, cpu), part);
    }

    /**
     * DONE when nothing of what was there before can be cached; FAIL, with nothing written, when the IOMMU code refuses. Then
     * the operation's result says so, and every source-id of the device that leads to a domain is put back to quarantine.
     */
    private int contextMap(long[] s, int cpu) {
        if (xen.environment.iommuFails(s)) {
            int q = requester(s, cpu);
            boolean kept = keepsError.decide(s, q, q == xen.devices.deviceOf(q) ? 0 : 1, 0) != 0;
            xen.operation.result.set(s, cpu, kept ? GrantStatus.GENERAL_ERROR : GrantStatus.OKAY);
            return kept ? FAIL : DONE;
        }
        attach(s, cpu, lastStore());
        boolean cached = xen.iommu.duty().remembersAbsentEntry()
                || xen.quarantine.isScratchPage()
                || (xen.setting.moves() && xen.deviceCall.former.get(s, cpu) != 0);
        int debt = cached ? Debt.OWED : invalidation.visibility().debt();
        xen.operation.phase.set(s, cpu, debt != Debt.NOTHING ? Phase.ATTACHING : Phase.NONE);
        xen.debt.owes.set(s, cpu, debt);
        return debt != Debt.NOTHING ? NEXT : DONE;
    }

    /**
     * Puts one source-id of a device whose assignment failed back to quarantine. DONE, and nobody has the device, when none
     * leads to a domain any more, or what does is left as it was by a quarantine at fault: the code tries each once.
     */
    private int undoMap(long[] s, int cpu) {
        int device = xen.devices.deviceOf(requester(s, cpu));
        for (int q = device; q >= 0 && undoes.decide(s, q, 0, 0) != 0; q = xen.devices.nextRequester(q)) {
            int to = xen.quarantine.domainReached(s, q);
            if (to >= 0) {
                for (int part = 0; part < xen.entries.stores(); part++) {
                    xen.quarantine.enter(s, q, part);
                }
                if (xen.quarantine.domainReached(s, q) == to) {
                    continue;
                }
                xen.deviceCall.requester.set(s, cpu, q);
                xen.operation.domain.set(s, cpu, to);
                xen.operation.phase.set(s, cpu, Phase.DETACHING);
                xen.debt.owes.set(s, cpu, Debt.OWED);
                return NEXT;
            }
        }
        int domain = (int) xen.devices.assigned.get(s, device) - 1;
        if (givesBack.decide(s, device, 0, 0) != 0) {
            xen.devices.assigned.set(s, device, 0);
        }
        deassignment.freeDid(s, domain, xen.iommu.unitOf(device), true);
        xen.deviceCall.requester.set(s, cpu, device);
        return DONE;
    }

    private int next(long[] s, int cpu) {
        if (rollsBack(s, cpu)) {
            return FAIL;
        }
        int next = nextSourceId.decide(s, requester(s, cpu), 0, 0);
        if (next >= 0) {
            xen.deviceCall.requester.set(s, cpu, next);
        }
        return next >= 0 ? LOOP : NEXT;
    }

    /** The device's own TLB, behind its entry. {@code @source} Xen 4.21 vtd/iommu.c, domain_context_mapping; VT-d rev. 5.10, 4.5.1. */
    private int enableAts(long[] s, int cpu) {
        xen.entries.enableDeviceTlb(s, requester(s, cpu), true);
        return NEXT;
    }

    /** The domain that lost the device may give its DID back. */
    private int settle(long[] s, int cpu) {
        int former = xen.setting.moves() ? (int) xen.deviceCall.former.get(s, cpu) : 0;
        if (former != 0) {
            xen.deviceCall.former.set(s, cpu, 0);
            deassignment.freeDid(s, former - 1, xen.iommu.unitOf(requester(s, cpu)), false);
        }
        if (rollsBack(s, cpu)) {
            xen.unity.release(s, xen.devices.deviceOf(requester(s, cpu)));
        }
        xen.devicesLock.drop(s, cpu, 0);
        return NEXT;
    }
}
