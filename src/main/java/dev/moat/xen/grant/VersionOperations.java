package dev.moat.xen.grant;

import static dev.moat.model.Outcome.BLOCKED;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.grant.SharedEntry;
import dev.moat.grant.TableVersions;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.state.Sort;
import dev.moat.xen.call.CallOnly;
import dev.moat.xen.call.Hypercall;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * Changes of a grant table's version, and in searches a guest's mapping of its status frame. {@code @source} Xen 4.17
 * common/grant_table.c (gnttab_set_version, under the table's write lock); errors as recorded, -16 for a mapped status frame
 * among them.
 */
public final class VersionOperations {
    /**
     * (domain, version). Errors in this order: EINVAL unless 1 or 2, ENOSYS when the domain must keep to version 1, EBUSY
     * when a reference that is not reserved is pinned, EAGAIN when version 2 would go under a copy by a part of a page or by a
     * transitive entry, ERANGE when a reserved entry says what version 1 cannot, ENOMEM when there is no frame for the status
     * words, EBUSY when somebody refers to the status frame that would go.
     */
    public static final String SET_VERSION = "set_version";
    /** (domain). The number of the status frame is asked for, then mapped. Error EINVAL in version 1. */
    public static final String MAP_STATUS = "map_status_frame";
    /** (domain). */
    public static final String UNMAP_STATUS = "unmap_status_frame";

    private static final String LOOK_UP = "map-status.refers-at-look-up";

    private final XenState xen;
    private final TableVersions versions;
    /** {@code set-version.refuses-pinned}: (reference, its pins) to 1 when the version must not change for it. */
    private final Decision refusesPinned;
    /** {@code set-version.refuses-mapped}: (references to the status frame) to 1 when the version must not change for them. */
    private final Decision refusesMapped;
    /** {@code set-version.carries-bits}: 1 when the status bits of entries that are kept come along. */
    private final Decision carriesBits;
    /** {@code map-status.refers-at-look-up}: 1 when the frame is referred to as soon as its number is known. */
    private final Decision refersAtLookUp;

    public VersionOperations(XenState xen, ModelBuilder model) {
        this.xen = xen;
        versions = xen.grants.versions;
        refusesPinned = model.decision("set-version.refuses-pinned", (s, ref, pins, c) -> pins != 0 ? 1 : 0);
        refusesMapped = model.decision("set-version.refuses-mapped", (s, references, b, c) -> references != 0 ? 1 : 0);
        carriesBits = model.decision("set-version.carries-bits", (s, a, b, c) -> 1);
        refersAtLookUp = model.decision(LOOK_UP, (s, a, b, c) -> 1);
    }

    public void declare(ModelBuilder model) {
        List<Step> change = List.of(Step.of("change-version", this::change)
                .asking("set-version.carries-bits", "set-version.refuses-mapped", "set-version.refuses-pinned")
                .on(FAIL, Step.END));
        if (xen.setting.recorded()) {
            model.operation(CallOnly.operation(SET_VERSION, Actor.HYPERVISOR, change, xen.hypercall.error));
            model.call(SET_VERSION, Operation.Start.of(this::begin));
            return;
        }
        Argument domain = new Argument("domain", xen.domains);
        Argument version = new Argument("version", new Sort("TableVersion", List.of("1", "2")));
        declare(
                model,
                SET_VERSION,
                List.of(domain, version),
                (s, cpu, d, v, b, c, e) ->
                        versions.version(s, d) != v + 1 && !keepsTransfer(s, d) && begin(s, cpu, d, v + 1),
                change);
        declare(
                model,
                MAP_STATUS,
                List.of(domain),
                (s, cpu, d, v, b, c, e) -> !xen.statusFrames.hasEntry(s, d) && begin(s, cpu, d, 0),
                List.of(
                        Step.of("look-up", this::lookUp).asking(LOOK_UP).on(FAIL, Step.END),
                        Step.of("write-pte", this::writePte).asking(LOOK_UP)));
        declare(
                model,
                UNMAP_STATUS,
                List.of(domain),
                (s, cpu, d, v, b, c, e) -> xen.statusFrames.hasEntry(s, d) && begin(s, cpu, d, 0),
                List.of(Step.of("clear-pte", this::clearPte)));
    }

    /**
     * Whether an entry that would be kept is for a transfer. Guests do not change the version then: Xen takes the bits that say
     * committed and completed for reading, and moves them into the status word.
     */
    private boolean keepsTransfer(long[] s, int domain) {
        for (int ref = 0; ref < versions.reserved(); ref++) {
            long entry = xen.grants.shared.get(s, xen.grants.index(domain, ref));
            if (SharedEntry.GTF_TYPE.get(entry) == SharedEntry.ACCEPT_TRANSFER) {
                return true;
            }
        }
        return false;
    }

    private void declare(
            ModelBuilder model, String name, List<Argument> arguments, Operation.Start start, List<Step> steps) {
        model.operation(new Operation(
                name, Actor.HYPERVISOR, arguments, ModelBuilder.all(), start, steps, xen.hypercall.error));
    }

    private boolean begin(long[] s, int cpu, int domain, int version) {
        xen.hypercall.calledBy(s, cpu, domain);
        xen.operation.domain.set(s, cpu, domain);
        xen.hypercall.first.set(s, cpu, Integer.toUnsignedLong(version));
        return !xen.isDying(s, domain);
    }

    /** All of it under the table's write lock, which nobody else may have. */
    private int change(long[] s, int cpu) {
        int domain = xen.hypercall.caller(s, cpu);
        if (!xen.grantLock.isFree(s, domain)) {
            return BLOCKED;
        }
        long wanted = xen.hypercall.first.get(s, cpu);
        int error = check(s, domain, wanted);
        if (error == 0 && wanted != versions.version(s, domain)) {
            error = xen.statusFrames.on() ? follow(s, domain, wanted) : 0;
            if (error == 0) {
                carry(s, domain);
            }
        }
        return error == 0 ? NEXT : xen.hypercall.fail(s, cpu, error);
    }

    private int check(long[] s, int domain, long wanted) {
        if (wanted != 1 && wanted != 2) {
            return Hypercall.EINVAL;
        }
        if (wanted == 2 && versions.mustBeFirst(s, domain)) {
            return Hypercall.ENOSYS;
        }
        if (wanted == versions.version(s, domain)) {
            return 0;
        }
        for (int ref = versions.reserved(); ref < versions.entries(s, domain); ref++) {
            if (refusesPinned.decide(s, ref, (int) xen.grants.pin.get(s, xen.grants.index(domain, ref)), 0) != 0) {
                return Hypercall.EBUSY;
            }
        }
        return wanted == 1 ? checkSecond(s, domain) : 0;
    }

    /** What forbids the change from version 2: Xen counts in {@code nr_v2_ops} the entries that a copy has pinned as no whole page. */
    private int checkSecond(long[] s, int domain) {
        for (int ref = 0; ref < versions.entries(s, domain); ref++) {
            int i = xen.grants.index(domain, ref);
            if (xen.grants.pin.get(s, i) != 0 && xen.grants.ranges.isPartial(s, i)) {
                return Hypercall.EAGAIN;
            }
        }
        for (int ref = 0; ref < versions.reserved(); ref++) {
            if (!versions.isRepresentable(s, xen.grants.index(domain, ref))) {
                return Hypercall.ERANGE;
            }
        }
        return 0;
    }

    /** The status frame comes or goes. */
    private int follow(long[] s, int domain, long wanted) {
        if (wanted == 2) {
            return xen.statusFrames.populate(s, domain) ? 0 : Hypercall.ENOMEM;
        }
        int frame = xen.statusFrames.of(s, domain);
        if (refusesMapped.decide(s, (int) xen.memory.references.get(s, frame), 0, 0) != 0) {
            return Hypercall.EBUSY;
        }
        xen.statusFrames.unpopulate(s, domain);
        return 0;
    }

    /**
     * What was withdrawn while it was pinned is dropped with its bits when the table gets version 1: the granter has nobody
     * but itself to thank if it takes the entry for unused then.
     */
    private void carry(long[] s, int domain) {
        for (int ref = 0; versions.isSecond(s, domain) && ref < versions.reserved(); ref++) {
            int i = xen.grants.index(domain, ref);
            if (xen.grants.isWithdrawn(s, i)) {
                xen.grants.stored.set(s, i, 1);
            }
        }
        versions.change(s, domain, carriesBits.decide(s, 0, 0, 0) != 0);
    }

    /** Under the table's lock, which is dropped before the entry is written. */
    private int lookUp(long[] s, int cpu) {
        int frame = xen.statusFrames.of(s, xen.hypercall.caller(s, cpu));
        if (frame < 0) {
            return xen.hypercall.fail(s, cpu, Hypercall.EINVAL);
        }
        xen.statusFrames.lookUp(s, cpu, frame);
        if (refersAtLookUp.decide(s, 0, 0, 0) != 0) {
            xen.statusFrames.refer(s, frame);
        }
        return NEXT;
    }

    /** The entry takes over the reference of the look-up; what another CPU has mapped there meanwhile is unmapped. */
    private int writePte(long[] s, int cpu) {
        int frame = xen.statusFrames.lookedUp(s, cpu);
        if (refersAtLookUp.decide(s, 0, 0, 0) == 0) {
            xen.statusFrames.refer(s, frame);
        }
        int domain = xen.hypercall.caller(s, cpu);
        if (xen.statusFrames.hasEntry(s, domain)) {
            xen.statusFrames.unmap(s, domain);
        }
        xen.statusFrames.map(s, domain, frame);
        xen.statusFrames.lookUp(s, cpu, -1);
        return NEXT;
    }

    private int clearPte(long[] s, int cpu) {
        xen.statusFrames.unmap(s, xen.hypercall.caller(s, cpu));
        return NEXT;
    }
}
