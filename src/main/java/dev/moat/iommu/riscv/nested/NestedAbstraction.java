package dev.moat.iommu.riscv.nested;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.List;

/**
 * A stage translates pages: I/O pages of first stages, which a device names, and guest pages, which the unit names
 * when it reads their tables. A guest owns its frames from before they are mapped until the unit has forgotten them.
 * Its tables always exist, so an I/O page's entry there and the second stage give the combined translation. Rights
 * have no part in this machine: every mapping is for reading.
 */
final class NestedAbstraction {
    private final GuestTables tables;
    private final StageCaches caches;
    private final NestedSteps steps;
    private final Abstraction to;
    private final Sort spaces;
    private final Relation.Reads everything;

    NestedAbstraction(GuestTables tables, StageCaches caches, NestedSteps steps, Abstraction to) {
        this.tables = tables;
        this.caches = caches;
        this.steps = steps;
        this.to = to;
        spaces = new Sort("Space", tables.guests.labels());
        List<Slots> all = List.of(
                tables.tc,
                tables.iohgatp,
                tables.second,
                tables.first,
                tables.process,
                tables.place,
                tables.next,
                caches.device,
                caches.deviceRoot,
                caches.process,
                caches.processRoot,
                caches.first,
                caches.second,
                caches.both,
                steps.gscid,
                steps.pscid,
                steps.guestOf,
                steps.owed,
                steps.owedByGuest,
                steps.owedContext);
        everything = (footprint, a, b, c, d, e) -> all.forEach(slots -> all(footprint, slots));
    }

    private static void all(Footprint footprint, Slots slots) {
        if (slots.size() > 0) {
            footprint.all(slots);
        }
    }

    void declare() {
        Sort holds = Sort.numbered("Hold", "h", 0);
        List.of(tables.guests, tables.devices, tables.pages, tables.frames, tables.gscids, tables.units, spaces, holds)
                .forEach(to::sort);
        frames();
        contexts();
        translations();
        requests();
    }

    private void frames() {
        to.relation(
                "owner",
                List.of(tables.frames, tables.guests),
                (s, f, g, c, d, e) -> owns(s, g, f),
                (footprint, f, g, c, d, e) -> footprint.all(tables.place).all(tables.next));
        to.relation(
                "free",
                List.of(tables.frames),
                (s, f, b, c, d, e) -> tables.isFree(s, f),
                (footprint, f, b, c, d, e) -> footprint.all(tables.place).all(tables.next));
        to.never("notdma", List.of(tables.frames));
        to.never("settling", List.of(tables.frames));
    }

    private boolean owns(long[] s, int g, int f) {
        boolean owns = false;
        for (int p = 0; p < tables.guestPages.size(); p++) {
            owns |= tables.has(s, g, p, f);
        }
        return owns;
    }

    private void contexts() {
        List<Sort> entries = List.of(tables.units, tables.devices, spaces, tables.gscids);
        to.relation(
                "assigned",
                List.of(tables.devices, tables.guests),
                (s, q, g, c, d, e) -> steps.guestOf.get(s, q) == g + 1L,
                (footprint, q, g, c, d, e) -> footprint.one(steps.guestOf, q));
        to.never("moving", List.of(tables.devices));
        to.never("between", List.of(tables.devices, tables.guests, tables.guests));
        to.relation("at", List.of(tables.devices, tables.units), (s, q, u, c, d, e) -> true, NOTHING);
        to.relation("for", List.of(spaces, tables.guests), (s, x, g, c, d, e) -> x == g, NOTHING);
        to.never("notFor", List.of(spaces, tables.devices));
        to.relation(
                "stands",
                List.of(tables.units, tables.gscids, spaces),
                (s, u, t, x, d, e) -> steps.gscid.get(s, x) == t + 1L,
                (footprint, u, t, x, d, e) -> footprint.one(steps.gscid, x));
        to.relation(
                "ent",
                entries,
                (s, u, q, x, t, e) -> tables.tc.get(s, q) != 0 && tables.iohgatp.get(s, q) == tables.context(x, t),
                (footprint, u, q, x, t, e) -> footprint.one(tables.tc, q).one(tables.iohgatp, q));
        to.relation(
                "cent",
                entries,
                (s, u, q, x, t, e) -> caches.device.get(s, q) == tables.context(x, t),
                (footprint, u, q, x, t, e) -> footprint.one(caches.device, q));
        to.relation(
                "dirtyQ",
                List.of(tables.units, tables.devices),
                (s, u, q, c, d, e) -> steps.owedContext.get(s, q) != 0,
                (footprint, u, q, c, d, e) -> footprint.one(steps.owedContext, q));
    }

    private void translations() {
        List<Sort> stored = List.of(spaces, tables.pages, tables.frames);
        to.relation("mapR", stored, (s, x, p, f, d, e) -> stored(s, x, p) == f, everything);
        to.never("mapW", stored);
        List<Sort> cached = List.of(tables.units, tables.gscids, tables.pages, tables.frames);
        to.relation("mayR", cached, (s, u, t, p, f, e) -> cached(s, t, p) == f, everything);
        to.never("mayW", cached);
        List<Sort> flights = List.of(tables.units, tables.devices, tables.gscids, tables.pages, tables.frames);
        to.relation("flyR", flights, (s, u, q, t, p, f) -> roots(s, q, t, p, f), everything);
        to.never("flyW", flights);
        to.relation(
                "dirty",
                List.of(tables.units, tables.gscids, tables.pages),
                (s, u, t, p, d, e) -> owes(s, t, p),
                (footprint, u, t, p, d, e) ->
                        footprint.all(steps.gscid).all(steps.owed).all(steps.owedByGuest));
        to.never("owing", List.of(tables.guests, tables.pages));
        to.never("limbo", List.of(spaces, tables.pages));
    }

    /** The frame that the tables of a guest, as stored, have for a page, or -1. */
    private int stored(long[] s, int guest, int page) {
        if (!tables.isOfProcess(page)) {
            return tables.frameOf(s, guest, page - tables.pageOf(0));
        }
        int x = tables.processOf(page);
        boolean leads = tables.first.get(s, guest, x, tables.ioPage(page)) != 0
                && (!tables.hasDirectory || tables.process.get(s, guest, x) != 0);
        return leads ? tables.frameOf(s, guest, tables.data()) : -1;
    }

    private int standing(long[] s, int gscid) {
        int guest = tables.guests.size() - 1;
        while (guest >= 0 && steps.gscid.get(s, guest) != gscid + 1L) {
            guest--;
        }
        return guest;
    }

    /** The frame that a page gets under a GSCID because of something cached, or -1. */
    private int cached(long[] s, int t, int page) {
        if (!tables.isOfProcess(page)) {
            return caches.secondOf(s, t, page - tables.pageOf(0));
        }
        int guest = standing(s, t);
        int x = tables.processOf(page);
        int io = tables.ioPage(page);
        int pscid = tables.hasDirectory ? pscid(s, t, guest, x) : 0;
        if (pscid < 0) {
            return -1;
        }
        int both = caches.bothOf(s, t, pscid, io);
        if (both >= 0) {
            return both;
        }
        boolean first = caches.isFirst(s, t, pscid, io);
        boolean leads = first || (guest >= 0 && tables.first.get(s, guest, x, io) != 0);
        int second = caches.secondOf(s, t, tables.data());
        return !leads ? -1 : second >= 0 ? second : guest < 0 ? -1 : tables.frameOf(s, guest, tables.data());
    }

    /** The PSCID under which the unit files what it translates for a process of the guest under a GSCID, or -1. */
    private int pscid(long[] s, int t, int guest, int x) {
        for (int q = 0; q < tables.devices.size(); q++) {
            int used = caches.isUnder(s, q, t) ? caches.pscidOf(s, q, x) : -1;
            if (used >= 0) {
                return used;
            }
        }
        return guest < 0 || tables.process.get(s, guest, x) == 0 ? -1 : steps.pscidOf(s, guest, x);
    }

    /** Whether a cached context of a device has a page of its guest's, where tables lie, in a frame. */
    private boolean roots(long[] s, int q, int t, int page, int frame) {
        return !tables.isOfProcess(page)
                && caches.isUnder(s, q, t)
                && caches.isRoot(s, q, page - tables.pageOf(0), frame);
    }

    /** Whether an invalidation is owed for a page under a GSCID. */
    private boolean owes(long[] s, int t, int page) {
        int guest = standing(s, t);
        return guest >= 0 && owesFor(s, guest, page);
    }

    private boolean owesFor(long[] s, int guest, int page) {
        if (!tables.isOfProcess(page)) {
            return steps.owed.get(s, guest, page - tables.pageOf(0)) != 0;
        }
        return steps.owed.get(s, guest, tables.data()) != 0
                || steps.owedByGuest.get(s, guest, tables.processOf(page), tables.ioPage(page)) != 0;
    }

    private void requests() {
        List<Sort> places = List.of(tables.devices, tables.pages, tables.frames);
        List<Sort> requests = List.of(tables.devices, tables.pages);
        RelationCode never = (s, a, b, c, d, e) -> false;
        to.relation("getsR", places, (s, q, p, f, d, e) -> gets(s, q, p) == f, everything);
        to.never("getsW", places);
        to.relation(
                "strayR",
                requests,
                (s, q, p, c, d, e) -> tables.isOfProcess(p) && caches.gets(s, q, p) == -1,
                everything);
        to.never("strayW", requests);
        to.relation("blockedR", requests, (s, q, p, c, d, e) -> isBlocked(s, q, p), everything);
        to.never("blockedW", requests);
        to.relation("composedR", places, (s, q, p, f, d, e) -> composed(s, q, p) == f, everything);
        to.never("composedW", places);
        to.relation("guestOwes", requests, (s, q, p, c, d, e) -> guestOwes(s, q, p), everything);
        to.relation("messagePage", List.of(tables.pages), never, NOTHING);
    }

    /** The frame that a request for an I/O page gets, or in which the unit reads a guest's page for a device; -1 for none. */
    private int gets(long[] s, int q, int page) {
        if (tables.isOfProcess(page)) {
            return caches.gets(s, q, page);
        }
        int guest = tables.guestBy(caches.context(s, q));
        if (guest < 0) {
            return -1;
        }
        int cached = caches.secondOf(s, caches.gscidOf(s, q), page - tables.pageOf(0));
        return cached >= 0 ? cached : tables.frameOf(s, guest, page - tables.pageOf(0));
    }

    private boolean isBlocked(long[] s, int q, int page) {
        return tables.isOfProcess(page)
                && caches.gets(s, q, page) == StageCaches.REFUSED
                && caches.uncached(s, q, page) >= 0;
    }

    private int composed(long[] s, int q, int page) {
        int guest = (int) steps.guestOf.get(s, q) - 1;
        return guest < 0 ? -1 : stored(s, guest, page);
    }

    /** While a device is being attached or taken away nothing is promised. */
    private boolean guestOwes(long[] s, int q, int page) {
        int guest = (int) steps.guestOf.get(s, q) - 1;
        return guest >= 0 && (tables.tc.get(s, q) == 0 || owesFor(s, guest, page));
    }
}
