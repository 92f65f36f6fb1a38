package dev.moat.dma.arm;

import static dev.moat.model.program.Outcome.FAIL;
import static dev.moat.model.program.Outcome.LOOP;
import static dev.moat.model.program.Outcome.NEXT;

import dev.moat.iommu.Rights;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Actor;
import dev.moat.model.program.Argument;
import dev.moat.model.program.Decision;
import dev.moat.model.program.Operation;
import dev.moat.model.program.OperationPlan;
import dev.moat.model.program.Step;
import java.util.List;

/**
 * The client makes a mapping, attaches devices to it one by one, and releases it after the last one. {@code @source} Linux 6.1
 * arch/arm/mm/dma-mapping.c: arm_iommu_create_mapping, arm_iommu_attach_device, arm_iommu_detach_device, release_iommu_mapping.
 */
final class ArmDevices {
    private final ArmState state;
    private final Forgetting forgetting;
    /** {@code mapping.released}: (devices that are attached) to 1 when nobody holds the mapping any more. */
    private final Decision released;

    ArmDevices(ArmState state, Forgetting forgetting, ModelBuilder model) {
        this.state = state;
        this.forgetting = forgetting;
        released = model.decision("mapping.released", (s, devices, b, c) -> devices == 0 ? 1 : 0);
    }

    void declare(ModelBuilder model) {
        Operation.Start unmade = (s, cpu, a, b, c, d, e) -> state.made.get(s, 0) == 0;
        operation(model, "arm_iommu_create_mapping", List.of(), unmade, List.of(Step.of("make-mapping", this::make)));
        Operation.Start idle = (s, cpu, a, b, c, d, e) -> isReleased(s);
        operation(
                model,
                "arm_iommu_release_mapping",
                List.of(),
                idle,
                List.of(Step.of("free-domain", this::release).asking("mapping.released")));
        List<Argument> device = List.of(new Argument("device", state.setting.devices.sort()));
        operation(
                model,
                "arm_iommu_attach_device",
                device,
                Operation.Start.of((s, cpu, q) -> {
                    state.caller.set(s, cpu, q);
                    return state.made.get(s, 0) != 0 && state.attached.get(s, q) == ArmState.DETACHED;
                }),
                attach());
        operation(
                model,
                "arm_iommu_detach_device",
                device,
                Operation.Start.of((s, cpu, q) -> {
                    state.caller.set(s, cpu, q);
                    return state.attached.get(s, q) == ArmState.ATTACHED && !isInUse(s, cpu, q);
                }),
                detach());
    }

    private static void operation(
            ModelBuilder model, String name, List<Argument> arguments, Operation.Start start, List<Step> steps) {
        model.operation(new Operation(name, Actor.HYPERVISOR, arguments, ModelBuilder.all(), start, steps, null));
    }

    private boolean isReleased(long[] s) {
        return state.made.get(s, 0) != 0 && released.decide(s, state.attachedDevices(s), 0, 0) != 0;
    }

    private int make(long[] s, int cpu) {
        for (int p = 0; p < state.taken.size() && state.made.get(s, 0) == 0; p++) {
            state.taken.set(s, p, 0);
        }
        state.made.set(s, 0, 1);
        return NEXT;
    }

    /** The domain goes, with its tables. */
    private int release(long[] s, int cpu) {
        if (isReleased(s)) {
            state.made.set(s, 0, 0);
            for (int p = 0; p < state.setting.pages.size(); p++) {
                state.iommu.tables().store(s, ArmState.SPACE, p, 0, Rights.NONE);
            }
        }
        return NEXT;
    }

    /** Whether the driver of a device has anything mapped or is about to; it stops before its device is detached. */
    private boolean isInUse(long[] s, int own, int q) {
        for (int cpu = 0; cpu < state.setting.cpus.size(); cpu++) {
            if (cpu != own && state.pc.get(s, cpu) != 0 && state.caller.get(s, cpu) == q) {
                return true;
            }
        }
        for (int p = 0; p < state.setting.pages.size(); p++) {
            if (state.phase.get(s, p) != ArmState.NONE && state.device.get(s, p) == q) {
                return true;
            }
        }
        return false;
    }

    private List<Step> attach() {
        return new OperationPlan()
                .step(Step.of("hold-mapping", (s, cpu) -> begin(s, cpu, ArmState.DETACHED))
                        .on(FAIL, Step.END))
                .step(Step.of("store-entry", this::store)
                        .asking(state.iommu.entries().entryDecisions()))
                .at("absence", state.iommu.duty().remembersAbsentEntry() ? forgetting.absentEntry() : List.of())
                .step(Step.of("attached", (s, cpu) -> become(s, cpu, ArmState.ATTACHED)))
                .steps();
    }

    private List<Step> detach() {
        return new OperationPlan()
                .step(Step.of("begin", (s, cpu) -> begin(s, cpu, ArmState.ATTACHED))
                        .on(FAIL, Step.END))
                .step(Step.of("clear-entry", this::clear)
                        .asking(state.iommu.entries().entryDecisions()))
                .at("entry", forgetting.entry())
                .at("translations", forgetting.translations(true))
                .step(Step.of("put-mapping", (s, cpu) -> become(s, cpu, ArmState.DETACHED)))
                .steps();
    }

    /** FAIL when another CPU was first. */
    private int begin(long[] s, int cpu, int from) {
        int q = (int) state.caller.get(s, cpu);
        boolean may = state.made.get(s, 0) != 0 && state.attached.get(s, q) == from && !isInUse(s, cpu, q);
        if (may) {
            state.attached.set(s, q, ArmState.MOVING);
        }
        return may ? NEXT : FAIL;
    }

    private int store(long[] s, int cpu) {
        int q = (int) state.caller.get(s, cpu);
        int tag = state.iommu.tags().take(s, ArmState.SPACE, 0);
        state.iommu.entries().attach(s, q, ArmState.SPACE, tag, (int) state.part.get(s, cpu));
        return next(s, cpu);
    }

    private int clear(long[] s, int cpu) {
        state.iommu.entries().detach(s, (int) state.caller.get(s, cpu), (int) state.part.get(s, cpu));
        return next(s, cpu);
    }

    private int next(long[] s, int cpu) {
        int next = (int) state.part.get(s, cpu) + 1;
        boolean last = next == state.iommu.entries().stores();
        state.part.set(s, cpu, last ? 0 : next);
        return last ? NEXT : LOOP;
    }

    private int become(long[] s, int cpu, int to) {
        state.attached.set(s, (int) state.caller.get(s, cpu), to);
        return NEXT;
    }
}
