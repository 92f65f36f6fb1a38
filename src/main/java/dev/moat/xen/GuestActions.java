package dev.moat.xen;

import dev.moat.grant.SharedEntry;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Filter;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import dev.moat.xen.frame.HandOver;
import dev.moat.xen.state.XenState;
import java.util.List;

/** What guests do on their own, each in one atomic action: they grant, take back, and store what they should not. */
final class GuestActions {
    private final XenState xen;
    private final ModelBuilder model;

    GuestActions(XenState xen, ModelBuilder model) {
        this.xen = xen;
        this.model = model;
    }

    void declare() {
        Argument d = new Argument("granter", xen.domains);
        Argument r = new Argument("ref", xen.grants.refs);
        Argument e = new Argument("to", xen.domains);
        Argument f = new Argument("frame", xen.memory.frames);
        Argument mode = new Argument("mode", new Sort("Mode", List.of("rw", "ro")));
        List<Integer> granters = xen.setting.guests().granters();
        add(
                "grant",
                List.of(d, r, e, f, mode),
                granters.isEmpty()
                        ? ModelBuilder.none()
                        : (a, b, c, g, h) -> xen.setting.mayGrantTo(a, c) && granters.contains(a),
                this::grant,
                "grant");
        add(
                "end_access",
                List.of(d, r),
                (a, b, c, g, h) -> granters.contains(a),
                Guarded.of(this::endAccess),
                "end-access");
        if (xen.setting.more().transfer()) {
            add(
                    "offer_transfer",
                    List.of(new Argument("receiver", xen.domains), r, new Argument("from", xen.domains)),
                    (a, b, c, g, h) -> a != c,
                    Guarded.of(this::offerTransfer),
                    "stutter");
            add(
                    "take_transferred",
                    List.of(new Argument("receiver", xen.domains), r),
                    ModelBuilder.all(),
                    Guarded.of(this::takeTransferred),
                    "stutter");
        }
        if (xen.setting.grantTables().partial()) {
            new PartialGrants(xen, this).declare(model);
        }
        if (xen.setting.guests().narrowing()) {
            add(
                    "restrict_access",
                    List.of(d, r),
                    (a, b, c, g, h) -> granters.contains(a),
                    Guarded.of(this::restrictAccess),
                    "restrict");
        }
        if (xen.setting.guests().careless()) {
            add(
                    "store_zero_flags",
                    List.of(d, r),
                    (a, b, c, g, h) -> granters.contains(a),
                    Guarded.of(this::storeZeroFlags),
                    "end-access");
        }
    }

    private void add(String name, List<Argument> args, Filter filter, Guarded code, String claims) {
        model.action(new Action(name, Actor.GUEST, args, filter, code, false, claims));
    }

    /** A granter offers a frame it owns through an entry whose flags are 0. */
    private boolean grant(long[] s, int granter, int ref, int to, int frame, int readOnly) {
        int i = xen.grants.index(granter, ref);
        if (!isUnused(s, granter, i) || !xen.memory.isAllocatedTo(s, granter, frame)) {
            return false;
        }
        boolean second = xen.grants.versions.isSecond(s, granter);
        xen.grants.shared.set(s, i, SharedEntry.permitting(to, second ? 0 : frame, readOnly != 0));
        if (second) {
            xen.grants.versions.setFrame(s, granter, i, frame);
        }
        noteStore(s, i);
        return true;
    }

    /** Whether a guest that keeps to the protocol takes an entry for unused: in version 2 it looks at the status word too. */
    boolean isUnused(long[] s, int granter, int i) {
        return SharedEntry.FLAGS.get(xen.grants.shared.get(s, i)) == 0
                && !xen.isDying(s, granter)
                && !(xen.grants.versions.isSecond(s, granter) && xen.grants.versions.isBusy(s, granter, i));
    }

    /**
     * A granter that keeps to the protocol. Version 1: compare-and-swap of the flags to 0 unless reading or writing is set.
     * Version 2: the flags are 0 first, and the status word tells whether the entry is still in use.
     */
    private boolean endAccess(long[] s, int granter, int ref) {
        int i = xen.grants.index(granter, ref);
        long entry = xen.grants.shared.get(s, i);
        boolean second = xen.grants.versions.isSecond(s, granter);
        if (SharedEntry.FLAGS.get(entry) == 0
                || xen.isDying(s, granter)
                || (!second && xen.grants.versions.isBusy(s, granter, i))) {
            return false;
        }
        xen.grants.shared.set(s, i, SharedEntry.FLAGS.set(entry, 0));
        xen.grants.setWithdrawn(s, i, second && xen.grants.pin.get(s, i) != 0);
        noteStore(s, i);
        return true;
    }

    /**
     * A granter takes back the right to write: compare-and-swap of {@code readonly} into the flags unless writing is set.
     * {@code @source} Xen public/grant_table.h, version 1, how an entry changes from writable to read-only.
     */
    private boolean restrictAccess(long[] s, int granter, int ref) {
        int i = xen.grants.index(granter, ref);
        long entry = xen.grants.shared.get(s, i);
        if (SharedEntry.GTF_TYPE.get(entry) != SharedEntry.PERMIT_ACCESS
                || SharedEntry.GTF_READONLY.isSet(entry)
                || SharedEntry.GTF_WRITING.isSet(entry)
                || xen.grants.versions.isSecond(s, granter)
                || xen.isDying(s, granter)) {
            return false;
        }
        xen.grants.shared.set(s, i, SharedEntry.GTF_READONLY.set(entry, 1));
        return true;
    }

    /** A granter that does not: a plain store to an entry that is in use. */
    private boolean storeZeroFlags(long[] s, int granter, int ref) {
        int i = xen.grants.index(granter, ref);
        long entry = xen.grants.shared.get(s, i);
        if (SharedEntry.FLAGS.get(entry) == 0 || xen.grants.pin.get(s, i) == 0) {
            return false;
        }
        xen.grants.shared.set(s, i, SharedEntry.FLAGS.set(entry, 0));
        noteStore(s, i);
        return true;
    }

    /** A guest offers an entry whose flags are 0 for a frame of another one. */
    private boolean offerTransfer(long[] s, int receiver, int ref, int from) {
        int i = xen.grants.index(receiver, ref);
        if (!isUnused(s, receiver, i)) {
            return false;
        }
        xen.grants.shared.set(s, i, SharedEntry.of(SharedEntry.ACCEPT_TRANSFER, from, 0));
        if (xen.grants.versions.isSecond(s, receiver)) {
            xen.grants.versions.setFrame(s, receiver, i, 0);
        }
        return true;
    }

    /** A guest has seen that a transfer is completed, and uses the entry for something else. */
    private boolean takeTransferred(long[] s, int receiver, int ref) {
        int i = xen.grants.index(receiver, ref);
        long entry = xen.grants.shared.get(s, i);
        if (SharedEntry.FLAGS.get(entry) != HandOver.COMPLETED || xen.isDying(s, receiver)) {
            return false;
        }
        xen.grants.shared.set(s, i, 0);
        return true;
    }

    void noteStore(long[] s, int entry) {
        if (xen.setting.guests().careless() && xen.grants.pin.get(s, entry) != 0) {
            xen.grants.stored.set(s, entry, 1);
        }
    }
}
