package dev.moat.xen;

import dev.moat.grant.SecondEntry;
import dev.moat.grant.SharedEntry;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Filter;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/** What guests store to entries of version 2 that maps refuse and copies take: parts of pages, and what others grant; always for writing too. */
final class PartialGrants {
    /** The part of a page that a search grants: its first half, in bytes. */
    private static final int PART = 2048;

    private final XenState xen;
    private final GuestActions guests;

    PartialGrants(XenState xen, GuestActions guests) {
        this.xen = xen;
        this.guests = guests;
    }

    void declare(ModelBuilder model) {
        Argument granter = new Argument("granter", xen.domains);
        Argument ref = new Argument("ref", xen.grants.refs);
        Argument to = new Argument("to", xen.domains);
        Argument frame = new Argument("frame", xen.memory.frames);
        List<Integer> granters = xen.setting.guests().granters();
        List<String> origins = new ArrayList<>();
        granters.forEach(g -> xen.grants.refs.labels().forEach(r -> origins.add(xen.domains.label(g) + "." + r)));
        Filter offers = (a, b, c, d, e) -> xen.setting.mayGrantTo(a, c) && granters.contains(a);
        add(model, "grant_part", List.of(granter, ref, to, frame), offers, Guarded.of(this::grantPart));
        Argument origin = new Argument("origin", new Sort("Origin", origins));
        add(
                model,
                "grant_transitive",
                List.of(granter, ref, to, origin),
                (a, b, c, o, e) -> offers.accepts(a, b, c, 0, e) && originOf(o) != a,
                Guarded.of(this::grantTransitive));
    }

    private static void add(ModelBuilder model, String name, List<Argument> arguments, Filter filter, Guarded code) {
        model.action(new Action(name, Actor.GUEST, arguments, filter, code, false, "stutter"));
    }

    private int originOf(int origin) {
        return xen.setting.guests().granters().get(origin / xen.setting.refs());
    }

    private boolean grantPart(long[] s, int granter, int ref, int to, int frame) {
        long flags = SharedEntry.PERMIT_ACCESS | SharedEntry.GTF_SUB_PAGE.mask();
        return xen.memory.isAllocatedTo(s, granter, frame)
                && store(s, granter, ref, SecondEntry.of(flags, to, 0, PART), frame);
    }

    private boolean grantTransitive(long[] s, int granter, int ref, int to, int origin) {
        long entry = SecondEntry.of(SecondEntry.TRANSITIVE, to, originOf(origin), 0);
        return store(s, granter, ref, entry, origin % xen.setting.refs());
    }

    private boolean store(long[] s, int granter, int ref, long first, long second) {
        int i = xen.grants.index(granter, ref);
        if (!xen.grants.versions.isSecond(s, granter) || !guests.isUnused(s, granter, i)) {
            return false;
        }
        xen.grants.shared.set(s, i, first);
        xen.grants.versions.high.set(s, i, second);
        guests.noteStore(s, i);
        return true;
    }
}
