package dev.moat.dma.api;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.state.Abstraction;
import dev.moat.state.Sort;
import java.util.List;

/** What a state means in the vocabulary. A domain may use the frames that were mapped for it last. */
final class ApiAbstraction {
    private final ApiState state;
    private final Abstraction to;
    private final Sort unit;
    private final Sort tags;

    private ApiAbstraction(ApiState state, Abstraction to) {
        this.state = state;
        this.to = to;
        unit = state.iommu.units();
        tags = state.iommu.tags().sort();
    }

    static void declare(ApiState state, Abstraction to) {
        ApiAbstraction it = new ApiAbstraction(state, to);
        state.sorts().forEach(to::sort);
        if (state.setting.directions) {
            new ApiHolds(state, to).declare();
        } else {
            it.nothingHeld();
        }
        it.attachments();
        HardwareRelations.declareAll(state.iommu, to);
        it.debts();
    }

    /** Nothing is granted here; a device finds a frame where the tables lead it. */
    private void nothingHeld() {
        Sort none = Sort.numbered("Hold", "h", 0);
        to.sort(none);
        to.never("hold", List.of(none, state.domains, state.frames));
        to.never("holdW", List.of(none));
        to.never("live", List.of(none));
        to.relation(
                "names",
                List.of(state.domains, state.pages, state.frames),
                (s, d, p, f, e, g) -> state.iommu.tables().frame(s, d, p) == f,
                (footprint, d, p, f, e, g) -> state.iommu.tables().read(footprint, d, p));
    }

    private void attachments() {
        to.relation(
                "owner",
                List.of(state.frames, state.domains),
                (s, f, d, c, e, g) -> state.entitled.get(s, d, f) != 0 && !state.setting.directions,
                (footprint, f, d, c, e, g) -> footprint.all(state.entitled));
        to.never("notdma", List.of(state.frames));
        to.relation(
                "assigned",
                List.of(state.requesters, state.domains),
                (s, q, d, c, e, g) -> state.setting.devices.groupOf(q) == d,
                NOTHING);
        to.never("moving", List.of(state.requesters));
        to.never("between", List.of(state.requesters, state.domains, state.domains));
        to.relation("for", List.of(state.spaces, state.domains), (s, sp, d, c, e, g) -> sp == d, NOTHING);
        to.relation(
                "stands",
                List.of(unit, tags, state.spaces),
                (s, u, t, sp, d, e) -> state.tag(s, sp, u) == t,
                (footprint, u, t, sp, d, e) -> state.iommu.tags().read(footprint));
    }

    private void debts() {
        to.relation(
                "dirty",
                List.of(unit, tags, state.pages),
                (s, u, t, p, d, e) -> owes(s, u, t, p),
                (footprint, u, t, p, d, e) -> {
                    footprint.all(state.owed);
                    state.iommu.tags().read(footprint);
                });
        to.never("dirtyQ", List.of(unit, state.requesters));
        to.never("owing", List.of(state.domains, state.pages));
        to.relation(
                "limbo",
                List.of(state.spaces, state.pages),
                (s, sp, p, c, d, e) -> state.limbo.get(s, sp, p) != 0,
                (footprint, sp, p, c, d, e) -> footprint.all(state.limbo));
    }

    private boolean owes(long[] s, int at, int tag, int page) {
        for (int d = 0; d < state.domains.size(); d++) {
            if (state.uses(d, at) && state.tag(s, d, at) == tag && state.owed.get(s, d, page) != 0) {
                return true;
            }
        }
        return false;
    }
}
