package dev.moat.xen.owed;

import static dev.moat.state.Relation.Reads.NOTHING;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Port;
import dev.moat.iommu.vocabulary.Tokens;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.RelationCode;
import dev.moat.state.Sort;
import dev.moat.xen.call.Debt;
import dev.moat.xen.call.Phase;
import dev.moat.xen.setting.FlushPolicy;
import dev.moat.xen.state.XenState;
import java.util.ArrayList;
import java.util.List;

/**
 * Submitted invalidations in the vocabulary. A token stands for what a CPU owes: a page under a tag at a unit, or a
 * source-id's cached context entry, and for no more than that, however much the descriptor covers; what hardware removes
 * beyond it, it removes of its own accord. Where each element of a batch queues its own descriptor, a CPU can have several
 * under way for one page, one in each lane: lane n is that of the n-th debt of the batch. The domain-selective invalidation after
 * a device entry was emptied stands for the drain of that source-id's requests.
 *
 * <p>{@code @shape} tokens of a CPU: by lane, unit, tag and page, then one for each source-id's entry, then one for each source-id's
 * requests.
 */
public final class Invalidations implements Tokens {
    private final XenState xen;
    private final int units;
    private final int tags;
    private final int pages;
    private final int lanes;
    private final int ofPages;
    private final int perCpu;

    public Invalidations(XenState xen) {
        this.xen = xen;
        units = xen.iommu.units().size();
        tags = xen.tags.sort().size();
        pages = xen.pages.size();
        lanes = xen.setting.flush() == FlushPolicy.QUEUED ? xen.batch.size() : 1;
        ofPages = lanes * units * tags * pages;
        perCpu = ofPages + 2 * xen.devices.requesters.size();
    }

    private Sort sort() {
        List<String> labels = new ArrayList<>();
        for (String cpu : xen.pc.index().get(0).labels()) {
            for (int i = 0; i < ofPages; i++) {
                String lane = lanes > 1 ? ".element" + i / (units * tags * pages) : "";
                String unit = units > 1 ? "." + xen.iommu.units().label(unitOf(i)) : "";
                labels.add(
                        cpu + lane + unit + "." + xen.tags.sort().label(tagOf(i)) + "." + xen.pages.label(i % pages));
            }
            xen.devices.requesters.labels().forEach(device -> labels.add(cpu + "." + device));
            xen.devices.requesters.labels().forEach(device -> labels.add(cpu + "." + device + ".requests"));
        }
        return new Sort("Inv", labels);
    }

    /** The unit at which a page's token is, or that of a source-id. */
    private int unitOf(int token) {
        int i = token % perCpu;
        return i < ofPages
                ? i / (tags * pages) % units
                : xen.iommu.unitOf((i - ofPages) % xen.devices.requesters.size());
    }

    private int tagOf(int token) {
        return token % perCpu / pages % tags;
    }

    /** The token of a CPU for a page under a tag at a unit, in a lane. */
    @Override
    public int ofPage(int cpu, int lane, int unit, int tag, int page) {
        return cpu * perCpu + ((lane * units + unit) * tags + tag) * pages + page;
    }

    /** The token of a CPU for a source-id. */
    public int ofRequester(int cpu, int requester) {
        return cpu * perCpu + ofPages + requester;
    }

    /** The token of a CPU for what a source-id has in flight. */
    private int ofRequests(int cpu, int requester) {
        return ofRequester(cpu, xen.devices.requesters.size() + requester);
    }

    /** The first token of a CPU. */
    @Override
    public int first(int cpu) {
        return cpu * perCpu;
    }

    /** The only token that a CPU can have under way, or -1 where it can have several or has none. */
    @Override
    public int onlyOne(long[] s, int cpu) {
        return xen.batch.paysAtEnd() || xen.limbo.size() > 0 ? -1 : owed(s, cpu);
    }

    /** Lanes of a CPU. */
    @Override
    public int lanes() {
        return lanes;
    }

    /**
     * The token of what a CPU owes now, or -1: what caching mode remembers of an entry that was absent has none, nor has what a
     * batch waits for at its end, whose debts have theirs.
     */
    public int owed(long[] s, int cpu) {
        int phase = (int) xen.operation.phase.get(s, cpu);
        if (phase == Phase.DETACHING) {
            return ofRequester(cpu, (int) xen.deviceCall.requester.get(s, cpu));
        }
        if (phase == Phase.DRAINING && xen.limbo.size() == 0) {
            int requester = (int) xen.deviceCall.requester.get(s, cpu);
            return xen.entries.isPresent(s, requester) ? -1 : ofRequests(cpu, requester);
        }
        boolean endsBatch = phase == Phase.NONE && xen.batch.paysAtEnd() && xen.batch.anyDebt(s, cpu) >= 0;
        if (phase == Phase.DRAINING || phase == Phase.ATTACHING || endsBatch) {
            return -1;
        }
        int unit = xen.debt.unit(s, cpu);
        int tag = xen.domainTables.tag(s, (int) xen.operation.domain.get(s, cpu), unit);
        int lane = lanes > 1 ? Math.max(0, xen.batch.freeDebt(s, cpu)) : 0;
        return tag < 0 ? -1 : ofPage(cpu, lane, unit, tag, (int) xen.operation.frame.get(s, cpu));
    }

    /** Whether a token was submitted and is not acknowledged. */
    public boolean isUnderWay(long[] s, int token) {
        int cpu = token / perCpu;
        if (xen.debt.owes.get(s, cpu) == Debt.SUBMITTED && owed(s, cpu) == token) {
            return true;
        }
        int i = token % perCpu;
        if (i >= ofPages) {
            return false;
        }
        return isQueuedInBatch(s, cpu, i) || isDrainedInLimbo(s, cpu, i);
    }

    private boolean isQueuedInBatch(long[] s, int cpu, int i) {
        if (!xen.batch.paysAtEnd() || tagOf(i) != xen.domainTables.tag(s, xen.batch.mapper(s, cpu), 0)) {
            return false;
        }
        return lanes > 1
                ? xen.batch.isQueued(s, cpu, i / (tags * pages), i % pages)
                : xen.batch.isQueued(s, cpu, i % pages);
    }

    /** Whether the CPU flushes the limbo that owes the page, at its unit. Devices do not come and go where there is a limbo. */
    private boolean isDrainedInLimbo(long[] s, int cpu, int i) {
        int domain = (int) xen.operation.domain.get(s, cpu);
        return xen.limbo.size() > 0
                && xen.operation.phase.get(s, cpu) == Phase.DRAINING
                && xen.debt.unit(s, cpu) == unitOf(i)
                && xen.domainTables.tag(s, domain, unitOf(i)) == tagOf(i)
                && xen.owesInLimbo(s, domain, i % pages, false);
    }

    /** Whether hardware has still to do what a token that is under way stands for. */
    @Override
    public boolean isQueued(long[] s, int token) {
        return isUnderWay(s, token) && finds(s, token) == Port.COVERED;
    }

    private boolean isDone(long[] s, int token) {
        return isUnderWay(s, token) && finds(s, token) == Port.NOTHING;
    }

    /** The CPU that has a token. */
    int cpu(int token) {
        return token / perCpu;
    }

    /** The port of the unit at which a token is. */
    Port port(int token) {
        return xen.iommu.port(unitOf(token));
    }

    /** What a unit has still to do of what a token stands for: {@link Port#finds}. */
    int finds(long[] s, int token) {
        int cpu = token / perCpu;
        int i = token % perCpu;
        Port port = port(token);
        if (i >= ofPages + xen.devices.requesters.size()) {
            int tag = xen.domainTables.tag(s, (int) xen.operation.domain.get(s, cpu), unitOf(i));
            return port.finds(s, cpu, tag, 0);
        }
        if (i >= ofPages) {
            return alone(port.findsEntry(s, cpu, i - ofPages));
        }
        if (lanes > 1) {
            int after = submittedAfter(s, cpu, i / (tags * pages));
            return port.findsFromEnd(s, cpu, after, tagOf(i), i % pages);
        }
        return alone(port.finds(s, cpu, tagOf(i), i % pages));
    }

    /** A batch, or the limbo, has descriptors of other pages in the queue as well. */
    private int alone(int found) {
        return xen.batch.paysAtEnd() && found == Port.OTHERS ? Port.NOTHING : found;
    }

    /** How many descriptors a CPU's batch submitted after that of a lane. */
    private int submittedAfter(long[] s, int cpu, int lane) {
        int after = xen.debt.owes.get(s, cpu) == Debt.SUBMITTED && owed(s, cpu) >= 0 ? 1 : 0;
        int last = after == 1 ? xen.batch.freeDebt(s, cpu) : -1;
        if (lane == last) {
            return 0;
        }
        for (int i = lane + 1; i < lanes; i++) {
            after += xen.batch.isOwed(s, cpu, i) ? 1 : 0;
        }
        return after;
    }

    /** Whether a token that was to pay for a page does not any more after a step, as the page is owed anew. */
    public boolean isOwedAnew(long[] before, long[] after, int unit, int tag, int page) {
        for (int cpu = 0; cpu < xen.setting.cpus() && lanes > 1; cpu++) {
            for (int lane = 0; lane < lanes; lane++) {
                int token = ofPage(cpu, lane, unit, tag, page);
                if (pays(before, token) && !pays(after, token)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean pays(long[] s, int token) {
        return isUnderWay(s, token) && !isOwedAgain(s, token);
    }

    /** Whether what a token pays was owed anew since it was submitted. */
    private boolean isOwedAgain(long[] s, int token) {
        if (lanes == 1) {
            return false;
        }
        int cpu = token / perCpu;
        int i = token % perCpu;
        int lane = i / (tags * pages);
        int page = i % pages;
        if (!xen.batch.isQueued(s, cpu, lane, page)) {
            return false;
        }
        for (int later = lane + 1; later < lanes; later++) {
            if (xen.batch.isQueued(s, cpu, later, page)) {
                return true;
            }
        }
        return xen.operation.phase.get(s, cpu) != Phase.NONE
                && xen.debt.owes.get(s, cpu) != 0
                && xen.operation.frame.get(s, cpu) == page;
    }

    public void declare(Abstraction to) {
        Sort tokens = sort();
        to.sort(tokens);
        List<Sort> range = List.of(tokens, xen.iommu.units(), xen.tags.sort(), xen.pages);
        List<Sort> devices = List.of(tokens, xen.iommu.units(), xen.devices.requesters);
        to.relation("covers", range, (s, i, u, t, p, e) -> isFor(i, u, t, p), NOTHING);
        to.relation("coversQ", devices, (s, i, u, q, d, e) -> isFor(i, u, q), NOTHING);
        to.relation("pays", range, (s, i, u, t, p, e) -> isFor(i, u, t, p) && pays(s, i), (f, i, u, t, p, e) -> {
            if (isFor(i, u, t, p)) {
                read(f, i);
            }
        });
        to.relation("paysQ", devices, (s, i, u, q, d, e) -> isFor(i, u, q) && isUnderWay(s, i), (f, i, u, q, d, e) -> {
            if (isFor(i, u, q)) {
                read(f, i);
            }
        });
        to.relation("drains", devices, (s, i, u, q, d, e) -> isForRequests(i, u, q), NOTHING);
        RelationCode ends = (s, i, u, q, d, e) -> isForRequests(i, u, q) && isUnderWay(s, i);
        to.relation("paysF", devices, ends, (f, i, u, q, d, e) -> {
            if (isForRequests(i, u, q)) {
                read(f, i);
            }
        });
        Relation.Reads queue = (footprint, i, b, c, d, e) -> {
            read(footprint, i);
            readFound(footprint, i);
        };
        RelationCode queued = (s, i, b, c, d, e) -> isQueued(s, i);
        to.relation("queued", List.of(tokens), queued, queue);
        to.relation("done", List.of(tokens), (s, i, b, c, d, e) -> isDone(s, i), queue);
        new Alternatives(xen, to).tokens(this);
        to.relation("beyond", range, (s, i, u, t, p, e) -> isBeyond(s, i, u, t, p), (footprint, i, u, t, p, e) -> {
            if (isExact()) {
                queue.add(footprint, i, u, t, p, e);
            }
        });
    }

    /**
     * Where devices keep translations nothing says of a page's invalidation that it is done: the unit's does not pay yet, and which
     * device's does, is in no token. So a debt ends only where no cache, of the unit or of a device, has what the tables do not give.
     */
    public void withoutPages(Abstraction from, Abstraction own) {
        for (String name : List.of("queued", "done", "pays")) {
            Relation all = from.relation(name).orElseThrow();
            own.relation(
                    name,
                    all.places(),
                    (s, i, u, t, p, e) -> i % perCpu >= ofPages && all.code().holds(s, i, u, t, p, e),
                    (footprint, i, u, t, p, e) -> {
                        if (i % perCpu >= ofPages) {
                            all.reads().add(footprint, i, u, t, p, e);
                        }
                    });
        }
    }

    /**
     * Whether what an operation asks for is exactly the page that it owes: the unit can forget single pages, each entry is paid by
     * itself, no table is unlinked with it, and nothing that was given up or repaired is still in the queue.
     */
    private boolean isExact() {
        return xen.capabilities.asking().smallest() == Capabilities.Reach.PAGES
                && !xen.batch.paysAtEnd()
                && xen.limbo.size() == 0
                && !xen.pool.on()
                && !xen.setting.waitsTimeOut();
    }

    private boolean isBeyond(long[] s, int token, int unit, int tag, int page) {
        return isExact()
                && token % perCpu < ofPages
                && unitOf(token) == unit
                && !isFor(token, unit, tag, page)
                && isQueued(s, token)
                && xen.iommu.port(unit).finds(s, token / perCpu, tag, page) == Port.COVERED;
    }

    boolean isFor(int token, int unit, int tag, int page) {
        int i = token % perCpu;
        return i < ofPages && unitOf(i) == unit && tagOf(i) == tag && i % pages == page;
    }

    boolean isFor(int token, int unit, int requester) {
        return isAt(token, unit, requester, requester);
    }

    boolean isForRequests(int token, int unit, int requester) {
        return isAt(token, unit, xen.devices.requesters.size() + requester, requester);
    }

    private boolean isAt(int token, int unit, int place, int requester) {
        return token % perCpu == ofPages + place && xen.iommu.unitOf(requester) == unit;
    }

    /** Adds what {@link #finds} reads beside batches. */
    void readFound(Footprint footprint, int token) {
        if (token % perCpu >= ofPages + xen.devices.requesters.size()) {
            footprint.one(xen.operation.domain, cpu(token));
            xen.tags.read(footprint);
        }
        port(token).read(footprint);
    }

    /** Adds what {@link #owed} reads beside batches to tell whether it is this token. */
    void readOwed(Footprint footprint, int token) {
        Debts.one(
                footprint,
                cpu(token),
                xen.operation.phase,
                xen.operation.domain,
                xen.operation.frame,
                xen.deviceCall.requester,
                xen.debt.unit);
        int i = token % perCpu;
        if (i < ofPages) {
            xen.tags.read(footprint);
        } else {
            xen.entries.read(footprint, (i - ofPages) % xen.devices.requesters.size());
        }
    }

    /** Adds what tells whether a token is under way, and whether what it pays was owed anew: of its CPU, and of batches and limbo. */
    private void read(Footprint footprint, int token) {
        footprint.one(xen.debt.owes, cpu(token));
        readOwed(footprint, token);
        xen.batch.readDebts(footprint);
        for (int i = 0; i < xen.limbo.size(); i++) {
            xen.limbo.read(footprint, i);
        }
        if (xen.limbo.size() > 0) {
            footprint.all(xen.grants.activeFrame).all(xen.grants.pin);
        }
    }
}
