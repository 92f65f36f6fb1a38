package dev.moat.xen.abstraction;

import dev.moat.grant.Pins;
import dev.moat.grant.SharedEntry;
import dev.moat.iommu.vtd.ContextEntry;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.model.Operation;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * What a state of the Xen component means in the vocabulary. Each domain with I/O tables has one space, and
 * at each unit the tag that the domain has there stands for it; the I/O page of a frame is the frame. Tables, caches and walks are here;
 * grants, pins and holds in {@link GrantAbstraction}.
 */
public final class XenAbstraction {
    static final Relation.Reads NOTHING = (footprint, a, b, c, d, e) -> {};

    private final XenState x;
    private final Abstraction to;
    private final Debts debts;
    private final Sort unit;
    private final Sort tags;
    private final Sort spaces;
    private final Sort pages;
    private final boolean late;

    private XenAbstraction(XenState x, Abstraction to) {
        this.x = x;
        this.to = to;
        debts = new Debts(x);
        unit = x.units.sort;
        tags = x.unit.geometry().tags();
        spaces = x.unit.geometry().trees();
        pages = x.unit.geometry().pages();
        late = x.setting.hardware().storesLate();
    }

    /**
     * Declares everything; answers what names the holds.
     *
     * @param operations all of the component, in the order of their declaration
     */
    public static GrantAbstraction declare(XenState x, Abstraction to, List<Operation> operations) {
        XenAbstraction it = new XenAbstraction(x, to);
        for (Sort sort : List.of(x.domains, x.memory.frames, it.pages, x.requesters, it.unit, it.tags, it.spaces)) {
            to.sort(sort);
        }
        it.owners();
        new FrameAbstraction(x, to).declare();
        it.devices();
        new TableAbstraction(x, to).declare();
        it.caches();
        new RefusalAbstraction(x, to).declare();
        it.debts();
        it.cpus();
        it.revoked();
        GrantAbstraction grants = new GrantAbstraction(x, to);
        grants.declare();
        new UpkeepProgress(x, grants, operations).declare(to);
        if (!x.setting.recorded()) {
            new Invalidations(x).declare(to);
        }
        return grants;
    }

    /** The domain for which a space was built, -1 for a scratch page's. */
    private int domainOf(int space) {
        return isScratch(space) ? -1 : x.setting.iommuDomains().get(space);
    }

    private boolean isScratch(int space) {
        return space >= x.setting.iommuDomains().size();
    }

    private void owners() {
        to.relation(
                "owner",
                List.of(x.memory.frames, x.domains),
                (s, f, d, c, e, g) -> x.memory.owner.get(s, f) == d + 1,
                (footprint, f, d, c, e, g) -> footprint.one(x.memory.owner, f));
        to.relation("names", List.of(x.domains, pages, x.memory.frames), (s, d, p, f, c, e) -> p == f, NOTHING);
    }

    private void devices() {
        to.relation(
                "assigned",
                List.of(x.requesters, x.domains),
                (s, q, d, c, e, g) -> x.assigned.get(s, x.deviceOf(q)) == d + 1 && !x.isMoving(s, x.deviceOf(q)),
                (footprint, q, d, c, e, g) -> {
                    footprint.one(x.assigned, x.deviceOf(q));
                    readMoves(footprint);
                });
        to.relation(
                "moving",
                List.of(x.requesters),
                (s, q, c, d, e, g) -> x.isMoving(s, x.deviceOf(q)),
                (footprint, q, c, d, e, g) -> readMoves(footprint));
        // One lock for all devices, as in Xen (pcidevs_lock): whoever changes one's owner or entry over several steps
        // holds it.
        to.relation(
                "settlingQ",
                List.of(x.requesters),
                (s, q, c, d, e, g) -> x.devicesLock.get(s) != 0,
                (footprint, q, c, d, e, g) -> footprint.all(x.devicesLock));
        to.relation("at", List.of(x.requesters, unit), (s, q, u, c, d, e) -> x.units.of(q) == u, NOTHING);
        List<Sort> places = List.of(unit, x.requesters, spaces, tags);
        to.relation(
                "ent",
                places,
                (s, u, q, sp, t, e) ->
                        x.units.of(q) == u && leads(x.unit.contextLo.get(s, q), x.unit.contextHi.get(s, q), sp, t),
                (footprint, u, q, sp, t, e) ->
                        footprint.one(x.unit.contextLo, q).one(x.unit.contextHi, q));
        boolean cached = x.setting.contextCache();
        to.relation(
                "cent",
                places,
                (s, u, q, sp, t, e) -> (cached
                                && leads(
                                        x.units.state(u).cachedLo.get(s, q),
                                        x.units.state(u).cachedHi.get(s, q),
                                        sp,
                                        t))
                        || (x.units.of(q) == u && walkerLeads(s, q, sp, t)),
                (footprint, u, q, sp, t, e) -> {
                    if (cached) {
                        footprint.one(x.units.state(u).cachedLo, q).one(x.units.state(u).cachedHi, q);
                    }
                    if (late) {
                        footprint.one(x.unit.contextLo, q).one(x.unit.contextHi, q);
                        footprint.all(x.unit.late.stage);
                        footprint.one(x.unit.late.contextLoSeen, q).one(x.unit.late.contextHiSeen, q);
                    }
                });
        to.relation(
                "stands",
                List.of(unit, tags, spaces),
                (s, u, t, sp, d, e) -> tagOf(s, sp, u) == t,
                (footprint, u, t, sp, d, e) -> x.dids.read(footprint));
        List<Sort> idOfUnit = List.of(unit, tags);
        boolean mapped = x.dids.allocates();
        Relation.Reads ids = (footprint, u, t, c, d, e) -> {
            x.dids.read(footprint);
            footprint.all(x.assigned);
            readMoves(footprint);
        };
        to.relation("tagTaken", idOfUnit, (s, u, t, c, d, e) -> mapped && x.dids.isTaken(s, u, t), ids);
        to.relation("tagUsed", idOfUnit, (s, u, t, c, d, e) -> mapped && isUsed(s, u, t), ids);
        to.relation(
                "scratch",
                List.of(spaces, x.requesters),
                (s, sp, q, c, d, e) -> isScratch(sp) && x.quarantine.tree(x.deviceOf(q)) == sp,
                NOTHING);
        to.relation(
                "for",
                List.of(spaces, x.domains),
                (s, sp, d, c, e, g) -> domainOf(sp) == d && x.hasBuiltTables(s, d),
                (footprint, sp, d, c, e, g) -> {
                    if (x.tables.size() > 0) {
                        footprint.one(x.tables, d);
                    }
                });
    }

    private int tagOf(long[] s, int space, int at) {
        return isScratch(space) ? x.quarantine.did(space - x.quarantine.tree(0)) : x.dids.of(s, domainOf(space), at);
    }

    private boolean isUsed(long[] s, int unit, int tag) {
        for (int d = 0; d < x.domains.size(); d++) {
            if (x.dids.of(s, d, unit) == tag && x.uses(s, d, unit)) {
                return true;
            }
        }
        return false;
    }

    private void readMoves(Footprint footprint) {
        if (x.locals.former.size() > 0) {
            footprint.all(x.locals.former).all(x.locals.device);
        }
    }

    /** What the walker still sees of a context entry that software has replaced is as good as cached. */
    private boolean walkerLeads(long[] s, int device, int space, int tag) {
        return late
                && leads(
                        x.unit.late.visible(s, x.unit.contextLo, device),
                        x.unit.late.visible(s, x.unit.contextHi, device),
                        space,
                        tag);
    }

    private boolean leads(long lo, long hi, int space, int tag) {
        return ContextEntry.P.isSet(lo)
                && ContextEntry.SLPTPTR.get(lo)
                        == x.unit.map().secondLevel(x.unit.map().top(space))
                && ContextEntry.DID.get(hi) == tag;
    }

    private void caches() {
        int pageCount = pages.size();
        List<Sort> places = List.of(unit, tags, pages, x.memory.frames);
        Relation.Reads reads = (footprint, u, t, p, f, e) -> footprint
                .one(x.units.state(u).iotlbRights, t * pageCount + p)
                .one(x.units.state(u).iotlbFrame, t * pageCount + p);
        to.relation("mayR", places, cached(VtdUnit.READ), reads);
        to.relation("mayW", places, cached(VtdUnit.WRITE), reads);
        List<Sort> flight = List.of(unit, x.requesters, tags, pages, x.memory.frames);
        boolean walks = x.setting.walks();
        Relation.Reads walk = (footprint, u, q, t, p, f) -> {
            if (walks) {
                VtdUnit at = x.units.state(u);
                footprint
                        .one(at.walkRights, q)
                        .one(at.walkTag, q)
                        .one(at.walkPage, q)
                        .one(at.walkFrame, q);
            }
        };
        to.relation("flyR", flight, inFlight(walks, VtdUnit.READ), walk);
        to.relation("flyW", flight, inFlight(walks, VtdUnit.WRITE), walk);
    }

    private RelationCode cached(int right) {
        return (s, u, t, p, f, e) -> {
            VtdUnit at = x.units.state(u);
            return (at.cachedRights(s, t, p) & right) != 0 && at.cachedFrame(s, t, p) == f;
        };
    }

    private RelationCode inFlight(boolean walks, int right) {
        return (s, u, q, t, p, f) -> {
            VtdUnit at = x.units.state(u);
            return walks
                    && (at.walkRights.get(s, q) & right) != 0
                    && at.walkTag.get(s, q) == t
                    && at.walkPage.get(s, q) == p
                    && at.walkFrame.get(s, q) == f + 1;
        };
    }

    private void debts() {
        to.relation(
                "dirty",
                List.of(unit, tags, pages),
                (s, u, t, p, d, e) -> debts.isDirty(s, u, t, p),
                (footprint, u, t, p, d, e) -> debts.read(footprint));
        to.relation(
                "dirtyW",
                List.of(unit, tags, pages),
                (s, u, t, p, d, e) -> debts.lostWrite(s, u, t, p),
                (footprint, u, t, p, d, e) -> debts.read(footprint));
        to.relation(
                "limbo",
                List.of(spaces, pages),
                (s, sp, p, c, d, e) -> !isScratch(sp) && x.owesInLimbo(s, domainOf(sp), p, false),
                (footprint, sp, p, c, d, e) -> debts.readLimbo(footprint));
        to.relation(
                "dirtyQ",
                List.of(unit, x.requesters),
                (s, u, q, c, d, e) -> x.units.of(q) == u && debts.isContextDirty(s, q),
                (footprint, u, q, c, d, e) -> debts.readContext(footprint, q));
    }

    /** A frame that a domain has given back and not acknowledged, while it is still its who granted it. */
    private void revoked() {
        to.relation(
                "revoked",
                List.of(x.domains, x.memory.frames),
                (s, d, f, c, e, g) -> isRevoked(s, d, f),
                (footprint, d, f, c, e, g) -> {
                    footprint.one(x.memory.owner, f);
                    debts.readLimbo(footprint);
                });
    }

    private boolean isRevoked(long[] s, int domain, int frame) {
        for (int i = domain * x.limbo.places(); x.limbo.isUnpinned() && i < (domain + 1) * x.limbo.places(); i++) {
            if (x.limbo.sides(s, i) != 0
                    && x.limbo.frame(s, i) == frame
                    && x.memory.owner.get(s, frame) == x.limbo.granter(s, i) + 1) {
                return true;
            }
        }
        return false;
    }

    /** What the domains' virtual CPUs may hold of grants' host mappings. */
    private void cpus() {
        List<Sort> places = List.of(x.domains, x.memory.frames);
        Relation.Reads reads = (footprint, d, f, c, e, g) -> x.tlbs.read(footprint, d, f);
        to.relation("cpuR", places, (s, d, f, c, e, g) -> x.tlbs.reach(s, d, f, false), reads);
        to.relation("cpuW", places, (s, d, f, c, e, g) -> x.tlbs.reach(s, d, f, true), reads);
    }

    /** The kinds of pins, as the vocabulary's sort. */
    static Sort pinKinds() {
        return new Sort("Pin", List.of("hstw", "hstr", "devw", "devr"));
    }

    /** Whether a shared entry has a flag. */
    static boolean has(long entry, boolean writing) {
        return (writing ? SharedEntry.GTF_WRITING : SharedEntry.GTF_READING).isSet(entry);
    }

    /** Whether a kind of pin allows writing. */
    static boolean isWriter(int kind) {
        return kind == Pins.HOST_WRITE || kind == Pins.DEVICE_WRITE;
    }
}
