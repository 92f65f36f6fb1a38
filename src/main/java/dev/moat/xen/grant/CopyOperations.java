package dev.moat.xen.grant;

import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.CopyPins;
import dev.moat.grant.GrantStatus;
import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.xen.state.CallOnly;
import dev.moat.xen.state.CopyLocals;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.TypeUpkeep;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code GNTTABOP_copy} of one element, where frames have types; a call only. A copy maps nothing, but what it writes to is
 * taken for writing, and so becomes or stays its owner's to reach by devices. {@code @source} Xen 4.17 common/grant_table.c;
 * order and statuses as recorded. Frames have no contents here: the last copy's frames are noted.
 */
public final class CopyOperations {
    /**
     * (domain, source, destination, offsets, length), the sides as {@link CopySide}, offsets and length as
     * {@link CopyLocals}. Statuses in this order: bad_domain of the source, then of the destination; of the source, then of
     * the destination, what {@link CopyPins} refuses of a grant, and of a frame permission_denied when it is not given as the
     * caller's, then bad_page; general_error for a page table as destination; bad_copy_arg for bytes beyond a page;
     * general_error for bytes beyond what a grant covers.
     */
    static final String COPY = "copy";

    private static final int PAGE = 4096;

    private final XenState x;
    private final CopyLocals l;
    private final TypeUpkeep types;
    private final CopyPins pins;

    public CopyOperations(XenState x, TypeUpkeep types) {
        this.x = x;
        l = x.copies;
        this.types = types;
        pins = new CopyPins(
                x.grants, this::canRefer, new Existence(x), x.setting.tables().transitive());
    }

    /** Which domains there are. */
    private record Existence(XenState x) implements CopyPins.Domains {
        @Override
        public boolean exists(long[] s, int domain) {
            return domain < x.domains.size() && x.exists(s, domain);
        }

        @Override
        public boolean isDying(long[] s, int domain) {
            return x.isDying(s, domain);
        }
    }

    public void declare(ModelBuilder model) {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of("find-domains", this::findDomains).on(FAIL, Step.END));
        steps.add(Step.of("acquire-source", this::acquireSource).on(FAIL, Step.END));
        steps.add(Step.of("acquire-destination", this::acquireDestination).on(FAIL, "release-source"));
        steps.addAll(types.flush("type"));
        steps.add(Step.of("move", this::move));
        steps.add(Step.of("release-destination", this::releaseDestination));
        steps.add(Step.of("release-source", this::releaseSource));
        model.operation(CallOnly.operation(COPY, Actor.HYPERVISOR, steps, x.locals.result));
        model.call(COPY, this::begin);
    }

    private boolean begin(long[] s, int cpu, int domain, int source, int destination, int offsets, int length) {
        x.calls.calledBy(s, cpu, domain);
        x.locals.domain.set(s, cpu, domain);
        l.source.set(s, cpu, source);
        l.destination.set(s, cpu, destination);
        l.offsets.set(s, cpu, Integer.toUnsignedLong(offsets));
        l.length.set(s, cpu, length);
        return true;
    }

    private int source(long[] s, int cpu) {
        return (int) l.source.get(s, cpu);
    }

    private int destination(long[] s, int cpu) {
        return (int) l.destination.get(s, cpu);
    }

    private int domain(long[] s, int cpu, int side) {
        return CopySide.domain(side, x.calls.caller(s, cpu));
    }

    private int answer(long[] s, int cpu, int status) {
        x.locals.result.set(s, cpu, status);
        return status == GrantStatus.OKAY ? NEXT : FAIL;
    }

    private int findDomains(long[] s, int cpu) {
        int status = find(s, cpu, source(s, cpu));
        return answer(s, cpu, status == GrantStatus.OKAY ? find(s, cpu, destination(s, cpu)) : status);
    }

    private int find(long[] s, int cpu, int side) {
        int domain = domain(s, cpu, side);
        return domain < x.domains.size() && x.exists(s, domain) ? GrantStatus.OKAY : GrantStatus.BAD_DOMAIN;
    }

    private boolean canRefer(long[] s, int owner, int frame) {
        return frame < x.setting.frames() && x.memory.canRefer(s, owner, frame);
    }

    private int acquireSource(long[] s, int cpu) {
        return answer(s, cpu, acquire(s, cpu, source(s, cpu), true));
    }

    private int acquire(long[] s, int cpu, int side, boolean readOnly) {
        int caller = x.calls.caller(s, cpu);
        int number = CopySide.number(side);
        if (CopySide.isGrant(side)) {
            return pins.acquire(s, caller, domain(s, cpu, side), number, readOnly);
        }
        if (CopySide.isForeign(side)) {
            return GrantStatus.PERMISSION_DENIED;
        }
        return canRefer(s, caller, number) ? GrantStatus.OKAY : GrantStatus.BAD_PAGE;
    }

    /** What is written to is taken for writing. */
    private int acquireDestination(long[] s, int cpu) {
        int side = destination(s, cpu);
        int status = acquire(s, cpu, side, false);
        if (status != GrantStatus.OKAY) {
            return answer(s, cpu, status);
        }
        int frame = frame(s, cpu, side);
        if (!x.types.admitsWriter(s, frame)) {
            release(s, cpu, side, false);
            return answer(s, cpu, GrantStatus.GENERAL_ERROR);
        }
        types.takeWriter(s, cpu, frame, 1);
        return NEXT;
    }

    private int frame(long[] s, int cpu, int side) {
        int number = CopySide.number(side);
        return CopySide.isGrant(side) ? x.grants.frame(s, domain(s, cpu, side), number) : number;
    }

    private int move(long[] s, int cpu) {
        int from = l.fromOffset(s, cpu);
        int to = l.toOffset(s, cpu);
        int length = (int) l.length.get(s, cpu);
        int status = GrantStatus.OKAY;
        if (from + length > PAGE || to + length > PAGE) {
            status = GrantStatus.BAD_COPY_ARG;
        } else if (!covers(s, cpu, source(s, cpu), from, length) || !covers(s, cpu, destination(s, cpu), to, length)) {
            status = GrantStatus.GENERAL_ERROR;
        } else {
            l.from.set(s, cpu, frame(s, cpu, source(s, cpu)));
            l.to.set(s, cpu, frame(s, cpu, destination(s, cpu)));
        }
        x.locals.result.set(s, cpu, status);
        return NEXT;
    }

    private boolean covers(long[] s, int cpu, int side, int from, int bytes) {
        if (!CopySide.isGrant(side)) {
            return true;
        }
        return x.grants.ranges.covers(s, x.grants.index(domain(s, cpu, side), CopySide.number(side)), from, bytes);
    }

    private int releaseDestination(long[] s, int cpu) {
        int side = destination(s, cpu);
        x.types.drop(s, frame(s, cpu, side), 1);
        release(s, cpu, side, false);
        return NEXT;
    }

    private int releaseSource(long[] s, int cpu) {
        release(s, cpu, source(s, cpu), true);
        return NEXT;
    }

    private void release(long[] s, int cpu, int side, boolean readOnly) {
        if (CopySide.isGrant(side)) {
            pins.release(s, domain(s, cpu, side), CopySide.number(side), readOnly);
        }
    }
}
