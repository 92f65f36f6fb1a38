package dev.moat.dma.api;

import dev.moat.dma.api.ApiSetting.Kernel;
import dev.moat.iommu.Meaning;
import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Decision;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import java.util.List;

/** The calls, each in one action. What an invalidation covers is owed no longer. */
final class ApiActions {
    private static final Sort RIGHTS = new Sort("Rights", List.of("r", "w", "rw"));
    private static final Sort DIRECTIONS = new Sort("Rights", List.of("r", "rw"));
    private static final Sort ACCESS = new Sort("Access", List.of("read", "write"));

    private final ApiState a;
    private final ModelBuilder model;
    private final ApiFlush flush;
    /** {@code unmap.writes-back}: (domain, page) to 1 when the line of the cleared entry is written back. */
    private final Decision writesBack;
    /** {@code map.flushes}: (domain, page) to 1 when a unit may have to forget that nothing was mapped. */
    private final Decision mapFlushes;

    ApiActions(ApiState state, ModelBuilder model) {
        a = state;
        this.model = model;
        flush = new ApiFlush(state, model);
        writesBack = model.decision("unmap.writes-back", (s, domain, page, c) -> 1);
        mapFlushes = model.decision(
                "map.flushes", (s, domain, page, c) -> a.can.caching().absence() ? 1 : 0);
    }

    void declare() {
        Argument domain = new Argument("domain", a.domains);
        Argument page = new Argument("page", a.pages);
        call(
                "map_page",
                Guarded.of(this::map),
                domain,
                page,
                new Argument("frame", a.frames),
                new Argument("rights", a.setting.directions ? DIRECTIONS : RIGHTS));
        call("unmap_page", Guarded.of(this::unmap), domain, page);
        if (!a.keeps(Kernel.STRICT)) {
            call("unmap_returns", Guarded.of(this::unmapReturns), domain, page);
        }
        if (!a.keeps(Kernel.WRAP)) {
            call("alloc_iova", Guarded.of(this::settleOwed), domain, page);
            call("flush_returns", Guarded.of(this::settleOwed), domain, page);
        }
        Sort masks = Sort.numbered("Mask", "am", SlotsBuilder.bitsFor(a.pages.size() - 1) + 1);
        call("invalidate_pages", Guarded.of(this::invalidatePages), domain, page, new Argument("mask", masks));
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

    /**
     * Fills an entry that was empty; the frame is from now on the domain's, and others' only while they map it. It returns when
     * the units see the entry.
     */
    private boolean map(long[] s, int domain, int page, int frame, int choice) {
        int rights = a.setting.directions && choice != 0 ? Rights.ALL : choice + 1;
        if (!a.isInAperture(page)
                || isMapped(s, domain, page)
                || (a.keeps(Kernel.WRAP) && isOwed(s, domain, page))
                || (a.keeps(Kernel.WRAP) && isLeftBehind(s, domain, frame))) {
            return false;
        }
        int entitled = entitlement(s, domain, frame, rights);
        a.iommu.tables().store(s, domain, page, frame, rights);
        a.note(s, domain, page, frame, rights);
        a.iommu.visibility().writeBack(s, domain, page);
        if (mapFlushes.decide(s, domain, page, 0) != 0) {
            flush.pages(s, domain, page, page);
        }
        for (int d = 0; d < a.domains.size(); d++) {
            if (d == domain || !a.maps(s, d, frame)) {
                a.entitled.set(s, d, frame, d == domain ? entitled : 0);
            }
        }
        return true;
    }

    /** What a domain may do with a frame that is mapped for it: this, and what it still may by an earlier mapping. */
    private int entitlement(long[] s, int domain, int frame, int rights) {
        if (!a.setting.directions) {
            return 1;
        }
        int now = rights == Rights.READ ? Rights.READ : Rights.ALL;
        boolean kept = a.maps(s, domain, frame);
        for (int p = 0; p < a.pages.size() && !kept; p++) {
            kept = isOwed(s, domain, p);
        }
        return kept ? now | (int) a.entitled.get(s, domain, frame) : now;
    }

    /**
     * Whether another domain, which has no mapping of the frame any more, is still unmapping a page from which a unit may lead it there; or,
     * with a kernel that waits for that, owes its invalidation. Such a kernel waits for all that it owes; where nothing leads to the frame,
     * waiting changes nothing that could be judged. It knows of what it owes alone: what a unit goes on serving behind an invalidation that
     * it was told is done keeps it from nothing.
     */
    private boolean isLeftBehind(long[] s, int domain, int frame) {
        for (int d = 0; d < a.domains.size(); d++) {
            for (int p = 0; p < a.pages.size() && d != domain && !a.maps(s, d, frame); p++) {
                boolean waits = isOwed(s, d, p) && (a.keeps(Kernel.LAZY) || a.limbo.get(s, d, p) == 0);
                if (waits && (isUnseen(s, d, p, frame) || isCached(s, d, p, frame))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether units still read the entry that led to the frame, as its line was not written back. */
    private boolean isUnseen(long[] s, int domain, int page, int frame) {
        Meaning meaning = a.iommu.meaning();
        return meaning.unseenRights(s, domain, page) != Rights.NONE && meaning.unseenFrame(s, domain, page) == frame;
    }

    private boolean isCached(long[] s, int domain, int page, int frame) {
        Meaning meaning = a.iommu.meaning();
        for (int u = 0; u < a.iommu.units().size(); u++) {
            int tag = a.tag(s, domain, u);
            if (a.uses(domain, u)
                    && meaning.cachedRights(s, u, tag, page) != Rights.NONE
                    && meaning.cachedFrame(s, u, tag, page) == frame) {
                return true;
            }
        }
        return false;
    }

    private boolean isOwed(long[] s, int domain, int page) {
        return a.owed.get(s, domain, page) != 0;
    }

    private boolean unmap(long[] s, int domain, int page) {
        if (!isMapped(s, domain, page)) {
            return false;
        }
        a.iommu.tables().store(s, domain, page, 0, Rights.NONE);
        if (writesBack.decide(s, domain, page, 0) != 0) {
            a.iommu.visibility().writeBack(s, domain, page);
        }
        a.note(s, domain, page, -1, Rights.NONE);
        a.owed.set(s, domain, page, 1);
        return true;
    }

    /** The caller of unmap goes on; it may reuse what the page led to. */
    private boolean unmapReturns(long[] s, int domain, int page) {
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
    private boolean settleOwed(long[] s, int domain, int page) {
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

    private boolean invalidatePages(long[] s, int domain, int page, int mask) {
        if ((page & ((1 << mask) - 1)) != 0) {
            return false; // the same range as that of the aligned page
        }
        int last = page + (1 << mask) - 1;
        flush.pages(s, domain, page, last);
        settle(s, domain, page, last);
        return true;
    }

    private boolean invalidateDomain(long[] s, int domain) {
        flush.pages(s, domain, Port.ALL_PAGES, Port.ALL_PAGES);
        settle(s, domain, 0, a.pages.size() - 1);
        return true;
    }

    private boolean invalidateGlobal(long[] s) {
        flush.everything(s);
        for (int domain = 0; domain < a.domains.size(); domain++) {
            settle(s, domain, 0, a.pages.size() - 1);
        }
        return true;
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
