package dev.moat.xen.twin;

import static dev.moat.xen.twin.SlowGrants.BAD_COPY_ARG;
import static dev.moat.xen.twin.SlowGrants.BAD_DOMAIN;
import static dev.moat.xen.twin.SlowGrants.BAD_GNTREF;
import static dev.moat.xen.twin.SlowGrants.BAD_PAGE;
import static dev.moat.xen.twin.SlowGrants.EAGAIN;
import static dev.moat.xen.twin.SlowGrants.GENERAL_ERROR;
import static dev.moat.xen.twin.SlowGrants.OKAY;
import static dev.moat.xen.twin.SlowGrants.PAGE;
import static dev.moat.xen.twin.SlowGrants.PERMISSION_DENIED;
import static dev.moat.xen.twin.SlowGrants.RD;
import static dev.moat.xen.twin.SlowGrants.READONLY;
import static dev.moat.xen.twin.SlowGrants.SELF;
import static dev.moat.xen.twin.SlowGrants.SUB_PAGE;
import static dev.moat.xen.twin.SlowGrants.WR;

import dev.moat.xen.twin.SlowGrants.Entry;
import dev.moat.xen.twin.SlowGrants.Pinned;
import java.util.ArrayList;
import java.util.List;

/** Copies, whole pages, parts of pages and through transitive entries; see {@link SlowGrants}. */
final class SlowCopies {
    private final SlowGrants g;

    SlowCopies(SlowGrants g) {
        this.g = g;
    }

    /** One side of a copy: a grant of a domain, or a frame given as a domain's. */
    record Side(boolean grant, int domain, int number, int offset) {}

    /** A side that is pinned: which entries, and what may be reached. */
    private record Held(List<int[]> entries, int frame, int from, int bytes) {}

    private int problem = OKAY;

    int copy(int caller, Side source, Side destination, int length) {
        for (Side side : List.of(source, destination)) {
            int domain = side.domain == SELF ? caller : side.domain;
            if (!g.exists(domain)) {
                return BAD_DOMAIN;
            }
        }
        Held from = hold(caller, source, true);
        if (from == null) {
            return problem;
        }
        Held to = hold(caller, destination, false);
        int status = to == null ? problem : OKAY;
        if (to != null && g.isTable[to.frame]) {
            status = GENERAL_ERROR;
        } else if (to != null && (source.offset + length > PAGE || destination.offset + length > PAGE)) {
            status = BAD_COPY_ARG;
        } else if (to != null && (!within(source, from, length) || !within(destination, to, length))) {
            status = GENERAL_ERROR;
        }
        if (to != null) {
            to.entries.forEach(e -> g.unpin(e[0], e[1], false));
        }
        from.entries.forEach(e -> g.unpin(e[0], e[1], true));
        return status;
    }

    private static boolean within(Side side, Held held, int length) {
        return side.offset >= held.from && side.offset + length <= held.from + held.bytes;
    }

    private Held hold(int caller, Side side, boolean readOnly) {
        int domain = side.domain == SELF ? caller : side.domain;
        if (side.grant) {
            return hold(caller, domain, side.number, readOnly, true);
        }
        if (side.domain != SELF) {
            return refuse(PERMISSION_DENIED);
        }
        if (!g.owns(caller, side.number)) {
            return refuse(BAD_PAGE);
        }
        return new Held(List.of(), side.number, 0, PAGE);
    }

    private Held refuse(int status) {
        problem = status;
        return null;
    }

    private Held hold(int caller, int granter, int ref, boolean readOnly, boolean mayLead) {
        if (ref >= g.entries(granter)) {
            return refuse(BAD_GNTREF);
        }
        Entry e = g.entry(granter, ref);
        Pinned held = g.pins(granter, ref);
        if (held != null && (held.by != caller || g.isFull(caller, granter, ref, true, false, readOnly))) {
            return refuse(GENERAL_ERROR);
        }
        int type = e.flags & 3;
        boolean leads = type == 3 && g.second(granter);
        if (held == null && ((type != 1 && !leads) || e.domid != caller)) {
            return refuse(GENERAL_ERROR);
        }
        boolean firstWriter = !readOnly && (held == null || held.writers == 0);
        if (firstWriter && (e.flags & READONLY) != 0) {
            return refuse(GENERAL_ERROR);
        }
        if (held == null || firstWriter) {
            g.set(granter, e, readOnly ? RD : RD | WR);
        }
        Held found = leads ? lead(granter, e, readOnly, mayLead) : whole(granter, e, held, held == null || firstWriter);
        List<Integer> way = leads ? List.of(e.tdom, e.tref) : List.of();
        if (leads && found != null && held != null && !isSame(held, found, way)) {
            // pinned as something else before it became transitive: Xen would try again for ever
            found.entries.forEach(p -> g.unpin(p[0], p[1], readOnly));
            found = refuse(EAGAIN);
        }
        if (found == null) {
            takeBack(granter, e, held, readOnly);
            return null;
        }
        if (held == null) {
            held = new Pinned(caller, found.frame, found.from, found.bytes, way);
            g.pinned.put(List.of(granter, ref), held);
        }
        SlowGrants.count(held, readOnly, 1);
        List<int[]> all = new ArrayList<>();
        all.add(new int[] {granter, ref});
        all.addAll(found.entries);
        return new Held(all, held.frame, held.from, held.bytes);
    }

    private static boolean isSame(Pinned held, Held found, List<Integer> way) {
        return held.way.equals(way) && held.from == found.from && held.bytes == found.bytes;
    }

    private void takeBack(int granter, Entry e, Pinned held, boolean readOnly) {
        if (!readOnly && (held == null || held.writers == 0)) {
            g.clear(granter, e, WR);
        }
        if (held == null) {
            g.clear(granter, e, RD);
        }
    }

    private Held lead(int granter, Entry e, boolean readOnly, boolean mayLead) {
        if (!mayLead || !g.configuration.transitive() || e.tdom == granter || !g.exists(e.tdom)) {
            return refuse(GENERAL_ERROR);
        }
        return hold(granter, e.tdom, e.tref, readOnly, false);
    }

    private Held whole(int granter, Entry e, Pinned held, boolean looks) {
        if (looks && !g.owns(granter, e.frame)) {
            return refuse(BAD_PAGE);
        }
        if (looks && held != null && held.frame != e.frame) {
            return refuse(GENERAL_ERROR);
        }
        if (held != null && g.dying[granter]) {
            return refuse(BAD_DOMAIN);
        }
        boolean part = g.second(granter) && (e.flags & SUB_PAGE) != 0;
        return new Held(List.of(), held == null ? (int) e.frame : held.frame, part ? e.off : 0, part ? e.len : PAGE);
    }
}
