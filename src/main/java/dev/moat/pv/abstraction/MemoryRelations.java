package dev.moat.pv.abstraction;

import dev.moat.pv.state.Contents;
import dev.moat.pv.state.LayerState;
import dev.moat.pv.state.Pool;
import dev.moat.pv.state.Whole;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.List;

/** The relations of a paravirtual domain's memory: numbers, entries, contents, the pool's frames, locks. */
final class MemoryRelations {
    private final Whole whole;
    private final LayerState layer;
    private final Abstraction to;
    private final Sort frames;
    private final Sort gfns;

    private MemoryRelations(Whole whole, Abstraction to) {
        this.whole = whole;
        layer = whole.state();
        this.to = to;
        frames = layer.setting.frames;
        gfns = layer.setting.gfns;
    }

    static void declare(Whole whole, Abstraction to) {
        MemoryRelations it = new MemoryRelations(whole, to);
        to.sort(it.gfns);
        to.sort(it.layer.setting.cpus);
        it.numbers();
        it.onTheWay();
        it.entries();
        it.uses();
        it.contents();
        if (it.layer.setting.copies) {
            it.copiedData();
        }
        it.locks();
    }

    private void numbers() {
        to.relation(
                "ours", List.of(layer.setting.domains), (s, d, b, c, e, f) -> d == 0, (footprint, a, b, c, d, e) -> {});
        to.relation("p2m", List.of(gfns, frames), (s, p, f, c, d, e) -> layer.p2m.get(s, p) == f + 1, one(layer.p2m));
        to.relation(
                "m2p",
                List.of(frames, gfns),
                (s, f, p, c, d, e) -> layer.m2p.get(s, f) == p + 1,
                (footprint, f, p, c, d, e) -> footprint.one(layer.m2p, f));
        to.relation(
                "foreignAt", List.of(gfns), (s, p, b, c, d, e) -> layer.isForeign(s, p), (footprint, p, b, c, d, e) -> {
                    if (layer.foreign.size() > 0) {
                        footprint.one(layer.foreign, p);
                    }
                });
        to.relation(
                "unsettled",
                List.of(gfns),
                (s, p, b, c, d, e) -> layer.isUnsettled(s, p),
                (footprint, p, b, c, d, e) ->
                        footprint.all(layer.pc).all(layer.in).all(layer.page));
    }

    /** A frame that is nobody's is on its way in a call. */
    private void onTheWay() {
        to.relation(
                "givenUp",
                List.of(frames),
                (s, f, b, c, d, e) -> layer.isOnTheWay(s, f),
                (footprint, f, b, c, d, e) -> footprint.one(layer.holder, f));
        to.relation(
                "goesBack",
                List.of(frames),
                (s, f, b, c, d, e) -> layer.isInACall(s, f),
                (footprint, f, b, c, d, e) ->
                        footprint.all(layer.pc).all(layer.in).all(layer.out));
    }

    private static Relation.Reads one(Slots slots) {
        return (footprint, p, f, c, d, e) -> footprint.one(slots, p);
    }

    private void entries() {
        to.relation("pte", List.of(gfns, frames), (s, p, f, c, d, e) -> layer.pte.get(s, p) == f + 1, one(layer.pte));
        to.relation(
                "kernelReaches",
                List.of(frames),
                (s, f, b, c, d, e) -> layer.isMappedByKernel(s, f) || layer.isInTlb(s, f),
                (footprint, f, b, c, d, e) ->
                        footprint.all(layer.pte).all(layer.alias).all(layer.tlb));
        if (layer.alias.size() > 0) {
            aliases();
        }
        to.relation(
                "lentOut",
                List.of(frames),
                (s, f, b, c, d, e) -> layer.isLent(s, f),
                (footprint, f, b, c, d, e) -> footprint.all(layer.lent));
        to.relation(
                "iomap",
                List.of(layer.setting.domains, frames),
                (s, d, f, b, c, e) -> layer.deviceMemory.isMapped(s, d, f),
                (footprint, d, f, b, c, e) -> footprint.all(layer.deviceMemory.entry));
    }

    /** An alias that the kernel has given up, and what may meet it. */
    private void aliases() {
        to.relation(
                "givenUpAlias",
                List.of(frames),
                (s, f, b, c, d, e) -> layer.alias.get(s, 0) == f + 1 && layer.aliasGivenUp.get(s, 0) != 0,
                (footprint, f, b, c, d, e) -> footprint.all(layer.alias).all(layer.aliasGivenUp));
        to.relation(
                "beingExchanged",
                List.of(layer.setting.cpus, frames),
                (s, cpu, f, c, d, e) -> layer.isOurs(s, f) && layer.hasTaken(s, cpu, f),
                (footprint, cpu, f, c, d, e) ->
                        footprint.one(layer.holder, f).one(layer.pc, cpu).all(layer.in));
    }

    private void uses() {
        Sort counts = Sort.numbered("Nat", "", Math.max(frames.size(), layer.slots.size()) + 1);
        to.sort(counts);
        to.relation(
                "coherentAt",
                List.of(gfns),
                (s, p, b, c, d, e) -> layer.use.get(s, p) == LayerState.COHERENT,
                (footprint, p, b, c, d, e) -> footprint.one(layer.use, p));
        to.relation(
                "coherentInUse",
                List.of(gfns),
                (s, p, b, c, d, e) -> layer.use.get(s, p) == LayerState.COHERENT && !layer.isInOperation(s, p),
                (footprint, p, b, c, d, e) ->
                        footprint.one(layer.use, p).all(layer.pc).all(layer.page));
        to.relation(
                "nextInPiece",
                List.of(gfns, gfns),
                (s, p, q, c, d, e) -> q == p + 1 && !layer.isPool(p) && !layer.isFirstOfRun(q),
                (footprint, p, q, c, d, e) -> {});
        to.relation(
                "nextFrame",
                List.of(frames, frames),
                (s, f, g, c, d, e) -> g == f + 1,
                (footprint, f, g, c, d, e) -> {});
        to.relation(
                "exchangedAt",
                List.of(gfns),
                (s, p, b, c, d, e) -> layer.remapped.size() > 0 && layer.remapped.get(s, p) != 0,
                (footprint, p, b, c, d, e) -> footprint.all(layer.remapped));
        to.relation(
                "owns",
                List.of(layer.setting.domains, counts),
                (s, d, n, c, e, f) -> d == 0 && owned(s) > n,
                (footprint, d, n, c, e, f) -> footprint.all(layer.holder));
        to.relation(
                "due",
                List.of(layer.setting.domains, counts),
                (s, d, n, c, e, f) -> d == 0 && due(s) > n,
                (footprint, d, n, c, e, f) -> footprint.all(layer.use));
        to.relation(
                "low", List.of(frames), (s, f, b, c, d, e) -> f < layer.setting.low, (footprint, f, b, c, d, e) -> {});
        to.relation(
                "poolFrame",
                List.of(frames),
                (s, f, b, c, d, e) -> isPoolFrame(s, f),
                (footprint, f, b, c, d, e) ->
                        footprint.all(layer.p2m).all(layer.poolSegments).all(layer.pools.transientSlots));
        to.relation(
                "poolInUse",
                List.of(frames),
                (s, f, b, c, d, e) -> layer.isReady(s) && isPoolFrame(s, f),
                (footprint, f, b, c, d, e) -> footprint
                        .all(layer.p2m)
                        .all(layer.ready)
                        .all(layer.poolSegments)
                        .all(layer.pools.transientSlots));
        to.relation(
                "takenForPool",
                List.of(frames),
                (s, f, b, c, d, e) -> whole.pool().isTakenForPool(s, f),
                (footprint, f, b, c, d, e) -> footprint
                        .all(layer.p2m)
                        .all(layer.m2p)
                        .all(layer.foreign)
                        .all(layer.poolSegments)
                        .all(layer.pools.transientSlots));
    }

    private int owned(long[] s) {
        int n = 0;
        for (int f = 0; f < frames.size(); f++) {
            n += layer.isOurs(s, f) ? 1 : 0;
        }
        return n;
    }

    private int due(long[] s) {
        int n = 0;
        for (int p = 0; p < gfns.size(); p++) {
            n += layer.use.get(s, p) != LayerState.BALLOONED ? 1 : 0;
        }
        return n;
    }

    private boolean isPoolFrame(long[] s, int frame) {
        for (int p = 0; p < layer.pagesInUse(s); p++) {
            if (layer.p2m.get(s, p) == frame + 1) {
                return true;
            }
        }
        return layer.pools.transientSlots(s) != 0 && layer.p2m.get(s, layer.setting.poolPages) == frame + 1;
    }

    private void contents() {
        to.relation(
                "holdsData",
                List.of(frames),
                (s, f, b, c, d, e) -> holdsData(s, f),
                (footprint, f, b, c, d, e) -> footprint.all(whole.contents().slots()));
        to.relation(
                "spoiled",
                List.of(frames),
                (s, f, b, c, d, e) -> isSpoiled(s, f),
                (footprint, f, b, c, d, e) -> footprint
                        .all(whole.contents().slots())
                        .one(layer.holder, f)
                        .one(layer.m2p, f)
                        .all(layer.p2m)
                        .all(whole.mappings().phase)
                        .all(whole.mappings().buffer));
    }

    /** Where the device copies what it reads, it matters whose that was. */
    private void copiedData() {
        Contents contents = whole.contents();
        to.relation(
                "dataOf",
                List.of(frames, layer.setting.domains),
                (s, f, d, c, e, g) -> d > 0
                        && (contents.get(s, f, 0) == contents.ofGuest(d)
                                || contents.get(s, f, 1) == contents.ofGuest(d)),
                (footprint, f, d, c, e, g) -> footprint.all(contents.slots()));
    }

    private boolean holdsData(long[] s, int frame) {
        return whole.contents().get(s, frame, 0) != Contents.ZERO
                || whole.contents().get(s, frame, 1) != Contents.ZERO;
    }

    /** Whether somebody's memory holds what neither they wrote there nor a mapping of that place. */
    private boolean isSpoiled(long[] s, int frame) {
        int owner = (int) layer.holder.get(s, frame) - LayerState.OURS;
        if (owner < 0) {
            return false;
        }
        int page = owner == 0 ? (int) layer.m2p(s, frame) : foreignPage(s, frame);
        if (owner == 0 && (page < 0 || layer.isPool(page))) {
            // Anything may bounce through the pool, but what another domain wrote itself.
            return page >= 0 && (holdsGuests(s, frame, 0) || holdsGuests(s, frame, 1));
        }
        return isSpoiled(s, frame, 0, owner, page) || isSpoiled(s, frame, 1, owner, page);
    }

    private boolean holdsGuests(long[] s, int frame, int half) {
        return whole.contents().isGuests(whole.contents().get(s, frame, half));
    }

    private int foreignPage(long[] s, int frame) {
        int page = layer.setting.foreignPage();
        return layer.setting.foreign && layer.p2m.get(s, page) == frame + 1 ? page : -1;
    }

    private boolean isSpoiled(long[] s, int frame, int half, int owner, int page) {
        Contents contents = whole.contents();
        int value = contents.get(s, frame, half);
        int own = owner == 0 ? Contents.KERNEL : contents.ofGuest(owner);
        int mapping = page < 0 ? Pool.NONE : whole.mappings().at(s, page * Contents.HALVES + half);
        return value != Contents.ZERO && value != own && (mapping < 0 || !contents.isOf(value, mapping));
    }

    private void locks() {
        Sort cpus = layer.setting.cpus;
        to.relation(
                "hasReservationLock",
                List.of(cpus),
                (s, cpu, b, c, d, e) -> layer.lock.slots().get(s, 0) == cpu + 1,
                (footprint, cpu, b, c, d, e) -> footprint.all(layer.lock.slots()));
        to.relation(
                "maySleep",
                List.of(cpus),
                (s, cpu, b, c, d, e) -> layer.pc.get(s, cpu) != 0 && layer.sleeps.get(s, cpu) != 0,
                (footprint, cpu, b, c, d, e) -> footprint.one(layer.sleeps, cpu).one(layer.pc, cpu));
    }
}
