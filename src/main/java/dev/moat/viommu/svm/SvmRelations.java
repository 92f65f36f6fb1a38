package dev.moat.viommu.svm;

import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.util.List;

/** What a state means in the vocabulary. */
final class SvmRelations {
    private final SvmState state;
    private final SvmSetting setting;
    private final Hardware hardware;
    private final Abstraction to;

    private SvmRelations(SvmState state, Hardware hardware, Abstraction to) {
        this.state = state;
        setting = state.setting;
        this.hardware = hardware;
        this.to = to;
    }

    static void declare(SvmState state, Hardware hardware, Abstraction to) {
        SvmRelations it = new SvmRelations(state, hardware, to);
        SvmSetting setting = state.setting;
        List.of(setting.domains, setting.frames, setting.pages, setting.processes, setting.pasids)
                .forEach(to::sort);
        it.processes();
        it.translations();
        it.requests();
    }

    private void processes() {
        Relation.Reads nothing = (footprint, a, b, c, d, e) -> {};
        to.relation(
                "owner",
                List.of(setting.frames, setting.domains),
                (s, f, d, c, e, g) -> setting.ownerOf(f) == d,
                nothing);
        to.relation(
                "processOf",
                List.of(setting.processes, setting.domains),
                (s, x, d, c, e, f) -> setting.guestOf(x) == d,
                nothing);
        to.relation(
                "pasidOf",
                List.of(setting.pasids, setting.processes),
                (s, h, x, c, d, e) -> state.index.get(s, x) == h + 1,
                (footprint, h, x, c, d, e) -> footprint.one(state.index, x));
        to.relation(
                "pasidTaken",
                List.of(setting.pasids),
                (s, h, b, c, d, e) -> state.processOf(s, h) >= 0,
                (footprint, h, b, c, d, e) -> footprint.all(state.index));
        to.relation(
                "bound",
                List.of(setting.processes),
                // What a call owes and leaves behind is nobody's excuse: it would be the next binding's.
                (s, x, b, c, d, e) -> state.bound.get(s, x) != 0
                        || (state.staleEntry.get(s, x) != SvmState.PAID && state.isBusy(s, x)),
                (footprint, x, b, c, d, e) -> footprint
                        .one(state.bound, x)
                        .one(state.staleEntry, x)
                        .all(state.pc)
                        .all(state.process));
    }

    private void translations() {
        List<Sort> first = List.of(setting.processes, setting.pages, setting.frames);
        Relation.Reads tables =
                (footprint, x, p, f, d, e) -> footprint.all(state.leaf).all(state.leafWrite);
        to.relation("firstR", first, (s, x, p, f, d, e) -> hardware.first(s, x, p, false) == f, tables);
        to.relation("firstW", first, (s, x, p, f, d, e) -> hardware.first(s, x, p, true) == f, tables);
        to.relation(
                "firstOwed",
                List.of(setting.processes, setting.pages),
                (s, x, p, c, d, e) -> state.staleTable.get(s, x, p) != SvmState.PAID
                        || state.staleEntry.get(s, x) != SvmState.PAID
                        || isBeingBound(s, x),
                (footprint, x, p, c, d, e) -> footprint
                        .all(state.staleTable)
                        .one(state.staleEntry, x)
                        .all(state.pc)
                        .all(state.process)
                        .all(state.index)
                        .all(state.entry));
        List<Sort> served = List.of(setting.pasids, setting.pages, setting.frames);
        Relation.Reads all = (footprint, h, p, f, d, e) -> readServed(footprint);
        to.relation("servesR", served, (s, h, p, f, d, e) -> hardware.serves(s, h, p, f, false), all);
        to.relation("servesW", served, (s, h, p, f, d, e) -> hardware.serves(s, h, p, f, true), all);
    }

    /** Whether Xen has given a process a PASID, and an operation has not written the entry yet, or has cleared it. */
    private boolean isBeingBound(long[] s, int process) {
        int given = (int) state.index.get(s, process) - 1;
        return given >= 0 && state.entry.get(s, given) != process + 1 && state.isBusy(s, process);
    }

    private void readServed(Footprint footprint) {
        footprint
                .all(state.leaf)
                .all(state.leafWrite)
                .all(state.entry)
                .all(state.cachedEntry)
                .all(state.tlb)
                .all(state.tlbWrite)
                .all(state.device)
                .all(state.deviceWrite);
    }

    private void requests() {
        List<Sort> of = List.of(setting.pasids, setting.pages);
        Relation.Reads pending =
                (footprint, h, p, x, d, e) -> footprint.all(state.request).all(state.sender);
        to.relation("requestPending", of, (s, h, p, c, d, e) -> state.request.get(s, h, p) != SvmState.NONE, pending);
        to.relation(
                "requestOf",
                List.of(setting.pasids, setting.pages, setting.processes),
                (s, h, p, x, d, e) ->
                        state.request.get(s, h, p) == SvmState.DELIVERED && state.sender.get(s, h, p) == x,
                pending);
        to.relation(
                "requestAt",
                List.of(setting.processes, setting.pages),
                (s, x, p, c, d, e) -> state.inbox.get(s, x, p) != 0,
                (footprint, x, p, c, d, e) -> footprint.all(state.inbox));
        to.relation(
                "respondedUnasked",
                List.of(setting.pasids),
                (s, h, b, c, d, e) -> state.unasked.get(s, h) != 0,
                (footprint, h, b, c, d, e) -> footprint.one(state.unasked, h));
    }
}
