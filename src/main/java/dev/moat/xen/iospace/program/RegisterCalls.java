package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.List;

/**
 * Whose the registers are. At first the control domain has them mapped, and does with them what Xen asks: the first stage
 * of 2006. In the second, Xen takes them before the first space: nobody gets another mapping, the domain's is cleared, its
 * TLBs are flushed, in this order. A hostile control domain writes TAR whenever an entry or a TLB gives it the registers.
 * {@code @source} xen-devel 2006, Xen Calgary IOMMU support: "dom0 initializes the IOMMU".
 */
public final class RegisterCalls {
    public static final String TAKE = "take_registers";

    private final SpaceState state;
    private final Call call;
    /** {@code registers.may-map}: (whether Xen has taken them) to 1 when a domain may map them. */
    private final Decision mayMap;

    RegisterCalls(SpaceState state, Call call, ModelBuilder model) {
        this.state = state;
        this.call = call;
        mayMap = model.decision("registers.may-map", (s, taken, b, c) -> 1 - taken);
    }

    void declare(ModelBuilder model) {
        if (state.setting.takesRegisters) {
            List<Step> steps = new OperationPlan()
                    .step(Step.of("deny", (s, cpu) -> take(s, SpaceState.DENIED)))
                    .step(Step.of("revoke-mapping", (s, cpu) -> clear(s, true)))
                    .step(Step.of("flush-tlbs", (s, cpu) -> clear(s, false)))
                    .step(Step.of("take", (s, cpu) -> take(s, SpaceState.TAKEN)))
                    .steps();
            Operation.Start start = (s, cpu, a, b, c, d, e) -> state.registersTaken.get(s) == 0;
            model.operation(
                    new Operation(TAKE, Actor.HYPERVISOR, List.of(), ModelBuilder.all(), start, steps, call.error));
        }
        model.action("map_registers", Actor.GUEST, List.of(), (s, a, b, c, d, e) -> map(s));
        if (state.setting.hostile) {
            model.action("touch_registers", Actor.GUEST, List.of(), (s, a, b, c, d, e) -> touch(s));
            List<Argument> what =
                    List.of(new Argument("bdf", state.setting.requesters), new Argument("table", state.spaces));
            model.action("write_tar", Actor.GUEST, what, (s, q, space, c, d, e) -> write(s, q, space));
        }
    }

    private int clear(long[] s, boolean entry) {
        (entry ? state.registersMapped : state.registersCached).set(s, 0);
        return NEXT;
    }

    private int take(long[] s, int stage) {
        state.registersTaken.set(s, stage);
        return NEXT;
    }

    private boolean map(long[] s) {
        boolean may = state.registersMapped.get(s) == 0
                && mayMap.decide(s, state.registersTaken.get(s) == 0 ? 0 : 1, 0, 0) != 0;
        if (may) {
            state.registersMapped.set(s, 1);
        }
        return may;
    }

    private boolean touch(long[] s) {
        boolean fills = state.registersMapped.get(s) != 0 && state.registersCached.get(s) == 0;
        if (fills) {
            state.registersCached.set(s, 1);
        }
        return fills;
    }

    /** A bus is led to another table, whosever that is. */
    private boolean write(long[] s, int requester, int space) {
        boolean reaches = state.registersMapped.get(s) != 0 || state.registersCached.get(s) != 0;
        boolean other = !state.iommu.entries().leadsTo(s, requester, space);
        if (reaches && other) {
            state.iommu.entries().tear(s, requester, space);
        }
        return reaches && other;
    }
}
