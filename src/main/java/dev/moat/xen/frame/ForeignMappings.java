package dev.moat.xen.frame;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import dev.moat.xen.call.CallOnly;
import dev.moat.xen.call.Hypercall;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.FrameRelease;
import dev.moat.xen.upkeep.TypeUpkeep;
import java.util.List;

/** Domain 0's mappings of other domains' frames, one for each frame; calls only. {@code @source} errors as recorded. */
public final class ForeignMappings {
    /** (owner, frame, 1 for writable) by domain 0. Errors: ESRCH its own or no such domain, EBUSY not the owner's or a page table. */
    static final String MAP = "foreign_cpu_map";
    /** (frame) by domain 0. */
    static final String UNMAP = "foreign_cpu_unmap";

    private static final int READ_ONLY = 1;
    private static final int READ_WRITE = 2;

    private final XenState xen;
    private final TypeUpkeep types;
    private final FrameRelease release;
    /** Domain 0's mapping of a frame of another domain: 0 none, {@link #READ_ONLY} or {@link #READ_WRITE}. */
    private final Slots foreign;

    public ForeignMappings(XenState xen, ModelBuilder model, TypeUpkeep types, FrameRelease release) {
        this.xen = xen;
        this.types = types;
        this.release = release;
        foreign = model.schema()
                .slots("foreign.pte", Role.ARCHITECTURAL, Writer.HYPERVISOR, xen.memory.frames)
                .bits(2);
    }

    public void declare(ModelBuilder model) {
        List<Step> map = new OperationPlan()
                .step(Step.of("take-foreign", this::takeForeign)
                        .asking(Asks.OWN_ENTRY)
                        .on(FAIL, Step.END)
                        .on(DONE, Step.END))
                .at("payment", types.flush("type"))
                .steps();
        model.operation(CallOnly.operation(MAP, Actor.HYPERVISOR, map, xen.hypercall.error));
        model.call(MAP, Operation.Start.of(this::begin));
        List<Step> unmap = new OperationPlan()
                .step(Step.of("drop-foreign", this::dropForeign).on(DONE, Step.END))
                .at("release", release.steps())
                .steps();
        model.operation(CallOnly.operation(UNMAP, Actor.HYPERVISOR, unmap, xen.hypercall.error));
        model.call(UNMAP, (s, cpu, frame, b, c, d, e) -> begin(s, cpu, 0, frame, 0));
    }

    private boolean begin(long[] s, int cpu, int owner, int frame, int writable) {
        xen.hypercall.calledBy(s, cpu, 0);
        xen.hypercall.first.set(s, cpu, owner);
        xen.hypercall.frame.set(s, cpu, frame);
        xen.mapping.readOnly.set(s, cpu, 1 - writable);
        return true;
    }

    /** Domain 0 has one mapping of a frame; another one replaces it, and what is not changed is not checked. */
    private int takeForeign(long[] s, int cpu) {
        int owner = (int) xen.hypercall.first.get(s, cpu);
        int frame = (int) xen.hypercall.frame.get(s, cpu);
        boolean readOnly = xen.mapping.isReadOnly(s, cpu);
        if (owner == 0 || !xen.exists(s, owner)) {
            return xen.hypercall.fail(s, cpu, Hypercall.ESRCH);
        }
        long old = foreign.get(s, frame);
        if (old == (readOnly ? READ_ONLY : READ_WRITE)) {
            return DONE;
        }
        if (!xen.memory.canRefer(s, owner, frame) || (!readOnly && !xen.types.admitsWriter(s, frame))) {
            return xen.hypercall.fail(s, cpu, Hypercall.EBUSY);
        }
        xen.memory.refer(s, frame, 1);
        boolean owes = !readOnly && types.takeWriter(s, cpu, frame, 1);
        foreign.set(s, frame, readOnly ? READ_ONLY : READ_WRITE);
        if (old != 0) {
            xen.types.drop(s, frame, old == READ_WRITE ? 1 : 0);
            xen.memory.release(s, frame, 1);
        }
        return owes ? NEXT : DONE;
    }

    private int dropForeign(long[] s, int cpu) {
        int frame = (int) xen.hypercall.frame.get(s, cpu);
        long old = foreign.get(s, frame);
        if (old == 0) {
            return DONE;
        }
        foreign.set(s, frame, 0);
        xen.types.drop(s, frame, old == READ_WRITE ? 1 : 0);
        return release.drop(s, cpu, frame) ? NEXT : DONE;
    }
}
