package dev.moat.xen.frame;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import dev.moat.xen.program.Asks;
import dev.moat.xen.state.CallLocals;
import dev.moat.xen.state.CallOnly;
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

    private final XenState x;
    private final TypeUpkeep types;
    private final FrameRelease release;
    /** Domain 0's mapping of a frame of another domain: 0 none, {@link #READ_ONLY} or {@link #READ_WRITE}. */
    private final Slots foreign;

    public ForeignMappings(XenState x, ModelBuilder model, TypeUpkeep types, FrameRelease release) {
        this.x = x;
        this.types = types;
        this.release = release;
        foreign = model.schema()
                .slots("foreign.pte", Role.ARCHITECTURAL, Writer.HYPERVISOR, x.memory.frames)
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
        model.operation(CallOnly.operation(MAP, Actor.HYPERVISOR, map, x.calls.error));
        model.call(MAP, this::begin);
        List<Step> unmap = new OperationPlan()
                .step(Step.of("drop-foreign", this::dropForeign).on(DONE, Step.END))
                .at("release", release.steps())
                .steps();
        model.operation(CallOnly.operation(UNMAP, Actor.HYPERVISOR, unmap, x.calls.error));
        model.call(UNMAP, (s, cpu, frame, b, c, d, e) -> begin(s, cpu, 0, frame, 0, d, e));
    }

    private boolean begin(long[] s, int cpu, int owner, int frame, int writable, int d, int e) {
        x.calls.calledBy(s, cpu, 0);
        x.calls.first.set(s, cpu, owner);
        x.calls.frame.set(s, cpu, frame);
        x.locals.readOnly.set(s, cpu, 1 - writable);
        return true;
    }

    /** Domain 0 has one mapping of a frame; another one replaces it, and what is not changed is not checked. */
    private int takeForeign(long[] s, int cpu) {
        int owner = (int) x.calls.first.get(s, cpu);
        int frame = (int) x.calls.frame.get(s, cpu);
        boolean readOnly = x.locals.isReadOnly(s, cpu);
        if (owner == 0 || !x.exists(s, owner)) {
            return x.calls.fail(s, cpu, CallLocals.ESRCH);
        }
        long old = foreign.get(s, frame);
        if (old == (readOnly ? READ_ONLY : READ_WRITE)) {
            return DONE;
        }
        if (!x.memory.canRefer(s, owner, frame) || (!readOnly && !x.types.admitsWriter(s, frame))) {
            return x.calls.fail(s, cpu, CallLocals.EBUSY);
        }
        x.memory.refer(s, frame, 1);
        boolean owes = !readOnly && types.takeWriter(s, cpu, frame, 1);
        foreign.set(s, frame, readOnly ? READ_ONLY : READ_WRITE);
        if (old != 0) {
            x.types.drop(s, frame, old == READ_WRITE ? 1 : 0);
            x.memory.release(s, frame, 1);
        }
        return owes ? NEXT : DONE;
    }

    private int dropForeign(long[] s, int cpu) {
        int frame = (int) x.calls.frame.get(s, cpu);
        long old = foreign.get(s, frame);
        if (old == 0) {
            return DONE;
        }
        foreign.set(s, frame, 0);
        x.types.drop(s, frame, old == READ_WRITE ? 1 : 0);
        return release.drop(s, cpu, frame) ? NEXT : DONE;
    }
}
