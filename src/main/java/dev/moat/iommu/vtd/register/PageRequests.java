package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.PageAnswer;
import dev.moat.iommu.vtd.format.PageRequest;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import dev.moat.iommu.vtd.format.Request;
import dev.moat.iommu.vtd.format.ScalableContextEntry;

/**
 * A page request from the device to the queue. Checks: translation is on and in scalable mode, the context entry and
 * its PRE, the PASID and its entries, room in the queue. Cached translations of the page are removed first, so that
 * the device does not use an old one after software's answer. They are cached under the DID of the PASID's entry or,
 * if translations serve one requester, under that requester and its PASID. {@code @source} VTD-PAGE-REQUESTS.
 */
final class PageRequests {
    private final UnitState u;
    private final Caches caches;
    private final DeviceTables deviceTables;
    private final Invalidations invalidations;
    private final Translator translator;
    private final PageRequestQueue queue;

    PageRequests(
            UnitState u,
            DeviceTables deviceTables,
            Invalidations invalidations,
            Translator translator,
            PageRequestQueue queue) {
        this.u = u;
        caches = invalidations.caches();
        this.deviceTables = deviceTables;
        this.invalidations = invalidations;
        this.translator = translator;
        this.queue = queue;
    }

    /**
     * What becomes of a request.
     *
     * @param request a {@link Request} for a page
     * @return a {@link PageAnswer}
     */
    int ask(long[] s, long request, long address) {
        if (!Gsts.TES.isSet(u.status(s))) {
            return PageAnswer.OFF;
        }
        int answer = byMode(s, request, address);
        caches.contexts.drop(s);
        caches.pasids.drop(s);
        return answer;
    }

    private int byMode(long[] s, long request, long address) {
        if (!deviceTables.isModeKnown(s)) {
            return refused(s, FaultCondition.ROOT_POINTER_INVALID, request, address);
        }
        return deviceTables.isScalable(s)
                ? byContext(s, request, address)
                : refused(s, FaultCondition.PAGE_REQUEST_NOT_ENABLED, request, address);
    }

    private int byContext(long[] s, long request, long address) {
        DeviceTables.Context context = deviceTables.context(s, Request.sid(request));
        long known = context.silencing(request);
        FaultCondition wrong = context.wrong();
        if (wrong == null && !ScalableContextEntry.PRE.isSet(context.w0())) {
            wrong = FaultCondition.PAGE_REQUEST_NOT_ENABLED;
        }
        boolean named = Request.NAMED.isSet(request);
        long pasid = named ? Request.PASID.get(request) : deviceTables.pasidOfRequester(context.w1());
        wrong = wrong == null && named ? deviceTables.refused(context, pasid) : wrong;
        int entry = wrong == null ? caches.findPasid(s, Request.sid(request), pasid) : -1;
        if (wrong == null && entry < 0) {
            wrong = deviceTables.readPasid(s, context.w0(), pasid, context.cached());
            entry = caches.pasids.inHand();
            known = wrong == null ? known : deviceTables.silencing(s, known, wrong);
        }
        if (wrong != null) {
            return refused(s, wrong, known, address);
        }
        forget(s, request, pasid, entry, address);
        return switch (queue.put(s, first(request), second(request, address))) {
            case PageRequestQueue.QUEUED -> PageAnswer.QUEUED;
            case PageRequestQueue.OVERFLOW -> expectsAnswer(request) ? PageAnswer.SUCCESS : PageAnswer.DISCARDED;
            default -> PageAnswer.UNWRITABLE;
        };
    }

    /** The last request of a group does; a stop marker, which asks for nothing, does not. */
    private static boolean expectsAnswer(long request) {
        return Request.LAST.isSet(request) && Request.RIGHTS.get(request) != 0;
    }

    private int refused(long[] s, FaultCondition condition, long request, long address) {
        translator.blocked(s, condition, request, address);
        return PageAnswer.refused(condition);
    }

    /**
     * What a request for the page would hit: what its requester and PASID have cached, where that alone serves them; if not, what is there under
     * the DID, and of the kind, of the entry that its PASID has, cached or in memory.
     */
    private void forget(long[] s, long request, long pasid, int entry, long address) {
        long page = address & PageRequest.ADDR.mask();
        if (caches.arePerRequester()) {
            invalidations.pageOfRequester(s, Request.sid(request), pasid, page);
            return;
        }
        int did = (int) PasidEntry.DID.get(caches.pasids.word(s, entry, 1));
        int kind = deviceTables.kind(caches.pasids.word(s, entry, 0), caches.pasids.word(s, entry, 2));
        invalidations.page(s, kind, did, pasid, page);
    }

    private static long first(long request) {
        int access = Request.access(request);
        long word = PageRequest.TYPE.set(0, PageRequest.PAGE_REQUEST);
        word = PageRequest.RID.set(word, Request.sid(request));
        if (Request.NAMED.isSet(request)) {
            word = PageRequest.PASID.set(PageRequest.PP.set(word, 1), Request.PASID.get(request));
            word = PageRequest.EXR.set(word, (access & Access.EXECUTE) == 0 ? 0 : 1);
            word = PageRequest.PMR.set(word, Access.isPrivileged(access) ? 1 : 0);
        }
        return word;
    }

    private static long second(long request, long address) {
        // RD and WR are the lowest bits.
        long word = PageRequest.LPIG.set(Request.RIGHTS.get(request), Request.LAST.get(request));
        return PageRequest.PRGI.set(word, Request.GROUP.get(request)) | (address & PageRequest.ADDR.mask());
    }
}
