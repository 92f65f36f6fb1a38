package dev.moat.xen;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.grant.SharedEntry;
import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames that change hands where they have types: {@code XENMEM_populate_physmap}, {@code XENMEM_decrease_reservation},
 * {@code XENMEM_exchange}, one frame at a time, and {@code GNTTABOP_transfer}. Calls only. {@code @source} Xen 4.17
 * common/memory.c and grant_table.c; order and errors as recorded.
 */
final class HandOver {
    /** (domain, frame). Error EINVAL when the frame is not free. */
    static final String POPULATE = "populate_physmap";
    /** (domain, frame). Error EINVAL when the frame is not the domain's. */
    static final String DECREASE = "decrease_reservation";
    /** (domain, its frame, free frame). Error EINVAL unless the frame is the domain's and nobody refers to it. */
    static final String EXCHANGE = "memory_exchange";
    /**
     * (domain, frame, receiver, reference). Statuses in this order: bad_page when the frame is not the domain's alone, and
     * it stays its own; then the frame is lost: bad_domain, general_error when the entry does not accept it.
     */
    static final String TRANSFER = "transfer";

    /** Flags of an entry whose transfer is committed and completed. */
    private static final long TRANSFERRED = 0xc;

    private static final long ACCEPTS_TRANSFER = 2;

    private final XenState x;
    private final TypeUpkeep types;
    private final FrameRelease release;

    HandOver(XenState x, TypeUpkeep types, FrameRelease release) {
        this.x = x;
        this.types = types;
        this.release = release;
    }

    void declare(ModelBuilder model) {
        List<Step> populate = new ArrayList<>();
        populate.add(Step.of("populate", this::populate).on(FAIL, Step.END));
        populate.addAll(types.flush("type"));
        declare(model, POPULATE, this::begin, populate, x.calls.error);
        List<Step> decrease = new ArrayList<>();
        decrease.add(Step.of("give-up", this::giveUp).on(FAIL, Step.END).on(DONE, Step.END));
        decrease.addAll(release.steps());
        declare(model, DECREASE, this::begin, decrease, x.calls.error);
        List<Step> exchange = new ArrayList<>();
        exchange.add(Step.of("steal", this::steal).on(FAIL, Step.END));
        exchange.addAll(types.flush("old"));
        exchange.add(Step.of("replace", this::replace));
        exchange.addAll(types.flush("new"));
        declare(model, EXCHANGE, this::begin, exchange, x.calls.error);
        List<Step> transfer = new ArrayList<>();
        transfer.add(Step.of("steal", this::steal).on(FAIL, Step.END));
        transfer.addAll(types.flush("old"));
        transfer.add(Step.of("accept", this::accept).on(FAIL, Step.END));
        transfer.addAll(types.flush("new"));
        declare(model, TRANSFER, this::begin, transfer, x.locals.result);
    }

    private static void declare(
            ModelBuilder model, String name, Operation.Start begin, List<Step> steps, Slots result) {
        model.operation(CallOnly.operation(name, Actor.HYPERVISOR, steps, result));
        model.call(name, begin);
    }

    /** A frame number without memory is noted as one that nobody owns. */
    private boolean begin(long[] s, int cpu, int domain, int frame, int first, int second, int e) {
        x.calls.caller.set(s, cpu, domain);
        x.locals.domain.set(s, cpu, domain);
        x.calls.frame.set(s, cpu, frame < x.setting.frames() ? frame : 0);
        x.calls.first.set(s, cpu, first);
        x.calls.second.set(s, cpu, second);
        return true;
    }

    private int caller(long[] s, int cpu) {
        return (int) x.calls.caller.get(s, cpu);
    }

    private int frame(long[] s, int cpu) {
        return (int) x.calls.frame.get(s, cpu);
    }

    private int populate(long[] s, int cpu) {
        if (x.memory.owner.get(s, frame(s, cpu)) != 0) {
            x.calls.error.set(s, cpu, CallLocals.EINVAL);
            return FAIL;
        }
        types.receive(s, cpu, caller(s, cpu), frame(s, cpu));
        return NEXT;
    }

    /** DONE when others still refer to the frame and will release it. */
    private int giveUp(long[] s, int cpu) {
        if (!x.memory.isAllocatedTo(s, caller(s, cpu), frame(s, cpu))) {
            x.calls.error.set(s, cpu, CallLocals.EINVAL);
            return FAIL;
        }
        x.locals.frame.set(s, cpu, frame(s, cpu));
        return x.memory.giveUp(s, frame(s, cpu)) ? NEXT : DONE;
    }

    /** Takes a frame that nobody else refers to out of its owner's tables; it stays the owner's until that is flushed. */
    private int steal(long[] s, int cpu) {
        int frame = frame(s, cpu);
        if (!x.memory.isAllocatedTo(s, caller(s, cpu), frame)
                || x.memory.references.get(s, frame) != 0
                || x.types.isShared(s, frame)) {
            x.calls.error.set(s, cpu, CallLocals.EINVAL);
            x.locals.result.set(s, cpu, GrantStatus.BAD_PAGE);
            return FAIL;
        }
        types.writeOwnEntry(s, cpu, frame, 0);
        return NEXT;
    }

    private void free(long[] s, int frame) {
        x.memory.free(s, frame);
        x.types.clear(s, frame);
    }

    private int replace(long[] s, int cpu) {
        free(s, frame(s, cpu));
        types.receive(s, cpu, caller(s, cpu), (int) x.calls.first.get(s, cpu));
        return NEXT;
    }

    private int accept(long[] s, int cpu) {
        int frame = frame(s, cpu);
        int to = (int) x.calls.first.get(s, cpu);
        int ref = (int) x.calls.second.get(s, cpu);
        free(s, frame);
        if (to >= x.domains.size() || !x.exists(s, to)) {
            x.locals.result.set(s, cpu, GrantStatus.BAD_DOMAIN);
            return FAIL;
        }
        if (!accepts(s, to, ref, caller(s, cpu))) {
            x.locals.result.set(s, cpu, GrantStatus.GENERAL_ERROR);
            return FAIL;
        }
        int i = x.grants.index(to, ref);
        long entry = x.grants.shared.get(s, i);
        entry = SharedEntry.FRAME.set(entry, frame);
        x.grants.shared.set(s, i, SharedEntry.FLAGS.set(entry, ACCEPTS_TRANSFER | TRANSFERRED));
        types.receive(s, cpu, to, frame);
        return NEXT;
    }

    private boolean accepts(long[] s, int to, int ref, int from) {
        if (!x.grants.isInTable(ref)) {
            return false;
        }
        long entry = x.grants.shared.get(s, x.grants.index(to, ref));
        return SharedEntry.FLAGS.get(entry) == ACCEPTS_TRANSFER && SharedEntry.DOMID.get(entry) == from;
    }
}
