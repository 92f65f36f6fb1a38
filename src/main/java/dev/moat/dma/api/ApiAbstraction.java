package dev.moat.dma.api;

import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Relation;
import dev.moat.state.relation.RelationCode;
import java.util.List;

/** What a state means in the vocabulary. A domain may use the frames that were mapped for it last. */
final class ApiAbstraction {
    private static final Relation.Reads NOTHING = (footprint, a, b, c, d, e) -> {};
    private static final RelationCode NEVER = (s, a, b, c, d, e) -> false;

    private final ApiState x;
    private final Abstraction to;
    private final Sort unit;
    private final Sort tags;

    private ApiAbstraction(ApiState x, Abstraction to) {
        this.x = x;
        this.to = to;
        unit = x.iommu.units();
        tags = x.iommu.tags().sort();
    }

    static void declare(ApiState x, Abstraction to) {
        ApiAbstraction it = new ApiAbstraction(x, to);
        x.sorts().forEach(to::sort);
        if (x.setting.directions) {
            new ApiHolds(x, to).declare();
        } else {
            it.nothingHeld();
        }
        it.attachments();
        HardwareRelations hardware = new HardwareRelations(x.iommu, to);
        hardware.entries();
        hardware.tables();
        hardware.caches();
        hardware.requests();
        hardware.refusals();
        it.debts();
    }

    /** Nothing is granted here; a device finds a frame where the tables lead it. */
    private void nothingHeld() {
        Sort none = Sort.numbered("Hold", "h", 0);
        to.sort(none);
        to.relation("hold", List.of(none, x.domains, x.frames), NEVER, NOTHING);
        to.relation("holdW", List.of(none), NEVER, NOTHING);
        to.relation("live", List.of(none), NEVER, NOTHING);
        to.relation(
                "names",
                List.of(x.domains, x.pages, x.frames),
                (s, d, p, f, e, g) -> x.iommu.tables().frame(s, d, p) == f,
                (footprint, d, p, f, e, g) -> x.iommu.tables().read(footprint, d, p));
    }

    private void attachments() {
        to.relation(
                "owner",
                List.of(x.frames, x.domains),
                (s, f, d, c, e, g) -> x.entitled.get(s, d, f) != 0 && !x.setting.directions,
                (footprint, f, d, c, e, g) -> footprint.all(x.entitled));
        to.relation("notdma", List.of(x.frames), NEVER, NOTHING);
        to.relation(
                "assigned",
                List.of(x.requesters, x.domains),
                (s, q, d, c, e, g) -> x.setting.devices.groupOf(q) == d,
                NOTHING);
        to.relation("moving", List.of(x.requesters), NEVER, NOTHING);
        to.relation("between", List.of(x.requesters, x.domains, x.domains), NEVER, NOTHING);
        to.relation("for", List.of(x.spaces, x.domains), (s, sp, d, c, e, g) -> sp == d, NOTHING);
        to.relation(
                "stands",
                List.of(unit, tags, x.spaces),
                (s, u, t, sp, d, e) -> x.tag(s, sp, u) == t,
                (footprint, u, t, sp, d, e) -> x.iommu.tags().read(footprint));
    }

    private void debts() {
        to.relation(
                "dirty",
                List.of(unit, tags, x.pages),
                (s, u, t, p, d, e) -> owes(s, u, t, p),
                (footprint, u, t, p, d, e) -> {
                    footprint.all(x.owed);
                    x.iommu.tags().read(footprint);
                });
        to.relation("dirtyQ", List.of(unit, x.requesters), NEVER, NOTHING);
        to.relation("owing", List.of(x.domains, x.pages), NEVER, NOTHING);
        to.relation(
                "limbo",
                List.of(x.spaces, x.pages),
                (s, sp, p, c, d, e) -> x.limbo.get(s, sp, p) != 0,
                (footprint, sp, p, c, d, e) -> footprint.all(x.limbo));
    }

    private boolean owes(long[] s, int at, int tag, int page) {
        for (int d = 0; d < x.domains.size(); d++) {
            if (x.uses(d, at) && x.tag(s, d, at) == tag && x.owed.get(s, d, page) != 0) {
                return true;
            }
        }
        return false;
    }
}
