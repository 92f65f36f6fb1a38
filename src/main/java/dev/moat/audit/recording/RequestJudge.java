package dev.moat.audit.recording;

import dev.moat.audit.read.EventHandler.Request;
import dev.moat.audit.result.AuditRule;
import dev.moat.iommu.RecordedUnit.Outcome;
import dev.moat.iommu.RecordedUnit.Reached;
import dev.moat.iommu.TableKind;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/**
 * What devices got: what the tables give, or what a cache may still hold. Stores of a CPU and requests of a device are recorded by different
 * threads, so an answer may also be one that memory gives a few events later.
 */
final class RequestJudge {
    private static final int WINDOW = 64;
    private static final int MOST_WAITING = 64;
    private static final long PAGE_MASK = 0xfff;

    private final Recorded recorded;
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    /** A request that memory does not explain yet. */
    private record Waiting(Request request, Moment when) {}

    RequestJudge(Recorded recorded) {
        this.recorded = recorded;
    }

    void asked(Request request, Moment when) {
        if (!settles(request)) {
            waiting.add(new Waiting(request, when));
            if (waiting.size() > MOST_WAITING) {
                give(waiting.remove());
            }
        }
    }

    /** Something else happened: it may explain what waits. */
    void look() {
        if (waiting.isEmpty()) {
            return;
        }
        Iterator<Waiting> all = waiting.iterator();
        while (all.hasNext()) {
            Waiting one = all.next();
            if (settles(one.request)) {
                all.remove();
            } else if (one.when.number() + WINDOW < recorded.number()) {
                all.remove();
                give(one);
            }
        }
    }

    void end() {
        waiting.forEach(this::give);
        waiting.clear();
    }

    /** Events are missing: nothing can be said of what waits. */
    void lose() {
        waiting.forEach(w -> recorded.ledger.unjudged(AuditRule.ANSWER, EventJudge.LOST));
        waiting.clear();
    }

    private boolean settles(Request r) {
        UnitTables unit = recorded.unit(r.unit()).tables();
        recorded.tables.memory().missed();
        Reached live = unit.unit().translate(r.requester(), r.pasid(), r.address(), r.write());
        boolean unknown = recorded.tables.memory().missed() || live.outcome() == Outcome.UNKNOWN;
        Long answer = r.answer();
        if (unknown) {
            recorded.ledger.unjudged(
                    AuditRule.ANSWER, "a table that the request needs was not shown, or its entry is not judged");
            return true;
        }
        boolean passes = live.outcome() == Outcome.MEMORY;
        if (answer == null && passes) {
            recorded.ledger.unjudged(
                    AuditRule.ANSWER,
                    "a request was refused that tables allow: what they did not give before may be cached");
            return true;
        }
        boolean explained = answer == null || (passes && live.address() == answer) || isKept(unit, r, answer);
        if (explained) {
            recorded.ledger.clean(AuditRule.ANSWER);
        }
        return explained;
    }

    /** Whether a cache may hold a translation that gives this answer. */
    private boolean isKept(UnitTables unit, Request r, long answer) {
        List<Long> tags = unit.tagsOf(r.requester(), r.pasid());
        long page = r.address() >>> 12;
        if ((r.address() & PAGE_MASK) != (answer & PAGE_MASK)) {
            return false;
        } else if (r.address() == answer && unit.mayPass((long) r.requester() << TableKind.PASID_BITS)) {
            return true;
        }
        for (Reach reach : recorded.tables.leadingTo(answer >>> 12, 1)) {
            Lingering through = reach.through();
            boolean same = reach.unit() == unit && tags.contains(reach.tag());
            long offset = page - reach.page();
            boolean covers = offset >= 0 && offset < 1L << reach.entry().size();
            long frame = (reach.entry().frame() & -(1L << reach.entry().size()))
                    | (page & ((1L << reach.entry().size()) - 1));
            if (same && covers && frame == answer >>> 12 && (through == null || !through.isGone())) {
                return true;
            }
        }
        return false;
    }

    private void give(Waiting one) {
        Request r = one.request;
        recorded.violated(
                AuditRule.ANSWER,
                one.when,
                String.format(
                        Locale.ROOT,
                        "requester %s got %#x for the %s of %#x, which neither tables nor caches of %s give",
                        LingeringExplanation.requester((long) r.requester() << TableKind.PASID_BITS),
                        r.answer(),
                        r.write() ? "write" : "read",
                        r.address(),
                        recorded.unit(r.unit()).tables().name()));
    }
}
