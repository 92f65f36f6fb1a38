package dev.moat.dma.api;

import dev.moat.iommu.Meaning;
import dev.moat.iommu.Rights;
import dev.moat.iommu.vocabulary.FoundRelations;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import java.util.List;

/**
 * What the discipline reads otherwise than invariants do: nobody owns a frame, what a domain may use it for is held, once for reading and
 * once for writing; and a frame is looked for where tables or caches lead to it, since the kernel is not modelled that keeps
 * books of it.
 */
final class ApiDiscipline {
    private final ApiState state;
    private final Abstraction to = new Abstraction();

    private ApiDiscipline(ApiState state) {
        this.state = state;
    }

    static Abstraction of(ApiState state, Abstraction from) {
        ApiDiscipline it = new ApiDiscipline(state);
        it.holds();
        it.places();
        FoundRelations.drains(state.iommu, it.to);
        FoundRelations.debtsForWriting(from, it.to);
        FoundRelations.unseenStores(state.iommu, from, it.to);
        return it.to;
    }

    private void holds() {
        int frames = state.frames.size();
        Sort holds = Sort.numbered("Hold", "h", 2 * state.domains.size() * frames);
        to.sort(holds);
        Relation.Reads reads = (footprint, k, b, c, d, e) -> footprint.all(state.entitled);
        RelationCode there = (s, k, b, c, d, e) -> isHeld(s, k);
        to.relation(
                "hold",
                List.of(holds, state.domains, state.frames),
                (s, k, d, f, e, g) -> k / 2 / frames == d && k / 2 % frames == f && isHeld(s, k),
                reads);
        to.relation("holdW", List.of(holds), (s, k, b, c, d, e) -> k % 2 == 1 && isHeld(s, k), reads);
        to.relation("live", List.of(holds), there, reads);
        FoundRelations.constant(to, "opening", List.of(holds), (s, k, b, c, d, e) -> false);
        FoundRelations.constant(to, "closing", List.of(holds), (s, k, b, c, d, e) -> false);
        FoundRelations.constant(to, "owner", List.of(state.frames, state.domains), (s, f, d, c, e, g) -> false);
    }

    private boolean isHeld(long[] s, int hold) {
        long entitled = state.entitled.get(s, hold / 2);
        // Where tables cannot forbid writing, who gives a device a frame lets it write there, whatever it says.
        boolean writes = !state.setting.directions || !state.can.entries().readOnly() || (entitled & Rights.WRITE) != 0;
        return entitled != 0 && (hold % 2 == 0 || writes);
    }

    private void places() {
        to.relation(
                "names",
                List.of(state.domains, state.pages, state.frames),
                (s, d, p, f, e, g) -> isFound(s, d, p, f),
                (footprint, d, p, f, e, g) -> {
                    state.iommu.tables().read(footprint, d, p);
                    state.iommu.meaning().readUnseen(footprint, d, p);
                    for (int u = 0; u < state.iommu.units().size(); u++) {
                        state.iommu.tags().read(footprint);
                        for (int t = 0; t < state.iommu.tags().sort().size(); t++) {
                            state.iommu.meaning().readCached(footprint, u, t, p);
                        }
                    }
                });
    }

    private boolean isFound(long[] s, int domain, int page, int frame) {
        Meaning meaning = state.iommu.meaning();
        boolean found = state.iommu.tables().rights(s, domain, page) != Rights.NONE
                && state.iommu.tables().frame(s, domain, page) == frame;
        for (int u = 0; u < state.iommu.units().size() && !found; u++) {
            int tag = state.tag(s, domain, u);
            boolean unseen = meaning.unseenRights(s, domain, page) != Rights.NONE
                    && meaning.unseenFrame(s, domain, page) == frame;
            found = tag >= 0
                    && (unseen
                            || (meaning.cachedRights(s, u, tag, page) != Rights.NONE
                                    && meaning.cachedFrame(s, u, tag, page) == frame));
        }
        return found;
    }
}
