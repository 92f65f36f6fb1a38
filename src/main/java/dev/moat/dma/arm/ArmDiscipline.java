package dev.moat.dma.arm;

import dev.moat.iommu.vocabulary.FoundRelations;
import dev.moat.state.Sort;
import dev.moat.state.relation.Abstraction;
import dev.moat.state.relation.Relation;
import dev.moat.state.relation.RelationCode;
import java.util.List;

/**
 * What the discipline reads otherwise than invariants do: each address is a hold of its own, from when it is taken until its unmap returns, and
 * is looked at for its buffer as long; and a device that is attached or detached is the mapping's from the first step to the last of the
 * call. What CPUs have in their caches gives nobody a right.
 */
final class ArmDiscipline {
    private final ArmState state;
    private final Abstraction to = new Abstraction();
    private final Sort holds;

    private ArmDiscipline(ArmState state) {
        this.state = state;
        holds = Sort.numbered("Hold", "h", state.setting.pages.size());
    }

    static Abstraction of(ArmState state, Abstraction from) {
        ArmDiscipline it = new ArmDiscipline(state);
        it.to.sort(it.holds);
        it.holds();
        it.attachments();
        FoundRelations.drains(state.iommu, it.to);
        FoundRelations.debtsForWriting(from, it.to);
        FoundRelations.unseenStores(state.iommu, from, it.to);
        return it.to;
    }

    private boolean isAt(long[] s, int page, int frame) {
        return state.phase.get(s, page) != ArmState.NONE && state.frame.get(s, page) == frame;
    }

    private void holds() {
        Relation.Reads reads = (footprint, p, b, c, d, e) ->
                footprint.one(state.phase, p).one(state.frame, p).one(state.direction, p);
        to.relation(
                "hold",
                List.of(holds, state.domains, state.setting.frames),
                (s, p, d, f, e, g) -> isAt(s, p, f),
                reads);
        RelationCode writes = (s, p, b, c, d, e) ->
                state.phase.get(s, p) != ArmState.NONE && state.direction.get(s, p) != ArmState.TO;
        to.relation("holdW", List.of(holds), writes, reads);
        phase("opening", ArmState.OPENING);
        phase("live", ArmState.LIVE);
        phase("closing", ArmState.CLOSING);
        to.relation(
                "names",
                List.of(state.domains, state.setting.pages, state.setting.frames),
                (s, d, p, f, e, g) -> isAt(s, p, f),
                (footprint, d, p, f, e, g) -> reads.add(footprint, p, 0, 0, 0, 0));
    }

    private void phase(String name, int phase) {
        to.relation(
                name,
                List.of(holds),
                (s, p, b, c, d, e) -> state.phase.get(s, p) == phase,
                (footprint, p, b, c, d, e) -> footprint.one(state.phase, p));
    }

    private void attachments() {
        Sort devices = state.setting.devices.sort();
        to.relation(
                "assigned",
                List.of(devices, state.domains),
                (s, q, d, c, e, g) -> state.attached.get(s, q) != ArmState.DETACHED,
                (footprint, q, d, c, e, g) -> footprint.one(state.attached, q));
        FoundRelations.constant(to, "moving", List.of(devices), (s, q, b, c, d, e) -> false);
    }
}
