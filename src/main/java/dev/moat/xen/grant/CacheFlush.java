package dev.moat.xen.grant;

import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Step;
import dev.moat.xen.call.CallOnly;
import dev.moat.xen.call.Hypercall;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * The checks of {@code GNTTABOP_cache_flush} on x86; a call only, which changes nothing. {@code @source} Xen 4.17
 * common/grant_table.c (_cache_flush); errors as recorded ({@code flush/args}).
 */
public final class CacheFlush {
    /**
     * (domain, frame, offset, length, operation). Errors in this order: EINVAL for bytes beyond the page or an operation
     * other than clean and invalidate; none when nothing is asked for; EINVAL for a frame that does not exist, EPERM for
     * one that is nobody's, EINVAL for another domain's that the caller has not mapped by grant; EOPNOTSUPP for invalidate
     * alone.
     */
    static final String CACHE_FLUSH = "cache_flush";

    private static final int CLEAN = 1;
    private static final int INVALIDATE = 2;
    private static final int PAGE = 4096;

    private final XenState xen;

    public CacheFlush(XenState xen) {
        this.xen = xen;
    }

    public void declare(ModelBuilder model) {
        model.operation(CallOnly.operation(
                CACHE_FLUSH,
                Actor.HYPERVISOR,
                List.of(Step.of("check", this::check).on(FAIL, Step.END)),
                xen.hypercall.error));
        model.call(CACHE_FLUSH, (s, cpu, domain, frame, offset, length, operation) -> {
            xen.hypercall.calledBy(s, cpu, domain);
            xen.hypercall.first.set(s, cpu, Integer.toUnsignedLong(frame));
            xen.hypercall.second.set(s, cpu, Integer.toUnsignedLong(operation));
            xen.copy.offsets.set(s, cpu, offset);
            xen.copy.length.set(s, cpu, length);
            return true;
        });
    }

    private int check(long[] s, int cpu) {
        long operation = xen.hypercall.second.get(s, cpu);
        int offset = xen.copy.fromOffset(s, cpu);
        int length = (int) xen.copy.length.get(s, cpu);
        if (offset >= PAGE || offset + length > PAGE || (operation & ~(CLEAN | INVALIDATE)) != 0) {
            return xen.hypercall.fail(s, cpu, Hypercall.EINVAL);
        }
        if (length == 0 || operation == 0) {
            return NEXT;
        }
        int refused = refusal(s, xen.hypercall.caller(s, cpu), xen.hypercall.first.get(s, cpu));
        if (refused != 0) {
            return xen.hypercall.fail(s, cpu, refused);
        }
        return operation == INVALIDATE ? xen.hypercall.fail(s, cpu, Hypercall.EOPNOTSUPP) : NEXT;
    }

    /** The error about the frame; 0 when the caller may flush it. */
    private int refusal(long[] s, int caller, long frame) {
        if (frame >= xen.setting.frames()) {
            return Hypercall.EINVAL;
        }
        int owner = (int) xen.memory.owner.get(s, (int) frame) - 1;
        if (owner < 0) {
            return Hypercall.EPERM;
        }
        return owner == caller || hasMapped(s, caller, owner, frame) ? 0 : Hypercall.EINVAL;
    }

    private boolean hasMapped(long[] s, int mapper, int granter, long frame) {
        for (int ref = 0; ref < xen.grants.versions.entries(s, granter); ref++) {
            int i = xen.grants.index(granter, ref);
            if (xen.grants.pin.get(s, i) != 0
                    && xen.grants.activeDomain.get(s, i) == mapper
                    && xen.grants.activeFrame.get(s, i) == frame) {
                return true;
            }
        }
        return false;
    }
}
