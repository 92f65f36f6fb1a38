package dev.moat.viommu.svm;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * What states mean to the discipline: a PASID that the device sends is a requester and a tag, a process's first level is a space of its
 * guest, and what the unit and the device have cached are one cache, which only invalidations of both empty. A write is a request for a
 * page of its own, as a cache may have a translation for reading where the tables let the process write too.
 */
final class SvmDiscipline {
    private static final Sort UNIT = Sort.numbered("Unit", "unit", 1);

    private final SvmState state;
    private final SvmSetting setting;
    private final Hardware hardware;
    private final Abstraction to = new Abstraction();
    private final Sort requesters;
    private final Sort tags;
    private final Sort spaces;
    /** Each page for reading, then for writing. */
    private final Sort requests;

    private SvmDiscipline(SvmState state, Hardware hardware) {
        this.state = state;
        this.hardware = hardware;
        setting = state.setting;
        requesters = new Sort("Req", setting.pasids.labels());
        tags = new Sort("Tag", setting.pasids.labels());
        spaces = new Sort("Space", setting.processes.labels());
        List<String> labels = new ArrayList<>();
        for (String page : setting.pages.labels()) {
            labels.add(page + ".read");
            labels.add(page + ".write");
        }
        requests = new Sort("Page", labels);
    }

    static Abstraction of(SvmState state, Hardware hardware) {
        SvmDiscipline it = new SvmDiscipline(state, hardware);
        List.of(UNIT, it.requesters, it.tags, it.spaces, it.requests).forEach(it.to::sort);
        it.identities();
        it.entries();
        it.translations();
        it.debts();
        return it.to;
    }

    private static boolean isWrite(int request) {
        return request % 2 == 1;
    }

    /** A guest maps any of its frames anywhere, and owns what it maps. */
    private void identities() {
        List<Sort> places = List.of(setting.domains, requests, setting.frames);
        to.relation("names", places, (s, d, p, f, e, g) -> true, NOTHING);
        to.relation("for", List.of(spaces, setting.domains), (s, x, d, c, e, f) -> setting.guestOf(x) == d, NOTHING);
        RelationCode assigned = (s, h, d, c, e, f) -> {
            int process = state.processOf(s, h);
            return process >= 0 && setting.guestOf(process) == d;
        };
        to.relation(
                "assigned",
                List.of(requesters, setting.domains),
                assigned,
                (footprint, h, d, c, e, f) -> footprint.all(state.index));
        to.relation(
                "stands",
                List.of(UNIT, tags, spaces),
                (s, u, h, x, d, e) -> state.index.get(s, x) == h + 1,
                (footprint, u, h, x, d, e) -> footprint.one(state.index, x));
    }

    private void entries() {
        List<Sort> places = List.of(UNIT, requesters, spaces, tags);
        to.relation(
                "ent",
                places,
                (s, u, h, x, t, e) -> h == t && state.entry.get(s, h) == x + 1,
                (footprint, u, h, x, t, e) -> footprint.one(state.entry, h));
        to.relation(
                "cent",
                places,
                (s, u, h, x, t, e) -> h == t && state.cachedEntry.get(s, h) == x + 1,
                (footprint, u, h, x, t, e) -> footprint.one(state.cachedEntry, h));
        List<Sort> device = List.of(UNIT, requesters);
        to.relation(
                "undrained",
                device,
                (s, u, h, c, d, e) -> state.entry.get(s, h) != 0 || state.cachedEntry.get(s, h) != 0,
                (footprint, u, h, c, d, e) -> footprint.one(state.entry, h).one(state.cachedEntry, h));
        to.relation(
                "dirtyQ",
                device,
                (s, u, h, c, d, e) -> {
                    int process = state.processOf(s, h);
                    return process >= 0 && isUnbound(s, process) && state.entry.get(s, h) != process + 1;
                },
                (footprint, u, h, c, d, e) ->
                        footprint.all(state.index).all(state.staleEntry).one(state.entry, h));
    }

    private void translations() {
        to.relation(
                "mapR",
                List.of(spaces, requests, setting.frames),
                (s, x, p, f, d, e) -> hardware.first(s, x, p / 2, isWrite(p)) == f,
                (footprint, x, p, f, d, e) ->
                        footprint.one(state.leaf, at(x, p)).one(state.leafWrite, at(x, p)));
        to.relation(
                "mayR",
                List.of(UNIT, tags, requests, setting.frames),
                (s, u, h, p, f, e) -> hardware.caches(s, h, p / 2, f, isWrite(p)),
                (footprint, u, h, p, f, e) -> readCaches(footprint, at(h, p)));
    }

    private int at(int first, int request) {
        return first * setting.pages.size() + request / 2;
    }

    private void readCaches(Footprint footprint, int at) {
        footprint
                .one(state.tlb, at)
                .one(state.tlbWrite, at)
                .one(state.device, at)
                .one(state.deviceWrite, at);
    }

    /** What a guest has not seen invalidated, while its process has the PASID. */
    private void debts() {
        RelationCode dirty = (s, u, h, p, d, e) -> {
            int process = state.processOf(s, h);
            return process >= 0 && (isUnbound(s, process) || state.staleTable.get(s, process, p / 2) != SvmState.PAID);
        };
        to.relation(
                "dirty",
                List.of(UNIT, tags, requests),
                dirty,
                (footprint, u, h, p, d, e) ->
                        footprint.all(state.index).all(state.staleEntry).all(state.staleTable));
    }

    /** Whether a process that has a PASID is about to lose it. */
    private boolean isUnbound(long[] s, int process) {
        return state.staleEntry.get(s, process) != SvmState.PAID;
    }
}
