package dev.moat.dma.layer;

import dev.moat.dma.layer.setting.Flush;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.Rights;
import dev.moat.iommu.vocabulary.FoundRelations;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import java.util.List;

/**
 * What the discipline reads otherwise than invariants do: each mapping is a hold of its own, from when its address is
 * handed out until nobody may use its frame any more; where a driver gives it up before it is flushed, for as long as
 * anything still leads there; domains that share their tables are one to it; and a group that is being moved has its device
 * from the first step to the last of the operation, whichever way.
 */
final class LayerDiscipline {
    /** Holds of a page: the mapping that begins there, what caches or requests still have of one before, and the store not yet seen. */
    private static final int KINDS = 3;

    private static final int CACHED = 1;
    private static final int UNSEEN = 2;

    private final LayerState state;
    private final Groups groups;
    private final Abstraction to = new Abstraction();
    private final boolean shared;
    private final Sort domains;
    /** Also those that are tables, where these are frames. */
    private final Sort frames;

    private final int pages;

    private LayerDiscipline(LayerState state, Groups groups, Abstraction from) {
        frames = from.sort("Frame").orElseThrow();
        this.state = state;
        this.groups = groups;
        shared = state.spaces.size() < state.domains.size();
        domains = shared ? Sort.numbered("Dom", "all", 1) : state.domains;
        pages = state.pages.size();
    }

    /** Adds what tells whether a hold is one, of what, and how far it is. */
    private void read(Footprint footprint, int hold) {
        int space = hold / KINDS / pages;
        int page = hold / KINDS % pages;
        LayerAbstraction.readMapping(state, footprint, space, page);
        if (hold % KINDS == 0) {
            return;
        }
        if (hold % KINDS == UNSEEN) {
            state.iommu.meaning().readUnseen(footprint, space, page);
            return;
        }
        state.iommu.tags().read(footprint);
        for (int unit = 0; unit < state.iommu.units().size(); unit++) {
            for (int tag = 0; tag < state.iommu.tags().sort().size(); tag++) {
                state.iommu.meaning().readCached(footprint, unit, tag, page);
            }
            for (int q = 0; q < state.setting.devices.size(); q++) {
                state.iommu.meaning().readFlight(footprint, unit, q);
            }
        }
    }

    /** The same of all holds of a page. */
    private void readPage(Footprint footprint, int space, int page) {
        for (int kind = 0; kind < KINDS; kind++) {
            read(footprint, KINDS * (space * pages + page) + kind);
        }
    }

    /** Whether an address is handed out before its last entry is seen or forgotten, and entries differ in rights: evict takes all of a place. */
    static boolean leavesAPartOfAnEntry(LayerState state) {
        boolean directions = state.setting.toDevice || state.setting.fromDevice;
        boolean early = state.setting.flush == Flush.WRAP_CALGARY;
        return directions && early && !state.can.stores().snooped();
    }

    static Abstraction of(LayerState state, Groups groups, Abstraction from) {
        LayerDiscipline it = new LayerDiscipline(state, groups, from);
        it.to.sort(it.domains);
        it.holds();
        it.places();
        it.attachments();
        FoundRelations.drains(state.iommu, it.to);
        FoundRelations.unseenStores(state.iommu, from, it.to);
        return it.to;
    }

    /** Of each space and page: the mapping that begins there, and what lingers of those that their driver has given up. */
    private void holds() {
        Sort holds = Sort.numbered("Hold", "h", KINDS * state.spaces.size() * pages);
        to.sort(holds);
        Relation.Reads reads = (footprint, k, b, c, d, e) -> read(footprint, k);
        RelationCode hold = (s, k, d, f, e, g) -> frame(s, k) == f && d == domain(k / KINDS / pages);
        to.relation("hold", List.of(holds, domains, frames), hold, reads);
        to.relation("holdW", List.of(holds), (s, k, b, c, d, e) -> frame(s, k) >= 0 && isWritten(s, k), reads);
        phase("opening", holds, LayerState.OPENING, reads);
        phase("live", holds, LayerState.LIVE, reads);
        phase("closing", holds, LayerState.CLOSING, reads);
    }

    private void phase(String name, Sort holds, int phase, Relation.Reads reads) {
        to.relation(name, List.of(holds), (s, k, b, c, d, e) -> frame(s, k) >= 0 && phase(s, k) == phase, reads);
    }

    private int domain(int space) {
        return shared ? 0 : space;
    }

    private int phase(long[] s, int hold) {
        if (hold % KINDS != 0) {
            return LayerState.CLOSING;
        }
        if (isDirect(hold)) {
            return LayerState.LIVE;
        }
        int phase = (int) state.phase.get(s, hold / KINDS);
        return phase == LayerState.NONE ? LayerState.CLOSING : phase;
    }

    private boolean isDirect(int hold) {
        return state.isDirect(hold / KINDS / pages, hold / KINDS % pages);
    }

    /** The frame of a hold that is one, or -1. */
    private int frame(long[] s, int hold) {
        int space = hold / KINDS / pages;
        int page = hold / KINDS % pages;
        if (hold % KINDS == 0) {
            boolean kept = state.phase.get(s, space, page) != LayerState.NONE && !state.isMoreThanMeant(s, space, page);
            int mapped = kept ? (int) state.frame.get(s, space, page) : -1;
            return isDirect(hold) ? 0 : mapped;
        }
        if (state.owed.get(s, space, page) == LayerState.SETTLED) {
            return -1;
        }
        for (int f = 0; f < state.setting.frames.size(); f++) {
            if (lingers(s, hold, f) != Rights.NONE) {
                return f;
            }
        }
        return -1;
    }

    /** The rights by which devices still reach a frame at a page that is unmapped and not flushed. */
    private int lingers(long[] s, int hold, int frame) {
        int space = hold / KINDS / pages;
        int page = hold / KINDS % pages;
        Meaning meaning = state.iommu.meaning();
        if (hold % KINDS == UNSEEN) {
            int unseen = meaning.unseenRights(s, space, page);
            return unseen != Rights.NONE && meaning.unseenFrame(s, space, page) == frame ? unseen : Rights.NONE;
        }
        int rights = Rights.NONE;
        for (int unit = 0; unit < state.iommu.units().size(); unit++) {
            int tag = state.tag(s, space, unit);
            if (meaning.cachedRights(s, unit, tag, page) != Rights.NONE
                    && meaning.cachedFrame(s, unit, tag, page) == frame) {
                rights |= meaning.cachedRights(s, unit, tag, page);
            }
            for (int q = 0; q < state.setting.devices.size(); q++) {
                int flight = meaning.flightRights(s, unit, q);
                if (flight != Rights.NONE
                        && meaning.flightTag(s, unit, q) == tag
                        && meaning.flightPage(s, unit, q) == page
                        && meaning.flightFrame(s, unit, q) == frame) {
                    rights |= flight;
                }
            }
        }
        return rights;
    }

    /** Of addresses that are handed out while something may serve them the next mapping's cached right is not told from the last one's. */
    private boolean isWritten(long[] s, int hold) {
        if (state.setting.flush.wraps()) {
            return true;
        }
        if (hold % KINDS != 0) {
            return (lingers(s, hold, frame(s, hold)) & Rights.WRITE) != 0;
        }
        return isDirect(hold) || state.toDevice.get(s, hold / KINDS) != LayerState.TO_DEVICE;
    }

    private boolean mayWrite(long[] s, int hold) {
        return frame(s, hold) >= 0 && isWritten(s, hold);
    }

    private void places() {
        to.relation(
                "names",
                List.of(domains, state.pages, frames),
                (s, d, p, f, e, g) -> isNamed(s, KINDS * (d * pages + p), f),
                (footprint, d, p, f, e, g) -> readPage(footprint, d, p));
        FoundRelations.constant(to, "for", List.of(state.spaces, domains), (s, sp, d, c, e, g) -> domain(sp) == d);
        FoundRelations.constant(to, "owner", List.of(frames, domains), (s, f, d, c, e, g) -> false);
        to.relation(
                "dirtyW",
                List.of(state.iommu.units(), state.iommu.tags().sort(), state.pages),
                (s, u, t, p, d, e) -> isOwedForWriting(s, u, t, p),
                (footprint, u, t, p, d, e) -> {
                    state.iommu.tags().read(footprint);
                    for (int space = 0; space < state.spaces.size(); space++) {
                        readPage(footprint, space, p);
                    }
                });
    }

    private boolean isNamed(long[] s, int first, int frame) {
        return frame(s, first) == frame || frame(s, first + CACHED) == frame || frame(s, first + UNSEEN) == frame;
    }

    private boolean isOwedForWriting(long[] s, int unit, int tag, int page) {
        for (int space = 0; space < state.spaces.size(); space++) {
            if (state.uses(space, unit)
                    && state.tag(s, space, unit) == tag
                    && state.owed.get(s, space, page) != LayerState.SETTLED
                    && mayLingerForWriting(s, space, page)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether what is owed for a page may be a right to write: of a mapping that ends, as it was mapped; of one that its driver has
     * given up, as long as anything serves it; where addresses wrap, whatever is owed.
     */
    private boolean mayLingerForWriting(long[] s, int space, int page) {
        int hold = KINDS * (space * pages + page);
        boolean kept = state.phase.get(s, space, page) != LayerState.NONE;
        if (state.setting.flush.wraps()) {
            return !kept || isWritten(s, hold);
        }
        boolean ends = kept && phase(s, hold) == LayerState.CLOSING;
        return (ends && isWritten(s, hold)) || mayWrite(s, hold + CACHED) || mayWrite(s, hold + UNSEEN);
    }

    private void attachments() {
        Sort devices = state.setting.devices.sort();
        to.relation(
                "assigned",
                List.of(devices, domains),
                (s, q, d, c, e, g) -> attachedTo(s, state.setting.devices.groupOf(q)) == d,
                (footprint, q, d, c, e, g) ->
                        groups.read(footprint).all(state.pc).all(state.domain).all(state.wantedGroup));
        FoundRelations.constant(to, "moving", List.of(devices), (s, q, b, c, d, e) -> false);
        FoundRelations.constant(to, "between", List.of(devices, domains, domains), (s, q, d, e, c, f) -> false);
    }

    private int attachedTo(long[] s, int group) {
        int domain = groups.domain(s, group);
        for (int cpu = 0; cpu < state.setting.cpus.size() && groups.isMoving(s, group); cpu++) {
            if (state.pc.get(s, cpu) != 0 && state.wantedGroup.get(s, cpu) == group) {
                domain = (int) state.domain.get(s, cpu);
            }
        }
        return domain < 0 ? -1 : shared ? 0 : domain;
    }
}
