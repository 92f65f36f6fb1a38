package dev.moat.xen.iospace.program;

import dev.moat.iommu.Rights;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.xen.iospace.state.Addresses;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.Frontends;
import dev.moat.xen.iospace.state.HypercallError;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a hypercall is refused, in order of precedence ({@link HypercallError}). Looks only; what is looked at stays so while the lock on
 * the domain's spaces is held.
 */
final class Validation {
    static final String OWNS = "call.owns-space";
    static final String IN_USE = "map.address-in-use";
    static final String RESERVED = "address.is-reserved";
    static final String ALLOWED = "map.frame-allowed";
    static final String TAKEN = "create.group-is-taken";
    static final String NO_TABLE = "create.no-table";
    static final String ASKED = "detach.frontend-is-done";
    static final String HALF = "attach.half-is-refused";

    private static final int CONTROL_DOMAIN = 0;

    private final SpaceState state;
    private final Call call;
    private final Addresses addresses;
    /** {@code call.owns-space}: (caller, domain of the device plus 1, or 0) to 1 when the space is the caller's. */
    private final Decision owns;
    /** {@code map.address-in-use}: (whether any of the pages is) to 1 when the call is refused for it. */
    private final Decision inUse;
    /** {@code map.frame-allowed}: (rights asked for, those that the caller has) to 1 when the frame may be mapped so. */
    private final Decision allowed;
    /** {@code create.group-is-taken}: (whether a device that cannot be told apart is another domain's) to 1 when that refuses it. */
    private final Decision taken;
    /** {@code create.no-table}: (whether memory for tables is used up) to 1 when that refuses a space. */
    private final Decision noTable;
    /** {@code detach.frontend-is-done}: (whether it was asked and has given the device back, or is dead) to 1 when it is taken away. */
    private final @Nullable Decision done;
    /** {@code attach.half-is-refused}: (whether devices are left out that cannot be told apart) to 1 when that refuses it. */
    private final @Nullable Decision half;

    Validation(SpaceState state, Call call, Addresses addresses, ModelBuilder model) {
        this.state = state;
        this.call = call;
        this.addresses = addresses;
        owns = model.decision(OWNS, (s, caller, owner, c) -> owner == caller + 1 ? 1 : 0);
        inUse = model.decision(IN_USE, (s, used, b, c) -> used);
        allowed = model.decision(ALLOWED, (s, wanted, has, c) -> (wanted & ~has) == 0 ? 1 : 0);
        taken = model.decision(TAKEN, (s, others, b, c) -> state.setting.admitsAny ? 0 : others);
        noTable = model.decision(NO_TABLE, (s, usedUp, b, c) -> usedUp);
        half = state.hasToolstackOfGroups() ? model.decision(HALF, (s, is, b, c) -> is) : null;
        done = state.setting.frontend ? model.decision(ASKED, (s, is, b, c) -> is) : null;
    }

    /** The decisions that the looks at a mapping ask. */
    static List<String> ofMap() {
        return List.of(OWNS, IN_USE, RESERVED);
    }

    private boolean isDevice(long[] s, int cpu) {
        return call.requester(s, cpu) < state.setting.requesters.size();
    }

    private boolean isOwner(long[] s, int cpu) {
        int q = call.requester(s, cpu);
        boolean settling = state.settling.get(s, state.group(q)) != 0;
        return !settling && owns.decide(s, (int) call.caller.get(s, cpu), (int) state.assigned.get(s, q), 0) != 0;
    }

    /** EINVAL, ENODEV, EACCES, ERANGE, ENXIO, EBUSY. What is mapped is looked at when its turn comes. */
    HypercallError map(long[] s, int cpu) {
        if (call.rights.get(s, cpu) == Rights.NONE || !isCount(s, cpu)) {
            return HypercallError.EINVAL;
        }
        if (!isDevice(s, cpu)) {
            return HypercallError.ENODEV;
        }
        if (!isOwner(s, cpu)) {
            return HypercallError.EACCES;
        }
        int page = call.page(s, cpu);
        return page == call.any() ? HypercallError.OK : address(s, cpu, page);
    }

    private boolean isCount(long[] s, int cpu) {
        long count = call.count.get(s, cpu);
        return count >= 1 && count <= state.setting.run;
    }

    private boolean isInRange(long[] s, int cpu) {
        return call.page(s, cpu) + call.count.get(s, cpu) <= state.setting.pages.size();
    }

    private HypercallError address(long[] s, int cpu, int page) {
        if (!isInRange(s, cpu)) {
            return HypercallError.ERANGE;
        }
        int count = (int) call.count.get(s, cpu);
        for (int p = page; p < page + count; p++) {
            if (addresses.isReserved(s, p)) {
                return HypercallError.ENXIO;
            }
        }
        int used = addresses.areFree(s, call.mappingSpace(s, cpu), page, count) ? 0 : 1;
        return inUse.decide(s, used, 0, 0) != 0 ? HypercallError.EBUSY : HypercallError.OK;
    }

    /** EFAULT. */
    HypercallError frame(long[] s, int cpu) {
        int has = state.entitlement(s, (int) call.caller.get(s, cpu), call.elementFrame(s, cpu));
        boolean may = allowed.decide(s, (int) call.rights.get(s, cpu), has, 0) != 0;
        return may ? HypercallError.OK : HypercallError.EFAULT;
    }

    /** EINVAL, ENODEV, EACCES, ERANGE, ENOENT. */
    HypercallError unmap(long[] s, int cpu) {
        HypercallError first = invalidate(s, cpu);
        if (first != HypercallError.OK) {
            return first;
        }
        for (int i = 0; i < call.count.get(s, cpu); i++) {
            if (state.phase.get(s, call.mappingSpace(s, cpu), call.page(s, cpu) + i) != SpaceState.LIVE) {
                return HypercallError.ENOENT;
            }
        }
        return HypercallError.OK;
    }

    /** EINVAL, ENODEV, EACCES, ERANGE. */
    HypercallError invalidate(long[] s, int cpu) {
        if (!isCount(s, cpu)) {
            return HypercallError.EINVAL;
        }
        if (!isDevice(s, cpu)) {
            return HypercallError.ENODEV;
        }
        if (!isOwner(s, cpu)) {
            return HypercallError.EACCES;
        }
        return isInRange(s, cpu) ? HypercallError.OK : HypercallError.ERANGE;
    }

    private boolean isPrivileged(long[] s, int cpu) {
        return call.caller.get(s, cpu) == CONTROL_DOMAIN;
    }

    /** EPERM, ENODEV, EEXIST, EBUSY: also while the registers are not Xen's where they are to be; ENOENT, ENOMEM. */
    HypercallError create(long[] s, int cpu) {
        if (!isPrivileged(s, cpu)) {
            return HypercallError.EPERM;
        }
        if (!isDevice(s, cpu)) {
            return HypercallError.ENODEV;
        }
        int q = call.requester(s, cpu);
        int domain = call.domain(s, cpu);
        if (state.ownerOf(s, q) == domain) {
            return HypercallError.EEXIST;
        }
        boolean early = state.setting.takesRegisters && state.registersTaken.get(s) != SpaceState.TAKEN;
        boolean busy = early || state.assigned.get(s, q) != 0 || state.settling.get(s, state.group(q)) != 0;
        boolean refused = busy || taken.decide(s, isGroupOfAnother(s, q, domain) ? 1 : 0, 0, 0) != 0;
        if (refused) {
            return HypercallError.EBUSY;
        }
        if (state.isDead(s, domain)) {
            return HypercallError.ENOENT;
        }
        boolean usedUp = state.tablesInUse(s) >= state.setting.tables && !isGroupInUse(s, q);
        return noTable.decide(s, usedUp ? 1 : 0, 0, 0) != 0 ? HypercallError.ENOMEM : HypercallError.OK;
    }

    /** Where anything is admitted a group may have its table already. */
    private boolean isGroupInUse(long[] s, int requester) {
        boolean used = false;
        for (int r = 0; r < state.setting.requesters.size(); r++) {
            used |= state.group(r) == state.group(requester) && state.assigned.get(s, r) != 0;
        }
        return used;
    }

    private boolean isGroupOfAnother(long[] s, int requester, int domain) {
        for (int r = 0; r < state.setting.requesters.size(); r++) {
            int owner = state.ownerOf(s, r);
            if (state.group(r) == state.group(requester) && owner >= 0 && owner != domain) {
                return true;
            }
        }
        return false;
    }

    /** EPERM, ENODEV, EBUSY, ENOENT. */
    HypercallError destroy(long[] s, int cpu) {
        if (!isPrivileged(s, cpu)) {
            return HypercallError.EPERM;
        }
        if (!isDevice(s, cpu)) {
            return HypercallError.ENODEV;
        }
        int q = call.requester(s, cpu);
        if (state.settling.get(s, state.group(q)) != 0) {
            return HypercallError.EBUSY;
        }
        return state.ownerOf(s, q) == call.domain(s, cpu) ? HypercallError.OK : HypercallError.ENOENT;
    }

    /** What a toolstack is told: ENODEV, EEXIST, EBUSY, EXDEV for half of a group, ENOENT, ENOMEM. */
    HypercallError attach(long[] s, int cpu) {
        HypercallError found = create(s, cpu);
        boolean early = found == HypercallError.OK || found == HypercallError.ENOENT || found == HypercallError.ENOMEM;
        return early && isHalf(s, cpu) ? HypercallError.EXDEV : found;
    }

    private boolean isHalf(long[] s, int cpu) {
        boolean others = state.setting.aliases;
        for (int r = 0; r < state.setting.requesters.size(); r++) {
            int q = call.requester(s, cpu);
            others |= r != q && state.group(r) == state.group(q);
        }
        boolean is = others && call.alone.get(s, cpu) != 0;
        return half != null && half.decide(s, is ? 1 : 0, 0, 0) != 0;
    }

    /** The same back: ENODEV, EBUSY also while a frontend works with the device, ENOENT. */
    HypercallError detach(long[] s, int cpu) {
        HypercallError found = destroy(s, cpu);
        if (found != HypercallError.OK || done == null) {
            return found;
        }
        int g = state.group(call.requester(s, cpu));
        boolean working = state.frontends.isFrontend(s, g, Frontends.WORKING);
        boolean asked = state.frontends.isBackend(s, g, Frontends.CLOSING);
        return done.decide(s, asked && !working ? 1 : 0, 0, 0) != 0 ? HypercallError.OK : HypercallError.EBUSY;
    }

    /** EPERM, EINVAL, ENOENT. */
    HypercallError kill(long[] s, int cpu) {
        if (!isPrivileged(s, cpu)) {
            return HypercallError.EPERM;
        }
        if (call.domain(s, cpu) == CONTROL_DOMAIN) {
            return HypercallError.EINVAL;
        }
        return state.isDead(s, call.domain(s, cpu)) ? HypercallError.ENOENT : HypercallError.OK;
    }

    /** EBUSY, EFAULT. */
    HypercallError release(long[] s, int cpu) {
        int frame = call.frame(s, cpu);
        boolean offered =
                state.offer.size() > 0 && state.offer.get(s, frame) != 0 && call.domain(s, cpu) == CONTROL_DOMAIN;
        boolean owned = state.frames.isAllocatedTo(s, call.domain(s, cpu), frame);
        if (owned && (offered || state.isLent(s, frame))) {
            return HypercallError.EBUSY;
        }
        return owned ? HypercallError.OK : HypercallError.EFAULT;
    }
}
