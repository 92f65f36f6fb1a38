package dev.moat.iommu.amdvi.family;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.iommu.amdvi.AmdViUnit;
import dev.moat.iommu.amdvi.family.GrowthSteps.Phase;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.List;

/**
 * A page that is mapped is a hold of its frame by the domain, from before its entry is written until the unit has forgotten it. The tables are
 * those that the domain has at the moment, so that a request which they allow and an entry in memory, older or torn, does not is refused. Every mapping is for
 * reading: rights have no part in what grows.
 */
final class GrowthAbstraction {
    private final GrowingTables tables;
    private final GrowthSteps linux;
    private final Abstraction to;
    private final AmdViUnit unit;
    private final Sort holds;
    private final Relation.Reads everything;

    GrowthAbstraction(GrowingTables tables, GrowthSteps linux, Abstraction to) {
        this.tables = tables;
        this.linux = linux;
        this.to = to;
        unit = tables.unit;
        holds = Sort.numbered("Hold", "h", tables.pages.size());
        everything = (footprint, a, b, c, d, e) -> tables.all().forEach(slots -> all(footprint, slots));
    }

    private static void all(Footprint footprint, Slots slots) {
        if (slots.size() > 0) {
            footprint.all(slots);
        }
    }

    void declare() {
        List.of(tables.domains, tables.requesters, tables.pages, tables.frames, tables.tags, tables.units, holds)
                .forEach(to::sort);
        to.sort(spaces());
        holds();
        attachments();
        tables();
        caches();
        requests();
    }

    private static Sort spaces() {
        return Sort.numbered("Space", "d", 1);
    }

    private void holds() {
        Relation.Reads reads = (footprint, k, b, c, d, e) -> linux.read(footprint, k);
        to.relation(
                "hold",
                List.of(holds, tables.domains, tables.frames),
                (s, k, d, f, e, g) -> linux.phaseOf(s, k) != Phase.FREE && linux.frame.get(s, k) == f,
                reads);
        to.never("holdW", List.of(holds));
        phase("opening", Phase.OPENING);
        phase("live", Phase.LIVE);
        phase("closing", Phase.CLOSING);
        List<Sort> names = List.of(tables.domains, tables.pages, tables.frames);
        Relation.Reads named = (footprint, d, p, f, e, g) -> linux.read(footprint, p);
        RelationCode code = (s, d, p, f, e, g) -> linux.phaseOf(s, p) == Phase.LIVE && linux.frame.get(s, p) == f;
        to.relation("names", names, code, named);
        to.relation("returned", names, code, named);
        to.never("owner", List.of(tables.frames, tables.domains));
        to.never("notdma", List.of(tables.frames));
    }

    private void phase(String name, Phase phase) {
        to.relation(
                name,
                List.of(holds),
                (s, k, b, c, d, e) -> linux.phaseOf(s, k) == phase,
                (footprint, k, b, c, d, e) -> linux.read(footprint, k));
    }

    private void attachments() {
        Sort spaces = spaces();
        RelationCode always = (s, a, b, c, d, e) -> true;
        to.relation("assigned", List.of(tables.requesters, tables.domains), always, NOTHING);
        to.never("moving", List.of(tables.requesters));
        to.never("between", List.of(tables.requesters, tables.domains, tables.domains));
        to.never("settlingQ", List.of(tables.requesters));
        to.relation("at", List.of(tables.requesters, tables.units), always, NOTHING);
        to.relation("for", List.of(spaces, tables.domains), always, NOTHING);
        to.never("notFor", List.of(spaces, tables.requesters));
        to.relation("stands", List.of(tables.units, tables.tags, spaces), always, NOTHING);
        to.never("dirtyQ", List.of(tables.units, tables.requesters));
        to.never("owing", List.of(tables.domains, tables.pages));
        to.never("limbo", List.of(spaces, tables.pages));
        to.relation(
                "dirty",
                List.of(tables.units, tables.tags, tables.pages),
                (s, u, t, p, d, e) -> linux.owed.get(s, p) != 0,
                (footprint, u, t, p, d, e) -> footprint.one(linux.owed, p));
        List<Sort> entries = List.of(tables.units, tables.requesters, spaces, tables.tags);
        to.relation(
                "ent",
                entries,
                (s, u, q, sp, t, e) -> tables.isLed(s, unit.quad0.get(s, q)),
                (footprint, u, q, sp, t, e) -> footprint.one(unit.quad0, q).all(unit.directory));
        to.relation(
                "cent",
                entries,
                (s, u, q, sp, t, e) -> unit.cachedEntry.get(s, q) != 0 && tables.isLed(s, unit.cachedQuad0.get(s, q)),
                (footprint, u, q, sp, t, e) -> footprint
                        .one(unit.cachedEntry, q)
                        .one(unit.cachedQuad0, q)
                        .all(unit.directory));
    }

    private void tables() {
        List<Sort> places = List.of(spaces(), tables.pages, tables.frames);
        RelationCode leads = (s, sp, p, f, d, e) -> tables.leads(s, p) == f;
        Relation.Reads reads = (footprint, sp, p, f, d, e) ->
                footprint.all(tables.root).all(tables.mode).all(unit.directory).all(unit.leaf);
        to.relation("mapR", places, leads, reads);
        to.never("mapW", places);
    }

    private void caches() {
        List<Sort> places = List.of(tables.units, tables.tags, tables.pages, tables.frames);
        Relation.Reads reads = (footprint, u, tag, p, f, e) -> {
            int at = tag * tables.pages.size() + p;
            footprint.one(unit.pageRights, at).one(unit.pageFrame, at);
        };
        to.relation(
                "mayR",
                places,
                (s, u, tag, p, f, e) -> unit.cachedRights(s, tag, p) != 0 && unit.cachedFrame(s, tag, p) == f,
                reads);
        to.never("mayW", places);
        List<Sort> flights = List.of(tables.units, tables.requesters, tables.tags, tables.pages, tables.frames);
        to.never("flyR", flights);
        to.never("flyW", flights);
    }

    private void requests() {
        List<Sort> places = List.of(tables.requesters, tables.pages, tables.frames);
        to.relation("getsR", places, (s, q, p, f, d, e) -> tables.gets(s, q, p) == f, everything);
        to.never("getsW", places);
        List<Sort> requests = List.of(tables.requesters, tables.pages);
        to.relation("strayR", requests, (s, q, p, c, d, e) -> tables.gets(s, q, p) == -1, everything);
        to.never("strayW", requests);
        to.relation(
                "blockedR",
                requests,
                (s, q, p, c, d, e) -> tables.leads(s, p) >= 0 && tables.gets(s, q, p) == -2,
                everything);
        to.never("blockedW", requests);
    }
}
