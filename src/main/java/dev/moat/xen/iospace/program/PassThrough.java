package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.state.Sort;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.Frontends;
import dev.moat.xen.iospace.state.HypercallError;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The toolstack and pciback, on any IOMMU. {@code pci_attach} tests whether the device can be given, gives it its space, has the domain
 * see it, and lets it master the bus; {@code pci_detach} goes back: not seen, no mastering, led nowhere, forgotten, drained, nobody's.
 *
 * <p>With frontends the device masters the bus when both sides are connected. The frontend is asked before the device is taken away; it has
 * its driver unmap everything and gives the device back, or it is dead, or the toolstack gives it up, and then nothing is
 * awaited of it. The wait is before the lock: who is to unmap needs that. {@code @source} xen-devel 2006, Xen Calgary
 * IOMMU support: integration with pci frontend and backend, and with management tools; Xen 4.17 libxl_pci.c: pci_add_dm_done, do_pci_remove; Linux
 * xen-pcifront.c: pcifront_detach_devices.
 */
public final class PassThrough {
    public static final String ATTACH = "pci_attach";
    public static final String DETACH = "pci_detach";

    private static final String STOPS = "detach.stops-mastering";

    private final SpaceState state;
    private final Call call;
    private final CreateAndDestroy spaces;
    private final Validation validation;
    private final Frontends frontends;
    /**
     * {@code detach.stops-mastering}: (whether the frontend is dead, or given up) to 1 when pciback itself takes the right
     * to master the bus.
     */
    private final @Nullable Decision stops;

    PassThrough(SpaceState state, Call call, CreateAndDestroy spaces, Validation validation, ModelBuilder model) {
        this.state = state;
        this.call = call;
        this.spaces = spaces;
        this.validation = validation;
        frontends = state.frontends;
        stops = state.setting.frontend ? model.decision(STOPS, (s, dead, b, c) -> 1) : null;
    }

    void declare(ModelBuilder model) {
        boolean any = state.setting.anybody;
        Argument device =
                new Argument("bdf", MapCalls.with(state.setting.requesters, any ? List.of("none") : List.of()));
        Argument domain = new Argument("domain", state.setting.domains);
        Argument named = new Argument("named", new Sort("Named", List.of("all", "alone")));
        Operation.Start attach = (s, cpu, q, to, alone, d, e) -> {
            call.enter(s, cpu, 0, q, 0);
            call.domain.set(s, cpu, to);
            call.alone.set(s, cpu, alone);
            return any || validation.attach(s, cpu) == HypercallError.OK;
        };
        Operation.Start detach = (s, cpu, q, b, c, d, e) -> {
            call.enter(s, cpu, 0, q, 0);
            boolean there = q < state.setting.requesters.size();
            call.domain.set(s, cpu, there ? Math.max(0, state.ownerOf(s, q)) : 0);
            return any || validation.detach(s, cpu) == HypercallError.OK;
        };
        List<Argument> whom = state.hasToolstackOfGroups() ? List.of(device, domain, named) : List.of(device, domain);
        model.operation(
                new Operation(ATTACH, Actor.HYPERVISOR, whom, ModelBuilder.all(), attach, attach(), call.error));
        model.operation(new Operation(
                DETACH, Actor.HYPERVISOR, List.of(device), ModelBuilder.all(), detach, detach(), call.error));
        if (state.setting.frontend) {
            frontends(model);
        }
    }

    // --- what backends and frontends do when they see the other's state change; a group's devices come and go together

    private void frontends(ModelBuilder model) {
        List<Argument> group = List.of(new Argument("group", Sort.numbered("Group", "g", state.groups())));
        model.action("frontend_connects", Actor.GUEST, group, (s, g, b, c, d, e) -> connect(s, g));
        model.action("backend_connects", Actor.GUEST, group, (s, g, b, c, d, e) -> open(s, g));
        model.action("ask_frontend", Actor.GUEST, group, (s, g, b, c, d, e) -> ask(s, g));
        model.action("frontend_releases", Actor.GUEST, group, (s, g, b, c, d, e) -> release(s, g));
        if (state.setting.givesUp) {
            model.action("frontend_given_up", Actor.GUEST, group, (s, g, b, c, d, e) -> giveUp(s, g));
        }
        model.action("frontend_dies", Actor.GUEST, group, (s, g, b, c, d, e) -> die(s, g));
    }

    private boolean connect(long[] s, int g) {
        boolean may = frontends.isBackend(s, g, Frontends.INITIALISED)
                && frontends.isFrontend(s, g, Frontends.RELEASED)
                && !state.isDead(s, ownerOf(s, g));
        if (may) {
            frontends.frontend.set(s, g, Frontends.WORKING);
        }
        return may;
    }

    private int ownerOf(long[] s, int g) {
        int owner = 0;
        for (int q = 0; q < state.setting.requesters.size(); q++) {
            owner = state.group(q) == g ? Math.max(owner, state.ownerOf(s, q)) : owner;
        }
        return owner;
    }

    private boolean open(long[] s, int g) {
        boolean may = frontends.isBackend(s, g, Frontends.INITIALISED) && frontends.isFrontend(s, g, Frontends.WORKING);
        if (may) {
            frontends.backend.set(s, g, Frontends.CONNECTED);
            master(s, g, true);
        }
        return may;
    }

    /** The toolstack asks for the group's devices. */
    private boolean ask(long[] s, int g) {
        boolean may =
                frontends.isBackend(s, g, Frontends.INITIALISED) || frontends.isBackend(s, g, Frontends.CONNECTED);
        if (may) {
            frontends.backend.set(s, g, Frontends.CLOSING);
        }
        return may;
    }

    /** The driver has unmapped everything, and is in the middle of nothing. */
    private boolean release(long[] s, int g) {
        boolean may = frontends.isBackend(s, g, Frontends.CLOSING)
                && frontends.isFrontend(s, g, Frontends.WORKING)
                && !isMapped(s, g)
                && !isCalled(s, g);
        if (may) {
            frontends.frontend.set(s, g, Frontends.RELEASED);
        }
        return may;
    }

    private boolean isMapped(long[] s, int g) {
        boolean mapped = false;
        for (int i = 0; i < state.spaces.size() * state.setting.pages.size(); i++) {
            mapped |= state.groupOf(i / state.setting.pages.size()) == g && state.phase.get(s, i) != SpaceState.NONE;
        }
        return mapped;
    }

    private boolean isCalled(long[] s, int g) {
        boolean called = false;
        for (int cpu = 0; cpu < state.setting.cpus.size(); cpu++) {
            int q = call.requester(s, cpu);
            boolean busy = state.pc.get(s, cpu) != 0 && q < state.setting.requesters.size();
            called |= busy && state.group(q) == g;
        }
        return called;
    }

    /** The toolstack has asked, and waited long enough: the driver goes on as it likes until the device is taken away. */
    private boolean giveUp(long[] s, int g) {
        boolean may = frontends.isBackend(s, g, Frontends.CLOSING) && frontends.isFrontend(s, g, Frontends.WORKING);
        if (may) {
            frontends.frontend.set(s, g, Frontends.GIVEN_UP);
        }
        return may;
    }

    /** Its mappings stay, and its device goes on. */
    private boolean die(long[] s, int g) {
        boolean may = frontends.isFrontend(s, g, Frontends.WORKING) || frontends.isFrontend(s, g, Frontends.GIVEN_UP);
        frontends.kill(s, g);
        return may;
    }

    private List<Step> attach() {
        StepCode test = (s, cpu) -> call.answer(s, cpu, validation.attach(s, cpu));
        List<String> asked = new ArrayList<>(List.of(Validation.TAKEN, Validation.NO_TABLE));
        if (state.hasToolstackOfGroups()) {
            asked.add(Validation.HALF);
        }
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("test-assign", test).asking(asked).quietly().on(FAIL, "refuse"))
                .stepIf(state.setting.aliases, () -> Step.of("take-alias", (s, cpu) -> drive(s, cpu, 0)))
                .at("assign", spaces.creating(test, asked))
                .step(Step.of("expose", this::expose))
                .stepIf(
                        !state.setting.frontend,
                        () -> Step.of("enable-mastering", (s, cpu) -> master(s, groupOf(s, cpu), true)))
                .step(Step.of("return", call::unlock).dropping(MapCalls.LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(MapCalls.LOCK))
                .steps();
    }

    private List<Step> detach() {
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("validate", (s, cpu) -> call.answer(s, cpu, validation.detach(s, cpu)))
                        .asking(state.setting.frontend ? List.of(Validation.ASKED) : List.of())
                        .quietly()
                        .on(FAIL, "refuse"))
                .at("withdraw", leaving())
                .at("deassign", spaces.destroying())
                .step(Step.of("return", call::unlock).dropping(MapCalls.LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(MapCalls.LOCK))
                .steps();
    }

    /** The steps after which a domain does not see the device, and the device asks for nothing of its own accord. */
    List<Step> leaving() {
        Step stop = Step.of("disable-mastering", this::stop);
        return List.of(Step.of("withdraw", this::withdraw), stops == null ? stop : stop.asking(STOPS));
    }

    private int groupOf(long[] s, int cpu) {
        return state.group(call.requester(s, cpu));
    }

    private int expose(long[] s, int cpu) {
        frontends.show(s, groupOf(s, cpu), true);
        drive(s, cpu, call.domain(s, cpu) + 1);
        return see(s, cpu, call.domain(s, cpu) + 1);
    }

    private int withdraw(long[] s, int cpu) {
        frontends.show(s, groupOf(s, cpu), false);
        drive(s, cpu, 0);
        return see(s, cpu, 0);
    }

    /** Who drives the other BDFs of the group, unless they are left where they are. */
    private int drive(long[] s, int cpu, int domain) {
        for (int q = 0; q < state.alias.size(); q++) {
            if (state.group(q) == groupOf(s, cpu) && call.alone.get(s, cpu) == 0) {
                state.alias.set(s, q, domain);
            }
        }
        return NEXT;
    }

    private int see(long[] s, int cpu, int domain) {
        for (int q = 0; q < state.setting.requesters.size(); q++) {
            if (state.group(q) == groupOf(s, cpu)) {
                state.exposed.set(s, q, domain);
            }
        }
        return NEXT;
    }

    private int stop(long[] s, int cpu) {
        int g = groupOf(s, cpu);
        boolean lost = frontends.isLost(s, g);
        frontends.forget(s, g);
        return stops == null || stops.decide(s, lost ? 1 : 0, 0, 0) != 0 ? master(s, g, false) : NEXT;
    }

    private int master(long[] s, int group, boolean on) {
        for (int q = 0; q < state.setting.requesters.size(); q++) {
            if (state.group(q) == group) {
                state.mastering.set(s, q, on ? 1 : 0);
            }
        }
        return NEXT;
    }
}
