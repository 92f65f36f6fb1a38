package dev.moat.xen.grant;

import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.GrantStatus;
import dev.moat.grant.TableVersions;
import dev.moat.model.Actor;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.model.StepCode;
import dev.moat.state.Slots;
import dev.moat.xen.call.CallOnly;
import dev.moat.xen.call.Hypercall;
import dev.moat.xen.host.CopySide;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * What a grant table itself is asked or told: size, and the exchange of two entries; calls only. Its version changes in
 * {@link VersionOperations}. {@code @source}
 * Xen 4.17 common/grant_table.c; order and errors as recorded.
 */
public final class TableOperations {
    /** (caller, domain). Errors: ESRCH, then EPERM for another one's, unless domain 0 asks. */
    static final String GET_VERSION = "get_version";
    /** (caller, domain). Statuses: bad_domain, then permission_denied for another one's, unless domain 0 asks. */
    static final String QUERY_SIZE = "query_size";
    /** (caller, domain, frames). As {@link #QUERY_SIZE}, then general_error above the domain's limit. Never shrinks. */
    static final String SETUP_TABLE = "setup_table";
    /** (caller, domain, frames). As {@link #QUERY_SIZE}, then general_error in version 1 or for more than there are. */
    static final String GET_STATUS_FRAMES = "get_status_frames";
    /** (domain, reference, reference). Statuses: bad_gntref, eagain when one is pinned. */
    static final String SWAP = "swap";

    private final XenState xen;
    private final TableVersions versions;

    public TableOperations(XenState xen) {
        this.xen = xen;
        versions = xen.grants.versions;
    }

    public void declare(ModelBuilder model) {
        declare(model, GET_VERSION, this::getVersion, xen.hypercall.error);
        declare(model, QUERY_SIZE, this::permit, xen.operation.result);
        declare(model, SETUP_TABLE, this::setUp, xen.operation.result);
        declare(model, GET_STATUS_FRAMES, this::statusFrames, xen.operation.result);
        declare(model, SWAP, this::swap, xen.operation.result);
    }

    private void declare(ModelBuilder model, String name, StepCode code, Slots result) {
        Operation operation = CallOnly.operation(
                name, Actor.HYPERVISOR, List.of(Step.of(name, code).on(FAIL, Step.END)), result);
        model.operation(operation);
        model.call(name, Operation.Start.of(this::begin));
    }

    private boolean begin(long[] s, int cpu, int domain, int first, int second) {
        xen.hypercall.calledBy(s, cpu, domain);
        xen.operation.domain.set(s, cpu, domain);
        xen.hypercall.first.set(s, cpu, Integer.toUnsignedLong(first));
        xen.hypercall.second.set(s, cpu, Integer.toUnsignedLong(second));
        return true;
    }

    /** The domain that a call names; -1 when there is none. */
    private int named(long[] s, int cpu) {
        long domid = xen.hypercall.first.get(s, cpu);
        if (domid == CopySide.DOMID_SELF) {
            return xen.hypercall.caller(s, cpu);
        }
        return domid < xen.domains.size() && xen.exists(s, (int) domid) ? (int) domid : -1;
    }

    private boolean mayAsk(long[] s, int cpu, int domain) {
        int caller = xen.hypercall.caller(s, cpu);
        return caller == 0 || caller == domain;
    }

    private int getVersion(long[] s, int cpu) {
        int domain = named(s, cpu);
        if (domain < 0) {
            return xen.hypercall.fail(s, cpu, Hypercall.ESRCH);
        }
        return mayAsk(s, cpu, domain) ? NEXT : xen.hypercall.fail(s, cpu, Hypercall.EPERM);
    }

    private int answer(long[] s, int cpu, int status) {
        xen.operation.result.set(s, cpu, status);
        return status == GrantStatus.OKAY ? NEXT : FAIL;
    }

    private int permit(long[] s, int cpu) {
        int domain = named(s, cpu);
        if (domain < 0) {
            return answer(s, cpu, GrantStatus.BAD_DOMAIN);
        }
        return answer(s, cpu, mayAsk(s, cpu, domain) ? GrantStatus.OKAY : GrantStatus.PERMISSION_DENIED);
    }

    private int setUp(long[] s, int cpu) {
        if (permit(s, cpu) == FAIL) {
            return FAIL;
        }
        int domain = named(s, cpu);
        long wanted = xen.hypercall.second.get(s, cpu);
        if (wanted > versions.frameLimit.get(s, domain)) {
            return answer(s, cpu, GrantStatus.GENERAL_ERROR);
        }
        if (wanted > versions.frames.get(s, domain)) {
            versions.frames.set(s, domain, wanted);
        }
        return NEXT;
    }

    private int statusFrames(long[] s, int cpu) {
        if (permit(s, cpu) == FAIL) {
            return FAIL;
        }
        int domain = named(s, cpu);
        boolean exist = xen.hypercall.second.get(s, cpu) <= versions.statusFrames(s, domain);
        return answer(s, cpu, exist ? GrantStatus.OKAY : GrantStatus.GENERAL_ERROR);
    }

    /** Both entries' bits change places as they are, whatever they say. */
    private int swap(long[] s, int cpu) {
        int domain = xen.hypercall.caller(s, cpu);
        int a = (int) xen.hypercall.first.get(s, cpu);
        int b = (int) xen.hypercall.second.get(s, cpu);
        if (!xen.grants.isInTable(s, domain, a) || !xen.grants.isInTable(s, domain, b)) {
            return answer(s, cpu, GrantStatus.BAD_GNTREF);
        }
        int i = xen.grants.index(domain, a);
        int j = xen.grants.index(domain, b);
        if (i != j && (xen.grants.pin.get(s, i) != 0 || xen.grants.pin.get(s, j) != 0)) {
            return answer(s, cpu, GrantStatus.EAGAIN);
        }
        versions.swap(s, i, j);
        return NEXT;
    }
}
