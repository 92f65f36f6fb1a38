package dev.moat.iommu.vocabulary;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.iommu.Iommu;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import java.util.List;

/**
 * The relations of the vocabulary that units and tables give a meaning to. What software knows (who has a device, whose a
 * space is, what is owed) it declares itself.
 */
public final class HardwareRelations {
    private final Iommu iommu;
    private final Meaning meaning;
    private final Abstraction to;
    private final KeptByDevices keptToRead;
    private final KeptByDevices keptToWrite;
    private final Sort requesters;
    private final Sort units;
    private final Sort spaces;
    private final Sort pages;
    private final Sort frames;
    private final Sort tags;

    public HardwareRelations(Iommu iommu, Abstraction to) {
        this.iommu = iommu;
        this.to = to;
        meaning = iommu.meaning();
        keptToRead = new KeptByDevices(iommu, Rights.READ);
        keptToWrite = new KeptByDevices(iommu, Rights.WRITE);
        Sizes sizes = iommu.sizes();
        requesters = sizes.requesters().sort();
        units = sizes.requesters().units();
        spaces = sizes.spaces().sort();
        pages = sizes.addresses().pages();
        frames = sizes.addresses().frames();
        tags = iommu.tags().sort();
    }

    /** All of them, for components that leave none to themselves. */
    public static void declareAll(Iommu iommu, Abstraction to) {
        HardwareRelations hardware = new HardwareRelations(iommu, to);
        hardware.entries();
        hardware.tables();
        hardware.caches();
        hardware.requests();
        hardware.refusals();
        hardware.faults();
        hardware.traffic();
    }

    /** {@code trafficStopped}, {@code blasting}: buses that stand still, and drivers that have them do so. */
    public void traffic() {
        Meaning.Traffic traffic = meaning.traffic();
        if (traffic == null) {
            return;
        }
        Relation.Reads reads = (footprint, u, b, c, d, e) -> traffic.read(footprint, u);
        to.relation("trafficStopped", List.of(units), (s, u, b, c, d, e) -> traffic.isStopped(s, u), reads);
        to.relation("blasting", List.of(units), (s, u, b, c, d, e) -> traffic.isToBeStopped(s, u), reads);
    }

    /** {@code inRecordDma}, {@code recordedDma}, {@code nextRecordUsed}, {@code someRecordFree}, {@code dmaFaultsLost}: what is recorded of blocked requests. */
    public void faults() {
        Meaning.Faults faults = meaning.faults();
        if (faults == null) {
            return;
        }
        List<Sort> device = List.of(requesters);
        Relation.Reads reads = (footprint, q, b, c, d, e) -> faults.read(footprint, q);
        to.relation("dmaFaultsLost", device, (s, q, b, c, d, e) -> faults.isLost(s, q), reads);
        to.relation("inRecordDma", device, (s, q, b, c, d, e) -> faults.isRecorded(s, q), reads);
        to.relation("recordedDma", device, (s, q, b, c, d, e) -> faults.isFound(s, q), reads);
        to.relation("nextRecordUsed", device, (s, q, b, c, d, e) -> faults.isNextUsed(s, q), reads);
        to.relation("someRecordFree", device, (s, q, b, c, d, e) -> faults.isAnyFree(s, q), reads);
    }

    /** {@code at}, {@code ent}, {@code cent}: where devices are led, by the entries as stored and as a unit may still see them. */
    public void entries() {
        to.relation("at", List.of(requesters, units), (s, q, u, c, d, e) -> iommu.unitOf(q) == u, NOTHING);
        List<Sort> places = List.of(units, requesters, spaces, tags);
        to.relation(
                "ent",
                places,
                (s, u, q, sp, t, e) -> iommu.unitOf(q) == u && meaning.leads(s, q, sp, t),
                (footprint, u, q, sp, t, e) -> meaning.readEntry(footprint, q));
        to.relation(
                "cent",
                places,
                (s, u, q, sp, t, e) -> meaning.mayLead(s, u, q, sp, t),
                (footprint, u, q, sp, t, e) -> meaning.readCachedEntry(footprint, u, q));
    }

    /**
     * {@code mapR}, {@code mapW}: the tables, as software has stored them: what the walker sees late has to be stale, not right.
     * Where tables are there from the start, entries above level 1 are written at the start only, so a page's leaf is the one
     * of its own tree.
     */
    public void tables() {
        List<Sort> places = List.of(spaces, pages, frames);
        Relation.Reads reads = (footprint, sp, p, f, d, e) -> iommu.tables().read(footprint, sp, p);
        to.relation("mapR", places, (s, sp, p, f, d, e) -> iommu.tables().walk(s, sp, p, false) == f, reads);
        to.relation("mapW", places, (s, sp, p, f, d, e) -> iommu.tables().walk(s, sp, p, true) == f, reads);
    }

    /** {@code mayR}, {@code mayW}, {@code flyR}, {@code flyW}: what caches may serve, and walks in flight. */
    public void caches() {
        List<Sort> places = List.of(units, tags, pages, frames);
        Relation.Reads cached = (footprint, u, t, p, f, e) -> {
            meaning.readCached(footprint, u, t, p);
            keptToRead.read(footprint, p);
        };
        to.relation("mayR", places, served(Rights.READ, keptToRead), cached);
        to.relation("mayW", places, served(Rights.WRITE, keptToWrite), cached);
        List<Sort> flights = List.of(units, requesters, tags, pages, frames);
        Relation.Reads flight = (footprint, u, q, t, p, f) -> meaning.readFlight(footprint, u, q);
        to.relation("flyR", flights, inFlight(Rights.READ), flight);
        to.relation("flyW", flights, inFlight(Rights.WRITE), flight);
    }

    private RelationCode cached(int right) {
        return (s, u, t, p, f, e) ->
                (meaning.cachedRights(s, u, t, p) & right) != 0 && meaning.cachedFrame(s, u, t, p) == f;
    }

    private RelationCode served(int right, KeptByDevices kept) {
        RelationCode unit = cached(right);
        return kept.isAny() ? (s, u, t, p, f, e) -> unit.holds(s, u, t, p, f, e) || kept.underTag(s, u, t, p, f) : unit;
    }

    private RelationCode inFlight(int right) {
        return (s, u, q, t, p, f) -> (meaning.flightRights(s, u, q) & right) != 0
                && meaning.flightTag(s, u, q) == t
                && meaning.flightPage(s, u, q) == p
                && meaning.flightFrame(s, u, q) == f;
    }

    /**
     * {@code getsR}, {@code getsW}, and as {@link #strays}: what requests get from the units as they stand, whatever tags and
     * entries were meant to say.
     */
    public void requests() {
        List<Sort> places = List.of(requesters, pages, frames);
        Relation.Reads reads = (footprint, q, p, f, d, e) -> {
            meaning.readRequest(footprint, q, p);
            keptToRead.read(footprint, q, p);
        };
        to.relation("getsR", places, got(false, keptToRead), reads);
        to.relation("getsW", places, got(true, keptToWrite), reads);
        strays();
    }

    private RelationCode got(boolean write, KeptByDevices kept) {
        return kept.isAny()
                ? (s, q, p, f, d, e) -> meaning.gets(s, q, p, write) == f || kept.passes(s, q, p, f)
                : (s, q, p, f, d, e) -> meaning.gets(s, q, p, write) == f;
    }

    /** {@code strayR}, {@code strayW}: requests that get memory which is none of the frames. */
    public void strays() {
        List<Sort> astray = List.of(requesters, pages);
        Relation.Reads also = (footprint, q, p, c, d, e) -> {
            meaning.readRequest(footprint, q, p);
            meaning.readFlight(footprint, iommu.unitOf(q), q);
            keptToRead.read(footprint, q, p);
        };
        to.relation("strayR", astray, (s, q, p, c, d, e) -> strays(s, q, p, false), also);
        to.relation("strayW", astray, (s, q, p, c, d, e) -> strays(s, q, p, true), also);
    }

    private boolean strays(long[] s, int requester, int page, boolean write) {
        KeptByDevices kept = write ? keptToWrite : keptToRead;
        if (meaning.gets(s, requester, page, write) == Meaning.ELSEWHERE
                || kept.passes(s, requester, page, Meaning.ELSEWHERE)) {
            return true;
        }
        int unit = iommu.unitOf(requester);
        return (meaning.flightRights(s, unit, requester) & Rights.of(write)) != 0
                && meaning.flightPage(s, unit, requester) == page
                && meaning.flightFrame(s, unit, requester) == Meaning.ELSEWHERE;
    }

    /** {@code blockedR}, {@code blockedW}: whether a request is refused although the stored tables allow it. */
    public void refusals() {
        List<Sort> places = List.of(requesters, pages);
        Relation.Reads reads = (footprint, q, p, c, d, e) -> meaning.readRequest(footprint, q, p);
        to.relation("blockedR", places, (s, q, p, c, d, e) -> meaning.isRefused(s, q, p, false), reads);
        to.relation("blockedW", places, (s, q, p, c, d, e) -> meaning.isRefused(s, q, p, true), reads);
    }
}
