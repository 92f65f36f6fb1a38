package dev.moat.iommu.api;

import dev.moat.iommu.vtd.Translation;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import java.util.List;

/** What a state means in the vocabulary. A domain may use the frames that were mapped for it last. */
final class ApiAbstraction {
    private static final Relation.Reads NOTHING = (footprint, a, b, c, d, e) -> {};
    private static final RelationCode NEVER = (s, a, b, c, d, e) -> false;

    private final ApiState x;
    private final Abstraction to;
    private final Sort unit = Sort.numbered("Unit", "u", 1);
    private final Sort requesters;
    private final Sort tags;
    private final Sort spaces;

    private ApiAbstraction(ApiState x, Abstraction to) {
        this.x = x;
        this.to = to;
        requesters = x.unit.geometry().requesters();
        tags = x.unit.geometry().tags();
        spaces = x.unit.geometry().trees();
    }

    static void declare(ApiState x, Abstraction to) {
        ApiAbstraction it = new ApiAbstraction(x, to);
        Sort holds = Sort.numbered("Hold", "h", 0); // nothing is granted here
        for (Sort sort : List.of(x.domains, x.frames, x.pages, it.unit, it.requesters, it.tags, it.spaces, holds)) {
            to.sort(sort);
        }
        it.attachments();
        it.translations();
        it.debts();
    }

    private void attachments() {
        to.relation(
                "owner",
                List.of(x.frames, x.domains),
                (s, f, d, c, e, g) -> x.entitled.get(s, d, f) != 0,
                (footprint, f, d, c, e, g) -> footprint.all(x.entitled));
        to.relation("notdma", List.of(x.frames), NEVER, NOTHING);
        to.relation("assigned", List.of(requesters, x.domains), (s, q, d, c, e, g) -> q == d, NOTHING);
        to.relation("for", List.of(spaces, x.domains), (s, sp, d, c, e, g) -> sp == d, NOTHING);
        to.relation("stands", List.of(unit, tags, spaces), (s, u, t, sp, d, e) -> t == x.did(sp), NOTHING);
        List<Sort> entries = List.of(unit, requesters, spaces, tags);
        to.relation("ent", entries, (s, u, q, sp, t, e) -> q == sp && t == x.did(sp), NOTHING);
        to.relation("cent", entries, NEVER, NOTHING);
    }

    private void translations() {
        List<Sort> inTable = List.of(spaces, x.pages, x.frames);
        to.relation("mapR", inTable, (s, sp, p, f, d, e) -> maps(s, sp, p, f, false));
        to.relation("mapW", inTable, (s, sp, p, f, d, e) -> maps(s, sp, p, f, true));
        List<Sort> inCache = List.of(unit, tags, x.pages, x.frames);
        to.relation("mayR", inCache, (s, u, t, p, f, e) -> serves(s, t, p, f, VtdUnit.READ));
        to.relation("mayW", inCache, (s, u, t, p, f, e) -> serves(s, t, p, f, VtdUnit.WRITE));
        List<Sort> inFlight = List.of(unit, requesters, tags, x.pages, x.frames);
        to.relation("flyR", inFlight, NEVER, NOTHING);
        to.relation("flyW", inFlight, NEVER, NOTHING);
    }

    private boolean maps(long[] s, int space, int page, int frame, boolean write) {
        long answer = x.walk.lookUp(s, space, page, write);
        return Translation.reachesMemory(answer) && Translation.FRAME.get(answer) == frame;
    }

    private boolean serves(long[] s, int tag, int page, int frame, int right) {
        return (x.unit.cachedRights(s, tag, page) & right) != 0 && x.unit.cachedFrame(s, tag, page) == frame;
    }

    private void debts() {
        to.relation(
                "dirty",
                List.of(unit, tags, x.pages),
                (s, u, t, p, d, e) -> t != 0 && x.owed.get(s, t - 1, p) != 0,
                (footprint, u, t, p, d, e) -> footprint.all(x.owed));
        to.relation(
                "limbo",
                List.of(spaces, x.pages),
                (s, sp, p, c, d, e) -> x.limbo.get(s, sp, p) != 0,
                (footprint, sp, p, c, d, e) -> footprint.all(x.limbo));
    }
}
