package dev.moat.xen.abstraction;

import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Sort;
import dev.moat.xen.call.Phase;
import dev.moat.xen.state.XenState;
import java.util.List;

/**
 * What counters and lists must agree with, in the vocabulary: references, uses of a frame's type, handles. What the
 * holds of {@link GrantAbstraction} and the owner keep is derived; the counters are the implementation's own.
 */
final class BalanceAbstraction {
    /** An owner uses its frame twice at most: it maps it, and pins it. */
    static final int OWNERS_USES = 2;

    private final XenState xen;
    private final GrantAbstraction h;
    private final CopyHolds copies;
    private final Abstraction to;
    private final Sort holds;
    private final Sort counts;

    BalanceAbstraction(XenState xen, GrantAbstraction h, CopyHolds copies, Abstraction to, Sort holds, Sort counts) {
        this.xen = xen;
        this.h = h;
        this.copies = copies;
        this.to = to;
        this.holds = holds;
        this.counts = counts;
    }

    void declare() {
        uses();
        balances();
    }

    /** What has to be returned when a mapping ends or fails: references and handles. */
    private void balances() {
        to.relation(
                "refs",
                List.of(xen.memory.frames, counts),
                (s, f, n, c, d, e) -> xen.memory.references.get(s, f) > n,
                (p, f, n, c, d, e) -> p.one(xen.memory.references, f));
        to.relation(
                "ownRef",
                List.of(xen.memory.frames, counts),
                (s, f, n, c, d, e) -> ownersReferences(s, f) > n,
                (p, f, n, c, d, e) -> readOwnersUses(p, f));
        to.relation(
                "refUnit",
                List.of(holds, xen.memory.frames, counts),
                (s, k, f, n, d, e) -> isReference(s, k, f, n),
                (p, k, f, n, d, e) -> {
                    readOwnersUses(p, f);
                    for (int j = 0; j <= k; j++) {
                        h.readHold(p, j);
                    }
                    p.all(xen.grants.activeFrame).all(xen.grants.pin);
                });
        to.relation(
                "taken", List.of(holds), (s, k, b, c, d, e) -> h.isHandle(k) && isTaken(s, k), (p, k, b, c, d, e) -> {
                    if (h.isHandle(k)) {
                        readTaken(p, k);
                    }
                });
        to.relation(
                "claimed",
                List.of(holds),
                (s, k, b, c, d, e) ->
                        h.isHandle(k) && (h.isEnding(s, k) || isClaimed(s, h.handleDomain(k), h.handle(k))),
                (p, k, b, c, d, e) -> {
                    p.all(xen.operation.phase).all(xen.operation.domain).all(xen.mapping.handle);
                    for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
                        xen.hypercall.readCaller(p, cpu);
                    }
                    if (xen.handleLists.on()) {
                        p.all(xen.handleLists.taking);
                    }
                    h.readHold(p, k);
                });
    }

    /** Whether a handle is out of the free list; of several, out of those that the lists themselves and what is given back lead to. */
    private boolean isTaken(long[] s, int k) {
        if (!xen.handleLists.on()) {
            return xen.grants.maptrack.taken.get(s, h.track(k)) != 0;
        }
        int domain = h.handleDomain(k);
        boolean free = xen.handleLists.isInList(s, domain, h.handle(k));
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            long giving = xen.handleLists.giving.get(s, cpu);
            free |= h.mapper(s, h.cpuHold(cpu)) == domain && xen.handleLists.leadsTo(s, domain, giving, h.handle(k));
        }
        return !free;
    }

    private void readTaken(Footprint p, int k) {
        if (xen.handleLists.on()) {
            xen.handleLists.read(p);
            p.all(xen.operation.domain);
            for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
                xen.hypercall.readCaller(p, cpu);
            }
        } else {
            p.one(xen.grants.maptrack.taken, h.track(k));
        }
    }

    /** Whether the frame's n-th reference, counted from 0 in the order of the holds, is one of this hold's. */
    private boolean isReference(long[] s, int k, int frame, int n) {
        int before = ownersReferences(s, frame);
        for (int j = 0; j < k; j++) {
            before += references(s, j, frame);
        }
        return n >= before && n < before + references(s, k, frame);
    }

    int references(long[] s, int k, int frame) {
        if (h.isCopy(k)) {
            return copies.references(s, h.copy(k), frame);
        }
        if (h.isListed(k) && h.list(k).isUnpinned()) {
            boolean of = h.list(k).frame(s, h.place(k)) == frame;
            return of ? Integer.bitCount(h.list(k).sides(s, h.place(k))) : 0;
        }
        int entry = h.entry(s, k);
        boolean refers = h.isUnfinished(s, k)
                && xen.grants.pin.get(s, entry) != 0
                && xen.grants.activeFrame.get(s, entry) == frame;
        return refers ? Integer.bitCount(h.sides(s, k)) : 0;
    }

    /** Whether an operation has the handle, not yet published or not yet put back. */
    private boolean isClaimed(long[] s, int domain, int handle) {
        for (int cpu = 0; cpu < xen.setting.cpus(); cpu++) {
            long phase = xen.operation.phase.get(s, cpu);
            boolean has = (phase == Phase.PINNED || phase == Phase.OPENING || phase == Phase.REMOVING)
                    && xen.mapping.handle.get(s, cpu) == handle;
            boolean takes = xen.handleLists.on() && xen.handleLists.taking.get(s, cpu) == handle + 1L;
            if ((has || takes) && h.mapper(s, h.cpuHold(cpu)) == domain) {
                return true;
            }
        }
        return false;
    }

    private void uses() {
        to.relation(
                "uses",
                List.of(xen.memory.frames, counts),
                (s, f, n, c, d, e) -> xen.types.on() && xen.types.count.get(s, f) > n,
                (p, f, n, c, d, e) -> xen.types.read(p, f));
        to.relation(
                "ownUse",
                List.of(xen.memory.frames, counts),
                (s, f, n, c, d, e) -> ownersUses(s, f) > n,
                (p, f, n, c, d, e) -> readOwnersUses(p, f));
        to.relation("useUnit", List.of(holds, xen.memory.frames, counts), this::isUse, (p, k, f, n, d, e) -> {
            for (int j = 0; j <= k; j++) {
                h.readHold(p, j);
            }
            p.all(xen.grants.activeFrame).all(xen.grants.pin);
            readOwnersUses(p, f);
        });
    }

    void readOwnersUses(Footprint p, int frame) {
        xen.types.read(p, frame);
        xen.own.read(p, frame);
        xen.statusFrames.read(p);
    }

    int ownersReferences(long[] s, int frame) {
        return (xen.own.isMapped(s, frame) ? 1 : 0)
                + (xen.types.isPinned(s, frame) ? 1 : 0)
                + xen.statusFrames.ownersUses(s, frame);
    }

    int ownersUses(long[] s, int frame) {
        return (xen.own.isWritable(s, frame) ? 1 : 0)
                + (xen.types.isPinned(s, frame) ? 1 : 0)
                + (xen.types.on() ? xen.statusFrames.ownersUses(s, frame) : 0);
    }

    /** The owner's uses of the type come first, then those of each hold in order. */
    private boolean isUse(long[] s, int k, int frame, int n, int d, int e) {
        int mine = uses(s, k, frame);
        int before = mine == 0 ? 0 : ownersUses(s, frame);
        for (int j = 0; mine != 0 && j < k; j++) {
            before += uses(s, j, frame);
        }
        return before <= n && n < before + mine;
    }

    int uses(long[] s, int k, int frame) {
        if (h.isCopy(k) && !copies.isUse(s, h.copy(k))) {
            return 0;
        }
        return xen.types.on() && !h.isReadOnly(s, k) ? references(s, k, frame) : 0;
    }
}
