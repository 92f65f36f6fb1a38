package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Registers.Gsts;
import dev.moat.iommu.vtd.register.format.Access;
import dev.moat.iommu.vtd.register.format.PageAnswer;
import dev.moat.iommu.vtd.register.format.Request;
import dev.moat.iommu.vtd.register.page.PageRequestQueue;
import dev.moat.iommu.vtd.scalable.FaultCondition;
import dev.moat.iommu.vtd.scalable.PageRequest;
import dev.moat.iommu.vtd.scalable.PasidDescriptors;
import dev.moat.iommu.vtd.scalable.PasidEntry;
import dev.moat.iommu.vtd.scalable.ScalableContextEntry;

/**
 * A page request from the device to the queue: translation on and in scalable mode, the context entry and its PRE, room in the queue. What is
 * cached of the page is forgotten first, so that the device, when software has answered, does not meet what was there before. PASID
 * directory and table are software's to check. {@code @source} VTD-PAGE-REQUESTS.
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
        int answer = deviceTables.isScalable(s)
                ? byContext(s, request, address)
                : refused(s, FaultCondition.PAGE_REQUEST_NOT_ENABLED, request, address);
        caches.contexts.drop(s);
        caches.pasids.drop(s);
        return answer;
    }

    private int byContext(long[] s, long request, long address) {
        int sid = Request.sid(request);
        int context = caches.findContext(s, sid);
        boolean cached = context >= 0;
        FaultCondition wrong = cached ? caches.contextFailure(s, context) : deviceTables.readContext(s, sid);
        context = cached ? context : caches.contexts.inHand();
        long w0 = caches.contexts.word(s, context, 0);
        long known = Request.silencing(request, ScalableContextEntry.FPD.isSet(w0));
        if (wrong != null) {
            caches.fillContextFailure(s, sid, cached, wrong);
            return refused(s, wrong, known, address);
        }
        if (!ScalableContextEntry.PRE.isSet(w0)) {
            return refused(s, FaultCondition.PAGE_REQUEST_NOT_ENABLED, known, address);
        }
        long w1 = caches.contexts.word(s, context, 1);
        long pasid = Request.NAMED.isSet(request) ? Request.PASID.get(request) : deviceTables.pasidOfRequester(w1);
        forget(s, w0, pasid, address);
        return switch (queue.put(s, first(request), second(request, address))) {
            case PageRequestQueue.QUEUED -> PageAnswer.QUEUED;
            case PageRequestQueue.OVERFLOW -> Request.LAST.isSet(request) ? PageAnswer.SUCCESS : PageAnswer.DISCARDED;
            default -> PageAnswer.UNWRITABLE;
        };
    }

    private int refused(long[] s, FaultCondition condition, long request, long address) {
        translator.blocked(s, condition, request, address);
        return PageAnswer.refused(condition);
    }

    /** Translations of the page under the PASID, if that has an entry. */
    private void forget(long[] s, long w0, long pasid, long address) {
        if (pasid < ScalableContextEntry.pasids(w0) && deviceTables.readPasid(s, w0, pasid, false) == null) {
            int did = (int) PasidEntry.DID.get(caches.pasids.word(s, caches.pasids.inHand(), 1));
            long page = address & PageRequest.ADDR.mask();
            invalidations.translationsOfPasid(s, PasidDescriptors.PAGES_OF_PASID, did, pasid, page);
        }
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
        boolean write = Request.isWrite(request);
        long word = PageRequest.WR.set(PageRequest.RD.set(0, write ? 0 : 1), write ? 1 : 0);
        word = PageRequest.LPIG.set(word, Request.LAST.get(request));
        return PageRequest.PRGI.set(word, Request.GROUP.get(request)) | (address & PageRequest.ADDR.mask());
    }
}
