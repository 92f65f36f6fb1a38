package dev.moat.xen.abstraction;

import dev.moat.grant.Pins;
import dev.moat.grant.SharedEntry;
import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.model.Operation;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
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
    private final HardwareRelations hardware;

    private XenAbstraction(XenState x, Abstraction to) {
        this.x = x;
        this.to = to;
        debts = new Debts(x);
        unit = x.iommu.units();
        tags = x.tags.sort();
        hardware = new HardwareRelations(x.iommu, to);
    }

    /**
     * Declares everything; answers what names the holds.
     *
     * @param operations all of the component, in the order of their declaration
     */
    public static GrantAbstraction declare(XenState x, Abstraction to, List<Operation> operations) {
        XenAbstraction it = new XenAbstraction(x, to);
        for (Sort sort : List.of(x.domains, x.memory.frames, x.pages, x.requesters, it.unit, it.tags, x.spaces)) {
            to.sort(sort);
        }
        it.owners();
        new FrameAbstraction(x, to).declare();
        it.devices();
        it.hardware.tables();
        it.tablePages();
        it.hardware.caches();
        it.hardware.requests();
        it.hardware.refusals();
        it.owing();
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
        to.relation("names", List.of(x.domains, x.pages, x.memory.frames), (s, d, p, f, c, e) -> p == f, NOTHING);
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
        to.relation(
                "between",
                List.of(x.requesters, x.domains, x.domains),
                (s, q, d, e, c, g) -> x.isMoving(s, x.deviceOf(q))
                        && x.former(s, x.deviceOf(q)) == d + 1
                        && x.assigned.get(s, x.deviceOf(q)) == e + 1,
                (footprint, q, d, e, c, g) -> {
                    footprint.one(x.assigned, x.deviceOf(q));
                    readMoves(footprint);
                });
        // One lock for all devices, as in Xen (pcidevs_lock): whoever changes one's owner or entry over several steps
        // holds it.
        to.relation(
                "settlingQ",
                List.of(x.requesters),
                (s, q, c, d, e, g) -> x.devicesLock.get(s) != 0,
                (footprint, q, c, d, e, g) -> footprint.all(x.devicesLock));
        hardware.entries();
        to.relation(
                "stands",
                List.of(unit, tags, x.spaces),
                (s, u, t, sp, d, e) -> x.tags.of(s, sp, u) == t,
                (footprint, u, t, sp, d, e) -> x.tags.read(footprint));
        List<Sort> idOfUnit = List.of(unit, tags);
        boolean mapped = x.tags.areAllocated();
        Relation.Reads ids = (footprint, u, t, c, d, e) -> {
            x.tags.read(footprint);
            footprint.all(x.assigned);
            readMoves(footprint);
        };
        to.relation("tagTaken", idOfUnit, (s, u, t, c, d, e) -> mapped && x.tags.isTaken(s, u, t), ids);
        to.relation("tagUsed", idOfUnit, (s, u, t, c, d, e) -> mapped && isUsed(s, u, t), ids);
        to.relation(
                "scratch",
                List.of(x.spaces, x.requesters),
                (s, sp, q, c, d, e) -> isScratch(sp) && x.quarantine.space(x.deviceOf(q)) == sp,
                NOTHING);
        to.relation(
                "for",
                List.of(x.spaces, x.domains),
                (s, sp, d, c, e, g) -> domainOf(sp) == d && x.hasBuiltTables(s, d),
                (footprint, sp, d, c, e, g) -> {
                    if (x.tables.size() > 0) {
                        footprint.one(x.tables, d);
                    }
                });
    }

    private boolean isUsed(long[] s, int unit, int tag) {
        for (int d = 0; d < x.domains.size(); d++) {
            if (x.tag(s, d, unit) == tag && x.uses(s, d, unit)) {
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

    /** Where tables are frames, which frames are tables, and which of them a walk can come to. */
    private void tablePages() {
        List<Sort> frame = List.of(x.memory.frames);
        boolean pooled = x.pool.on();
        to.relation(
                "ioTable", frame, (s, f, b, c, d, e) -> x.pool.isTable(s, x.memory, f), (footprint, f, b, c, d, e) -> {
                    if (pooled) {
                        footprint.one(x.memory.state, f);
                    }
                });
        to.relation(
                "walked",
                frame,
                (s, f, b, c, d, e) -> pooled && x.ioTables.pages().isWalked(s, f),
                (footprint, f, b, c, d, e) -> {
                    if (pooled) {
                        x.ioTables.pages().readWalked(footprint);
                    }
                });
    }

    /** What is still owed before a map returns. */
    private void owing() {
        to.relation(
                "owing",
                List.of(x.domains, x.pages),
                (s, d, p, c, e, f) -> isOwing(s, d, p),
                (footprint, d, p, c, e, f) -> x.batch.readDebts(footprint));
    }

    /** The lock of the domain's table is held until a batch has paid, so no other call returns before it with the page. */
    private boolean isOwing(long[] s, int domain, int page) {
        for (int cpu = 0; cpu < x.setting.cpus(); cpu++) {
            if (x.batch.owes(s, cpu, page) && x.batch.mapper(s, cpu) == domain) {
                return true;
            }
        }
        return false;
    }

    private void debts() {
        to.relation(
                "dirty",
                List.of(unit, tags, x.pages),
                (s, u, t, p, d, e) -> debts.isDirty(s, u, t, p),
                (footprint, u, t, p, d, e) -> debts.read(footprint));
        to.relation(
                "dirtyW",
                List.of(unit, tags, x.pages),
                (s, u, t, p, d, e) -> debts.lostWrite(s, u, t, p),
                (footprint, u, t, p, d, e) -> debts.read(footprint));
        to.relation(
                "limbo",
                List.of(x.spaces, x.pages),
                (s, sp, p, c, d, e) -> !isScratch(sp) && x.owesInLimbo(s, domainOf(sp), p, false),
                (footprint, sp, p, c, d, e) -> debts.readLimbo(footprint));
        to.relation("handed", List.of(x.spaces, x.pages), (s, sp, p, c, d, e) -> false, NOTHING);
        to.relation(
                "dirtyQ",
                List.of(unit, x.requesters),
                (s, u, q, c, d, e) -> x.iommu.unitOf(q) == u && debts.isContextDirty(s, q),
                (footprint, u, q, c, d, e) -> debts.readContext(footprint, q));
        to.relation(
                "undrained",
                List.of(unit, x.requesters),
                (s, u, q, c, d, e) -> x.iommu.unitOf(q) == u && debts.isUndrained(s, q),
                (footprint, u, q, c, d, e) -> debts.readUndrained(footprint, q));
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
