package dev.moat.conform.qemu;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.Translation;
import dev.moat.iommu.vtd.format.FaultReason;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Context entries and translations. Memory is not in the log: an entry that QEMU fetches is what memory holds at that
 * moment, and Moat's unit must then be able to fetch it too; what QEMU finds in a cache must be in Moat's.
 */
final class TranslationEvents {
    private static final long NONE = -1;
    private static final long SUPERPAGE = -2;
    private static final String SECOND_LEVEL = "translation by a superpage";
    private static final int WRITE = Rights.WRITE;

    private final LoggedUnit unit;
    private final LogShape shape;
    private final @Nullable TraceJoin trace;
    private final LogTally tally;
    /** Per requester, the frame of the hit or fill whose translation is to be reported, or NONE or SUPERPAGE. */
    private final long[] frame;
    /** Per requester, the page of that hit or fill. */
    private final long[] page;
    /** Requesters of which the log has shown a translation. */
    private final boolean[] seen;

    TranslationEvents(LoggedUnit unit, LogShape shape, @Nullable TraceJoin trace, LogTally tally) {
        this.unit = unit;
        this.shape = shape;
        this.trace = trace;
        this.tally = tally;
        frame = new long[shape.sourceIds().size()];
        page = new long[frame.length];
        seen = new boolean[frame.length];
        Arrays.fill(frame, NONE);
    }

    void register(Map<String, Consumer<LogLine>> events) {
        events.put("vtd_iotlb_cc_update", this::contextFill);
        events.put("vtd_iotlb_cc_hit", this::contextHit);
        events.put("vtd_context_cache_reset", this::contextReset);
        events.put("vtd_iotlb_page_update", this::fill);
        events.put("vtd_iotlb_page_hit", this::hit);
        events.put("vtd_iotlb_reset", this::reset);
        events.put("vtd_dmar_translate", this::translation);
    }

    private int requesterOfContext(LogLine l) {
        return unit.requester(l.number("bus", 0xff) << 8 | l.number("devfn", 0xff));
    }

    private void contextFill(LogLine l) {
        tally.judged(l);
        int r = requesterOfContext(l);
        if (unit.caches.contextEvict(unit.s, r)) {
            tally.explained("context entry fetched again although nothing had removed it");
        }
        fetchContext(l, r);
    }

    private void fetchContext(LogLine l, int r) {
        unit.learnContext(r, l.number("high"), l.number("low"));
        if (!unit.caches.contextFill(unit.s, r)) {
            tally.disagree(l, "context entry", "cached", unit.answer(r, 0, false));
        }
    }

    private void contextHit(LogLine l) {
        tally.judged(l);
        int r = requesterOfContext(l);
        if (unit.walk.cachedDid(unit.s, r) < 0) {
            if (unit.late()) {
                tally.unjudged("context entry that the log does not show being fetched");
            } else {
                tally.disagree(l, "context entry", "hit", "not cached");
            }
            fetchContext(l, r);
            return;
        }
        tally.compare(l, "low", unit.contextLo(l.number("low")), unit.unit.cachedLo.get(unit.s, r));
        tally.compare(l, "high", unit.contextHi(l.number("high")), unit.unit.cachedHi.get(unit.s, r));
    }

    private void contextReset(LogLine l) {
        tally.judged(l);
        for (int r = 0; r < frame.length; r++) {
            if (unit.caches.contextEvict(unit.s, r)) {
                tally.explained("context entry dropped by a reset of the cache");
            }
        }
    }

    /** A full IOTLB is emptied after the event of a fill and before that fill's entry goes in. */
    private void reset(LogLine l) {
        tally.judged(l);
        for (int tag = 0; tag < unit.g.tags().size(); tag++) {
            for (int p = 0; p < unit.g.pages().size(); p++) {
                if (!isUnderWay(tag, p) && unit.caches.evict(unit.s, tag, p)) {
                    tally.explained("translation dropped by a reset of the IOTLB");
                }
            }
        }
    }

    private boolean isUnderWay(int tag, int p) {
        for (int r = 0; r < frame.length; r++) {
            if (frame[r] >= 0 && page[r] == unit.g.pageNumber(p) && unit.tag(r) == tag) {
                return true;
            }
        }
        return false;
    }

    /** The tag of a requester, its DID compared with the event's; -1, and nothing more to judge, when there is none. */
    private int tag(LogLine l, int r) {
        int tag = unit.tag(r);
        if (tag >= 0) {
            tally.compare(l, "domain", l.number("domain"), unit.did(tag));
        } else {
            tally.unjudged("translation of a device whose context entry the log does not show");
            frame[r] = SUPERPAGE;
        }
        return tag;
    }

    /** Superpages are left alone: until the next event nothing says how large they are. */
    private boolean skipsSuperpage(LogLine l, int r, long slpte) {
        if (SecondLevelEntry.SP.isSet(slpte)) {
            tally.unjudged(SECOND_LEVEL);
            frame[r] = SUPERPAGE;
            return true;
        }
        page[r] = l.number("iova") >>> LogShape.PAGE_SHIFT;
        return false;
    }

    private void fill(LogLine l) {
        int r = unit.requester(l.number("sid", 0xffff));
        long slpte = l.number("slpte");
        int tag = skipsSuperpage(l, r, slpte) ? -1 : tag(l, r);
        if (tag < 0) {
            return;
        }
        tally.judged(l);
        if (trace != null) {
            trace.filled(l, page[r], slpte);
        }
        int p = unit.page(l.number("iova"));
        boolean unknown = isUnknown(tag, p);
        if (unit.caches.evict(unit.s, tag, p)) {
            // What the unit still holds it may always forget; QEMU has done so here.
            if (unknown) {
                tally.unjudged("fill of a page that the IOTLB may have held when the log began");
            } else {
                tally.explained("translation filled again although nothing had removed it");
            }
        }
        fetch(l, r, tag, p, slpte);
    }

    private boolean isUnknown(int tag, int p) {
        return unit.unit.cachedRights(unit.s, tag, p) != 0 && unit.cachedFrame(tag, p) < 0;
    }

    /** The unit, which does not hold the page, misses, walks and caches. */
    private void fetch(LogLine l, int r, int tag, int p, long slpte) {
        unit.learnLeaf(r, p, slpte);
        boolean write = (SecondLevelEntry.rights(slpte) & WRITE) != 0;
        frame[r] = SecondLevelEntry.ADDR.get(slpte);
        if (!unit.caches.fill(unit.s, r, p, write)) {
            tally.disagree(l, "translation", "cached", unit.answer(r, p, write));
        } else {
            tally.compare(l, "frame", frame[r], unit.cachedFrame(tag, p));
        }
    }

    private void hit(LogLine l) {
        int r = unit.requester(l.number("sid", 0xffff));
        long slpte = l.number("slpte");
        int tag = skipsSuperpage(l, r, slpte) ? -1 : tag(l, r);
        if (tag < 0) {
            return;
        }
        tally.judged(l);
        if (trace != null) {
            trace.hit(l, page[r], slpte);
        }
        int p = unit.page(l.number("iova"));
        int rights = unit.unit.cachedRights(unit.s, tag, p);
        if (rights == 0) {
            tally.disagree(l, "translation", "hit", "not cached");
        } else if (isUnknown(tag, p)) {
            tally.unjudged("hit of a page that the IOTLB may have held when the log began");
            unit.caches.evict(unit.s, tag, p);
        } else {
            tally.compare(l, "slpte frame", SecondLevelEntry.ADDR.get(slpte), unit.cachedFrame(tag, p));
            tally.compare(l, "slpte rights", SecondLevelEntry.rights(slpte), rights);
            // Ours, unless just reported: the result is then compared with what was hit.
            frame[r] = SecondLevelEntry.ADDR.get(slpte);
            return;
        }
        fetch(l, r, tag, p, slpte);
    }

    private void translation(LogLine l) {
        int r = unit.requester(l.sourceId("dev"));
        long expected = frame[r];
        frame[r] = NONE;
        boolean first = !seen[r];
        seen[r] = true;
        if (expected == NONE && first && unit.late()) {
            tally.unjudged("result of a translation that may have begun before the log");
            return;
        }
        if (expected == SUPERPAGE || (expected == NONE && !shape.has("vtd_iotlb_page_update"))) {
            tally.unjudged("result of a translation that was not judged");
            return;
        }
        tally.judged(l);
        long iova = l.number("iova");
        if (expected == NONE) {
            long answer = unit.walk.translate(unit.s, r, iova, false);
            if (Translation.SIZE.get(answer) != Translation.SIZE_ALL) {
                boolean beyond = Translation.OUTCOME.get(answer) == FaultReason.ADDRESS_BEYOND_WIDTH.code();
                String ours = beyond ? "fault " + FaultReason.ADDRESS_BEYOND_WIDTH : "none without one";
                tally.disagree(l, "translation", "no hit and no fill before it", ours);
                return;
            }
            tally.compare(l, "gpa", l.number("gpa"), Translation.FRAME.get(answer) << LogShape.PAGE_SHIFT);
            return;
        }
        tally.compare(l, "iova", iova, page[r] << LogShape.PAGE_SHIFT);
        tally.compare(l, "gpa", l.number("gpa"), expected << LogShape.PAGE_SHIFT);
        tally.compare(l, "mask", l.number("mask"), (1L << LogShape.PAGE_SHIFT) - 1);
    }
}
