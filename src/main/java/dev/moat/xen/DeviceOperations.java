package dev.moat.xen;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import java.util.List;

/**
 * Assigning a device to a domain and taking it away. A device without a domain has no context entry: everything it asks
 * for faults. {@code @source} recorded Xen 4.17: deassign queues a device-selective context-cache descriptor, a wait, a
 * domain-selective IOTLB descriptor, a wait; assign from quarantine queues nothing (CM = 0).
 */
final class DeviceOperations {
    static final String ASSIGN = "assign_device";
    static final String DEASSIGN = "deassign_device";

    private final XenState x;
    private final Invalidation invalidation;

    DeviceOperations(XenState x, Invalidation invalidation) {
        this.x = x;
        this.invalidation = invalidation;
    }

    void declare(ModelBuilder model) {
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
                List.of(
                        Step.of("context-clear", this::contextClear).claiming("clear-context"),
                        Step.of("queue-context-invalidation", invalidation::queueContext)
                                .claiming("submit-context"),
                        Step.of("queue-context-wait", invalidation::queueWait),
                        Step.of("await-context", invalidation::await).quietly().claiming("acknowledge"),
                        Step.of("queue-domain-invalidation", invalidation::queueDomain)
                                .claiming("submit"),
                        Step.of("queue-domain-wait", invalidation::queueWait),
                        Step.of("await-domain", invalidation::await).quietly().claiming("acknowledge"),
                        Step.of("detach", this::detach).claiming("deassign")),
                x.calls.error.size() > 0 ? x.calls.error : null));
        if (x.setting.recorded()) {
            model.call(ASSIGN, this::callAssign);
            model.call(DEASSIGN, this::callDeassign);
        }
    }

    /**
     * What was there before may be cached: the entry of domain 0 from which a toolstack takes the device, and with caching
     * mode an absent one, with DID 0.
     */
    private List<Step> assignSteps() {
        Step map = Step.of("context-map", this::contextMap).claiming("assign");
        if (!x.setting.cachingMode() && !x.setting.recorded()) {
            return List.of(map);
        }
        return List.of(
                map.on(DONE, Step.END),
                Step.of("queue-context-invalidation", invalidation::queueFormerContext)
                        .claiming("submit-context"),
                Step.of("queue-context-wait", invalidation::queueWait),
                Step.of("await-context", invalidation::await).quietly().claiming("acknowledge"),
                Step.of("queue-domain-invalidation", invalidation::queueFormerDomain)
                        .claiming("submit"),
                Step.of("queue-domain-wait", invalidation::queueWait),
                Step.of("await-domain", invalidation::await).quietly().claiming("acknowledge"));
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

    /**
     * Blocked while a device is being taken away; FAIL when the device has a domain already, other than domain 0 in a
     * toolstack's call. DONE when nothing of what was there before can be cached.
     */
    private int contextMap(long[] s, int cpu) {
        int device = (int) x.locals.device.get(s, cpu);
        if (x.devicesLock.get(s) != 0) {
            return BLOCKED;
        }
        if (isRefused(s, cpu)) {
            return FAIL;
        }
        if (x.isDying(s, (int) x.locals.domain.get(s, cpu))) {
            return x.calls.fail(s, cpu, CallLocals.EINVAL);
        }
        long former = x.assigned.get(s, device);
        if (former != 0 && !(x.setting.recorded() && former == 1)) {
            if (x.calls.error.size() > 0) {
                x.calls.error.set(s, cpu, CallLocals.EBUSY);
            }
            return FAIL;
        }
        x.attach(s, device, (int) x.locals.domain.get(s, cpu));
        boolean cached = former != 0 || x.setting.cachingMode();
        if (former != 0) {
            x.calls.second.set(s, cpu, former);
        }
        x.locals.owes.set(s, cpu, cached ? Locals.OWED : 0);
        return cached ? NEXT : DONE;
    }

    /** Takes the lock on devices, which is held to the end. FAIL when the device has no domain. */
    private int contextClear(long[] s, int cpu) {
        int device = (int) x.locals.device.get(s, cpu);
        if (x.devicesLock.get(s) != 0) {
            return BLOCKED;
        }
        if (isRefused(s, cpu) || x.assigned.get(s, device) == 0) {
            return FAIL;
        }
        x.devicesLock.set(s, 1);
        x.unit.contextLo.set(s, device, 0);
        x.unit.contextHi.set(s, device, 0);
        x.locals.domain.set(s, cpu, x.assigned.get(s, device) - 1);
        x.locals.phase.set(s, cpu, Locals.DETACHING);
        x.locals.owes.set(s, cpu, Locals.OWED);
        return NEXT;
    }

    private int detach(long[] s, int cpu) {
        x.assigned.set(s, (int) x.locals.device.get(s, cpu), 0);
        x.devicesLock.set(s, 0);
        return NEXT;
    }
}
