package dev.moat.audit.trace;

import dev.moat.audit.read.TraceEvent;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.StaleJudge;
import dev.moat.audit.result.Violation;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All address spaces, and the rules about maps and unmaps themselves. */
public final class FollowedSpaces {
    static final String NO_DOMAIN = "the domain of an unmap is not known";
    static final String VACANT = "no device is known to be attached to the domain any more";
    static final String EARLIER = "mapped before the trace began";
    private static final String BEFORE_LOSS = "it lingered elsewhere when events were lost";

    /** Ranges of pages that were unmapped are remembered so many; beyond, all of them are forgotten. */
    private static final int MOST_GONE = 1 << 17;

    /**
     * What an unmap took.
     *
     * @param unseen why some of its pages were not seen to be mapped; null where all were
     * @param already pages of it that were unmapped before, and not mapped since; null for none
     * @param doubted whether an earlier unmap may have taken some of them
     */
    record Taken(
            List<Stale> lingering,
            @Nullable String unseen,
            @Nullable Gone already,
            boolean doubted) {
        private static final Taken NOTHING = new Taken(List.of(), null, null, false);
    }

    private final Map<Long, AddressSpace> spaces = new LinkedHashMap<>();
    private final Ledger ledger;
    private final StaleJudge judge;
    private final FrameIndex frames = new FrameIndex();
    private long misshapen;
    private long overlaps;
    private long anonymousMaps;
    private long unseenPages;
    private long unseenUnmaps;
    private long unmapsOfNobody;

    FollowedSpaces(Ledger ledger, StaleJudge judge) {
        this.ledger = ledger;
        this.judge = judge;
    }

    /** A view of all spaces. */
    Collection<AddressSpace> spaces() {
        return spaces.values();
    }

    AddressSpace space(long pointer) {
        return spaces.computeIfAbsent(pointer, AddressSpace::new);
    }

    /** How many domains the trace tells apart. */
    public int known() {
        return spaces.size() - (spaces.containsKey(0L) ? 1 : 0);
    }

    /** Pages [first, end) of an address and a size; null and counted where that is no range. */
    private long @Nullable [] pages(long iova, long size) {
        if (!TraceEvent.isRange(iova, size)) {
            misshapen++;
            return null;
        }
        return new long[] {iova >>> AddressSpace.PAGE_BITS, ((iova + size - 1) >>> AddressSpace.PAGE_BITS) + 1};
    }

    /** A map begins; where it fails, the kernel unmaps what it had mapped so far, and no event says what that was. */
    void enter(Task.Call map) {
        if (map.domain != 0 && TraceEvent.isRange(map.iova, map.size)) {
            space(map.domain)
                    .mayBeBack(
                            map.iova >>> AddressSpace.PAGE_BITS,
                            ((map.iova + map.size - 1) >>> AddressSpace.PAGE_BITS) + 1);
        }
    }

    /** @param rights as {@link Mapping#rights} */
    void map(AddressSpace space, long iova, long size, long paddr, int rights, long line) {
        long[] range = pages(iova, size);
        if (range == null) {
            return;
        }
        Mapping m = new Mapping(range[0], range[1], paddr >>> AddressSpace.PAGE_BITS, rights, line);
        List<Gone> doubted = space.back(m.first(), m.end());
        if (!space.known()) {
            spaces.values().forEach(s -> s.mayBeBack(m.first(), m.end()));
        }
        overlap(space, m, doubted);
        addressReuse(space, m, !doubted.isEmpty());
        frameReuse(space, m);
        space.mapped().add(m);
    }

    private void overlap(AddressSpace space, Mapping m, List<Gone> doubted) {
        List<Mapping> under = space.mapped().within(m.first(), m.end());
        List<Mapping> certain = under.stream().filter(u -> !touches(doubted, u)).toList(); // cut where doubt begins
        if (!space.known()) {
            anonymousMaps++;
            overlaps += under.isEmpty() ? 0 : 1;
            ledger.unjudged(AuditRule.OVERLAP, "the domain of a map is not known");
        } else if (under.isEmpty()) {
            ledger.clean(AuditRule.OVERLAP);
        } else if (certain.isEmpty()) {
            ledger.unjudged(AuditRule.OVERLAP, NO_DOMAIN);
        } else {
            ledger.violated(
                    AuditRule.OVERLAP,
                    m.line(),
                    () -> String.format(
                            Locale.ROOT,
                            "line %d maps %s of domain %#x, mapped at line %d already",
                            m.line(),
                            range(m.first(), m.end()),
                            space.pointer(),
                            certain.get(0).line()));
        }
        under.forEach(space.mapped()::remove);
    }

    private static boolean touches(List<Gone> doubted, Mapping m) {
        return doubted.stream().anyMatch(d -> d.first() < m.end() && m.first() < d.end());
    }

    private void addressReuse(AddressSpace space, Mapping m, boolean doubted) {
        List<Gone> unseen = space.unseen().within(m.first(), m.end());
        String unsure = doubted ? NO_DOMAIN : unseen.isEmpty() ? null : EARLIER;
        unseen.forEach(space.unseen()::remove);
        for (Stale s : space.stale().touching(m.first(), m.end())) {
            if (certain(space, s) && judge.violated(s.rights(), 0, false)) {
                ledger.violated(AuditRule.IOVA_REUSE, () -> addressReused(space, m, s));
                return;
            }
            unsure = certain(space, s) ? unsure : s.why();
        }
        clean(AuditRule.IOVA_REUSE, space, unsure);
    }

    private void frameReuse(AddressSpace space, Mapping m) {
        if (!space.known() || known() < 2) {
            ledger.unjudged(AuditRule.FRAME_REUSE, "fewer than two domains are known so far");
            return;
        }
        FrameIndex.Elsewhere elsewhere = frames.elsewhere(space, m.frame(), m.pages());
        String unsure = elsewhere.others() ? BEFORE_LOSS : null;
        for (FrameIndex.Lingering lingering : elsewhere.certain()) {
            Stale s = lingering.stale();
            if (certain(space, s) && judge.violated(s.rights(), 0, false)) {
                ledger.violated(AuditRule.FRAME_REUSE, () -> frameReused(space, m, lingering));
                return;
            }
            unsure = certain(space, s) ? unsure : s.why();
        }
        clean(AuditRule.FRAME_REUSE, space, unsure);
    }

    private Violation addressReused(AddressSpace space, Mapping m, Stale s) {
        String says = String.format(
                Locale.ROOT,
                "line %d maps %s again, unmapped at line %d and not invalidated since"
                        + (space.known() ? "; domain %#x" : ""),
                m.line(),
                range(s.first(), s.end()),
                s.line(),
                space.pointer());
        return new Violation(AuditRule.IOVA_REUSE, m.line(), says, explain(s), Storyteller.reused(s, m));
    }

    private Violation frameReused(AddressSpace space, Mapping m, FrameIndex.Lingering lingering) {
        Stale s = lingering.stale();
        String says = String.format(
                Locale.ROOT,
                "line %d maps a frame for domain %#x that domain %#x may still reach at %s, unmapped at line %d",
                m.line(),
                space.pointer(),
                s.space().pointer(),
                range(s.first(), s.end()),
                s.line());
        return new Violation(
                AuditRule.FRAME_REUSE, m.line(), says, explain(s), Storyteller.frameReused(lingering, space, m));
    }

    /** Whether it is known that the pages linger when something is handed out for a space. */
    private boolean certain(AddressSpace space, Stale s) {
        return s.owed() && (space.known() || known() == 0);
    }

    private void clean(AuditRule rule, AddressSpace space, @Nullable String unsure) {
        if (!space.known() && known() > 0) {
            ledger.unjudged(rule, "the domain of a map is not known");
        } else if (unsure != null) {
            ledger.unjudged(rule, unsure);
        } else {
            ledger.clean(rule);
        }
    }

    List<String> explain(Stale s) {
        return judge.explain(
                s.space().known() ? String.format(Locale.ROOT, "%#x", s.space().pointer()) : "domain",
                String.format(Locale.ROOT, "%#x", s.first() << AddressSpace.PAGE_BITS));
    }

    /** The pages of a span, as addresses. */
    static String range(Span span) {
        return range(span.first(), span.end());
    }

    /** Pages as addresses, the end exclusive. */
    static String range(long first, long end) {
        return String.format(Locale.ROOT, "[%#x, %#x)", first << AddressSpace.PAGE_BITS, end << AddressSpace.PAGE_BITS);
    }

    /** Takes pages out of the tables; those of the range that were seen to be mapped linger now. */
    Taken unmap(AddressSpace space, long iova, long size, TraceEvent.Moment when) {
        long[] range = pages(iova, size);
        if (range == null) {
            return Taken.NOTHING;
        }
        for (Mapping m : space.mapped().within(range[0], range[1])) {
            frames.add(space, m, when);
        }
        Gone already = space.gone(range[0], range[1]);
        long gone = space.gonePages(range[0], range[1]);
        List<Gone> doubted = space.told(range[0], range[1]);
        List<Stale> added = space.unmap(range[0], range[1], when);
        long unseen =
                range[1] - range[0] - added.stream().mapToLong(Stale::pages).sum();
        added = doubted.isEmpty() ? added : cut(space, added, doubted);
        if (space.vacant()) { // what was cached went when its device left, and nothing is flushed any more
            added.forEach(s -> s.doubt(VACANT));
        }
        if (!space.known() && known() > 0) {
            unmapsOfNobody++;
            spaces.values().stream().filter(AddressSpace::known).forEach(s -> s.doubt(range[0], range[1], when));
            return new Taken(added, NO_DOMAIN, null, false);
        }
        if (unseen > gone) {
            space.unmapsUnseen(range[0], range[1], when);
        }
        unseenPages += unseen - gone;
        unseenUnmaps += unseen > gone ? 1 : 0;
        String why = unseen > gone ? EARLIER : gone > 0 ? "unmapped already" : null;
        return new Taken(added, why, already, !doubted.isEmpty());
    }

    /** Cuts out of what lingers now what an earlier unmap may have taken. */
    private static List<Stale> cut(AddressSpace space, List<Stale> added, List<Gone> doubted) {
        List<Gone> bounds = added.stream().map(Gone::of).toList();
        for (Gone d : doubted) {
            space.stale().within(d.first(), d.end()).forEach(s -> s.doubt(NO_DOMAIN));
        }
        return bounds.stream()
                .flatMap(b -> space.stale().touching(b.first(), b.end()).stream())
                .toList();
    }

    void forget(AddressSpace space) {
        space.forget();
        spaces.remove(space.pointer());
    }

    void forget() {
        spaces.values().forEach(AddressSpace::forget);
        frames.clear();
    }

    void lost() {
        spaces.values().forEach(AddressSpace::lost);
    }

    /** Maps and unmaps of nothing, or beyond the end of all addresses. */
    public long misshapen() {
        return misshapen;
    }

    /** Maps over mapped pages where the domain is not known. */
    public long overlaps() {
        return overlaps;
    }

    /** Maps whose domain is not known. */
    public long anonymousMaps() {
        return anonymousMaps;
    }

    /** Pages unmapped that were not seen to be mapped. */
    public long unseenPages() {
        return unseenPages;
    }

    /** Unmaps of such pages. */
    public long unseenUnmaps() {
        return unseenUnmaps;
    }

    /** Unmaps whose domain is not known, though that of others is. */
    public long unmapsOfNobody() {
        return unmapsOfNobody;
    }

    /** Where frames are looked up that still linger in another domain. */
    public FrameIndex frames() {
        return frames;
    }

    long spans() {
        return spaces.values().stream().mapToLong(AddressSpace::kept).sum();
    }

    /** Keeps the memory of unmaps bounded: without it an unmap of pages that are gone is not judged. */
    void trim() {
        if (spaces.values().stream().mapToLong(s -> s.unmapped().size()).sum() > MOST_GONE) {
            spaces.values().forEach(AddressSpace::forgetUnmapped);
        }
    }
}
