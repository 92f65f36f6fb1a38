package dev.moat.p2m.abstraction;

import static dev.moat.state.relation.Relation.Reads.NOTHING;

import dev.moat.iommu.vocabulary.FoundRelations;
import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.memory.Frames;
import dev.moat.model.ModelBuilder;
import dev.moat.p2m.state.P2mState;
import dev.moat.p2m.state.P2mType;
import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Relation;
import dev.moat.state.relation.RelationCode;
import java.util.ArrayList;
import java.util.List;

/** What a state means in the vocabulary. A guest is its space; a hold is a mapping of a granted frame, named by guest and gfn. */
public final class P2mAbstraction {
    private final P2mState state;
    private final Abstraction to;
    private final Sort requesters;
    private final int gfns;

    private P2mAbstraction(P2mState state, Abstraction to) {
        this.state = state;
        this.to = to;
        requesters = state.iommu.sizes().requesters().sort();
        gfns = state.setting.gfns.size();
    }

    /** Declares all relations, and what the discipline reads otherwise. */
    public static void declare(P2mState state, ModelBuilder model) {
        P2mAbstraction it = new P2mAbstraction(state, model.abstraction());
        List.of(
                        state.setting.domains,
                        state.setting.frames,
                        state.setting.gfns,
                        state.iommu.units(),
                        it.requesters,
                        state.spaces,
                        state.iommu.tags().sort())
                .forEach(it.to::sort);
        it.frames();
        it.grants();
        it.devices();
        it.p2ms();
        HardwareRelations.declareAll(state.iommu, it.to);
        it.debts();
        if (state.setting.range > 0 && state.setting.cpus.size() > 1) {
            model.notCompared(
                    "a range owes for a gfn what another CPU owes there for another frame; the discipline's debts are pages'");
        } else {
            model.comparedByDifference(it.forDiscipline());
        }
    }

    /** Any page may lead anywhere: where frames are is guests' own affair. */
    private Abstraction forDiscipline() {
        Abstraction own = new Abstraction();
        FoundRelations.drains(state.iommu, own);
        FoundRelations.debtsForWriting(to, own);
        FoundRelations.unseenStores(state.iommu, to, own);
        List<Sort> places = List.of(state.setting.domains, state.setting.gfns, state.setting.frames);
        FoundRelations.constant(own, "names", places, (s, d, p, f, e, g) -> true);
        return own;
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
    }

    private void grants() {
        List<String> labels = new ArrayList<>();
        for (String d : state.setting.domains.labels()) {
            state.setting.gfns.labels().forEach(gfn -> labels.add(d + "." + gfn));
        }
        Sort holds = new Sort("Hold", state.setting.grants ? labels : List.of());
        to.sort(holds);
        Relation.Reads reads = (footprint, k, b, c, d, e) ->
                footprint.one(state.hold, k).one(state.held, k).one(state.holdWrites, k);
        to.relation(
                "hold",
                List.of(holds, state.setting.domains, state.setting.frames),
                (s, k, d, f, c, e) ->
                        state.hold.get(s, k) != P2mState.NONE && k / gfns == d && state.held.get(s, k) == f,
                reads);
        RelationCode writes =
                (s, k, b, c, d, e) -> state.hold.get(s, k) != P2mState.NONE && state.holdWrites.get(s, k) != 0;
        to.relation("holdW", List.of(holds), writes, reads);
        phase("opening", P2mState.OPENING, holds, reads);
        phase("live", P2mState.LIVE, holds, reads);
        phase("closing", P2mState.CLOSING, holds, reads);
    }

    private void phase(String name, int phase, Sort holds, Relation.Reads reads) {
        to.relation(name, List.of(holds), (s, k, b, c, d, e) -> state.hold.get(s, k) == phase, reads);
    }

    private void devices() {
        to.relation("assigned", List.of(requesters, state.setting.domains), (s, q, d, c, e, f) -> q == d, NOTHING);
        to.never("moving", List.of(requesters));
        to.never("between", List.of(requesters, state.setting.domains, state.setting.domains));
        to.never("settlingQ", List.of(requesters));
        to.never("scratch", List.of(state.spaces, requesters));
        to.never("notFor", List.of(state.spaces, requesters));
        to.never("dirtyQ", List.of(state.iommu.units(), requesters));
        to.relation("for", List.of(state.spaces, state.setting.domains), (s, sp, d, c, e, f) -> sp == d, NOTHING);
        to.relation(
                "stands",
                List.of(state.iommu.units(), state.iommu.tags().sort(), state.spaces),
                (s, u, t, sp, d, e) -> state.iommu.tags().of(s, sp, u) == t,
                (footprint, u, t, sp, d, e) -> state.iommu.tags().read(footprint));
    }

    /** By types and not by what Xen makes of them for the unit. Where the lock is held an entry is being changed. */
    private void p2ms() {
        List<Sort> places = List.of(state.setting.domains, state.setting.gfns, state.setting.frames);
        Relation.Reads reads = (footprint, d, p, f, c, e) ->
                footprint.one(state.p2m, d * gfns + p).one(state.type, d * gfns + p);
        to.relation("p2mLeadsR", places, (s, d, p, f, c, e) -> state.frameAt(s, d, p) == f, reads);
        to.relation(
                "p2mLeadsW", places, (s, d, p, f, c, e) -> state.frameAt(s, d, p) == f && isWritable(s, d, p), reads);
        to.relation(
                "p2mLocked",
                List.of(state.setting.domains),
                (s, d, b, c, e, f) -> state.lock.get(s, d) != 0,
                (footprint, d, b, c, e, f) -> footprint.one(state.lock, d));
        to.relation(
                "names",
                places,
                (s, d, p, f, c, e) -> state.lock.get(s, d) == 0 && isNamed(s, d, p, f),
                (footprint, d, p, f, c, e) -> {
                    footprint.one(state.p2m, d * gfns + p).one(state.lock, d);
                    if (state.setting.grants) {
                        footprint.one(state.hold, d * gfns + p).one(state.held, d * gfns + p);
                    }
                });
    }

    /** A gfn is that of what the p2m has there, and of the mapping that is to be there. */
    private boolean isNamed(long[] s, int domain, int gfn, int frame) {
        boolean mapped = state.setting.grants
                && state.hold.get(s, domain, gfn) == P2mState.LIVE
                && state.held.get(s, domain, gfn) == frame;
        return mapped || state.frameAt(s, domain, gfn) == frame;
    }

    private boolean isWritable(long[] s, int domain, int gfn) {
        int type = state.typeAt(s, domain, gfn);
        return type == P2mType.RAM_RW || type == P2mType.GRANT_MAP_RW;
    }

    private void debts() {
        List<Sort> places = List.of(state.iommu.units(), state.iommu.tags().sort(), state.setting.gfns);
        to.relation(
                "dirty",
                places,
                (s, u, t, p, d, e) -> {
                    boolean owed = false;
                    for (int sp = 0; sp < state.spaces.size(); sp++) {
                        owed |= state.iommu.tags().of(s, sp, u) == t && state.owed.get(s, sp, p) != P2mState.SETTLED;
                    }
                    return owed;
                },
                (footprint, u, t, p, d, e) -> {
                    footprint.all(state.owed);
                    state.iommu.tags().read(footprint);
                });
        to.never("owing", List.of(state.setting.domains, state.setting.gfns));
        to.relation(
                "limbo",
                List.of(state.spaces, state.setting.gfns),
                (s, sp, p, c, d, e) -> state.owed.get(s, sp, p) != P2mState.SETTLED && !isCalled(s),
                (footprint, sp, p, c, d, e) ->
                        footprint.one(state.owed, sp * gfns + p).all(state.pc));
    }

    private boolean isCalled(long[] s) {
        boolean called = false;
        for (int cpu = 0; cpu < state.pc.size(); cpu++) {
            called |= state.pc.get(s, cpu) != 0;
        }
        return called;
    }
}
