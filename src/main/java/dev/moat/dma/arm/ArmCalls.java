package dev.moat.dma.arm;

import static dev.moat.model.program.Outcome.BLOCKED;
import static dev.moat.model.program.Outcome.FAIL;
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
 * The calls of drivers: caches for the device, a bit of the bitmap under the lock, the entry; caches for the CPU, the entry and its
 * invalidation, the bit. {@code @source} Linux 6.1 arch/arm/mm/dma-mapping.c: __alloc_iova, __free_iova, arm_iommu_map_page,
 * arm_iommu_unmap_page.
 */
final class ArmCalls {
    static final String MAP = "arm_iommu_map_page";
    static final String UNMAP = "arm_iommu_unmap_page";
    private static final String LOCK = "lock.mapping";

    private final ArmState state;
    private final BufferLines lines;
    private final Forgetting forgetting;
    /** {@code map.rights}: (direction, rights that it needs) to those of the entry. */
    private final Decision rights;

    ArmCalls(ArmState state, BufferLines lines, Forgetting forgetting, ModelBuilder model) {
        this.state = state;
        this.lines = lines;
        this.forgetting = forgetting;
        rights = model.decision("map.rights", (s, direction, needed, c) -> needed);
    }

    void declare(ModelBuilder model) {
        List<Argument> mapped = List.of(
                new Argument("device", state.setting.devices.sort()),
                new Argument("frame", state.setting.frames),
                new Argument("direction", state.setting.directions));
        operation(model, MAP, mapped, Operation.Start.of(this::beginMap), map());
        List<Argument> page = List.of(new Argument("page", state.setting.pages));
        operation(model, UNMAP, page, Operation.Start.of(this::beginUnmap), unmap());
    }

    private static void operation(
            ModelBuilder model, String name, List<Argument> arguments, Operation.Start start, List<Step> steps) {
        model.operation(new Operation(name, Actor.HYPERVISOR, arguments, ModelBuilder.all(), start, steps, null));
    }

    // --- map

    private boolean beginMap(long[] s, int cpu, int q, int buffer, int way) {
        int direction = way + state.setting.firstDirection;
        boolean may = state.attached.get(s, q) == ArmState.ATTACHED
                && state.used.get(s, buffer) == 0
                && lines.isReady(s, buffer, direction);
        if (may) {
            state.caller.set(s, cpu, q);
            state.wanted.set(s, cpu, buffer);
            state.wantedDirection.set(s, cpu, direction);
        }
        return may;
    }

    private List<Step> map() {
        return new OperationPlan()
                .step(Step.of("maintain-for-device", this::giveToDevice)
                        .asking(lines.asked(true))
                        .on(FAIL, Step.END))
                .step(Step.of("lock-mapping", this::lock).taking(LOCK).quietly())
                .step(Step.of("find-area", this::find).quietly().on(FAIL, "unlock-full"))
                .step(Step.of("take-area", this::take).quietly())
                .step(Step.of("unlock-mapping", this::unlock).dropping(LOCK))
                .step(Step.of("store-entry", this::store)
                        .asking("map.rights")
                        .asking(state.iommu.tables().tableDecisions()))
                .step(Step.of("return", this::mapped).on(NEXT, Step.END))
                .step(Step.of("unlock-full", this::unlock).dropping(LOCK))
                .step(Step.of("give-back", this::giveBack))
                .steps();
    }

    /** FAIL when another CPU was first. */
    private int giveToDevice(long[] s, int cpu) {
        int buffer = (int) state.wanted.get(s, cpu);
        int q = (int) state.caller.get(s, cpu);
        if (state.used.get(s, buffer) != 0 || state.attached.get(s, q) != ArmState.ATTACHED) {
            return FAIL;
        }
        state.used.set(s, buffer, 1);
        lines.toDevice(s, buffer, (int) state.wantedDirection.get(s, cpu), q);
        return NEXT;
    }

    private int lock(long[] s, int cpu) {
        if (state.lock.get(s, 0) != 0) {
            return BLOCKED;
        }
        state.lock.set(s, 0, 1);
        return NEXT;
    }

    private int unlock(long[] s, int cpu) {
        state.lock.set(s, 0, 0);
        return NEXT;
    }

    /** The first area that fits, from the mapping's start: bitmap_find_next_zero_area. */
    private int find(long[] s, int cpu) {
        for (int p = 0; p < state.taken.size(); p++) {
            if (state.taken.get(s, p) == 0) {
                state.page.set(s, cpu, p);
                return NEXT;
            }
        }
        return FAIL;
    }

    private int take(long[] s, int cpu) {
        int p = (int) state.page.get(s, cpu);
        state.taken.set(s, p, 1);
        if (state.phase.get(s, p) != ArmState.LIVE) {
            // Only a fault hands an address out twice: what its first driver relies on stays on record.
            state.phase.set(s, p, ArmState.OPENING);
            state.frame.set(s, p, state.wanted.get(s, cpu));
            state.direction.set(s, p, state.wantedDirection.get(s, cpu));
            state.device.set(s, p, state.caller.get(s, cpu));
        }
        return NEXT;
    }

    private int store(long[] s, int cpu) {
        int direction = (int) state.wantedDirection.get(s, cpu);
        int given = rights.decide(s, direction, ArmState.rights(direction), 0);
        state.iommu
                .tables()
                .store(s, ArmState.SPACE, (int) state.page.get(s, cpu), (int) state.wanted.get(s, cpu), given);
        return NEXT;
    }

    private int mapped(long[] s, int cpu) {
        state.phase.set(s, (int) state.page.get(s, cpu), ArmState.LIVE);
        return NEXT;
    }

    private int giveBack(long[] s, int cpu) {
        state.used.set(s, (int) state.wanted.get(s, cpu), 0);
        return NEXT;
    }

    // --- unmap

    private boolean beginUnmap(long[] s, int cpu, int page) {
        state.page.set(s, cpu, page);
        return state.phase.get(s, page) == ArmState.LIVE;
    }

    private List<Step> unmap() {
        return new OperationPlan()
                .step(Step.of("maintain-for-cpu", this::takeFromDevice)
                        .asking(lines.asked(false))
                        .on(FAIL, Step.END))
                .step(Step.of("clear-entry", this::clear)
                        .asking(state.iommu.tables().tableDecisions()))
                .at("sync", forgetting.translations(false))
                .step(Step.of("settled", this::settle).quietly())
                .step(Step.of("free-area", this::free))
                .step(Step.of("return", this::unmapped))
                .steps();
    }

    /** FAIL when another CPU was first. */
    private int takeFromDevice(long[] s, int cpu) {
        int p = (int) state.page.get(s, cpu);
        if (state.phase.get(s, p) != ArmState.LIVE) {
            return FAIL;
        }
        state.phase.set(s, p, ArmState.CLOSING);
        state.wanted.set(s, cpu, state.frame.get(s, p));
        state.wantedDirection.set(s, cpu, state.direction.get(s, p));
        lines.toCpu(s, (int) state.frame.get(s, p), (int) state.direction.get(s, p), (int) state.device.get(s, p));
        return NEXT;
    }

    private int clear(long[] s, int cpu) {
        int p = (int) state.page.get(s, cpu);
        state.iommu.tables().store(s, ArmState.SPACE, p, 0, Rights.NONE);
        state.owed.set(s, p, 1);
        return NEXT;
    }

    private int settle(long[] s, int cpu) {
        state.owed.set(s, (int) state.page.get(s, cpu), 0);
        return NEXT;
    }

    /** Under the lock, which nobody has for longer than this. */
    private int free(long[] s, int cpu) {
        if (state.lock.get(s, 0) != 0) {
            return BLOCKED;
        }
        state.taken.set(s, (int) state.page.get(s, cpu), 0);
        return NEXT;
    }

    private int unmapped(long[] s, int cpu) {
        int p = (int) state.page.get(s, cpu);
        int buffer = (int) state.wanted.get(s, cpu);
        // The address may be another mapping's already.
        if (state.phase.get(s, p) == ArmState.CLOSING && state.frame.get(s, p) == buffer) {
            state.phase.set(s, p, ArmState.NONE);
        }
        state.used.set(s, buffer, 0);
        lines.returned(s, buffer, (int) state.wantedDirection.get(s, cpu));
        return NEXT;
    }
}
