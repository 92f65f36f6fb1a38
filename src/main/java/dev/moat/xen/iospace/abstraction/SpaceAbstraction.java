package dev.moat.xen.iospace.abstraction;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.memory.Frames;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Relation;
import dev.moat.state.relation.RelationCode;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.List;

/** What a state means in the vocabulary. Every page may lead to every frame: addresses are chosen, {@code names} is always true. */
public final class SpaceAbstraction {
    private static final Relation.Reads NOTHING = (footprint, a, b, c, d, e) -> {};
    private static final RelationCode NEVER = (s, a, b, c, d, e) -> false;

    private final SpaceState x;
    private final Abstraction to;
    private final int pages;

    private SpaceAbstraction(SpaceState x, Abstraction to) {
        this.x = x;
        this.to = to;
        pages = x.setting.pages.size();
    }

    /** Declares all relations, and what steps claim. */
    public static void declare(SpaceState x, Call call, ModelBuilder model) {
        Abstraction to = model.abstraction();
        SpaceAbstraction it = new SpaceAbstraction(x, to);
        List.of(
                        x.setting.domains,
                        x.setting.frames,
                        x.setting.pages,
                        x.iommu.units(),
                        x.setting.requesters,
                        x.iommu.tags().sort(),
                        x.spaces)
                .forEach(to::sort);
        it.frames();
        it.grants();
        it.devices();
        it.toolstack();
        HardwareRelations hardware = new HardwareRelations(x.iommu, to);
        hardware.entries();
        hardware.tables();
        hardware.caches();
        hardware.requests();
        hardware.refusals();
        it.debts();
        it.mappings();
        SpaceTokens tokens = new SpaceTokens(x, call);
        tokens.declare(to);
        if (x.can.stores().late()) {
            model.notCompared(
                    "with coherent=false a walk may read an entry as it was before a store; the discipline assumes one instant");
        } else if (!x.can.asking().drains()) {
            model.notCompared(
                    "with drain=false a completed invalidation leaves requests in flight; the discipline assumes that it ends them");
        } else {
            new SpaceClaims(x, tokens).declare(model);
        }
    }

    private void frames() {
        to.relation(
                "owner",
                List.of(x.setting.frames, x.setting.domains),
                (s, f, d, c, e, g) -> x.frames.owner.get(s, f) == d + 1,
                (footprint, f, d, c, e, g) -> footprint.one(x.frames.owner, f));
        to.relation(
                "free",
                List.of(x.setting.frames),
                (s, f, b, c, d, e) -> x.frames.state.get(s, f) == Frames.FREE,
                (footprint, f, b, c, d, e) -> footprint.one(x.frames.state, f));
        to.relation("notdma", List.of(x.setting.frames), NEVER, NOTHING);
        List<Sort> places = List.of(x.setting.domains, x.setting.pages, x.setting.frames);
        to.relation("names", places, (s, d, p, f, e, g) -> true, NOTHING);
    }

    /** A hold is a domain's mapping of a frame, for reading or for writing; its entry is the frame's. */
    private void grants() {
        Sort holds = Sort.numbered("Hold", "h", x.hold.size());
        Sort entries = Sort.numbered("Gref", "r", x.offer.size());
        to.sort(holds).sort(entries);
        int frames = x.setting.frames.size();
        Relation.Reads reads = (footprint, k, b, c, d, e) -> footprint.one(x.hold, k);
        to.relation(
                "hold",
                List.of(holds, x.setting.domains, x.setting.frames),
                (s, k, d, f, e, g) ->
                        x.hold.get(s, k) != SpaceState.NO_HOLD && k / 2 / frames == d && k / 2 % frames == f,
                reads);
        to.relation(
                "holdW",
                List.of(holds),
                (s, k, b, c, d, e) -> x.hold.get(s, k) != SpaceState.NO_HOLD && k % 2 == 1,
                reads);
        to.relation("opening", List.of(holds), NEVER, NOTHING);
        to.relation("live", List.of(holds), (s, k, b, c, d, e) -> x.hold.get(s, k) == SpaceState.LIVE_HOLD, reads);
        RelationCode closing = (s, k, b, c, d, e) -> x.hold.get(s, k) == SpaceState.CLOSING_HOLD;
        to.relation("closing", List.of(holds), closing, reads);
        to.relation(
                "by",
                List.of(holds, entries),
                (s, k, g, c, d, e) -> x.hold.get(s, k) != SpaceState.NO_HOLD && k / 2 % frames == g,
                reads);
        to.relation("tableOf", List.of(entries, x.setting.domains), (s, g, d, c, e, f) -> d == 0, NOTHING);
        Relation.Reads offers =
                (footprint, g, b, c, d, e) -> footprint.one(x.offer, g).one(x.offerReadOnly, g);
        to.relation(
                "offer",
                List.of(entries, x.setting.domains, x.setting.frames),
                (s, g, d, f, e, h) -> x.offer.get(s, g) == d + 1 && f == g,
                offers);
        RelationCode writes = (s, g, b, c, d, e) -> x.offer.get(s, g) != 0 && x.offerReadOnly.get(s, g) == 0;
        to.relation("offerW", List.of(entries), writes, offers);
    }

    private void devices() {
        Sort requesters = x.setting.requesters;
        Relation.Reads group = (footprint, q, b, c, d, e) -> footprint.one(x.settling, x.group(q));
        to.relation(
                "assigned",
                List.of(requesters, x.setting.domains),
                (s, q, d, c, e, g) -> x.ownerOf(s, q) == d,
                (footprint, q, d, c, e, g) -> footprint.one(x.assigned, q));
        to.relation("moving", List.of(requesters), NEVER, NOTHING);
        to.relation("between", List.of(requesters, x.setting.domains, x.setting.domains), NEVER, NOTHING);
        RelationCode settling = (s, q, b, c, d, e) -> x.settling.get(s, x.group(q)) != 0;
        to.relation("settlingQ", List.of(requesters), settling, group);
        to.relation("scratch", List.of(x.spaces, requesters), NEVER, NOTHING);
        List<Sort> atUnit = List.of(x.iommu.units(), requesters);
        to.relation(
                "dirtyQ",
                atUnit,
                (s, u, q, c, d, e) -> x.iommu.unitOf(q) == u && x.entryOwed.get(s, x.group(q)) != 0,
                (footprint, u, q, c, d, e) -> footprint.one(x.entryOwed, x.group(q)));
        to.relation(
                "undrained",
                atUnit,
                (s, u, q, c, d, e) -> x.iommu.unitOf(q) == u && x.undrained.get(s, x.group(q)) != 0,
                (footprint, u, q, c, d, e) -> footprint.one(x.undrained, x.group(q)));
        to.relation("for", List.of(x.spaces, x.setting.domains), (s, sp, d, c, e, g) -> x.domainOf(sp) == d, NOTHING);
        to.relation(
                "stands",
                List.of(x.iommu.units(), x.iommu.tags().sort(), x.spaces),
                (s, u, t, sp, d, e) -> isAt(u, sp) && x.tag(s, sp) == t,
                (footprint, u, t, sp, d, e) -> x.iommu.tags().read(footprint));
    }

    /** What domains see of devices, and whether devices may do DMA of their own accord. */
    private void toolstack() {
        to.relation(
                "exposed",
                List.of(x.setting.requesters, x.setting.domains),
                (s, q, d, c, e, g) -> x.exposed.size() > 0 && x.exposed.get(s, q) == d + 1,
                (footprint, q, d, c, e, g) -> footprint.all(x.exposed));
        to.relation(
                "mastering",
                List.of(x.setting.requesters),
                (s, q, b, c, d, e) -> x.mastering.size() > 0 && x.mastering.get(s, q) != 0,
                (footprint, q, b, c, d, e) -> footprint.all(x.mastering));
    }

    private boolean isAt(int unit, int space) {
        return x.unitOfSpace(space) == unit;
    }

    private void debts() {
        List<Sort> places = List.of(x.iommu.units(), x.iommu.tags().sort(), x.setting.pages);
        RelationCode owed = (s, u, t, p, d, e) ->
                t > 0 && t <= x.spaces.size() && isAt(u, t - 1) && x.owed.get(s, t - 1, p) != SpaceState.SETTLED;
        Relation.Reads reads = (footprint, u, t, p, d, e) -> footprint.all(x.owed);
        to.relation("dirty", places, owed, reads);
        to.relation("dirtyW", places, owed, reads);
        to.relation("owing", List.of(x.setting.domains, x.setting.pages), NEVER, NOTHING);
        to.relation(
                "limbo",
                List.of(x.spaces, x.setting.pages),
                (s, sp, p, c, d, e) ->
                        x.owed.get(s, sp, p) != SpaceState.SETTLED && x.phase.get(s, sp, p) == SpaceState.NONE,
                (footprint, sp, p, c, d, e) ->
                        footprint.one(x.owed, sp * pages + p).one(x.phase, sp * pages + p));
    }

    private void mappings() {
        List<Sort> places = List.of(x.spaces, x.setting.pages);
        Relation.Reads reads = (footprint, sp, p, f, d, e) -> footprint
                .one(x.phase, sp * pages + p)
                .one(x.frame, sp * pages + p)
                .one(x.rights, sp * pages + p);
        RelationCode live = (s, sp, p, c, d, e) -> x.phase.get(s, sp, p) == SpaceState.LIVE;
        to.relation("handed", places, live, reads);
        to.relation(
                "promised",
                List.of(x.spaces, x.setting.pages, x.setting.frames),
                (s, sp, p, f, d, e) -> x.phase.get(s, sp, p) == SpaceState.LIVE && x.frame.get(s, sp, p) == f,
                reads);
        RelationCode writes =
                (s, sp, p, c, d, e) -> x.phase.get(s, sp, p) == SpaceState.LIVE && x.rights.get(s, sp, p) == Rights.ALL;
        to.relation("promisedW", places, writes, reads);
        to.relation("heldBack", List.of(x.setting.pages), (s, p, b, c, d, e) -> x.isReserved(p), NOTHING);
    }
}
