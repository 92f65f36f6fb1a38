package dev.moat.dma.api;

import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Outcome;
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
        call("invalidate_domain", (s, d, b, c, e, f) -> invalidateDomain(s, d), domain);
        call("invalidate_global", (s, b, c, d, e, f) -> invalidateGlobal(s));
        model.action(
                "dma",
                Actor.DEVICE,
                List.of(new Argument("device", a.requesters), page, new Argument("access", ACCESS)),
                (s, dev, p, access, d, e) -> a.iommu.request(s, dev, p, access == 1));
    }

    private void call(String name, Guarded code, Argument... arguments) {
        model.action(name, Actor.HYPERVISOR, List.of(arguments), code);
    }

    /** Fills an entry that was empty; the frame is from now on the domain's, and others' only while they map it. */
    private boolean map(long[] s, int domain, int page, int frame, int rights, int unused) {
        if (isMapped(s, domain, page) || (a.lazy && (isOwed(s, domain, page) || isCached(s, domain, frame)))) {
            return false;
        }
        a.iommu.tables().store(s, domain, page, frame, rights + 1);
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
                if (a.iommu.meaning().cachedRights(s, 0, a.tag(s, d), p) != Rights.NONE
                        && a.iommu.meaning().cachedFrame(s, 0, a.tag(s, d), p) == frame
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
        if (!isMapped(s, domain, page)) {
            return false;
        }
        a.iommu.tables().store(s, domain, page, 0, Rights.NONE);
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
        int last = page + (1 << mask) - 1;
        invalidate(s, a.tag(s, domain), page, last);
        settle(s, domain, page, last);
        return true;
    }

    private boolean invalidateDomain(long[] s, int domain) {
        invalidate(s, a.tag(s, domain), Port.ALL_PAGES, Port.ALL_PAGES);
        settle(s, domain, 0, a.pages.size() - 1);
        return true;
    }

    private boolean invalidateGlobal(long[] s) {
        invalidate(s, Port.ALL_TAGS, Port.ALL_PAGES, Port.ALL_PAGES);
        for (int domain = 0; domain < a.domains.size(); domain++) {
            settle(s, domain, 0, a.pages.size() - 1);
        }
        return true;
    }

    private void invalidate(long[] s, int tag, int first, int last) {
        Port port = a.iommu.port(0);
        port.askTranslations(s, 0, tag, first, last, Port.LEAVES);
        for (int step = 0; step < port.driverSteps().size(); step++) {
            while (port.drive(s, 0, step) == Outcome.LOOP) {
                // until the driver goes on: nothing else happens meanwhile
            }
        }
        while (port.serve(s)) {
            // until nothing is left to do: the caller waits
        }
        port.announce(s, 0);
    }

    private void settle(long[] s, int domain, int first, int last) {
        for (int p = first; p <= Math.min(last, a.pages.size() - 1); p++) {
            settle(s, domain, p);
        }
    }

    private boolean isMapped(long[] s, int domain, int page) {
        return a.iommu.tables().rights(s, domain, page) != Rights.NONE;
    }
}
