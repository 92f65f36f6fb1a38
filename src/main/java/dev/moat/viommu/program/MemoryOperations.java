package dev.moat.viommu.program;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.state.Sort;
import dev.moat.viommu.state.GuestLock;
import dev.moat.viommu.state.ViommuSetting;
import dev.moat.viommu.state.ViommuState;
import dev.moat.viommu.state.Whole;
import java.util.List;

/**
 * Changes of a guest's p2m: frames taken, given back and exchanged, other guests' frames mapped by grants. What leaves is the guest's until
 * no shadow and no cache leads there, in the order that XSA-346 taught: the p2m, the IOMMU, its flush, and then the page's reference.
 */
public final class MemoryOperations {
    private static final Sort MODE = new Sort("Mode", List.of("rw", "ro"));

    private final ViommuState state;
    private final ViommuSetting setting;
    private final Upkeep upkeep;
    private final ModelBuilder model;

    public MemoryOperations(Whole whole, Upkeep upkeep, ModelBuilder model) {
        state = whole.state();
        setting = state.setting;
        this.upkeep = upkeep;
        this.model = model;
    }

    public void declare() {
        Argument guest = new Argument("guest", setting.domains);
        Argument gfn = new Argument("gfn", setting.gfns);
        if (setting.reservation) {
            operation(
                    "populate_physmap",
                    List.of(guest, gfn),
                    (s, cpu, g, n, c, d, e) -> begin(s, cpu, g, n, false),
                    coming(this::populate));
            operation(
                    "decrease_reservation",
                    List.of(guest, gfn),
                    (s, cpu, g, n, c, d, e) -> begin(s, cpu, g, n, true),
                    leaving(this::decrease, "release"));
        }
        if (setting.exchange) {
            operation(
                    "memory_exchange",
                    List.of(guest, gfn),
                    (s, cpu, g, n, c, d, e) -> begin(s, cpu, g, n, true),
                    exchanging());
        }
        if (setting.grants) {
            operation(
                    "map_grant_ref",
                    List.of(guest, gfn, new Argument("mode", MODE)),
                    (s, cpu, g, n, mode, d, e) -> beginGrant(s, cpu, g, n, mode),
                    coming(this::mapGrant));
            operation(
                    "unmap_grant_ref",
                    List.of(guest, gfn),
                    (s, cpu, g, n, c, d, e) -> begin(s, cpu, g, n, true),
                    leaving(this::unmapGrant, "drop-grant"));
        }
    }

    private void operation(String name, List<Argument> arguments, Operation.Start start, List<Step> steps) {
        model.operation(new Operation(name, Actor.HYPERVISOR, arguments, ModelBuilder.all(), start, steps, null));
    }

    private List<Step> coming(StepCode change) {
        OperationPlan plan = upkeep.lock(new OperationPlan());
        plan.step(Step.of("enter", change).on(Outcome.FAIL, GuestLock.UNLOCK));
        return upkeep.unlock(upkeep.insert(plan)).steps();
    }

    /** @param last the step that lets the frame go */
    private List<Step> leaving(StepCode change, String last) {
        OperationPlan plan = upkeep.lock(new OperationPlan());
        plan.step(Step.of("remove", change).on(Outcome.FAIL, GuestLock.UNLOCK));
        upkeep.flush(upkeep.clear(plan));
        return upkeep.unlock(plan.step(Step.of(last, this::release))).steps();
    }

    private List<Step> exchanging() {
        OperationPlan plan = upkeep.lock(new OperationPlan());
        plan.step(Step.of("replace", this::exchange).on(Outcome.FAIL, GuestLock.UNLOCK));
        upkeep.insert(upkeep.flush(upkeep.clear(plan)));
        return upkeep.unlock(plan.step(Step.of("release", this::release))).steps();
    }

    private boolean begin(long[] s, int cpu, int g, int gfn, boolean there) {
        if ((state.p2m.get(s, g, gfn) != 0) != there || gfn == setting.privateGfn() || setting.isWindow(gfn)) {
            return false;
        }
        state.begin(s, cpu, g, ViommuState.P2M);
        state.page.set(s, cpu, gfn);
        return true;
    }

    private boolean beginGrant(long[] s, int cpu, int g, int gfn, int mode) {
        if (!begin(s, cpu, g, gfn, false)) {
            return false;
        }
        state.leavingKind.set(s, cpu, mode == 0 ? ViommuState.GRANT : ViommuState.GRANT_READ_ONLY);
        return true;
    }

    private int populate(long[] s, int cpu) {
        int g = (int) state.guest.get(s, cpu);
        int gfn = (int) state.page.get(s, cpu);
        int frame = state.firstFree(s);
        if (frame < 0 || state.p2m.get(s, g, gfn) != 0) {
            return Outcome.FAIL;
        }
        state.owner.set(s, frame, g + 1L);
        state.enter(s, g, gfn, frame, ViommuState.OWN);
        return Outcome.NEXT;
    }

    private int decrease(long[] s, int cpu) {
        int frame = frame(s, cpu);
        if (frame < 0 || kind(s, cpu) != ViommuState.OWN || state.isGranted(s, frame)) {
            return Outcome.FAIL;
        }
        leave(s, cpu, frame);
        return Outcome.NEXT;
    }

    private int exchange(long[] s, int cpu) {
        int frame = frame(s, cpu);
        int other = state.firstFree(s);
        if (frame < 0 || other < 0 || kind(s, cpu) != ViommuState.OWN || state.isGranted(s, frame)) {
            return Outcome.FAIL;
        }
        leave(s, cpu, frame);
        state.owner.set(s, other, state.guest.get(s, cpu) + 1);
        state.enter(s, (int) state.guest.get(s, cpu), (int) state.page.get(s, cpu), other, ViommuState.OWN);
        return Outcome.NEXT;
    }

    /** The other guest's frame at its gfn 0, while it is the other's own. */
    private int mapGrant(long[] s, int cpu) {
        int g = (int) state.guest.get(s, cpu);
        int gfn = (int) state.page.get(s, cpu);
        int other = 1 - g;
        int frame = (int) state.p2m.get(s, other, 0) - 1;
        if (frame < 0 || state.kind.get(s, other, 0) != ViommuState.OWN || state.p2m.get(s, g, gfn) != 0) {
            return Outcome.FAIL;
        }
        int mode = (int) state.leavingKind.get(s, cpu);
        state.leavingKind.set(s, cpu, ViommuState.OWN);
        state.enter(s, g, gfn, frame, mode);
        return Outcome.NEXT;
    }

    private int unmapGrant(long[] s, int cpu) {
        if (frame(s, cpu) < 0 || !ViommuState.isGrant(kind(s, cpu))) {
            return Outcome.FAIL;
        }
        leave(s, cpu, frame(s, cpu));
        return Outcome.NEXT;
    }

    private int frame(long[] s, int cpu) {
        return (int) state.p2m.get(s, (int) state.guest.get(s, cpu), (int) state.page.get(s, cpu)) - 1;
    }

    private int kind(long[] s, int cpu) {
        return (int) state.kind.get(s, (int) state.guest.get(s, cpu), (int) state.page.get(s, cpu));
    }

    private void leave(long[] s, int cpu, int frame) {
        state.leaving.set(s, cpu, frame + 1L);
        state.leavingKind.set(s, cpu, kind(s, cpu));
        state.remove(s, (int) state.guest.get(s, cpu), (int) state.page.get(s, cpu));
    }

    /** The frame's reference, or the grant, is dropped. */
    private int release(long[] s, int cpu) {
        int frame = (int) state.leaving.get(s, cpu) - 1;
        if (frame >= 0 && !ViommuState.isGrant((int) state.leavingKind.get(s, cpu))) {
            state.owner.set(s, frame, 0);
        }
        state.leavingKind.set(s, cpu, ViommuState.OWN);
        return Outcome.NEXT;
    }
}
