package dev.moat.xen.iospace.program;

import static dev.moat.model.program.Outcome.FAIL;
import static dev.moat.model.program.Outcome.NEXT;

import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Actor;
import dev.moat.model.program.Argument;
import dev.moat.model.program.Operation;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Step;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.HypercallError;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.List;

/**
 * The toolstack and pciback, on any IOMMU. {@code pci_attach} tests whether the device can be given, gives it its space, has the domain
 * see it, and lets it master the bus; {@code pci_detach} goes back: not seen, no mastering, led nowhere, forgotten, drained, nobody's.
 * Detaching asks nothing of the frontend, so it is the same when that has died. {@code @source} SEED-000: integration with pci
 * frontend and backend, and with management tools; Xen 4.17 libxl_pci.c: pci_add_dm_done, do_pci_remove.
 */
public final class PassThrough {
    public static final String ATTACH = "pci_attach";
    public static final String DETACH = "pci_detach";

    private final SpaceState state;
    private final Call call;
    private final CreateAndDestroy spaces;
    private final Validation validation;

    PassThrough(SpaceState state, Call call, CreateAndDestroy spaces, Validation validation) {
        this.state = state;
        this.call = call;
        this.spaces = spaces;
        this.validation = validation;
    }

    void declare(ModelBuilder model) {
        Argument device = new Argument("bdf", state.setting.requesters);
        Argument domain = new Argument("domain", state.setting.domains);
        Operation.Start attach = (s, cpu, q, to, c, d, e) -> {
            call.enter(s, cpu, 0, q, 0);
            call.domain.set(s, cpu, to);
            return validation.create(s, cpu) == HypercallError.OK;
        };
        Operation.Start detach = (s, cpu, q, b, c, d, e) -> {
            call.enter(s, cpu, 0, q, 0);
            call.domain.set(s, cpu, Math.max(0, state.ownerOf(s, q)));
            return validation.destroy(s, cpu) == HypercallError.OK;
        };
        model.operation(new Operation(
                ATTACH, Actor.HYPERVISOR, List.of(device, domain), ModelBuilder.all(), attach, attach(), call.error));
        model.operation(new Operation(
                DETACH, Actor.HYPERVISOR, List.of(device), ModelBuilder.all(), detach, detach(), call.error));
    }

    private List<Step> attach() {
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("test-assign", (s, cpu) -> call.answer(s, cpu, validation.create(s, cpu)))
                        .asking(Validation.TAKEN, Validation.NO_TABLE)
                        .quietly()
                        .on(FAIL, "refuse"))
                .at("assign", spaces.creating())
                .step(Step.of("expose", this::expose))
                .step(Step.of("enable-mastering", (s, cpu) -> master(s, cpu, true)))
                .step(Step.of("return", call::unlock).dropping(MapCalls.LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(MapCalls.LOCK))
                .steps();
    }

    private List<Step> detach() {
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("validate", (s, cpu) -> call.answer(s, cpu, validation.destroy(s, cpu)))
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
        return List.of(
                Step.of("withdraw", this::withdraw), Step.of("disable-mastering", (s, cpu) -> master(s, cpu, false)));
    }

    private int expose(long[] s, int cpu) {
        return see(s, cpu, call.domain(s, cpu) + 1);
    }

    private int withdraw(long[] s, int cpu) {
        return see(s, cpu, 0);
    }

    private int see(long[] s, int cpu, int domain) {
        for (int q = 0; q < state.setting.requesters.size(); q++) {
            if (state.group(q) == state.group(call.requester(s, cpu))) {
                state.exposed.set(s, q, domain);
            }
        }
        return NEXT;
    }

    private int master(long[] s, int cpu, boolean on) {
        for (int q = 0; q < state.setting.requesters.size(); q++) {
            if (state.group(q) == state.group(call.requester(s, cpu))) {
                state.mastering.set(s, q, on ? 1 : 0);
            }
        }
        return NEXT;
    }
}
