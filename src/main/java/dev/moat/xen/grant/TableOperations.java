package dev.moat.xen.grant;

import static dev.moat.model.Outcome.DONE;
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
import dev.moat.xen.state.CallLocals;
import dev.moat.xen.state.CallOnly;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * What a grant table itself is asked or told: version, size, and the exchange of two entries; calls only. {@code @source}
 * Xen 4.17 common/grant_table.c; order and errors as recorded.
 */
public final class TableOperations {
    /**
     * (domain, version). Errors in this order: EINVAL unless 1 or 2, ENOSYS when the domain must keep to version 1, EBUSY
     * when a reference that is not reserved is pinned, ERANGE when a reserved entry says what version 1 cannot.
     */
    static final String SET_VERSION = "set_version";
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

    private final XenState x;
    private final TableVersions versions;

    public TableOperations(XenState x) {
        this.x = x;
        versions = x.grants.versions;
    }

    public void declare(ModelBuilder model) {
        List<Step> change = List.of(
                Step.of("check", this::checkVersion).on(FAIL, Step.END).on(DONE, Step.END),
                Step.of("change", this::changeVersion));
        model.operation(CallOnly.operation(SET_VERSION, Actor.HYPERVISOR, change, x.calls.error));
        model.call(SET_VERSION, this::begin);
        declare(model, GET_VERSION, this::getVersion, x.calls.error);
        declare(model, QUERY_SIZE, this::permit, x.locals.result);
        declare(model, SETUP_TABLE, this::setUp, x.locals.result);
        declare(model, GET_STATUS_FRAMES, this::statusFrames, x.locals.result);
        declare(model, SWAP, this::swap, x.locals.result);
    }

    private void declare(ModelBuilder model, String name, StepCode code, Slots result) {
        Operation operation = CallOnly.operation(
                name, Actor.HYPERVISOR, List.of(Step.of(name, code).on(FAIL, Step.END)), result);
        model.operation(operation);
        model.call(name, this::begin);
    }

    private boolean begin(long[] s, int cpu, int domain, int a, int b, int d, int e) {
        x.calls.calledBy(s, cpu, domain);
        x.locals.domain.set(s, cpu, domain);
        x.calls.first.set(s, cpu, Integer.toUnsignedLong(a));
        x.calls.second.set(s, cpu, Integer.toUnsignedLong(b));
        return true;
    }

    private int checkVersion(long[] s, int cpu) {
        int domain = x.calls.caller(s, cpu);
        long wanted = x.calls.first.get(s, cpu);
        if (wanted != 1 && wanted != 2) {
            return x.calls.fail(s, cpu, CallLocals.EINVAL);
        }
        if (wanted == 2 && versions.firstOnly.get(s, domain) != 0) {
            return x.calls.fail(s, cpu, CallLocals.ENOSYS);
        }
        if (wanted == versions.version(s, domain)) {
            return DONE;
        }
        for (int ref = TableVersions.RESERVED; ref < versions.entries(s, domain); ref++) {
            if (x.grants.pin.get(s, x.grants.index(domain, ref)) != 0) {
                return x.calls.fail(s, cpu, CallLocals.EBUSY);
            }
        }
        for (int ref = 0; wanted == 1 && ref < TableVersions.RESERVED; ref++) {
            if (!versions.isRepresentable(s, x.grants.index(domain, ref))) {
                return x.calls.fail(s, cpu, CallLocals.ERANGE);
            }
        }
        return NEXT;
    }

    private int changeVersion(long[] s, int cpu) {
        versions.change(s, x.calls.caller(s, cpu));
        return NEXT;
    }

    /** The domain that a call names; -1 when there is none. */
    private int named(long[] s, int cpu) {
        long domid = x.calls.first.get(s, cpu);
        if (domid == CopySide.DOMID_SELF) {
            return x.calls.caller(s, cpu);
        }
        return domid < x.domains.size() && x.exists(s, (int) domid) ? (int) domid : -1;
    }

    private boolean mayAsk(long[] s, int cpu, int domain) {
        int caller = x.calls.caller(s, cpu);
        return caller == 0 || caller == domain;
    }

    private int getVersion(long[] s, int cpu) {
        int domain = named(s, cpu);
        if (domain < 0) {
            return x.calls.fail(s, cpu, CallLocals.ESRCH);
        }
        return mayAsk(s, cpu, domain) ? NEXT : x.calls.fail(s, cpu, CallLocals.EPERM);
    }

    private int answer(long[] s, int cpu, int status) {
        x.locals.result.set(s, cpu, status);
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
        long wanted = x.calls.second.get(s, cpu);
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
        boolean exist = x.calls.second.get(s, cpu) <= versions.statusFrames(s, domain);
        return answer(s, cpu, exist ? GrantStatus.OKAY : GrantStatus.GENERAL_ERROR);
    }

    /** Both entries' bits change places as they are, whatever they say. */
    private int swap(long[] s, int cpu) {
        int domain = x.calls.caller(s, cpu);
        int a = (int) x.calls.first.get(s, cpu);
        int b = (int) x.calls.second.get(s, cpu);
        if (!x.grants.isInTable(s, domain, a) || !x.grants.isInTable(s, domain, b)) {
            return answer(s, cpu, GrantStatus.BAD_GNTREF);
        }
        int i = x.grants.index(domain, a);
        int j = x.grants.index(domain, b);
        if (i != j && (x.grants.pin.get(s, i) != 0 || x.grants.pin.get(s, j) != 0)) {
            return answer(s, cpu, GrantStatus.EAGAIN);
        }
        versions.swap(s, i, j);
        return NEXT;
    }
}
