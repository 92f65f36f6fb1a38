package dev.moat.xen;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * What changes the type of a frame apart from grants: a PV guest's entries for its own frames, frames pinned as page
 * tables, and domain 0's mappings of other domains' frames. Calls only, where frames have types. {@code @source} Xen 4.17
 * arch/x86/mm.c; errors as recorded.
 */
final class TypeOperations {
    /** (domain, slot, frame, 1 for a writable entry). Error EBUSY when the frame cannot be referred to like this. */
    static final String OWN_MAP = "own_map";
    /** (domain, slot). */
    static final String OWN_UNMAP = "own_unmap";
    /** (domain, frame). Error EINVAL when the frame is not the domain's, pinned already, or in use for something else. */
    static final String PIN_TABLE = "pin_table";
    /** (domain, frame). Error EINVAL when the frame is not the domain's or not pinned. */
    static final String UNPIN_TABLE = "unpin_table";
    /** (owner, frame, 1 for writable) by domain 0. Errors: ESRCH its own, EINVAL not the owner's, EBUSY a page table. */
    static final String FOREIGN_MAP = "foreign_cpu_map";
    /** (frame) by domain 0. */
    static final String FOREIGN_UNMAP = "foreign_cpu_unmap";

    private static final int READ_ONLY = 1;
    private static final int READ_WRITE = 2;

    private final XenState x;
    private final TypeUpkeep types;
    private final FrameRelease release;
    /** Domain 0's mapping of a frame of another domain: 0 none, {@link #READ_ONLY} or {@link #READ_WRITE}. */
    private final Slots foreign;

    TypeOperations(XenState x, ModelBuilder model, TypeUpkeep types, FrameRelease release) {
        this.x = x;
        this.types = types;
        this.release = release;
        foreign = model.schema()
                .slots("foreign.pte", Role.ARCHITECTURAL, Writer.HYPERVISOR, x.memory.frames)
                .bits(2);
    }

    void declare(ModelBuilder model) {
        List<Step> map = new ArrayList<>();
        map.add(Step.of("take-reference", this::takeReference).on(FAIL, Step.END));
        map.addAll(types.flush("type"));
        map.add(Step.of("write-pte", this::writePte).on(DONE, Step.END));
        map.addAll(release.steps());
        declare(model, OWN_MAP, this::beginMap, map);
        declare(model, OWN_UNMAP, this::beginMap, releasing(Step.of("clear-pte", this::clearPte)));
        List<Step> pin = new ArrayList<>();
        pin.add(Step.of("pin-type", this::pinType).on(FAIL, Step.END));
        pin.addAll(types.flush("type"));
        declare(model, PIN_TABLE, this::beginFrame, pin);
        declare(model, UNPIN_TABLE, this::beginFrame, releasing(Step.of("unpin-type", this::unpinType)));
        List<Step> foreignMap = new ArrayList<>();
        foreignMap.add(Step.of("take-foreign", this::takeForeign).on(FAIL, Step.END));
        foreignMap.addAll(types.flush("type"));
        declare(model, FOREIGN_MAP, this::beginForeign, foreignMap);
        declare(
                model,
                FOREIGN_UNMAP,
                (s, cpu, frame, b, c, d, e) -> beginForeign(s, cpu, 0, frame, 0, d, e),
                releasing(Step.of("drop-foreign", this::dropForeign)));
    }

    private List<Step> releasing(Step first) {
        List<Step> steps = new ArrayList<>();
        steps.add(first.on(DONE, Step.END).on(FAIL, Step.END));
        steps.addAll(release.steps());
        return steps;
    }

    private void declare(ModelBuilder model, String name, Operation.Start begin, List<Step> steps) {
        model.operation(CallOnly.operation(name, Actor.HYPERVISOR, steps, x.calls.error));
        model.call(name, begin);
    }

    private boolean beginMap(long[] s, int cpu, int domain, int slot, int frame, int writable, int e) {
        x.calls.caller.set(s, cpu, domain);
        x.calls.first.set(s, cpu, slot);
        x.calls.frame.set(s, cpu, frame);
        x.locals.domain.set(s, cpu, domain);
        x.locals.readOnly.set(s, cpu, 1 - writable);
        return true;
    }

    private boolean beginFrame(long[] s, int cpu, int domain, int frame, int c, int d, int e) {
        return beginMap(s, cpu, domain, 0, frame, 0, 0);
    }

    private boolean beginForeign(long[] s, int cpu, int owner, int frame, int writable, int d, int e) {
        return beginMap(s, cpu, 0, owner, frame, writable, 0);
    }

    private int fail(long[] s, int cpu, int error) {
        x.calls.error.set(s, cpu, error);
        return FAIL;
    }

    private int takeReference(long[] s, int cpu) {
        int frame = (int) x.calls.frame.get(s, cpu);
        boolean readOnly = x.locals.isReadOnly(s, cpu);
        if (!x.memory.canRefer(s, caller(s, cpu), frame) || (!readOnly && !x.types.admitsWriter(s, frame))) {
            return fail(s, cpu, CallLocals.EBUSY);
        }
        x.memory.refer(s, frame, 1);
        if (!readOnly) {
            types.takeWriter(s, cpu, frame, 1);
        }
        return NEXT;
    }

    private int caller(long[] s, int cpu) {
        return (int) x.calls.caller.get(s, cpu);
    }

    /** The new entry; then the old one's references go. DONE unless that was the last one to a given-up frame. */
    private int writePte(long[] s, int cpu) {
        int slot = (int) x.calls.first.get(s, cpu);
        long old = x.hosts.entry(s, caller(s, cpu), slot);
        int frame = (int) x.calls.frame.get(s, cpu);
        x.hosts.setEntry(s, caller(s, cpu), slot, HostPte.of(frame, x.locals.isReadOnly(s, cpu), 0));
        return put(s, cpu, old);
    }

    private int clearPte(long[] s, int cpu) {
        int slot = (int) x.calls.first.get(s, cpu);
        long old = x.hosts.entry(s, caller(s, cpu), slot);
        x.hosts.setEntry(s, caller(s, cpu), slot, 0);
        return put(s, cpu, old);
    }

    private int put(long[] s, int cpu, long entry) {
        return release.put(s, cpu, entry) ? NEXT : DONE;
    }

    private int pinType(long[] s, int cpu) {
        int frame = (int) x.calls.frame.get(s, cpu);
        if (!x.memory.canRefer(s, caller(s, cpu), frame) || !x.types.admitsTable(s, frame)) {
            return fail(s, cpu, CallLocals.EINVAL);
        }
        x.memory.refer(s, frame, 1);
        if (x.types.pin(s, frame)) {
            types.writeOwnEntry(s, cpu, frame, 0);
        }
        return NEXT;
    }

    private int unpinType(long[] s, int cpu) {
        int frame = (int) x.calls.frame.get(s, cpu);
        if (x.memory.owner.get(s, frame) != caller(s, cpu) + 1 || !x.types.unpin(s, frame)) {
            return fail(s, cpu, CallLocals.EINVAL);
        }
        return release.drop(s, cpu, frame) ? NEXT : DONE;
    }

    /** Domain 0 has one mapping of a frame; another one replaces it. */
    private int takeForeign(long[] s, int cpu) {
        int owner = (int) x.calls.first.get(s, cpu);
        int frame = (int) x.calls.frame.get(s, cpu);
        boolean readOnly = x.locals.isReadOnly(s, cpu);
        if (owner == 0) {
            return fail(s, cpu, CallLocals.ESRCH);
        }
        if (!x.memory.canRefer(s, owner, frame)) {
            return fail(s, cpu, CallLocals.EINVAL);
        }
        if (!readOnly && !x.types.admitsWriter(s, frame)) {
            return fail(s, cpu, CallLocals.EBUSY);
        }
        x.memory.refer(s, frame, 1);
        if (!readOnly) {
            types.takeWriter(s, cpu, frame, 1);
        }
        long old = foreign.get(s, frame);
        foreign.set(s, frame, readOnly ? READ_ONLY : READ_WRITE);
        if (old != 0) {
            x.types.drop(s, frame, old == READ_WRITE ? 1 : 0);
            x.memory.release(s, frame, 1);
        }
        return NEXT;
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
