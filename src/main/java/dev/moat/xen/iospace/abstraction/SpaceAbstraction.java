package dev.moat.xen.iospace.abstraction;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vocabulary.FoundRelations;
import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.memory.Frames;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.Frontends;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.List;

/** What a state means in the vocabulary. Every page may lead to every frame: addresses are chosen, {@code names} is always true. */
public final class SpaceAbstraction {
    private final SpaceState state;
    private final Abstraction to;
    private final int pages;

    private SpaceAbstraction(SpaceState state, Abstraction to) {
        this.state = state;
        this.to = to;
        pages = state.setting.pages.size();
    }

    /** Declares all relations, and what steps claim. */
    public static void declare(SpaceState state, Call call, ModelBuilder model) {
        Abstraction to = model.abstraction();
        SpaceAbstraction it = new SpaceAbstraction(state, to);
        List.of(
                        state.setting.domains,
                        state.setting.frames,
                        state.setting.pages,
                        state.iommu.units(),
                        state.setting.requesters,
                        state.iommu.tags().sort(),
                        state.spaces)
                .forEach(to::sort);
        it.frames();
        it.grants();
        it.devices();
        it.toolstack();
        it.deaths();
        HardwareRelations.declareAll(state.iommu, to);
        it.debts();
        it.mappings();
        if (state.setting.dma) {
            new TransferRelations(state, to).declare();
        }
        SpaceTokens tokens = new SpaceTokens(state, call);
        tokens.declare(to);
        if (state.can.stores().late()) {
            Abstraction own = new Abstraction();
            FoundRelations.unseenStores(state.iommu, to, own);
            model.comparedByDifference(own);
        } else if (!state.can.asking().drains()) {
            model.notCompared(
                    "with drain=false a completed invalidation leaves requests in flight; the discipline assumes that it ends them");
        } else {
            new SpaceClaims(state, tokens).declare(model);
        }
    }

    private void frames() {
        to.relation(
                "owner",
                List.of(state.setting.frames, state.setting.domains),
                (s, f, d, c, e, g) -> state.frames.owner.get(s, f) == d + 1,
                (footprint, f, d, c, e, g) -> footprint.one(state.frames.owner, f));
        to.relation(
                "free",
                List.of(state.setting.frames),
                (s, f, b, c, d, e) -> state.frames.state.get(s, f) == Frames.FREE,
                (footprint, f, b, c, d, e) -> footprint.one(state.frames.state, f));
        to.never("notdma", List.of(state.setting.frames));
        List<Sort> places = List.of(state.setting.domains, state.setting.pages, state.setting.frames);
        to.relation("names", places, (s, d, p, f, e, g) -> true, NOTHING);
    }

    /** A hold is a domain's mapping of a frame, for reading or for writing; its entry is the frame's. */
    private void grants() {
        Sort holds = Sort.numbered("Hold", "h", state.hold.size());
        Sort entries = Sort.numbered("Gref", "r", state.offer.size());
        to.sort(holds).sort(entries);
        int frames = state.setting.frames.size();
        Relation.Reads reads = (footprint, k, b, c, d, e) -> footprint.one(state.hold, k);
        to.relation(
                "hold",
                List.of(holds, state.setting.domains, state.setting.frames),
                (s, k, d, f, e, g) ->
                        state.hold.get(s, k) != SpaceState.NO_HOLD && k / 2 / frames == d && k / 2 % frames == f,
                reads);
        to.relation(
                "holdW",
                List.of(holds),
                (s, k, b, c, d, e) -> state.hold.get(s, k) != SpaceState.NO_HOLD && k % 2 == 1,
                reads);
        to.never("opening", List.of(holds));
        to.relation("live", List.of(holds), (s, k, b, c, d, e) -> state.hold.get(s, k) == SpaceState.LIVE_HOLD, reads);
        RelationCode closing = (s, k, b, c, d, e) -> state.hold.get(s, k) == SpaceState.CLOSING_HOLD;
        to.relation("closing", List.of(holds), closing, reads);
        to.relation(
                "by",
                List.of(holds, entries),
                (s, k, g, c, d, e) -> state.hold.get(s, k) != SpaceState.NO_HOLD && k / 2 % frames == g,
                reads);
        to.relation("tableOf", List.of(entries, state.setting.domains), (s, g, d, c, e, f) -> d == 0, NOTHING);
        Relation.Reads offers =
                (footprint, g, b, c, d, e) -> footprint.one(state.offer, g).one(state.offerReadOnly, g);
        to.relation(
                "offer",
                List.of(entries, state.setting.domains, state.setting.frames),
                (s, g, d, f, e, h) -> state.offer.get(s, g) == d + 1 && f == g,
                offers);
        RelationCode writes = (s, g, b, c, d, e) -> state.offer.get(s, g) != 0 && state.offerReadOnly.get(s, g) == 0;
        to.relation("offerW", List.of(entries), writes, offers);
    }

    private void devices() {
        Sort requesters = state.setting.requesters;
        Relation.Reads group = (footprint, q, b, c, d, e) -> footprint.one(state.settling, state.group(q));
        to.relation(
                "assigned",
                List.of(requesters, state.setting.domains),
                (s, q, d, c, e, g) -> state.ownerOf(s, q) == d,
                (footprint, q, d, c, e, g) -> footprint.one(state.assigned, q));
        to.never("moving", List.of(requesters));
        to.never("between", List.of(requesters, state.setting.domains, state.setting.domains));
        RelationCode settling = (s, q, b, c, d, e) -> state.settling.get(s, state.group(q)) != 0;
        to.relation("settlingQ", List.of(requesters), settling, group);
        to.never("scratch", List.of(state.spaces, requesters));
        List<Sort> atUnit = List.of(state.iommu.units(), requesters);
        to.relation(
                "dirtyQ",
                atUnit,
                (s, u, q, c, d, e) -> state.iommu.unitOf(q) == u && state.entryOwed.get(s, state.group(q)) != 0,
                (footprint, u, q, c, d, e) -> footprint.one(state.entryOwed, state.group(q)));
        to.relation(
                "undrained",
                atUnit,
                (s, u, q, c, d, e) -> state.iommu.unitOf(q) == u && state.undrained.get(s, state.group(q)) != 0,
                (footprint, u, q, c, d, e) -> footprint.one(state.undrained, state.group(q)));
        to.relation(
                "for",
                List.of(state.spaces, state.setting.domains),
                (s, sp, d, c, e, g) -> state.domainOf(sp) == d,
                NOTHING);
        to.relation(
                "notFor",
                List.of(state.spaces, requesters),
                (s, sp, q, c, d, e) -> state.groupOf(sp) != state.group(q),
                NOTHING);
        to.relation(
                "stands",
                List.of(state.iommu.units(), state.iommu.tags().sort(), state.spaces),
                (s, u, t, sp, d, e) -> isAt(u, sp) && state.tag(s, sp) == t,
                (footprint, u, t, sp, d, e) -> state.iommu.tags().read(footprint));
    }

    /** What domains see of devices, and whether devices may do DMA of their own accord. */
    private void toolstack() {
        to.relation(
                "exposed",
                List.of(state.setting.requesters, state.setting.domains),
                (s, q, d, c, e, g) -> state.isSeenBy(s, q, d),
                (footprint, q, d, c, e, g) -> readSeen(footprint));
        to.relation(
                "mastering",
                List.of(state.setting.requesters),
                (s, q, b, c, d, e) -> state.mastering.size() > 0 && state.mastering.get(s, q) != 0,
                (footprint, q, b, c, d, e) -> footprint.all(state.mastering));
        if (state.setting.frontend) {
            to.relation(
                    "driven",
                    List.of(state.setting.requesters),
                    (s, q, b, c, d, e) -> state.frontends.isFrontend(s, state.group(q), Frontends.WORKING),
                    (footprint, q, b, c, d, e) -> footprint.one(state.frontends.frontend, state.group(q)));
        }
    }

    /** A domain is dead when it was marked so and its lock, which destroying it takes first, was given back. */
    private void deaths() {
        if (state.setting.death) {
            to.relation(
                    "dead",
                    List.of(state.setting.domains),
                    (s, d, b, c, e, f) -> state.isDead(s, d) && state.lock.isFree(s, d),
                    (footprint, d, b, c, e, f) -> footprint.one(state.dead, d).one(state.lock.slots(), d));
        }
    }

    private void readSeen(Footprint footprint) {
        footprint.all(state.exposed);
        if (state.alias.size() > 0) {
            footprint.all(state.alias).all(state.assigned);
        }
    }

    private boolean isAt(int unit, int space) {
        return state.unitOfSpace(space) == unit;
    }

    private void debts() {
        List<Sort> places = List.of(state.iommu.units(), state.iommu.tags().sort(), state.setting.pages);
        RelationCode owed = (s, u, t, p, d, e) -> {
            int space = state.spaceOfTag(t);
            return space >= 0 && isAt(u, space) && state.owed.get(s, space, p) != SpaceState.SETTLED;
        };
        Relation.Reads reads = (footprint, u, t, p, d, e) -> footprint.all(state.owed);
        to.relation("dirty", places, owed, reads);
        to.relation("dirtyW", places, owed, reads);
        to.never("owing", List.of(state.setting.domains, state.setting.pages));
        to.relation(
                "limbo",
                List.of(state.spaces, state.setting.pages),
                (s, sp, p, c, d, e) ->
                        state.owed.get(s, sp, p) != SpaceState.SETTLED && state.phase.get(s, sp, p) == SpaceState.NONE,
                (footprint, sp, p, c, d, e) ->
                        footprint.one(state.owed, sp * pages + p).one(state.phase, sp * pages + p));
    }

    private void mappings() {
        List<Sort> places = List.of(state.spaces, state.setting.pages);
        Relation.Reads reads = (footprint, sp, p, f, d, e) -> footprint
                .one(state.phase, sp * pages + p)
                .one(state.frame, sp * pages + p)
                .one(state.rights, sp * pages + p);
        RelationCode live = (s, sp, p, c, d, e) -> state.phase.get(s, sp, p) == SpaceState.LIVE;
        to.relation("handed", places, live, reads);
        to.relation(
                "promised",
                List.of(state.spaces, state.setting.pages, state.setting.frames),
                (s, sp, p, f, d, e) -> state.phase.get(s, sp, p) == SpaceState.LIVE && state.frame.get(s, sp, p) == f,
                reads);
        RelationCode writes = (s, sp, p, c, d, e) ->
                state.phase.get(s, sp, p) == SpaceState.LIVE && state.rights.get(s, sp, p) == Rights.ALL;
        to.relation("promisedW", places, writes, reads);
        to.relation("heldBack", List.of(state.setting.pages), (s, p, b, c, d, e) -> state.isReserved(p), NOTHING);
    }
}
