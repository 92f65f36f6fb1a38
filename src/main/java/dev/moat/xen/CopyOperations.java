package dev.moat.xen;

import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.grant.Pins;
import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code GNTTABOP_copy} of one element and {@code GNTTABOP_swap_grant_ref}, where frames have types; calls only. A copy
 * maps nothing, but what it writes to is taken for writing, and so becomes or stays its owner's to reach by devices.
 * {@code @source} Xen 4.17 common/grant_table.c; order and statuses as recorded. Frames have no contents here.
 */
final class CopyOperations {
    /**
     * (domain, source, destination, 1 when offsets and length stay inside the pages), the two as {@link CopySide}.
     * Statuses in this order: bad_domain of the source, then of the destination; permission_denied for a frame of
     * another domain; of the source, then of the destination: what its grant refuses, bad_page, a page table as destination
     * general_error; then bad_copy_arg.
     */
    static final String COPY = "copy";
    /** (domain, reference, reference). Statuses: bad_gntref, eagain when one is pinned. */
    static final String SWAP = "swap";

    private final XenState x;
    private final TypeUpkeep types;

    CopyOperations(XenState x, TypeUpkeep types) {
        this.x = x;
        this.types = types;
    }

    void declare(ModelBuilder model) {
        List<Step> copy = new ArrayList<>();
        copy.add(Step.of("acquire", this::acquire).on(Outcome.FAIL, Step.END));
        copy.addAll(types.flush("type"));
        copy.add(Step.of("put-back", this::putBack));
        model.operation(CallOnly.operation(COPY, Actor.HYPERVISOR, copy, x.locals.result));
        model.call(COPY, this::beginCopy);
        model.operation(CallOnly.operation(
                SWAP,
                Actor.HYPERVISOR,
                List.of(Step.of("swap", this::swap).on(Outcome.FAIL, Step.END)),
                x.locals.result));
        model.call(SWAP, this::beginSwap);
    }

    private boolean beginCopy(long[] s, int cpu, int domain, int source, int destination, int inside, int e) {
        x.calls.calledBy(s, cpu, domain);
        x.locals.domain.set(s, cpu, domain);
        x.calls.first.set(s, cpu, source);
        x.calls.second.set(s, cpu, destination);
        x.locals.sides.set(s, cpu, inside);
        return true;
    }

    private int acquire(long[] s, int cpu) {
        int source = (int) x.calls.first.get(s, cpu);
        int destination = (int) x.calls.second.get(s, cpu);
        int status = domains(s, source, destination);
        if (status == GrantStatus.OKAY) {
            status = acquire(s, cpu, source, true);
        }
        if (status == GrantStatus.OKAY) {
            status = acquire(s, cpu, destination, false);
            if (status != GrantStatus.OKAY) {
                unpin(s, source, true);
            }
        }
        x.locals.result.set(s, cpu, status);
        return status == GrantStatus.OKAY ? NEXT : Outcome.FAIL;
    }

    private int domains(long[] s, int source, int destination) {
        for (int side : new int[] {source, destination}) {
            int granter = CopySide.domain(side);
            if (CopySide.isGrant(side) && (granter >= x.domains.size() || !x.exists(s, granter))) {
                return GrantStatus.BAD_DOMAIN;
            }
            if (CopySide.isForeign(side)) {
                return GrantStatus.PERMISSION_DENIED;
            }
        }
        return GrantStatus.OKAY;
    }

    /** Pins one side's grant, or finds the caller's own frame; what is written to is taken for writing. */
    private int acquire(long[] s, int cpu, int side, boolean readOnly) {
        int caller = x.calls.caller(s, cpu);
        int owner = CopySide.isGrant(side) ? CopySide.domain(side) : caller;
        if (CopySide.isGrant(side)) {
            if (!x.grants.isInTable(CopySide.number(side))) {
                return GrantStatus.BAD_GNTREF;
            }
            int status = x.grants.pin(s, caller, owner, CopySide.number(side), Pins.HOST, readOnly);
            if (status != GrantStatus.OKAY) {
                return status;
            }
        }
        int frame = frame(s, side);
        if (frame >= x.setting.frames() || !x.memory.canRefer(s, owner, frame)) {
            unpin(s, side, readOnly);
            return GrantStatus.BAD_PAGE;
        }
        if (!readOnly && !x.types.admitsWriter(s, frame)) {
            unpin(s, side, readOnly);
            return GrantStatus.GENERAL_ERROR;
        }
        if (!readOnly) {
            types.takeWriter(s, cpu, frame, 1);
        }
        return GrantStatus.OKAY;
    }

    private int frame(long[] s, int side) {
        int number = CopySide.number(side);
        return CopySide.isGrant(side) ? x.grants.frame(s, CopySide.domain(side), number) : number;
    }

    private void unpin(long[] s, int side, boolean readOnly) {
        if (CopySide.isGrant(side)) {
            x.grants.unpin(s, CopySide.domain(side), CopySide.number(side), Pins.HOST, readOnly);
        }
    }

    private int putBack(long[] s, int cpu) {
        int source = (int) x.calls.first.get(s, cpu);
        int destination = (int) x.calls.second.get(s, cpu);
        x.types.drop(s, frame(s, destination), 1);
        unpin(s, destination, false);
        unpin(s, source, true);
        if (x.locals.sides.get(s, cpu) == 0) {
            x.locals.result.set(s, cpu, GrantStatus.BAD_COPY_ARG);
        }
        return NEXT;
    }

    private boolean beginSwap(long[] s, int cpu, int domain, int a, int b, int d, int e) {
        x.locals.domain.set(s, cpu, domain);
        x.calls.first.set(s, cpu, Integer.toUnsignedLong(a));
        x.calls.second.set(s, cpu, Integer.toUnsignedLong(b));
        return true;
    }

    /** Both entries' bits change places as they are, whatever they say. */
    private int swap(long[] s, int cpu) {
        int domain = (int) x.locals.domain.get(s, cpu);
        int a = (int) x.calls.first.get(s, cpu);
        int b = (int) x.calls.second.get(s, cpu);
        if (!x.grants.isInTable(a) || !x.grants.isInTable(b)) {
            x.locals.result.set(s, cpu, GrantStatus.BAD_GNTREF);
            return Outcome.FAIL;
        }
        int i = x.grants.index(domain, a);
        int j = x.grants.index(domain, b);
        if (i != j && (x.grants.pin.get(s, i) != 0 || x.grants.pin.get(s, j) != 0)) {
            x.locals.result.set(s, cpu, GrantStatus.EAGAIN);
            return Outcome.FAIL;
        }
        long entry = x.grants.shared.get(s, i);
        x.grants.shared.set(s, i, x.grants.shared.get(s, j));
        x.grants.shared.set(s, j, entry);
        return NEXT;
    }
}
