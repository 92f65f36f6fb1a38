package dev.moat.grant;

import static dev.moat.grant.SharedEntry.DOMID;
import static dev.moat.grant.SharedEntry.GTF_READONLY;
import static dev.moat.grant.SharedEntry.GTF_SUB_PAGE;
import static dev.moat.grant.SharedEntry.GTF_TYPE;

import dev.moat.model.Decision;

/**
 * The pins of copies in flight: one on the host side of each granted entry, taken and dropped within the call. Unlike a
 * mapping, a copy may use a part of a page, and in version 2 an entry that leads to another domain's, one level deep.
 * {@code @source} Xen 4.17 grant_table.c (acquire_grant_for_copy); statuses as recorded.
 */
public final class CopyPins {
    private final GrantTables g;
    private final GrantTables.Pages pages;

    /** Who exists and who is being destroyed. */
    public interface Domains {
        /** Whether an entry can name the domain. */
        boolean exists(long[] s, int domain);

        boolean isDying(long[] s, int domain);
    }

    private final Domains domains;
    private final boolean transitive;
    /** {@code copy.checks-owner}: (whether a pinned entry's frame is not the granter's any more) to 1 when that refuses. */
    private final Decision checksOwner;
    /** {@code copy.follows-pinned}: 1 when a transitive entry that is pinned already is followed all the same. */
    private final Decision followsPinned;
    /** {@code copy.clears-status}: 1 when a copy that is refused clears the bits that it has set. */
    private final Decision clearsStatus;
    /** {@code copy.compares-pinned}: (whether a pinned entry says something else than what is pinned) to 1 when that refuses. */
    private final Decision comparesPinned;
    /** {@code copy.shows}: (whether the copy only reads) to 1 when it sets the entry's bits. */
    private final Decision shows;

    /**
     * @param transitive whether transitive entries are followed ({@code gnttab=no-transitive} is false)
     * @param decisions names the decisions above
     */
    public CopyPins(
            GrantTables grants,
            GrantTables.Pages pages,
            Domains domains,
            boolean transitive,
            GrantTables.Named decisions) {
        g = grants;
        this.pages = pages;
        this.domains = domains;
        this.transitive = transitive;
        checksOwner = decisions.get("copy.checks-owner", (s, gone, b, c) -> gone);
        followsPinned = decisions.get("copy.follows-pinned", (s, a, b, c) -> 1);
        clearsStatus = decisions.get("copy.clears-status", (s, a, b, c) -> 1);
        comparesPinned = decisions.get("copy.compares-pinned", (s, differs, b, c) -> differs);
        shows = decisions.get("copy.shows", (s, reads, b, c) -> 1);
    }

    /**
     * Pins what a granter grants to the caller. Failures, after which nothing is pinned, in this order: no such reference
     * ({@code bad_gntref}); pinned by another domain, or the counter full ({@code general_error}); not pinned yet and not
     * an entry for the caller that permits access or is transitive ({@code general_error}); the first writer and the entry is
     * read-only ({@code general_error}); a transitive entry that must not be followed, leads back to its own domain or to
     * none ({@code general_error}), or whatever the entry that it leads to answers; no such frame ({@code bad_page}); the
     * first writer, and the pinned frame or part of it is not the entry's any more ({@code general_error}); pinned already, and the
     * granter being destroyed or the frame not its own any more ({@code bad_domain}).
     *
     * @return a {@link GrantStatus} value; {@code eagain} stands for an entry that became transitive while it was pinned, where Xen
     *     tries again for ever
     */
    public int acquire(long[] s, int caller, int granter, int ref, boolean readOnly) {
        return acquire(s, caller, granter, ref, readOnly, transitive);
    }

    private int acquire(long[] s, int caller, int granter, int ref, boolean readOnly, boolean mayFollow) {
        if (!g.isInTable(s, granter, ref)) {
            return GrantStatus.BAD_GNTREF;
        }
        int i = g.index(granter, ref);
        if (g.admits(s, caller, granter, i, Pins.HOST, readOnly) != GrantStatus.OKAY) {
            return GrantStatus.GENERAL_ERROR;
        }
        long held = g.pin.get(s, i);
        boolean sets = held == 0 || g.isFirstWriter(held, readOnly);
        boolean follows = isTransitive(s, granter, i);
        int status = sets ? setStatus(s, caller, granter, i, readOnly) : GrantStatus.OKAY;
        if (status != GrantStatus.OKAY) {
            return status;
        }
        if (follows && (held == 0 || followsPinned.decide(s, 0, 0, 0) != 0)) {
            status = mayFollow ? follow(s, caller, granter, i, readOnly) : GrantStatus.GENERAL_ERROR;
        } else if (follows) {
            status = GrantStatus.OKAY;
        } else if (sets) {
            status = open(s, caller, granter, i);
        } else {
            status = isGone(s, granter, i) ? GrantStatus.BAD_DOMAIN : GrantStatus.OKAY;
        }
        if (status == GrantStatus.OKAY) {
            g.addPins(s, i, Pins.HOST, readOnly);
        } else if (clearsStatus.decide(s, 0, 0, 0) != 0) {
            g.reduceStatus(s, granter, i, readOnly);
        }
        return status;
    }

    /**
     * The frame that a side refers to once it is pinned: the one that its entry names, where that is looked up, else the pinned one.
     * They are the same as long as the two are compared.
     */
    public int named(long[] s, int granter, int ref, boolean readOnly) {
        int i = g.index(granter, ref);
        long held = g.pin.get(s, i);
        boolean looksUp = (held == 0 || g.isFirstWriter(held, readOnly)) && !isTransitive(s, granter, i);
        long frame = looksUp ? g.versions.frame(s, granter, i) : g.activeFrame.get(s, i);
        return (int) Math.min(frame, Integer.MAX_VALUE);
    }

    /** Whether a pinned entry's frame cannot be relied on: a map that pinned it may still find that it is another one's. */
    private boolean isGone(long[] s, int granter, int i) {
        boolean others = !pages.canRefer(s, granter, (int) g.activeFrame.get(s, i));
        return domains.isDying(s, granter) || checksOwner.decide(s, others ? 1 : 0, 0, 0) != 0;
    }

    private boolean isTransitive(long[] s, int granter, int i) {
        return g.versions.isSecond(s, granter) && GTF_TYPE.get(g.shared.get(s, i)) == SecondEntry.TRANSITIVE;
    }

    private int setStatus(long[] s, int caller, int granter, int i, boolean readOnly) {
        long entry = g.shared.get(s, i);
        boolean permits = GTF_TYPE.get(entry) == SharedEntry.PERMIT_ACCESS || isTransitive(s, granter, i);
        if (g.pin.get(s, i) == 0 && (!permits || DOMID.get(entry) != caller)) {
            return GrantStatus.GENERAL_ERROR;
        }
        if (!readOnly && GTF_READONLY.isSet(entry)) {
            return GrantStatus.GENERAL_ERROR;
        }
        if (shows.decide(s, readOnly ? 1 : 0, 0, 0) != 0) {
            g.setStatus(s, granter, i, readOnly);
        }
        return GrantStatus.OKAY;
    }

    /** The entry is granted to the granter, not to the caller; it is pinned with this one. */
    private int follow(long[] s, int caller, int granter, int i, boolean readOnly) {
        int origin = (int) SecondEntry.TRANS_DOMID.get(g.shared.get(s, i));
        long named = SecondEntry.TRANS_GREF.get(g.versions.high.get(s, i));
        if (origin == granter || !domains.exists(s, origin)) {
            return GrantStatus.GENERAL_ERROR;
        }
        int ref = (int) Math.min(named, Integer.MAX_VALUE);
        int status = acquire(s, granter, origin, ref, readOnly, false);
        if (status != GrantStatus.OKAY) {
            return status;
        }
        int other = g.index(origin, ref);
        if (g.pin.get(s, i) == 0) {
            g.open(s, i, caller, (int) g.activeFrame.get(s, other));
            g.ranges.through(s, i, origin, ref, other);
        } else if (!g.ranges.isThrough(s, i, origin, ref, other)) {
            g.unpin(s, origin, ref, Pins.HOST, readOnly);
            return GrantStatus.EAGAIN;
        }
        return GrantStatus.OKAY;
    }

    private int open(long[] s, int caller, int granter, int i) {
        long frame = g.versions.frame(s, granter, i);
        if (frame > Integer.MAX_VALUE || !pages.canRefer(s, granter, (int) frame)) {
            return GrantStatus.BAD_PAGE;
        }
        long entry = g.shared.get(s, i);
        boolean part = g.versions.isSecond(s, granter) && GTF_SUB_PAGE.isSet(entry);
        long from = SecondEntry.PAGE_OFF.get(entry);
        long bytes = SecondEntry.LENGTH.get(entry);
        if (g.pin.get(s, i) != 0) {
            boolean same = part ? g.ranges.isPart(s, i, from, bytes) : !g.ranges.isPartial(s, i);
            boolean differs = !same || g.activeFrame.get(s, i) != frame;
            return comparesPinned.decide(s, differs ? 1 : 0, 0, 0) == 0 ? GrantStatus.OKAY : GrantStatus.GENERAL_ERROR;
        }
        g.open(s, i, caller, (int) frame);
        if (part) {
            g.ranges.part(s, i, from, bytes);
        } else {
            g.ranges.whole(s, i);
        }
        return GrantStatus.OKAY;
    }

    /** Drops what {@link #acquire} pinned. */
    public void release(long[] s, int granter, int ref, boolean readOnly) {
        int i = g.index(granter, ref);
        int origin = g.ranges.origin(s, i);
        int originRef = g.ranges.originRef(s, i);
        g.unpin(s, granter, ref, Pins.HOST, readOnly);
        if (origin >= 0) {
            g.unpin(s, origin, originRef, Pins.HOST, readOnly);
        }
    }
}
