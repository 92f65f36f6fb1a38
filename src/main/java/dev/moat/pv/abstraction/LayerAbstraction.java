package dev.moat.pv.abstraction;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.iommu.Iommu;
import dev.moat.iommu.vocabulary.FoundRelations;
import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.pv.state.Hardware;
import dev.moat.pv.state.LayerState;
import dev.moat.pv.state.Mappings;
import dev.moat.pv.state.Whole;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import java.util.List;

/**
 * What a state means in the vocabulary that all machines share: owners, mappings by grants, and what the device gets. A frame that is
 * leaving is its owner's until caches have forgotten it.
 */
public final class LayerAbstraction {
    private final Whole whole;
    private final LayerState state;
    private final Abstraction to;
    private final Sort holds;

    private LayerAbstraction(Whole whole, Abstraction to) {
        this.whole = whole;
        state = whole.state();
        this.to = to;
        // The layer's of the foreign frame, and for each frame a guest's.
        holds = Sort.numbered("Hold", "h", 1 + state.setting.frames.size());
    }

    /** Declares all relations. */
    public static void declare(Whole whole, Abstraction to) {
        LayerAbstraction it = new LayerAbstraction(whole, to);
        List.of(
                        it.state.setting.domains,
                        it.state.setting.frames,
                        whole.hardware().pages,
                        whole.hardware().devices,
                        whole.hardware().units,
                        whole.hardware().spaces,
                        whole.hardware().tags,
                        it.holds)
                .forEach(to::sort);
        it.rights();
        it.requests();
        if (it.state.setting.passthrough) {
            it.passthrough();
        }
        Iommu iommu = whole.hardware().iommu;
        if (iommu != null) {
            it.translations(iommu);
        }
        MemoryRelations.declare(whole, to);
        TransferRelations.declare(whole, to);
    }

    /** What the discipline reads otherwise: a mapping that is none is not live, and nobody grants, so each rests on itself. */
    public static Abstraction forDiscipline(Whole whole, Abstraction from) {
        Abstraction own = new Abstraction();
        Sort holds = from.sort("Hold").orElseThrow();
        Relation hold = from.relation("hold").orElseThrow();
        RelationCode there = (s, k, b, c, d, e) -> isHeld(s, k, hold);
        Relation.Reads reads = (footprint, k, b, c, d, e) -> hold.reads().add(footprint, k, 0, 0, 0, 0);
        own.relation("live", List.of(holds), there, reads);
        own.relation("holdW", List.of(holds), there, reads);
        Iommu iommu = whole.hardware().iommu;
        if (iommu != null) {
            FoundRelations.drains(iommu, own);
            FoundRelations.debtsForWriting(from, own);
        }
        return own;
    }

    private static boolean isHeld(long[] s, int k, Relation hold) {
        for (int d = 0; d < hold.places().get(1).size(); d++) {
            for (int f = 0; f < hold.places().get(2).size(); f++) {
                if (hold.code().holds(s, k, d, f, 0, 0)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void rights() {
        Sort frames = state.setting.frames;
        Sort domains = state.setting.domains;
        to.relation(
                "owner",
                List.of(frames, domains),
                (s, f, d, c, e, g) -> owner(s, f) == d,
                (footprint, f, d, c, e, g) -> footprint.one(state.holder, f));
        to.relation(
                "free",
                List.of(frames),
                (s, f, b, c, d, e) -> state.holder.get(s, f) == LayerState.HEAP,
                (footprint, f, b, c, d, e) -> footprint.one(state.holder, f));
        to.never("notdma", List.of(frames));
        to.relation(
                "hold",
                List.of(holds, domains, frames),
                (s, k, d, f, e, g) -> holds(s, k, d, f),
                (footprint, k, d, f, e, g) ->
                        footprint.all(state.lent).all(state.foreign).all(state.p2m));
        to.relation("holdW", List.of(holds), (s, k, b, c, d, e) -> true, NOTHING);
        to.relation("live", List.of(holds), (s, k, b, c, d, e) -> true, NOTHING);
        to.never("opening", List.of(holds));
        to.never("closing", List.of(holds));
        to.relation("names", List.of(domains, whole.hardware().pages, frames), (s, d, p, f, e, g) -> p == f, NOTHING);
    }

    private int owner(long[] s, int frame) {
        int holder = (int) state.holder.get(s, frame);
        return holder == LayerState.LEAVING ? 0 : holder - LayerState.OURS;
    }

    private boolean holds(long[] s, int hold, int domain, int frame) {
        if (hold > 0) {
            return hold - 1 == frame && state.lent.size() > 0 && state.lent.get(s, frame) == domain + 1;
        }
        return domain == 0
                && state.setting.foreign
                && state.isForeign(s, state.setting.foreignPage())
                && state.p2m.get(s, state.setting.foreignPage()) == frame + 1;
    }

    /** The device works for the layer's domain. It asks for what it was told, or for anything. */
    private void requests() {
        Sort devices = whole.hardware().devices;
        Sort pages = whole.hardware().pages;
        List<Sort> places = List.of(devices, pages, state.setting.frames);
        to.relation(
                "assigned",
                List.of(devices, state.setting.domains),
                (s, q, d, c, e, g) -> d == 0 && state.device.isAssigned(s),
                (footprint, q, d, c, e, g) -> footprint.all(state.device.assigned));
        to.never("moving", List.of(devices));
        to.never("between", List.of(devices, state.setting.domains, state.setting.domains));
        Relation.Reads reads = (footprint, q, p, f, d, e) -> readRequest(footprint, p);
        to.relation("getsR", places, (s, q, p, f, d, e) -> whole.gets(s, p, false) == f, reads);
        to.relation("getsW", places, (s, q, p, f, d, e) -> whole.gets(s, p, true) == f, reads);
    }

    /** What the domain sees of a device that comes and goes, and what is being changed about it. */
    private void passthrough() {
        Sort devices = whole.hardware().devices;
        to.relation(
                "exposed",
                List.of(devices, state.setting.domains),
                (s, q, d, c, e, g) -> d == 0 && state.device.isExposed(s),
                (footprint, q, d, c, e, g) -> footprint.all(state.device.exposed));
        to.relation(
                "mastering",
                List.of(devices),
                (s, q, b, c, d, e) -> state.device.isMastering(s),
                (footprint, q, b, c, d, e) -> footprint.all(state.device.mastering));
        to.relation(
                "settlingQ",
                List.of(devices),
                (s, q, b, c, d, e) -> state.device.isSettling(s),
                (footprint, q, b, c, d, e) -> footprint.all(state.device.settling));
    }

    private void readRequest(Footprint footprint, int page) {
        Mappings mappings = whole.mappings();
        footprint
                .all(mappings.phase)
                .all(mappings.buffer)
                .all(mappings.bus)
                .all(state.use)
                .all(state.p2m)
                .all(state.device.mastering);
        Iommu iommu = whole.hardware().iommu;
        if (iommu != null) {
            iommu.meaning().readRequest(footprint, Hardware.DEVICE, page);
        }
    }

    private void translations(Iommu iommu) {
        Sort units = whole.hardware().units;
        Sort tags = whole.hardware().tags;
        Sort spaces = whole.hardware().spaces;
        Sort pages = whole.hardware().pages;
        HardwareRelations hardware = new HardwareRelations(iommu, to);
        hardware.entries();
        hardware.tables();
        hardware.caches();
        hardware.strays();
        hardware.refusals();
        // What Xen has taken from its owner, and not freed or given back yet, need not be reachable: its entry is
        // cleared.
        to.relation(
                "settling",
                List.of(state.setting.frames),
                (s, f, b, c, d, e) -> state.holder.get(s, f) == LayerState.LEAVING,
                (footprint, f, b, c, d, e) -> footprint.one(state.holder, f));
        to.relation("for", List.of(spaces, state.setting.domains), (s, sp, d, c, e, g) -> d == 0, NOTHING);
        to.relation(
                "stands",
                List.of(units, tags, spaces),
                (s, u, t, sp, d, e) -> iommu.tags().of(s, sp, u) == t,
                (footprint, u, t, sp, d, e) -> iommu.tags().read(footprint));
        to.relation(
                "dirty",
                List.of(units, tags, pages),
                (s, u, t, p, d, e) -> state.holder.get(s, p) == LayerState.LEAVING,
                (footprint, u, t, p, d, e) -> footprint.one(state.holder, p));
        to.relation(
                "dirtyQ",
                List.of(units, whole.hardware().devices),
                (s, u, q, c, d, e) -> state.device.isEntryOwed(s),
                (footprint, u, q, c, d, e) -> footprint.all(state.device.entryOwed));
        to.never("scratch", List.of(spaces, whole.hardware().devices));
        to.never("notFor", List.of(spaces, whole.hardware().devices));
        to.never("owing", List.of(state.setting.domains, pages));
        to.never("limbo", List.of(spaces, pages));
    }
}
