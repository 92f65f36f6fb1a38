package dev.moat.dma.layer;

import static dev.moat.model.program.Outcome.BLOCKED;
import static dev.moat.model.program.Outcome.LOOP;
import static dev.moat.model.program.Outcome.NEXT;

import dev.moat.iommu.Rights;
import dev.moat.iommu.driver.DriverSteps;
import dev.moat.iommu.driver.Port;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Actor;
import dev.moat.model.program.Argument;
import dev.moat.model.program.Decision;
import dev.moat.model.program.Operation;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Step;
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

    /** Values of {@link #attached}: to the default domain. */
    private static final int DEFAULT = 0;
    /** To no domain: requests are blocked. */
    private static final int BLOCKING = 1;
    /** To the domain of its owner. */
    private static final int OWNERS = 2;
    /** An operation changes it. */
    private static final int MOVING = 3;

    private final LayerState state;
    private final Invalidations invalidations;
    private final int parts;
    private final int devices;
    /** Whether groups ever change their domain. */
    private final boolean used;

    private final Slots attached;
    /** Locals: the device that is next, and the store of its entry. */
    private final Slots device;

    private final Slots part;
    /** {@code group.moves}: (device) to 1 when it is moved with its group. */
    private final Decision moves;

    Groups(LayerState state, Invalidations invalidations, ModelBuilder model) {
        this.state = state;
        this.invalidations = invalidations;
        used = state.setting.owner || state.setting.direct;
        parts = state.iommu.entries().stores();
        devices = state.setting.devices.size() / state.setting.groups.size();
        SchemaBuilder schema = model.schema();
        Sort groups = used ? state.setting.groups : Sort.numbered("Group", "g", 0);
        attached = schema.slots("attached", Role.HYPERVISOR, Writer.HYPERVISOR, groups)
                .of(new Sort("Attached", List.of("default", "blocking", "owner's", "moving")));
        Liveness busy = (s, cpu) -> state.pc.get(s, cpu) != 0;
        device = state.local(schema, "cpu.device", busy).bits(used ? SlotsBuilder.bitsFor(devices - 1) : 0);
        part = state.local(schema, "cpu.part", busy).bits(used ? SlotsBuilder.bitsFor(parts - 1) : 0);
        moves = used ? model.decision("group.moves", (s, q, b, c) -> 1) : (s, q, b, c) -> 1;
    }

    Invalidations invalidations() {
        return invalidations;
    }

    void initial(long[] s) {
        for (int g = 0; g < attached.size(); g++) {
            attached.set(s, g, state.setting.direct ? BLOCKING : DEFAULT);
        }
    }

    /** Whether a group is in its default domain. */
    boolean isKernels(long[] s, int group) {
        return !used || attached.get(s, group) == DEFAULT;
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
        return attached.get(s, group) == OWNERS ? state.setting.groups.size() : -1;
    }

    /** Adds what the looks here read. */
    void read(Footprint footprint) {
        footprint.all(attached);
        for (int q = 0; q < state.setting.devices.size(); q++) {
            state.iommu.entries().read(footprint, q);
        }
    }

    // --- operations

    void declare(ModelBuilder model) {
        if (!used) {
            return;
        }
        operation(model, RELEASE, BLOCKING, attaching(true));
        if (state.setting.owner) {
            operation(model, CLAIM, DEFAULT, detaching());
            operation(model, "attach_owners_domain", BLOCKING, attaching(false));
            operation(model, "detach_owners_domain", OWNERS, detaching());
            ownersCalls(model);
        }
    }

    private void operation(ModelBuilder model, String name, int from, List<Step> steps) {
        Operation.Start begin = (s, cpu, group, b, c, d, e) -> begin(s, cpu, group, from, name);
        List<Argument> group = List.of(new Argument("group", state.setting.groups));
        model.operation(new Operation(name, Actor.HYPERVISOR, group, ModelBuilder.all(), begin, steps, null));
    }

    private boolean begin(long[] s, int cpu, int group, int from, String name) {
        if (attached.get(s, group) != from || (name.equals(CLAIM) && isInUse(s, group))) {
            return false;
        }
        boolean owners = from == OWNERS || name.equals("attach_owners_domain");
        state.domain.set(s, cpu, owners ? state.setting.groups.size() : group);
        state.wantedGroup.set(s, cpu, group);
        return true;
    }

    /** Whether a driver has something mapped, so that the group is not to be had. */
    private boolean isInUse(long[] s, int group) {
        for (int p = 0; p < state.pages.size(); p++) {
            if (state.phase.get(s, group, p) != LayerState.NONE) {
                return true;
            }
        }
        return false;
    }

    private List<Step> attaching(boolean toDefault) {
        return new OperationPlan()
                .step(move())
                .stepIf(toDefault && state.setting.direct, () -> Step.of("map-direct", this::mapDirect))
                .step(Step.of("store-entries", this::attach)
                        .asking("group.moves")
                        .asking(state.iommu.entries().entryDecisions()))
                .stepIf(!state.can.stores().snooped(), () -> Step.of("write-entries-back", this::writeEntryBack))
                .at("absence", forgettingAbsence())
                .step(Step.of("attached", (s, cpu) -> settle(s, cpu, toDefault ? DEFAULT : OWNERS)))
                .steps();
    }

    private List<Step> detaching() {
        return new OperationPlan()
                .step(move())
                .step(Step.of("clear-entries", this::detach)
                        .asking("group.moves")
                        .asking(state.iommu.entries().entryDecisions()))
                .stepIf(!state.can.stores().snooped(), () -> Step.of("write-entries-back", this::writeEntryBack))
                .at("entries", forgetting(false))
                .at("translations", invalidations.ofDomain("domain"))
                .step(Step.of("blocked", (s, cpu) -> settle(s, cpu, BLOCKING)))
                .steps();
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
        OperationPlan plan = new OperationPlan().step(Step.of("ask-entry", (s, cpu) -> askEntry(s, cpu, absent)));
        Step announce = Step.of("announce-entry", (s, cpu) -> port(s, cpu).announce(s, cpu) ? NEXT : BLOCKED);
        DriverSteps.before(announce, state.iommu.port(0), this::port, step -> Invalidations.named(step, "entry"))
                .forEach(plan::step);
        return plan.step(Step.of("await-entry", this::awaitEntry).on(LOOP, "ask-entry"))
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

    private int mapDirect(long[] s, int cpu) {
        state.iommu.tables().store(s, state.space(s, cpu), 0, 0, Rights.ALL);
        state.iommu.visibility().writeBack(s, state.space(s, cpu), 0);
        return NEXT;
    }

    private int attach(long[] s, int cpu) {
        int q = requester(s, cpu);
        int space = state.space(s, cpu);
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

    // --- what an owner maps in its domain, at addresses of its choice

    private void ownersCalls(ModelBuilder model) {
        Argument page = new Argument("page", state.pages);
        List<Step> map = new OperationPlan()
                .step(Step.of("store-entry", this::ownerStores)
                        .asking(state.iommu.tables().tableDecisions()))
                .at("absence", state.can.caching().absence() ? invalidations.ofPage("") : List.of())
                .step(Step.of("return", (s, cpu) -> ownerReturns(s, cpu, LayerState.LIVE)))
                .steps();
        model.operation(new Operation(
                "iommu_map",
                Actor.HYPERVISOR,
                List.of(page, new Argument("frame", state.setting.frames)),
                ModelBuilder.all(),
                (s, cpu, p, f, c, d, e) -> ownerBegins(s, cpu, p, f, LayerState.NONE),
                map,
                null));
        List<Step> unmap = new OperationPlan()
                .step(Step.of("clear-entry", this::ownerClears)
                        .asking(state.iommu.tables().tableDecisions()))
                .at("sync", invalidations.ofPage(""))
                .step(Step.of("return", (s, cpu) -> ownerReturns(s, cpu, LayerState.NONE)))
                .steps();
        model.operation(new Operation(
                "iommu_unmap",
                Actor.HYPERVISOR,
                List.of(page),
                ModelBuilder.all(),
                (s, cpu, p, b, c, d, e) -> ownerBegins(s, cpu, p, 0, LayerState.LIVE),
                unmap,
                null));
    }

    private boolean ownerBegins(long[] s, int cpu, int page, int frame, int from) {
        int space = state.setting.groups.size();
        if (state.phase.get(s, space, page) != from) {
            return false;
        }
        state.domain.set(s, cpu, space);
        state.page.set(s, cpu, page);
        state.phase.set(s, space, page, from == LayerState.NONE ? LayerState.OPENING : LayerState.CLOSING);
        if (from == LayerState.NONE) {
            state.frame.set(s, space, page, frame);
            state.toDevice.set(s, space, page, 0);
            state.piece.set(s, space, page, LayerState.ALONE);
        }
        return true;
    }

    private int ownerStores(long[] s, int cpu) {
        int space = state.space(s, cpu);
        int page = state.page(s, cpu);
        state.iommu.tables().store(s, space, page, (int) state.frame.get(s, space, page), Rights.ALL);
        state.iommu.visibility().writeBack(s, space, page);
        return NEXT;
    }

    private int ownerClears(long[] s, int cpu) {
        state.iommu.tables().store(s, state.space(s, cpu), state.page(s, cpu), 0, Rights.NONE);
        state.iommu.visibility().writeBack(s, state.space(s, cpu), state.page(s, cpu));
        state.owed.set(s, state.space(s, cpu), state.page(s, cpu), LayerState.OWED);
        return NEXT;
    }

    private int ownerReturns(long[] s, int cpu, int phase) {
        state.phase.set(s, state.space(s, cpu), state.page(s, cpu), phase);
        return NEXT;
    }
}
