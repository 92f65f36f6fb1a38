package dev.moat.dma.layer;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.iommu.DriverSteps;
import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * To which domain each group is attached, and how that changes. A group on its way from one domain to another is blocked in between, so
 * that there is no moment at which its devices reach what the one left behind by rights of the other; direct regions are mapped before
 * the default domain is attached. {@code @source} Linux 6.1 iommu.c: iommu_group_claim_dma_owner, iommu_attach_group,
 * iommu_detach_group, iommu_group_release_dma_owner, iommu_create_device_direct_mappings.
 */
final class Groups {
    static final String CLAIM = "claim_group";
    static final String RELEASE = "attach_default_domain";
    private static final String ATTACH_OWNERS = "attach_owners_domain";

    /** Values of {@link #attached}: to the default domain. */
    private static final int DEFAULT = 0;
    /** To no domain: requests are blocked. */
    private static final int BLOCKING = 1;
    /** To the domain of its owner. */
    private static final int OWNERS = 2;
    /** An operation changes it. */
    private static final int MOVING = 3;

    /** Why a group is not to be had: its driver, or what it has mapped. */
    private static final int USED = 1;
    /** A direct region that firmware needs whoever has the group. */
    private static final int REGION = 2;
    /** A driver whose hardware isolates no group from another. */
    private static final int NO_ISOLATION = 3;

    private final LayerState state;
    private final Invalidations invalidations;
    private final int parts;
    private final int devices;
    /** Whether groups ever change their domain. */
    private final boolean used;

    private final Slots attached;
    /** Whether a group has a driver, where it has one for a time only. */
    private final Slots bound;
    /** Locals: the device that is next, and the store of its entry. */
    private final Slots device;

    private final Slots part;
    /** {@code group.moves}: (device) to 1 when it is moved with its group. */
    private final Decision moves;
    /** {@code claim.refused}: (group, {@link #USED}, {@link #REGION} or {@link #NO_ISOLATION}) to 1 when it is not to be had by an owner. */
    private final Decision refused;

    Groups(LayerState state, Invalidations invalidations, ModelBuilder model) {
        this.state = state;
        this.invalidations = invalidations;
        used = state.setting.owner || state.setting.probes;
        parts = state.iommu.entries().stores();
        devices = state.setting.devices.size() / state.setting.groups.size();
        SchemaBuilder schema = model.schema();
        Sort groups = state.setting.groups.onlyIf(used);
        attached = schema.slots("attached", Role.HYPERVISOR, Writer.HYPERVISOR, groups)
                .of(new Sort("Attached", List.of("default", "blocking", "owner's", "moving")));
        bound = schema.slots("bound", Role.HYPERVISOR, Writer.HYPERVISOR, groups.onlyIf(state.setting.drivers))
                .bits(1);
        Liveness busy = (s, cpu) -> state.pc.get(s, cpu) != 0;
        device = state.local(schema, "cpu.device", busy).bits(used ? SlotsBuilder.bitsFor(devices - 1) : 0);
        part = state.local(schema, "cpu.part", busy).bits(used ? SlotsBuilder.bitsFor(parts - 1) : 0);
        moves = used ? model.decision("group.moves", (s, q, b, c) -> 1) : (s, q, b, c) -> 1;
        refused = state.setting.owner ? model.decision("claim.refused", (s, g, why, c) -> 1) : (s, g, why, c) -> 1;
    }

    Invalidations invalidations() {
        return invalidations;
    }

    void initial(long[] s) {
        for (int g = 0; g < attached.size(); g++) {
            attached.set(s, g, state.setting.probes ? BLOCKING : DEFAULT);
        }
    }

    /** Whether a group is in its default domain. */
    boolean isKernels(long[] s, int group) {
        return !state.types.isBlocked(s, group) && (!used || attached.get(s, group) == DEFAULT);
    }

    /** Whether a group is in its default domain and has a driver. */
    boolean hasDriver(long[] s, int group) {
        return isKernels(s, group) && (!state.setting.drivers || bound.get(s, group) != 0);
    }

    /** Whether a group has a driver, wherever it is attached, where that is recorded. */
    boolean isBound(long[] s, int group) {
        return state.setting.drivers && bound.get(s, group) != 0;
    }

    /** Whether any group is attached to the domain of its owner. */
    boolean hasOwner(long[] s) {
        boolean any = false;
        for (int g = 0; g < attached.size(); g++) {
            any |= attached.get(s, g) == OWNERS;
        }
        return any;
    }

    /** Whether firmware relies on a direct region in the domain of an owner. */
    boolean isDirectForOwner(long[] s) {
        boolean any = false;
        for (int g = 0; g < attached.size(); g++) {
            any |= state.regions.locks(g) && attached.get(s, g) == OWNERS;
        }
        return any;
    }

    /** Whether any device of a group has an entry that leads to its default domain. */
    boolean isAttached(long[] s, int group) {
        for (int q = group; q < state.setting.devices.size(); q += state.setting.groups.size()) {
            if (state.iommu.entries().leadsTo(s, q, state.spaceOf(group))) {
                return true;
            }
        }
        return false;
    }

    boolean isMoving(long[] s, int group) {
        return used && attached.get(s, group) == MOVING;
    }

    /** The domain that a group's devices work for, or -1. */
    int domain(long[] s, int group) {
        if (isKernels(s, group)) {
            return group;
        }
        return used && attached.get(s, group) == OWNERS ? state.setting.groups.size() : -1;
    }

    /** Adds what the looks here read. */
    Footprint read(Footprint footprint) {
        footprint.all(attached).all(bound);
        for (int q = 0; q < state.setting.devices.size(); q++) {
            state.iommu.entries().read(footprint, q);
        }
        return footprint;
    }

    // --- operations

    void declare(ModelBuilder model) {
        if (!used) {
            return;
        }
        operation(model, RELEASE, BLOCKING, attaching(true));
        if (state.setting.owner) {
            operation(model, CLAIM, DEFAULT, detaching());
        }
        if (state.setting.owner && state.isolates()) {
            operation(model, ATTACH_OWNERS, BLOCKING, attaching(false));
            operation(model, "detach_owners_domain", OWNERS, detaching());
            new OwnersCalls(state, invalidations, model).declare();
        }
        if (state.setting.drivers) {
            driver(model, "bind_driver", 1);
            driver(model, "unbind_driver", 0);
        }
    }

    /** A driver is bound to a group in its default domain, and unbound with nothing mapped; it has no other part in this. */
    private void driver(ModelBuilder model, String name, int to) {
        Operation.Start begin = (s, cpu, group, b, c, d, e) -> {
            state.wantedGroup.set(s, cpu, group);
            return isKernels(s, group) && bound.get(s, group) != to && (to == 1 || !isMapped(s, group));
        };
        Step change = Step.of("change-driver", (s, cpu) -> {
            bound.set(s, (int) state.wantedGroup.get(s, cpu), to);
            return NEXT;
        });
        List<Argument> group = List.of(new Argument("group", state.setting.groups));
        model.operation(new Operation(name, Actor.HYPERVISOR, group, ModelBuilder.all(), begin, List.of(change), null));
    }

    private void operation(ModelBuilder model, String name, int from, List<Step> steps) {
        boolean mayFail = name.equals(ATTACH_OWNERS) && state.setting.failingAttach;
        Operation.Start begin = (s, cpu, group, fail, c, d, e) -> {
            state.fails.set(s, cpu, fail);
            return begin(s, cpu, group, from, name);
        };
        List<Argument> arguments = new ArrayList<>(List.of(new Argument("group", state.setting.groups)));
        if (mayFail) {
            arguments.add(new Argument("end", new Sort("End", List.of("whole", "fails"))));
        }
        model.operation(new Operation(name, Actor.HYPERVISOR, arguments, ModelBuilder.all(), begin, steps, null));
    }

    private boolean begin(long[] s, int cpu, int group, int from, String name) {
        boolean claims = name.equals(CLAIM);
        boolean attaches = name.equals(ATTACH_OWNERS);
        if (attached.get(s, group) != from || (claims && isUsed(s, group)) || (attaches && needsRegion(s, group))) {
            return false;
        }
        if ((name.equals(RELEASE) && state.types.isBlocked(s, group))
                || (claims && !state.isolates() && refused.decide(s, group, NO_ISOLATION, 0) != 0)) {
            return false;
        }
        boolean owners = from == OWNERS || attaches;
        state.domain.set(s, cpu, owners ? state.setting.groups.size() : group);
        state.wantedGroup.set(s, cpu, group);
        return true;
    }

    /** Whether a group has a driver, or something is mapped where drivers are not recorded, so that it is not to be had. */
    private boolean isUsed(long[] s, int group) {
        boolean used = state.setting.drivers ? bound.get(s, group) != 0 : isMapped(s, group);
        return used && refused.decide(s, group, USED, 0) != 0;
    }

    /** Whether firmware cannot do without a direct region of the group, so that no owner's domain will do. */
    private boolean needsRegion(long[] s, int group) {
        return state.regions.locks(group) && refused.decide(s, group, REGION, 0) != 0;
    }

    private boolean isMapped(long[] s, int group) {
        for (int p = 0; p < state.pages.size(); p++) {
            if (state.phase.get(s, group, p) != LayerState.NONE) {
                return true;
            }
        }
        return false;
    }

    private List<Step> attaching(boolean toDefault) {
        boolean mayFail = !toDefault && state.setting.failingAttach;
        OperationPlan plan = new OperationPlan()
                .step(move())
                .stepIf(
                        toDefault && state.setting.direct,
                        () -> Step.of("map-direct", this::mapDirect)
                                .asking("region.asked")
                                .asking(state.iommu.tables().tableDecisions()))
                .step(Step.of("store-entries", this::attach)
                        .asking("group.moves")
                        .asking(state.iommu.entries().entryDecisions())
                        .on(FAIL, mayFail ? "clear-entries" : Step.END))
                .stepIf(!state.can.stores().snooped(), () -> Step.of("write-entries-back", this::writeEntryBack))
                .at("absence", forgettingAbsence())
                .step(Step.of("attached", (s, cpu) -> settle(s, cpu, toDefault ? DEFAULT : OWNERS))
                        .on(NEXT, Step.END));
        if (mayFail) {
            plan.at("undo", blocking());
        }
        return plan.steps();
    }

    private List<Step> detaching() {
        return new OperationPlan().step(move()).at("block", blocking()).steps();
    }

    /** The steps that leave a group blocked: none of its devices has an entry, and what was reached by those is forgotten. */
    private List<Step> blocking() {
        return new OperationPlan()
                .step(Step.of("clear-entries", this::detach)
                        .asking("group.moves")
                        .asking(state.iommu.entries().entryDecisions()))
                .stepIf(!state.can.stores().snooped(), () -> Step.of("write-cleared-back", this::writeEntryBack))
                .at("entries", forgetting(false))
                .at("translations", invalidations.ofDomain("domain"))
                .step(Step.of("blocked", (s, cpu) -> settle(s, cpu, BLOCKING)))
                .part();
    }

    /** The steps that have forgotten that devices had no entry, and what their requests found then. */
    private List<Step> forgettingAbsence() {
        if (!state.iommu.duty().remembersAbsentEntry()) {
            return List.of();
        }
        List<Step> steps = new ArrayList<>(forgetting(true));
        steps.addAll(invalidations.ofAbsence("absence"));
        return steps;
    }

    /** The steps that have the cached entry of one device after the other forgotten. */
    private List<Step> forgetting(boolean absent) {
        // An attach that fails has both.
        String what = absent ? "absent-entry" : "entry";
        String ask = Invalidations.named("ask", what);
        OperationPlan plan = new OperationPlan().step(Step.of(ask, (s, cpu) -> askEntry(s, cpu, absent)));
        Step announce = Step.of(
                        Invalidations.named("announce", what),
                        (s, cpu) -> port(s, cpu).announce(s, cpu) ? NEXT : BLOCKED)
                .asking(state.iommu.port(0).announcing());
        DriverSteps.before(announce, state.iommu.port(0), this::port, step -> Invalidations.named(step, what))
                .forEach(plan::step);
        return plan.step(Step.of(Invalidations.named("await", what), this::awaitEntry)
                        .on(LOOP, ask))
                .part();
    }

    private int requester(long[] s, int cpu) {
        int group = (int) state.wantedGroup.get(s, cpu);
        return group + (int) device.get(s, cpu) * state.setting.groups.size();
    }

    private Port port(long[] s, int cpu) {
        return state.iommu.port(state.iommu.unitOf(requester(s, cpu)));
    }

    /** A start writes nothing but its CPU's locals, so that this is a step. */
    private Step move() {
        return Step.of("move", (s, cpu) -> {
                    attached.set(s, (int) state.wantedGroup.get(s, cpu), MOVING);
                    return NEXT;
                })
                .quietly();
    }

    /** One page, which is frame 0: the layer asks the driver for the region. */
    private int mapDirect(long[] s, int cpu) {
        int space = state.space(s, cpu);
        if (state.regions.knows(s, space, 0)) {
            state.iommu.tables().store(s, space, 0, 0, Rights.ALL);
            state.iommu.visibility().writeBack(s, space, 0);
        }
        return NEXT;
    }

    private int attach(long[] s, int cpu) {
        int q = requester(s, cpu);
        int space = state.space(s, cpu);
        if (state.fails.get(s, cpu) != 0 && device.get(s, cpu) != 0) {
            device.set(s, cpu, 0);
            return FAIL;
        }
        int tag = state.iommu.tags().take(s, space, state.iommu.unitOf(q));
        if (moves.decide(s, (int) device.get(s, cpu), 0, 0) != 0) {
            state.iommu.entries().attach(s, q, space, tag, (int) part.get(s, cpu));
        }
        return nextPart(s, cpu);
    }

    private int detach(long[] s, int cpu) {
        if (moves.decide(s, (int) device.get(s, cpu), 0, 0) != 0) {
            state.iommu.entries().detach(s, requester(s, cpu), (int) part.get(s, cpu));
        }
        return nextPart(s, cpu);
    }

    /** LOOP while there is another store of this device's entry, or another device. */
    private int nextPart(long[] s, int cpu) {
        int next = (int) part.get(s, cpu) + 1;
        part.set(s, cpu, next == parts ? 0 : next);
        return next == parts ? nextDevice(s, cpu) : LOOP;
    }

    private int nextDevice(long[] s, int cpu) {
        int next = (int) device.get(s, cpu) + 1;
        device.set(s, cpu, next == devices ? 0 : next);
        return next == devices ? NEXT : LOOP;
    }

    private int writeEntryBack(long[] s, int cpu) {
        state.iommu.visibility().writeBackEntry(s, requester(s, cpu));
        return nextDevice(s, cpu);
    }

    private int askEntry(long[] s, int cpu, boolean absent) {
        int q = requester(s, cpu);
        int unit = state.iommu.unitOf(q);
        int own = state.tag(s, state.space(s, cpu), unit);
        int tag = absent ? state.iommu.duty().tagOfAbsence(own) : own;
        return state.iommu.port(unit).askEntry(s, cpu, tag, q) ? NEXT : BLOCKED;
    }

    private int awaitEntry(long[] s, int cpu) {
        return port(s, cpu).isDone(s, cpu) ? nextDevice(s, cpu) : BLOCKED;
    }

    private int settle(long[] s, int cpu, int to) {
        attached.set(s, (int) state.wantedGroup.get(s, cpu), to);
        return NEXT;
    }
}
