package dev.moat.xen.device;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.xen.state.CallLocals;
import dev.moat.xen.state.Locals;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.Invalidation;
import java.util.ArrayList;
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

    private final XenState x;
    private final Invalidation invalidation;
    private final TableBuild build;
    /** {@code deassign.next-source-id}: (source-id) to the next one of the same device, or -1. */
    private final Decision nextSourceId;
    /** {@code deassign.leads-to}: (source-id) to the domain + 1 whose tables its context entry leads to, 0 for none. */
    private final Decision leadsTo;
    /** {@code assign.pointer-first}: (source-id) to 1 when its entry gets the new tables with a store of their own. */
    private final Decision pointerFirst;
    /** {@code detach.frees-did}: (domain, whether it has other devices at the unit) to 1 when its DID becomes free. */
    private final Decision freesDid;

    public DeviceOperations(XenState x, ModelBuilder model, Invalidation invalidation, TableBuild build) {
        this.x = x;
        this.invalidation = invalidation;
        this.build = build;
        nextSourceId = model.decision("deassign.next-source-id", (s, q, b, c) -> x.nextRequester(q));
        leadsTo = model.decision("deassign.leads-to", (s, q, b, c) -> 0);
        pointerFirst = model.decision("assign.pointer-first", (s, q, b, c) -> 0);
        freesDid = model.decision("detach.frees-did", (s, domain, others, c) -> 1 - others);
    }

    public void declare(ModelBuilder model) {
        Argument device = new Argument("device", x.devices);
        Argument domain = new Argument("domain", x.domains);
        model.operation(new Operation(
                ASSIGN,
                Actor.HYPERVISOR,
                List.of(device, domain),
                (q, d, a, b, c) -> x.tree(d) >= 0,
                (s, cpu, q, d, a, b, c) -> begin(s, cpu, q, d),
                assignSteps(),
                x.calls.error.size() > 0 ? x.calls.error : null));
        model.operation(new Operation(
                DEASSIGN,
                Actor.HYPERVISOR,
                List.of(device),
                ModelBuilder.all(),
                (s, cpu, q, d, a, b, c) -> begin(s, cpu, q, 0),
                deassignSteps(),
                x.calls.error.size() > 0 ? x.calls.error : null));
        if (x.setting.recorded()) {
            model.call(ASSIGN, this::callAssign);
            model.call(DEASSIGN, this::callDeassign);
        }
    }

    /** Whether an assignment is more than writing one entry that was absent, so that it holds the lock meanwhile. */
    private boolean takesTime() {
        return x.setting.moves()
                || x.setting.devs().aliases() > 0
                || x.setting.devs().lateTables();
    }

    /**
     * What was there before may be cached: the entry of the domain from which the device is moved, and with caching mode an
     * absent one, with DID 0.
     */
    private List<Step> assignSteps() {
        List<Step> steps = new ArrayList<>();
        if (!takesTime()) {
            Step map = Step.of("context-map", this::claimAndMap).claiming("assign");
            boolean replaces = x.setting.hardware().cachingMode();
            steps.add(replaces ? map.on(DONE, Step.END) : map);
            steps.addAll(
                    replaces
                            ? invalidation.replaceSteps()
                            : invalidation.visibility().contextSteps("context", false));
            return steps;
        }
        steps.add(Step.of("claim", this::claim).quietly().claiming("give-device"));
        if (x.setting.devs().lateTables()) {
            steps.addAll(build.steps(x.setting.moves() ? "store-pointer" : "context-map"));
        }
        if (x.setting.moves()) {
            steps.add(Step.of("store-pointer", this::storePointer).quietly());
        }
        steps.add(Step.of("context-map", this::contextMap).claiming("assign").on(DONE, "next-source-id"));
        if (x.setting.moves()) {
            steps.addAll(invalidation.replaceSteps());
        }
        steps.add(Step.of("next-source-id", this::next)
                .quietly()
                .on(LOOP, x.setting.moves() ? "store-pointer" : "context-map"));
        steps.add(Step.of("settle", this::settle));
        return steps;
    }

    private List<Step> deassignSteps() {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of("context-clear", this::contextClear).claiming("clear-context"));
        steps.addAll(invalidation.detachSteps());
        if (x.setting.devs().aliases() > 0) {
            steps.add(Step.of("next-source-id", this::nextToClear).quietly().on(LOOP, "context-clear"));
        }
        steps.add(Step.of("detach", this::detach).claiming("deassign"));
        return steps;
    }

    /**
     * A toolstack's call. Errors in this order: EOPNOTSUPP the domain has no I/O tables, EINVAL domain 0, and, once the step
     * runs, EBUSY the device has a domain.
     */
    private boolean callAssign(long[] s, int cpu, int device, int domain, int c, int d, int e) {
        if (x.tree(domain) < 0) {
            x.calls.error.set(s, cpu, CallLocals.EOPNOTSUPP);
        } else if (domain == 0) {
            x.calls.error.set(s, cpu, CallLocals.EINVAL);
        }
        return begin(s, cpu, device, domain);
    }

    /** A toolstack's call. Error EINVAL when the device is not the domain's. */
    private boolean callDeassign(long[] s, int cpu, int device, int domain, int c, int d, int e) {
        if (x.assigned.get(s, device) != domain + 1) {
            x.calls.error.set(s, cpu, CallLocals.EINVAL);
        }
        return begin(s, cpu, device, domain);
    }

    private boolean isRefused(long[] s, int cpu) {
        return x.calls.error.size() > 0 && x.calls.error.get(s, cpu) != 0;
    }

    private boolean begin(long[] s, int cpu, int device, int domain) {
        x.locals.device.set(s, cpu, device);
        x.locals.domain.set(s, cpu, domain);
        return true;
    }

    private int requester(long[] s, int cpu) {
        return (int) x.locals.device.get(s, cpu);
    }

    private int domain(long[] s, int cpu) {
        return (int) x.locals.domain.get(s, cpu);
    }

    private int claimAndMap(long[] s, int cpu) {
        int outcome = claim(s, cpu);
        return outcome == NEXT ? contextMap(s, cpu) : outcome;
    }

    /**
     * Records the new owner, and takes the lock on devices where it is needed to the end. Blocked while another one has it.
     * FAIL when the device has a domain that it cannot be taken from, or no DID is free.
     */
    private int claim(long[] s, int cpu) {
        int device = requester(s, cpu);
        if (x.devicesLock.get(s) != 0) {
            return BLOCKED;
        }
        long former = x.assigned.get(s, device);
        if (isRefused(s, cpu)) {
            return FAIL;
        }
        if (x.isDying(s, domain(s, cpu))) {
            return x.calls.fail(s, cpu, CallLocals.EINVAL);
        }
        if (former != 0 && !canMove(former, domain(s, cpu))) {
            if (x.calls.error.size() > 0) {
                x.calls.error.set(s, cpu, CallLocals.EBUSY);
            }
            return FAIL;
        }
        if (x.dids.take(s, domain(s, cpu), x.units.of(device)) < 0) {
            return FAIL;
        }
        if (former != 0) {
            x.locals.former.set(s, cpu, former);
        }
        x.assigned.set(s, device, domain(s, cpu) + 1L);
        x.devicesLock.set(s, takesTime() ? 1 : 0);
        return NEXT;
    }

    /** A toolstack's call takes devices from domain 0 only. */
    private boolean canMove(long former, int to) {
        return x.setting.recorded() ? former == 1 : x.setting.moves() && former != to + 1;
    }

    /** Both words of an entry change at once (16 bytes); nothing is stored here. */
    private int storePointer(long[] s, int cpu) {
        if (pointerFirst.decide(s, requester(s, cpu), 0, 0) != 0) {
            x.unit.contextLo.set(s, requester(s, cpu), x.unit.contextLoFor(x.tree(domain(s, cpu))));
        }
        return NEXT;
    }

    /** DONE when nothing of what was there before can be cached. */
    private int contextMap(long[] s, int cpu) {
        x.attach(s, requester(s, cpu), domain(s, cpu));
        boolean cached = x.setting.hardware().cachingMode() || (x.setting.moves() && x.locals.former.get(s, cpu) != 0);
        int debt = cached ? Locals.OWED : invalidation.visibility().debt();
        x.locals.phase.set(s, cpu, debt != Locals.NOTHING ? Locals.ATTACHING : Locals.NONE);
        x.locals.owes.set(s, cpu, debt);
        return debt != Locals.NOTHING ? NEXT : DONE;
    }

    private int next(long[] s, int cpu) {
        return goOn(s, cpu, x.nextRequester(requester(s, cpu)));
    }

    private int nextToClear(long[] s, int cpu) {
        return goOn(s, cpu, nextSourceId.decide(s, requester(s, cpu), 0, 0));
    }

    private int goOn(long[] s, int cpu, int next) {
        if (next >= 0) {
            x.locals.device.set(s, cpu, next);
        }
        return next >= 0 ? LOOP : NEXT;
    }

    /** The domain that lost the device may give its DID back. */
    private int settle(long[] s, int cpu) {
        int former = x.setting.moves() ? (int) x.locals.former.get(s, cpu) : 0;
        if (former != 0) {
            x.locals.former.set(s, cpu, 0);
            freeDid(s, former - 1, x.units.of(requester(s, cpu)));
        }
        x.devicesLock.set(s, 0);
        return NEXT;
    }

    private void freeDid(long[] s, int domain, int unit) {
        if (freesDid.decide(s, domain, x.uses(s, domain, unit) ? 1 : 0, 0) != 0) {
            x.dids.release(s, domain, unit);
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
        int to = leadsTo.decide(s, requester, 0, 0);
        if (to == 0) {
            x.unit.setContext(s, requester, 0, 0);
        } else {
            x.attach(s, requester, to - 1);
        }
        x.locals.domain.set(s, cpu, x.assigned.get(s, device) - 1);
        x.locals.phase.set(s, cpu, Locals.DETACHING);
        x.locals.owes.set(s, cpu, Locals.OWED);
        return NEXT;
    }

    private int detach(long[] s, int cpu) {
        x.assigned.set(s, x.deviceOf(requester(s, cpu)), 0);
        freeDid(s, domain(s, cpu), x.units.of(requester(s, cpu)));
        x.devicesLock.set(s, 0);
        return NEXT;
    }
}
