package dev.moat.xen.abstraction;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.grant.Pins;
import dev.moat.grant.SharedEntry;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.vocabulary.FoundRelations;
import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.model.Operation;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import dev.moat.xen.owed.Debts;
import dev.moat.xen.owed.Invalidations;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * What a state of the Xen component means in the vocabulary. Each domain with I/O tables has one space, and
 * at each unit the tag that the domain has there stands for it; the I/O page of a frame is the frame. Tables, caches and walks are here;
 * grants, pins and holds in {@link GrantAbstraction}.
 */
public final class XenAbstraction {
    private final XenState xen;
    private final Abstraction to;
    private final Debts debts;
    private final Sort unit;
    private final Sort tags;
    private final HardwareRelations hardware;

    private XenAbstraction(XenState xen, Abstraction to) {
        this.xen = xen;
        this.to = to;
        debts = new Debts(xen);
        unit = xen.iommu.units();
        tags = xen.tags.sort();
        hardware = new HardwareRelations(xen.iommu, to);
    }

    /**
     * Declares everything; answers what names the holds.
     *
     * @param operations all of the component, in the order of their declaration
     */
    public static GrantAbstraction declare(XenState xen, Abstraction to, List<Operation> operations) {
        XenAbstraction it = new XenAbstraction(xen, to);
        for (Sort sort : List.of(
                xen.domains, xen.memory.frames, xen.pages, xen.devices.requesters, it.unit, it.tags, xen.spaces)) {
            to.sort(sort);
        }
        it.owners();
        new FrameAbstraction(xen, to).declare();
        it.devices();
        it.hardware.tables();
        it.tablePages();
        it.hardware.caches();
        it.hardware.requests();
        it.hardware.refusals();
        it.hardware.faults();
        it.hardware.traffic();
        it.owing();
        it.debts();
        it.cpus();
        it.revoked();
        GrantAbstraction grants = new GrantAbstraction(xen, to);
        grants.declare(operations);
        new UpkeepProgress(xen, grants, operations).declare(to);
        if (!xen.setting.recorded()) {
            new Invalidations(xen).declare(to);
        }
        return grants;
    }

    /**
     * What the discipline reads otherwise, where its actions are found from what differs: a space is its domain's before its tables are
     * built, which is when the first entry is set; and an entry that is pinned offers what it did when it was.
     */
    public static Abstraction forDiscipline(XenState xen, Abstraction from) {
        Abstraction own = new Abstraction();
        FoundRelations.unseenStores(xen.iommu, from, own);
        List<Integer> domains = xen.setting.iommuDomains();
        own.relation(
                "for",
                List.of(xen.spaces, xen.domains),
                (s, sp, d, c, e, g) -> sp < domains.size() && domains.get(sp) == d,
                NOTHING);
        if (xen.setting.devs().scratchPage()) {
            drains(xen, own);
        }
        Relation pays = from.relation("paysF").orElseThrow();
        Relation owed = from.relation("dirtyQ").orElseThrow();
        own.relation(
                "paysF",
                pays.places(),
                (s, i, u, q, d, e) ->
                        pays.code().holds(s, i, u, q, 0, 0) && !owed.code().holds(s, u, q, 0, 0, 0),
                (footprint, i, u, q, d, e) -> {
                    pays.reads().add(footprint, i, u, q, 0, 0);
                    owed.reads().add(footprint, u, q, 0, 0, 0);
                });
        if (xen.hasDeviceTlbs()) {
            new Invalidations(xen).withoutPages(from, own);
        }
        new Offers(xen, from, xen.setting.guests().granters()).whilePinned(own);
        return own;
    }

    /** {@code undrained}: a device is led to a domain's tables, or has something in flight that was translated by them. */
    private static void drains(XenState xen, Abstraction own) {
        own.relation(
                "undrained",
                List.of(xen.iommu.units(), xen.devices.requesters),
                (s, u, q, c, d, e) -> isLed(xen, s, u, q),
                (footprint, u, q, c, d, e) -> {
                    xen.tags.read(footprint);
                    xen.iommu.meaning().readEntry(footprint, q);
                    xen.iommu.meaning().readCachedEntry(footprint, u, q);
                    xen.iommu.meaning().readFlight(footprint, u, q);
                });
    }

    private static boolean isLed(XenState xen, long[] s, int unit, int requester) {
        Meaning meaning = xen.iommu.meaning();
        for (int space = 0; space < xen.setting.iommuDomains().size(); space++) {
            int tag = xen.tags.of(s, space, unit);
            boolean there = xen.iommu.unitOf(requester) == unit && meaning.leads(s, requester, space, tag);
            boolean flies =
                    meaning.flightRights(s, unit, requester) != 0 && meaning.flightTag(s, unit, requester) == tag;
            if (there || flies || meaning.mayLead(s, unit, requester, space, tag)) {
                return true;
            }
        }
        return false;
    }

    /** The domain for which a space was built, -1 for a scratch page's. */
    private int domainOf(int space) {
        return isScratch(space) ? -1 : xen.setting.iommuDomains().get(space);
    }

    private boolean isScratch(int space) {
        return space >= xen.setting.iommuDomains().size();
    }

    private void owners() {
        to.relation(
                "owner",
                List.of(xen.memory.frames, xen.domains),
                (s, f, d, c, e, g) -> xen.unity.isOf(s, f, d),
                (footprint, f, d, c, e, g) -> {
                    footprint.one(xen.memory.owner, f);
                    xen.unity.read(footprint, f);
                });
        to.relation("names", List.of(xen.domains, xen.pages, xen.memory.frames), (s, d, p, f, c, e) -> p == f, NOTHING);
    }

    private void devices() {
        to.relation(
                "assigned",
                List.of(xen.devices.requesters, xen.domains),
                (s, q, d, c, e, g) -> xen.devices.assigned.get(s, xen.devices.deviceOf(q)) == d + 1
                        && !xen.devices.isMoving(s, xen.devices.deviceOf(q)),
                (footprint, q, d, c, e, g) -> {
                    footprint.one(xen.devices.assigned, xen.devices.deviceOf(q));
                    readMoves(footprint);
                });
        to.relation(
                "moving",
                List.of(xen.devices.requesters),
                (s, q, c, d, e, g) -> xen.devices.isMoving(s, xen.devices.deviceOf(q))
                        && xen.devices.assigned.get(s, xen.devices.deviceOf(q)) != 0,
                (footprint, q, c, d, e, g) -> {
                    footprint.one(xen.devices.assigned, xen.devices.deviceOf(q));
                    readMoves(footprint);
                });
        to.relation(
                "between",
                List.of(xen.devices.requesters, xen.domains, xen.domains),
                (s, q, d, e, c, g) -> xen.devices.isMoving(s, xen.devices.deviceOf(q))
                        && xen.devices.former(s, xen.devices.deviceOf(q)) == d + 1
                        && xen.devices.assigned.get(s, xen.devices.deviceOf(q)) == e + 1,
                (footprint, q, d, e, c, g) -> {
                    footprint.one(xen.devices.assigned, xen.devices.deviceOf(q));
                    readMoves(footprint);
                });
        // One lock for all devices, as in Xen (pcidevs_lock): whoever changes one's owner or entry over several steps
        // holds it.
        to.relation(
                "settlingQ",
                List.of(xen.devices.requesters),
                (s, q, c, d, e, g) -> !xen.devicesLock.isFree(s, 0),
                (footprint, q, c, d, e, g) -> footprint.all(xen.devicesLock.slots()));
        hardware.entries();
        to.relation(
                "stands",
                List.of(unit, tags, xen.spaces),
                (s, u, t, sp, d, e) -> xen.tags.of(s, sp, u) == t,
                (footprint, u, t, sp, d, e) -> xen.tags.read(footprint));
        List<Sort> idOfUnit = List.of(unit, tags);
        boolean mapped = xen.tags.areAllocated();
        Relation.Reads ids = (footprint, u, t, c, d, e) -> {
            xen.tags.read(footprint);
            footprint.all(xen.devices.assigned);
            readMoves(footprint);
        };
        to.relation("tagTaken", idOfUnit, (s, u, t, c, d, e) -> mapped && xen.tags.isTaken(s, u, t), ids);
        to.relation("tagUsed", idOfUnit, (s, u, t, c, d, e) -> mapped && isUsed(s, u, t), ids);
        to.relation(
                "scratch",
                List.of(xen.spaces, xen.devices.requesters),
                (s, sp, q, c, d, e) -> isScratch(sp) && xen.quarantine.space(xen.devices.deviceOf(q)) == sp,
                NOTHING);
        to.never("notFor", List.of(xen.spaces, xen.devices.requesters));
        to.relation(
                "for",
                List.of(xen.spaces, xen.domains),
                (s, sp, d, c, e, g) -> domainOf(sp) == d && xen.domainTables.hasBuiltTables(s, d),
                (footprint, sp, d, c, e, g) -> {
                    if (xen.domainTables.progress.size() > 0) {
                        footprint.one(xen.domainTables.progress, d);
                    }
                });
    }

    private boolean isUsed(long[] s, int unit, int tag) {
        for (int d = 0; d < xen.domains.size(); d++) {
            if (xen.domainTables.tag(s, d, unit) == tag && xen.devices.uses(s, d, unit)) {
                return true;
            }
        }
        return false;
    }

    private void readMoves(Footprint footprint) {
        if (xen.deviceCall.former.size() > 0) {
            footprint.all(xen.deviceCall.former).all(xen.deviceCall.requester);
        }
    }

    /** Where tables are frames, which frames are tables, and which of them a walk can come to. */
    private void tablePages() {
        List<Sort> frame = List.of(xen.memory.frames);
        boolean pooled = xen.pool.on();
        to.relation(
                "ioTable",
                frame,
                (s, f, b, c, d, e) -> xen.pool.isTable(s, xen.memory, f),
                (footprint, f, b, c, d, e) -> {
                    if (pooled) {
                        footprint.one(xen.memory.state, f);
                    }
                });
        to.relation(
                "walked",
                frame,
                (s, f, b, c, d, e) -> pooled && xen.ioTables.pages().isWalked(s, f),
                (footprint, f, b, c, d, e) -> {
                    if (pooled) {
                        xen.ioTables.pages().readWalked(footprint);
                    }
                });
    }

    /** What calls that have not returned owe beside a change of a page's own entry: a batch at its end, and whoever unlinked its table. */
    private void owing() {
        to.relation(
                "owing",
                List.of(xen.domains, xen.pages),
                (s, d, p, c, e, f) -> isOwing(s, d, p),
                (footprint, d, p, c, e, f) -> {
                    xen.batch.readDebts(footprint);
                    debts.readUnlinked(footprint);
                });
    }

    /** The lock of the domain's table is held until a batch has paid, so no other call returns before it with the page. */
    private boolean isOwing(long[] s, int domain, int page) {
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            if ((xen.batch.owes(s, cpu, page) && xen.batch.mapper(s, cpu) == domain)
                    || debts.owesUnlinked(s, cpu, domain, page)) {
                return true;
            }
        }
        return false;
    }

    private void debts() {
        to.relation(
                "dirty",
                List.of(unit, tags, xen.pages),
                (s, u, t, p, d, e) -> debts.isDirty(s, u, t, p),
                (footprint, u, t, p, d, e) -> debts.read(footprint, p));
        to.relation(
                "dirtyW",
                List.of(unit, tags, xen.pages),
                (s, u, t, p, d, e) -> debts.lostWrite(s, u, t, p),
                (footprint, u, t, p, d, e) -> debts.read(footprint, p));
        to.relation(
                "limbo",
                List.of(xen.spaces, xen.pages),
                (s, sp, p, c, d, e) -> !isScratch(sp) && xen.owesInLimbo(s, domainOf(sp), p, false),
                (footprint, sp, p, c, d, e) -> debts.readLimbo(footprint));
        to.never("handed", List.of(xen.spaces, xen.pages));
        to.relation(
                "dirtyQ",
                List.of(unit, xen.devices.requesters),
                (s, u, q, c, d, e) -> xen.iommu.unitOf(q) == u && debts.isContextDirty(s, q),
                (footprint, u, q, c, d, e) -> debts.readContext(footprint, q));
        to.relation(
                "undrained",
                List.of(unit, xen.devices.requesters),
                (s, u, q, c, d, e) -> xen.iommu.unitOf(q) == u && debts.isUndrained(s, q),
                (footprint, u, q, c, d, e) -> debts.readUndrained(footprint, q));
        debts.sayByCpu(to);
    }

    /** A frame that a domain has given back and not acknowledged, while it is still its who granted it. */
    private void revoked() {
        to.relation(
                "revoked",
                List.of(xen.domains, xen.memory.frames),
                (s, d, f, c, e, g) -> isRevoked(s, d, f),
                (footprint, d, f, c, e, g) -> {
                    footprint.one(xen.memory.owner, f);
                    debts.readLimbo(footprint);
                });
    }

    private boolean isRevoked(long[] s, int domain, int frame) {
        for (int i = domain * xen.limbo.places();
                xen.limbo.isUnpinned() && i < (domain + 1) * xen.limbo.places();
                i++) {
            if (xen.limbo.sides(s, i) != 0
                    && xen.limbo.frame(s, i) == frame
                    && xen.memory.owner.get(s, frame) == xen.limbo.granter(s, i) + 1) {
                return true;
            }
        }
        return false;
    }

    /** What the domains' virtual CPUs may hold of grants' host mappings. */
    private void cpus() {
        List<Sort> places = List.of(xen.domains, xen.memory.frames);
        Relation.Reads reads = (footprint, d, f, c, e, g) -> xen.tlbs.read(footprint, d, f);
        to.relation("cpuR", places, (s, d, f, c, e, g) -> xen.tlbs.reach(s, d, f, false), reads);
        to.relation("cpuW", places, (s, d, f, c, e, g) -> xen.tlbs.reach(s, d, f, true), reads);
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

    /** As indexOf, but in code that can be lifted where the domain depends on the state. */
    static int place(List<Integer> domains, int domain) {
        for (int i = 0; i < domains.size(); i++) {
            if (domains.get(i) == domain) {
                return i;
            }
        }
        return -1;
    }
}
