package dev.moat.iommu.api;

import dev.moat.iommu.vtd.Descriptors;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import java.util.List;

/**
 * The calls. An invalidation is submitted, executed and awaited in one action: between its descriptor and the return of
 * the flush the kernel does nothing else on that CPU. What it covers is owed no longer.
 */
final class ApiActions {
    private static final Sort RIGHTS = new Sort("Rights", List.of("r", "w", "rw"));
    private static final Sort ACCESS = new Sort("Access", List.of("read", "write"));

    private final ApiState a;
    private final ModelBuilder model;

    ApiActions(ApiState state, ModelBuilder model) {
        a = state;
        this.model = model;
    }

    void declare() {
        Argument domain = new Argument("domain", a.domains);
        Argument page = new Argument("page", a.pages);
        call("map_page", this::map, domain, page, new Argument("frame", a.frames), new Argument("rights", RIGHTS));
        call("unmap_page", this::unmap, domain, page);
        if (!a.strict) {
            call("unmap_returns", this::unmapReturns, domain, page);
        }
        if (!a.lazy) {
            call("alloc_iova", this::settleOwed, domain, page);
            call("flush_returns", this::settleOwed, domain, page);
        }
        Sort masks = Sort.numbered("Mask", "am", SlotsBuilder.bitsFor(a.pages.size() - 1) + 1);
        call("invalidate_pages", this::invalidatePages, domain, page, new Argument("mask", masks));
        call("invalidate_domain", (s, d, b, c, e, f) -> invalidate(s, Descriptors.iotlbDomain(a.did(d)), 0), domain);
        call("invalidate_global", (s, b, c, d, e, f) -> invalidate(s, Descriptors.iotlbGlobal(), 0));
        model.action(
                "dma",
                Actor.DEVICE,
                List.of(new Argument("device", a.unit.geometry().requesters()), page, new Argument("access", ACCESS)),
                (s, dev, p, access, d, e) -> a.caches.fill(s, dev, p, access == 1));
    }

    private void call(String name, Guarded code, Argument... arguments) {
        model.action(name, Actor.HYPERVISOR, List.of(arguments), code);
    }

    /** Fills an entry that was empty; the frame is from now on the domain's, and others' only while they map it. */
    private boolean map(long[] s, int domain, int page, int frame, int rights, int unused) {
        if (a.unit.leaf(s, domain, page) != 0 || (a.lazy && (isOwed(s, domain, page) || isCached(s, domain, frame)))) {
            return false;
        }
        a.unit.setLeaf(s, domain, page, a.unit.leafTo(frame, rights + 1));
        for (int d = 0; d < a.domains.size(); d++) {
            if (d == domain || !a.maps(s, d, frame)) {
                a.entitled.set(s, d, frame, d == domain ? 1 : 0);
            }
        }
        return true;
    }

    /** Whether the IOTLB leads another domain, which has no mapping of it any more, to the frame. */
    private boolean isCached(long[] s, int domain, int frame) {
        for (int d = 0; d < a.domains.size(); d++) {
            for (int p = 0; p < a.pages.size() && d != domain; p++) {
                if (a.unit.cachedRights(s, a.did(d), p) != 0
                        && a.unit.cachedFrame(s, a.did(d), p) == frame
                        && !a.maps(s, d, frame)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isOwed(long[] s, int domain, int page) {
        return a.owed.get(s, domain, page) != 0;
    }

    private boolean unmap(long[] s, int domain, int page, int c, int d, int e) {
        long entry = a.unit.leaf(s, domain, page);
        if (entry == 0) {
            return false;
        }
        a.unit.setLeaf(s, domain, page, 0);
        a.owed.set(s, domain, page, 1);
        return true;
    }

    /** The caller of unmap goes on; it may reuse what the page led to. */
    private boolean unmapReturns(long[] s, int domain, int page, int c, int d, int e) {
        if (!isOwed(s, domain, page) || a.limbo.get(s, domain, page) != 0) {
            return false;
        }
        a.limbo.set(s, domain, page, 1);
        return true;
    }

    /**
     * Nobody will pay what is owed for the page any more: its address is handed out again, or the flush that was to cover
     * it has returned.
     */
    private boolean settleOwed(long[] s, int domain, int page, int c, int d, int e) {
        if (!isOwed(s, domain, page)) {
            return false;
        }
        settle(s, domain, page);
        return true;
    }

    private void settle(long[] s, int domain, int page) {
        a.owed.set(s, domain, page, 0);
        a.limbo.set(s, domain, page, 0);
    }

    private boolean invalidatePages(long[] s, int domain, int page, int mask, int d, int e) {
        if ((page & ((1 << mask) - 1)) != 0) {
            return false; // the same range as that of the aligned page
        }
        return invalidate(s, Descriptors.iotlbPage(a.did(domain)), Descriptors.iotlbPageHi(page, mask, true));
    }

    private boolean invalidate(long[] s, long lo, long hi) {
        a.queue.enqueue(s, lo, hi);
        while (a.queue.consume(s)) {
            // until the queue is empty: the caller waits
        }
        int granularity = (int) Descriptors.G.get(lo);
        long first = Descriptors.Iotlb.ADDR.get(hi);
        long pages = 1L << Descriptors.Iotlb.AM.get(hi);
        for (int d = 0; d < a.domains.size(); d++) {
            boolean meant = granularity == Descriptors.GLOBAL || a.did(d) == Descriptors.DID.get(lo);
            for (int p = 0; p < a.pages.size() && meant; p++) {
                if (granularity != Descriptors.PAGE || (p >= first && p < first + pages)) {
                    settle(s, d, p);
                }
            }
        }
        return true;
    }
}
