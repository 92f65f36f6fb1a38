package dev.moat.dma.layer;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.dma.layer.setting.Flush;
import dev.moat.iommu.TablePages;
import dev.moat.iommu.vocabulary.HardwareRelations;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import java.util.List;

/**
 * What a state means in the vocabulary. Nobody owns a frame: a domain is the use that a kernel makes of a group of devices, and its
 * rights are what drivers have mapped, each mapping a hold that ends when unmap returns.
 */
final class LayerAbstraction {
    private final LayerState state;
    private final Groups groups;
    private final Iovas iovas;
    private final FlushQueues queues;
    private final Heap heap;
    private final Abstraction to;
    private final int pages;
    private final int frames;
    /** Holds that are one for each domain and frame. */
    private final int uses;

    private LayerAbstraction(DmaLayer.Parts parts, Abstraction to) {
        state = parts.state();
        groups = parts.groups();
        iovas = parts.iovas();
        queues = parts.queues();
        heap = parts.heap();
        this.to = to;
        pages = state.pages.size();
        frames = state.mapped.size();
        uses = state.domains.size() * frames;
    }

    static void declare(DmaLayer.Parts parts, Abstraction to) {
        LayerState state = parts.state();
        LayerAbstraction it = new LayerAbstraction(parts, to);
        state.sorts().forEach(to::sort);
        it.holds();
        it.attachments();
        HardwareRelations.declareAll(state.iommu, to);
        it.debts();
        it.addresses();
    }

    /**
     * One for each domain and page is live while a mapping begins there; one for each domain and frame is closing, so that it gives
     * rights and promises nothing, while the domain has any mapping of the frame that has begun and not ended. Where a live one is to be
     * found, which is nowhere for what is judged otherwise, {@code names} says.
     */
    private void holds() {
        Sort holds = Sort.numbered("Hold", "h", uses + state.spaces.size() * pages);
        to.sort(holds);
        Relation.Reads reads = (footprint, k, b, c, d, e) -> read(footprint, k);
        Relation.Reads rights = (footprint, k, b, c, d, e) -> readPages(footprint, spaceOf(k));
        to.relation(
                "hold",
                List.of(holds, state.domains, state.frames),
                (s, k, d, f, e, g) -> d == domain(s, k) && f == frame(s, k),
                reads);
        to.relation("holdW", List.of(holds), (s, k, b, c, d, e) -> allowsWriting(s, k), rights);
        to.never("opening", List.of(holds));
        to.relation("live", List.of(holds), (s, k, b, c, d, e) -> k >= uses && frame(s, k) >= 0, reads);
        to.relation("closing", List.of(holds), (s, k, b, c, d, e) -> k < uses && frame(s, k) >= 0, reads);
        to.relation(
                "names",
                List.of(state.domains, state.pages, state.frames),
                (s, d, p, f, e, g) -> !isOtherwise(s, state.spaceOf(d) * pages + p)
                        && liveFrame(s, state.spaceOf(d), p) == f
                        && holder(s, state.spaceOf(d), p) == d,
                (footprint, d, p, f, e, g) -> read(footprint, state.spaceOf(d), p));
    }

    private int spaceOf(int hold) {
        return hold < uses ? state.spaceOf(hold / frames) : (hold - uses) / pages;
    }

    /** Adds what tells whether a hold is one: of one page, or whichever of its space is mapped. */
    private void read(Footprint footprint, int hold) {
        if (hold < uses) {
            readPages(footprint, spaceOf(hold));
        } else {
            read(footprint, spaceOf(hold), (hold - uses) % pages);
        }
    }

    /** Adds what is kept of the mapping of a page, and whether it is owed anything. */
    static void readMapping(LayerState state, Footprint footprint, int space, int page) {
        int i = space * state.pages.size() + page;
        if (state.partial.size() > 0) {
            footprint.one(state.partial, i);
        }
        footprint
                .one(state.phase, i)
                .one(state.frame, i)
                .one(state.holder, i)
                .one(state.toDevice, i)
                .one(state.owed, i);
    }

    private void readPages(Footprint footprint, int space) {
        for (int p = 0; p < pages; p++) {
            read(footprint, space, p);
        }
    }

    private void read(Footprint footprint, int space, int page) {
        readMapping(state, footprint, space, page);
        if (state.isDirect(space, page) || isOwnersFirst(space, page)) {
            groups.read(footprint);
        }
    }

    /** Whether what is at a page is judged otherwise: memory at its own address, to which no table leads, or what is written only. */
    private boolean isOtherwise(long[] s, int at) {
        boolean asItIs = state.setting.reach > 0 || state.setting.flush == Flush.IDENTITY;
        boolean own = asItIs && state.outside(0, at % pages) != 0;
        return own || state.isWriteOnly(s, at / pages, at % pages);
    }

    private int domain(long[] s, int hold) {
        return hold < uses ? hold / frames : holder(s, (hold - uses) / pages, (hold - uses) % pages);
    }

    private int holder(long[] s, int space, int page) {
        return state.holder(s, space, page);
    }

    /** The frame that is to be found at a page, or -1: a direct region is in use as soon as a device is attached. */
    private int liveFrame(long[] s, int space, int page) {
        if (state.isDirect(space, page)) {
            return groups.isAttached(s, space) ? 0 : -1;
        }
        if (isOwnersDirect(s, space, page)) {
            return 0;
        }
        boolean live = state.phase.get(s, space, page) == LayerState.LIVE && !state.isMoreThanMeant(s, space, page);
        return live ? (int) state.frame.get(s, space, page) : -1;
    }

    private boolean isOwnersDirect(long[] s, int space, int page) {
        return isOwnersFirst(space, page) && groups.isDirectForOwner(s);
    }

    /** Where a direct region is an owner's, should a driver give it the group. */
    private boolean isOwnersFirst(int space, int page) {
        return page == 0 && space == state.setting.groups.size();
    }

    /** The frame of a hold that is one, or -1. */
    private int frame(long[] s, int hold) {
        if (hold >= uses) {
            return liveFrame(s, (hold - uses) / pages, (hold - uses) % pages);
        }
        for (int p = 0; p < pages; p++) {
            if (isMapped(s, hold / frames, p, hold % frames)) {
                return hold % frames;
            }
        }
        return -1;
    }

    private boolean isMapped(long[] s, int domain, int page, int frame) {
        int space = state.spaceOf(domain);
        if (state.isDirect(space, page) || isOwnersDirect(s, space, page)) {
            return frame == 0;
        }
        return state.isKept(s, space, page)
                && !state.isMoreThanMeant(s, space, page)
                && state.frame.get(s, space, page) == frame
                && holder(s, space, page) == domain;
    }

    /** A live one does where the domain has every page of the frame mapped for writing: no relation tells its pages apart. */
    private boolean allowsWriting(long[] s, int hold) {
        int frame = frame(s, hold);
        boolean all = frame >= 0;
        boolean any = false;
        int domain = domain(s, hold);
        for (int p = 0; p < pages && frame >= 0; p++) {
            if (isMapped(s, domain, p, frame)) {
                boolean writes = state.toDevice.get(s, state.spaceOf(domain), p) != LayerState.TO_DEVICE;
                all &= writes;
                any |= writes;
            }
        }
        return hold < uses ? any : all;
    }

    private void attachments() {
        Sort requesters = state.setting.devices.sort();
        to.never("owner", List.of(state.frames, state.domains));
        to.never("notdma", List.of(state.frames));
        heapFrames();
        Relation.Reads moves = (footprint, q, b, c, d, e) -> groups.read(footprint);
        to.relation(
                "assigned",
                List.of(requesters, state.domains),
                (s, q, d, c, e, g) -> isAssigned(s, state.setting.devices.groupOf(q), d),
                moves);
        RelationCode isMoving = (s, q, b, c, d, e) -> groups.isMoving(s, state.setting.devices.groupOf(q));
        to.relation("moving", List.of(requesters), isMoving, moves);
        to.relation("settlingQ", List.of(requesters), isMoving, moves);
        to.relation("untrusted", List.of(requesters), (s, q, b, c, d, e) -> state.setting.isUntrusted(q), NOTHING);
        to.never("scratch", List.of(state.spaces, requesters));
        to.never("notFor", List.of(state.spaces, requesters));
        to.relation(
                "dirtyQ",
                List.of(state.iommu.units(), requesters),
                (s, u, q, c, d, e) -> groups.isMoving(s, state.setting.devices.groupOf(q)),
                (footprint, u, q, c, d, e) -> groups.read(footprint));
        to.never("between", List.of(requesters, state.domains, state.domains));
        to.relation("for", List.of(state.spaces, state.domains), (s, sp, d, c, e, g) -> isFor(sp, d), NOTHING);
        to.relation(
                "stands",
                List.of(state.iommu.units(), state.iommu.tags().sort(), state.spaces),
                (s, u, t, sp, d, e) -> state.tag(s, sp, u) == t,
                (footprint, u, t, sp, d, e) -> state.iommu.tags().read(footprint));
    }

    /** An owner has no space where there is one for all. */
    private boolean isFor(int space, int domain) {
        return state.spaceOf(domain) == space && (state.isolates() || domain < state.setting.groups.size());
    }

    /** Frames of tables that come and go. */
    private void heapFrames() {
        List<Sort> frame = List.of(state.frames);
        Relation.Reads reads = (footprint, f, b, c, d, e) -> footprint.all(heap.used());
        to.relation("ioTable", frame, (s, f, b, c, d, e) -> heap.isTable(s, f), reads);
        to.relation("free", frame, (s, f, b, c, d, e) -> heap.isFree(s, f), reads);
        to.relation(
                "tableKept",
                frame,
                (s, f, b, c, d, e) -> heap.isKept(s, f) || queues.hasTable(s, f),
                (footprint, f, b, c, d, e) -> queues.readTables(footprint.all(state.table)));
        to.relation("buffer", frame, (s, f, b, c, d, e) -> heap.isBuffer(s, f), reads);
        to.relation(
                "bufferKept",
                frame,
                (s, f, b, c, d, e) -> heap.isMapped(s, f) || heap.isWanted(s, f),
                (footprint, f, b, c, d, e) -> footprint
                        .all(state.phase)
                        .all(state.frame)
                        .all(state.pc)
                        .all(state.wanted));
        to.relation("bouncesPart", frame, (s, f, b, c, d, e) -> heap.isBounced(s, f), reads);
        to.relation(
                "othersBytes",
                frame,
                (s, f, b, c, d, e) -> heap.isBounced(s, f) && heap.parts().hasOthersBytes(s, f),
                (footprint, f, b, c, d, e) -> heap.parts().read(footprint.all(heap.used())));
        TablePages pages = state.iommu.tables().pages();
        to.relation(
                "walked",
                frame,
                (s, f, b, c, d, e) -> heap.isOn() && pages.isWalked(s, f),
                (footprint, f, b, c, d, e) -> {
                    if (heap.isOn()) {
                        pages.readWalked(footprint);
                    }
                });
    }

    /** A driver that is bound counts on its default domain, whatever became of the group. */
    private boolean isAssigned(long[] s, int group, int domain) {
        return groups.domain(s, group) == domain || (domain == group && groups.isBound(s, group));
    }

    private void debts() {
        to.relation(
                "dirty",
                List.of(state.iommu.units(), state.iommu.tags().sort(), state.pages),
                (s, u, t, p, d, e) -> isOwed(s, u, t, p),
                (footprint, u, t, p, d, e) -> {
                    state.iommu.tags().read(footprint);
                    for (int space = 0; space < state.spaces.size(); space++) {
                        footprint.one(state.owed, space * pages + p);
                    }
                });
        to.never("owing", List.of(state.domains, state.pages));
        to.relation(
                "limbo",
                List.of(state.spaces, state.pages),
                (s, sp, p, c, d, e) -> state.owed.get(s, sp, p) != LayerState.SETTLED
                        && state.phase.get(s, sp, p) != LayerState.CLOSING,
                (footprint, sp, p, c, d, e) ->
                        footprint.one(state.owed, sp * pages + p).one(state.phase, sp * pages + p));
    }

    private boolean isOwed(long[] s, int at, int tag, int page) {
        for (int d = 0; d < state.spaces.size(); d++) {
            if (state.uses(d, at) && state.tag(s, d, at) == tag && state.owed.get(s, d, page) != LayerState.SETTLED) {
                return true;
            }
        }
        return false;
    }

    private void addresses() {
        to.relation(
                "writeOnly",
                List.of(state.spaces, state.pages, state.frames),
                (s, sp, p, f, d, e) -> state.isWriteOnly(s, sp, p) && state.frame.get(s, sp, p) == f,
                (footprint, sp, p, f, d, e) -> readMapping(state, footprint, sp, p));
        to.relation(
                "returned",
                List.of(state.domains, state.pages, state.frames),
                (s, d, p, f, e, g) -> isReturned(s, state.spaceOf(d), p, f) && holder(s, state.spaceOf(d), p) == d,
                (footprint, d, p, f, e, g) -> readReturned(footprint, state.spaceOf(d), p));
        to.relation(
                "handed",
                List.of(state.spaces, state.pages),
                (s, sp, p, c, d, e) -> isHanded(s, sp, p),
                (footprint, sp, p, c, d, e) -> groups.read(footprint.one(state.phase, sp * pages + p)));
        to.relation(
                "beyondReach",
                List.of(state.spaces, state.pages),
                (s, sp, p, c, d, e) ->
                        p > state.limit(state.narrow.get(s, sp, p) != 0) || state.isAcrossBoundary(s, sp, p),
                (footprint, sp, p, c, d, e) ->
                        footprint.one(state.narrow, sp * pages + p).one(state.piece, sp * pages + p));
        to.relation("heldBack", List.of(state.pages), (s, p, b, c, d, e) -> state.isHeldBack(p), NOTHING);
        Relation.Reads kept = (footprint, sp, p, c, d, e) -> {
            iovas.read(footprint);
            queues.read(footprint.all(state.phase).all(state.piece));
        };
        to.relation(
                "outOfTree", List.of(state.spaces, state.pages), (s, sp, p, c, d, e) -> iovas.isTaken(s, sp, p), kept);
        to.relation(
                "accountedFor",
                List.of(state.spaces, state.pages),
                (s, sp, p, c, d, e) -> state.phase.get(s, sp, p) == LayerState.LIVE
                        || (state.phase.get(s, sp, p) != LayerState.NONE && isBusy(s, sp))
                        || iovas.isRoundedUp(s, sp, p)
                        || iovas.isCached(s, sp, p)
                        || queues.has(s, sp, p),
                (footprint, sp, p, c, d, e) -> {
                    kept.add(footprint, sp, p, c, d, e);
                    footprint.all(state.pc).all(state.domain);
                });
        to.relation(
                "flushQueued",
                List.of(state.spaces, state.pages),
                (s, sp, p, c, d, e) -> queues.has(s, sp, p),
                (footprint, sp, p, c, d, e) -> queues.read(footprint));
        to.relation(
                "flushDue",
                List.of(state.spaces),
                (s, sp, b, c, d, e) -> queues.isTimerOn(s, sp) || isBusy(s, sp),
                (footprint, sp, b, c, d, e) ->
                        queues.readTimer(footprint.all(state.pc).all(state.domain)));
    }

    /**
     * Whether a page's address was handed out. Where every frame is at its own address nobody chose it. An owner
     * chooses its own, among them page 0, and they count when it has a device.
     */
    private boolean isHanded(long[] s, int space, int page) {
        boolean owners = space == state.setting.groups.size();
        boolean isZero = state.setting.holdsZeroBack && page == 0;
        boolean counts = !owners || (groups.hasOwner(s) && !isZero);
        boolean handed = state.phase.get(s, space, page) == LayerState.LIVE && counts;
        for (int group = 0; group < state.setting.groups.size() && handed && state.isHeldBack(page); group++) {
            handed = state.spaceOf(group) != space || !state.types.isIdentity(s, group);
        }
        return handed;
    }

    /** Its own frame; and that of the next page, where the driver was told that the next piece begins within this one. */
    private boolean isReturned(long[] s, int space, int page, int frame) {
        boolean live = state.phase.get(s, space, page) == LayerState.LIVE;
        boolean both =
                live && state.setting.listsEndWithin && page + 1 < pages && state.within.get(s, space, page) != 0;
        return live
                && (state.frame.get(s, space, page) == frame || (both && state.frame.get(s, space, page + 1) == frame));
    }

    private void readReturned(Footprint footprint, int space, int page) {
        readMapping(state, footprint, space, page);
        if (state.setting.listsEndWithin && page + 1 < pages) {
            footprint.one(state.within, space * pages + page).one(state.frame, space * pages + page + 1);
        }
    }

    /** Whether a call on a space is under way. */
    private boolean isBusy(long[] s, int space) {
        for (int cpu = 0; cpu < state.pc.size(); cpu++) {
            if (state.pc.get(s, cpu) != 0 && state.space(s, cpu) == space) {
                return true;
            }
        }
        return false;
    }
}
