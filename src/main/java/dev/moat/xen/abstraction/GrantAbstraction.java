package dev.moat.xen.abstraction;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.grant.Maptrack;
import dev.moat.grant.Pins;
import dev.moat.grant.SharedEntry;
import dev.moat.model.Operation;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import dev.moat.xen.call.ClosingList;
import dev.moat.xen.call.CopyCall;
import dev.moat.xen.call.Phase;
import dev.moat.xen.grant.CopyOperations;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/**
 * Grants, pins and holds in the vocabulary. A hold is derived, not stored: one for every handle (live while it has
 * sides), one for every CPU (opening from reference to publish, closing from take-sides to complete, with the sides it took) and
 * one for every place in limbo and in the second phase of a batch (closing). Together they are the unfinished mappings.
 */
public final class GrantAbstraction {
    private final XenState xen;
    private final Abstraction to;
    private final Sort entries;
    final Sort holds;
    private final Sort kinds = XenAbstraction.pinKinds();
    private final Sort counts;
    private final List<Integer> granters;
    private final List<Integer> mappers;
    private final int refs;
    private final int handles;
    private final int handleHolds;
    private final int limboFirst;
    private final int batchFirst;
    private final int copyFirst;
    private final CopyHolds copies;

    GrantAbstraction(XenState xen, Abstraction to) {
        this.xen = xen;
        this.to = to;
        granters = xen.setting.guests().granters();
        mappers = xen.setting.mappers();
        refs = xen.grants.refs.size();
        entries = pairs("Gref", xen.domains, granters, xen.grants.refs);
        handles = xen.grants.maptrack.handles.size();
        handleHolds = mappers.size() * handles;
        List<String> labels = new ArrayList<>(
                pairs("Hold", xen.domains, mappers, xen.grants.maptrack.handles).labels());
        labels.addAll(xen.pc.index().get(0).labels());
        limboFirst = labels.size();
        for (int i = 0; i < xen.limbo.size(); i++) {
            labels.add(xen.domains.label(i / xen.limbo.places()) + ".limbo" + i % xen.limbo.places());
        }
        batchFirst = labels.size();
        for (int i = 0; i < xen.batch.closing.size(); i++) {
            labels.add(xen.pc.index().get(0).label(i / xen.batch.size()) + ".element" + i % xen.batch.size());
        }
        copyFirst = labels.size();
        copies = new CopyHolds(xen);
        labels.addAll(copies.labels());
        holds = new Sort("Hold", labels);
        // One more than there are holds, so that a counter above their number shows.
        int pinned = Math.min((1 << xen.grants.pins.bits()) - 1, holds.size() + 1);
        counts = Sort.numbered(
                "Nat", "n", xen.types.on() ? 2 * holds.size() + BalanceAbstraction.OWNERS_USES + 1 : pinned);
    }

    private static Sort pairs(String name, Sort first, List<Integer> of, Sort second) {
        List<String> labels = new ArrayList<>();
        for (int a : of) {
            for (String b : second.labels()) {
                labels.add(first.label(a) + "." + b);
            }
        }
        return new Sort(name, labels);
    }

    /** Index of a reference element in the grant tables. */
    int entryIndex(int gref) {
        return xen.grants.index(granters.get(gref / refs), gref % refs);
    }

    /** The reference element at an index, -1 for an entry of a domain that does not grant. */
    int grefOf(int entryIndex) {
        int granter = granters.indexOf(entryIndex / refs);
        return granter < 0 ? -1 : granter * refs + entryIndex % refs;
    }

    /** How many reference elements there are. */
    int entryCount() {
        return entries.size();
    }

    /** Index of a handle's hold in the maptrack. */
    int track(int hold) {
        return mappers.get(hold / handles) * handles + hold % handles;
    }

    /** @param operations all of the machine, in the order of their declaration */
    void declare(List<Operation> operations) {
        for (Sort sort : List.of(entries, holds, kinds, counts)) {
            to.sort(sort);
        }
        new HoldRelations(xen, to, this).declare(holds, entries);
        offers();
        pins();
        copies.declare(to, holds, entries, copyFirst, this::entryIndex);
        copies.declareStores(to, holds, copyFirst, UpkeepProgress.counter(operations, CopyOperations.COPY, "move"));
        BalanceAbstraction balance = new BalanceAbstraction(xen, this, copies, to, holds, counts);
        balance.declare();
        new Listings(xen, to, this, balance, counts.size()).declare();
    }

    /** Whether a hold is named after a handle. */
    boolean isHandle(int k) {
        return k < handleHolds;
    }

    /** Whether a hold has no handle and is in a list of mappings that are being closed. */
    boolean isListed(int k) {
        return k >= limboFirst && k < copyFirst;
    }

    /** Which of the copies' holds a hold is, negative for none. */
    int copy(int k) {
        return k - copyFirst;
    }

    /** Whether a hold is a copy's. */
    boolean isCopy(int k) {
        return k >= copyFirst;
    }

    /** The domain after whose handle a hold is named. */
    int handleDomain(int k) {
        return mappers.get(k / handles);
    }

    /** The number of that handle. */
    int handle(int k) {
        return k % handles;
    }

    /** The hold of a domain's handle. */
    int handleHold(int mapper, int handle) {
        return XenAbstraction.place(mappers, mapper) * handles + handle;
    }

    /** How many names of holds there are. */
    int count() {
        return holds.size();
    }

    /** The first hold that is in a list of mappings that are being closed. */
    int firstListed() {
        return limboFirst;
    }

    /** The CPU of whose operation a hold is. */
    int cpu(int k) {
        return k - handleHolds;
    }

    /** The hold of the operation on a CPU. */
    int cpuHold(int cpu) {
        return handleHolds + cpu;
    }

    /** A domain's grant entry, among those of the domains that grant. */
    int entryOf(int granter, int ref) {
        return XenAbstraction.place(granters, granter) * refs + ref;
    }

    /** An entry offers what its granter wrote; a granter that stores to entries in use is not compared. */
    private void offers() {
        to.relation(
                "tableOf", List.of(entries, xen.domains), (s, g, d, c, e, f) -> granters.get(g / refs) == d, NOTHING);
        new Offers(xen, to, granters).declare(entries);
    }

    private void pins() {
        List<Sort> entry = List.of(entries);
        Relation.Reads none = NOTHING;
        to.relation(
                "pins",
                List.of(entries, kinds, counts),
                (s, g, kind, n, d, e) -> xen.grants.pins.count(xen.grants.pin.get(s, entryIndex(g)), kind) > n,
                (p, g, kind, n, d, e) -> p.one(xen.grants.pin, entryIndex(g)));
        to.relation(
                "unit",
                List.of(holds, entries, kinds, counts),
                (s, k, g, kind, n, e) -> isUnit(s, k, entryIndex(g), kind) && rank(s, k, entryIndex(g), kind) == n,
                (p, k, g, kind, n, e) -> {
                    for (int j = 0; j <= k; j++) {
                        readHold(p, j);
                    }
                });
        to.relation("isWriter", List.of(kinds), (s, kind, b, c, d, e) -> XenAbstraction.isWriter(kind), none);
        Relation.Reads shared = (p, g, b, c, d, e) -> readEntry(p, g);
        to.relation("reading", entry, bit(false), shared);
        to.relation("writing", entry, bit(true), shared);
        to.relation(
                "stored",
                entry,
                (s, g, b, c, d, e) ->
                        xen.grants.pin.get(s, entryIndex(g)) != 0 && xen.grants.stored.get(s, entryIndex(g)) != 0,
                (p, g, b, c, d, e) -> p.one(xen.grants.pin, entryIndex(g)).one(xen.grants.stored, entryIndex(g)));
        to.relation(
                "withdrawn",
                entry,
                (s, g, b, c, d, e) -> xen.grants.isWithdrawn(s, entryIndex(g)),
                (p, g, b, c, d, e) -> xen.grants.readWithdrawn(p, entryIndex(g)));
        to.relation("busyEntry", entry, (s, g, b, c, d, e) -> false, none);
    }

    /** Of an entry for a transfer the bits say something else, after a change of version in the status word too. */
    private RelationCode bit(boolean writing) {
        return (s, g, b, c, d, e) -> {
            long word = xen.grants.versions.bits(s, granters.get(g / refs), entryIndex(g));
            long type = SharedEntry.GTF_TYPE.get(xen.grants.shared.get(s, entryIndex(g)));
            return type != SharedEntry.ACCEPT_TRANSFER && XenAbstraction.has(word, writing);
        };
    }

    private void readEntry(Footprint p, int g) {
        xen.grants.versions.read(p, granters.get(g / refs), entryIndex(g));
    }

    void readHold(Footprint p, int k) {
        Maptrack m = xen.grants.maptrack;
        if (k < handleHolds) {
            int t = track(k);
            p.one(m.sides, t).one(m.readOnly, t).one(m.granter, t).one(m.ref, t);
            if (xen.dying.size() > 0) {
                p.one(xen.dying, mappers.get(k / handles));
            }
        } else if (isCopy(k)) {
            copies.read(p, k - copyFirst);
        } else if (k >= limboFirst) {
            list(k).read(p, place(k));
            xen.batch.readMapper(p, k < batchFirst ? 0 : place(k) / xen.batch.size());
        } else {
            int cpu = k - handleHolds;
            p.one(xen.operation.phase, cpu)
                    .one(xen.mapping.sides, cpu)
                    .one(xen.mapping.readOnly, cpu)
                    .one(xen.operation.domain, cpu);
            p.one(xen.mapping.granter, cpu).one(xen.mapping.ref, cpu);
            xen.hypercall.readCaller(p, cpu);
        }
    }

    /** Whether a hold is a handle of a domain that is being destroyed: it goes without an unmap. */
    boolean isEnding(long[] s, int k) {
        return k < handleHolds && sides(s, k) != 0 && xen.isDying(s, mappers.get(k / handles));
    }

    /** The list of a hold that has no handle and is no CPU's current one. */
    ClosingList list(int k) {
        return k < batchFirst ? xen.limbo : xen.batch.closing;
    }

    int place(int k) {
        return k - (k < batchFirst ? limboFirst : batchFirst);
    }

    /** The phase of a CPU's hold, NONE for one that is no unfinished mapping; NONE for handles. */
    int phase(long[] s, int k) {
        if (k < handleHolds || isCopy(k)) {
            return Phase.NONE;
        }
        if (k >= limboFirst) {
            return Phase.CLOSING;
        }
        int phase = (int) xen.operation.phase.get(s, k - handleHolds);
        if (phase == Phase.REMOVING) {
            return Phase.CLOSING;
        }
        return phase <= Phase.CLOSING_HALF ? phase : Phase.NONE;
    }

    /** The sides that a hold keeps pinned, 0 when it does not exist. */
    int sides(long[] s, int k) {
        if (k < handleHolds) {
            return (int) xen.grants.maptrack.sides.get(s, track(k));
        }
        if (isCopy(k)) {
            return copies.sides(s, k - copyFirst);
        }
        if (k >= limboFirst) {
            return list(k).isUnpinned() ? 0 : list(k).sides(s, place(k));
        }
        return phase(s, k) == Phase.NONE ? 0 : (int) xen.mapping.sides.get(s, k - handleHolds);
    }

    /** Whether a hold is one in the sense of the vocabulary: a mapping that may still be refused is not, nor is a copy. */
    boolean isUnfinished(long[] s, int k) {
        return !isCopy(k) && sides(s, k) != 0 && phase(s, k) != Phase.PINNED;
    }

    boolean isReadOnly(long[] s, int k) {
        if (isCopy(k)) {
            return copies.bit(k - copyFirst) == CopyCall.SOURCE;
        }
        if (k >= limboFirst) {
            return list(k).isReadOnly(s, place(k));
        }
        return k < handleHolds
                ? xen.grants.maptrack.readOnly.get(s, track(k)) != 0
                : xen.mapping.isReadOnly(s, k - handleHolds);
    }

    int entry(long[] s, int k) {
        if (k < handleHolds) {
            Maptrack m = xen.grants.maptrack;
            return xen.grants.index((int) m.granter.get(s, track(k)), (int) m.ref.get(s, track(k)));
        }
        if (isCopy(k)) {
            return copies.via(s, k - copyFirst);
        }
        if (k >= limboFirst) {
            return xen.grants.index(list(k).granter(s, place(k)), list(k).ref(s, place(k)));
        }
        int cpu = k - handleHolds;
        return xen.grants.index((int) xen.mapping.granter.get(s, cpu), (int) xen.mapping.ref.get(s, cpu));
    }

    int mapper(long[] s, int k) {
        if (k >= batchFirst) {
            return xen.batch.mapper(s, place(k) / xen.batch.size());
        }
        if (k >= limboFirst) {
            return (k - limboFirst) / xen.limbo.places();
        }
        if (k < handleHolds) {
            return mappers.get(k / handles);
        }
        // While the granter's own entry follows the type of its frame, the operation acts for the granter.
        int cpu = k - handleHolds;
        boolean opening = xen.operation.phase.get(s, cpu) == Phase.OPENING;
        return opening && xen.hypercall.hasCaller(s, cpu)
                ? xen.hypercall.caller(s, cpu)
                : (int) xen.operation.domain.get(s, cpu);
    }

    boolean holds(long[] s, int k, int domain, int frame) {
        if (!isUnfinished(s, k) || mapper(s, k) != domain) {
            return false;
        }
        int entry = entry(s, k);
        return xen.grants.pin.get(s, entry) != 0 && xen.grants.activeFrame.get(s, entry) == frame;
    }

    /** Whether a hold keeps a pin of this kind on this entry. */
    boolean isUnit(long[] s, int k, int entry, int kind) {
        int side = kind <= Pins.HOST_READ ? Pins.HOST : Pins.DEVICE;
        return (sides(s, k) & side) != 0 && isReadOnly(s, k) != XenAbstraction.isWriter(kind) && entry(s, k) == entry;
    }

    /** How many holds before this one keep a pin of the same kind on the same entry. */
    int rank(long[] s, int k, int entry, int kind) {
        int n = 0;
        for (int j = 0; j < k; j++) {
            if (isUnit(s, j, entry, kind)) {
                n++;
            }
        }
        return n;
    }
}
