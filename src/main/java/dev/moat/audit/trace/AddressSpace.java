package dev.moat.audit.trace;

import dev.moat.audit.read.TraceEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the trace shows of one domain of the kernel: what its tables translate, and what lingers in caches. */
public final class AddressSpace {
    /** Bits of an address within its page. */
    public static final int PAGE_BITS = 12;

    /** The kernel's pointer to the domain; 0 for all domains together that the trace does not tell apart. */
    final long pointer;

    final Spans<Mapping> mapped = new Spans<>(Mapping.class);
    final Spans<Stale> stale = new Spans<>(Stale.class);
    /** Pages that were seen to be mapped, then unmapped, and not mapped since. */
    private final Spans<Gone> unmapped = new Spans<>(Gone.class);
    /** Pages that are mapped, unless an unmap whose domain is not known was of this one. */
    private final Spans<Gone> doubtful = new Spans<>(Gone.class);
    /** Pages that were not seen to be mapped, then unmapped, and neither invalidated nor mapped since. */
    private final Spans<Gone> unseen = new Spans<>(Gone.class);
    /** Pages that lingered when events were lost, and were not invalidated since: whether they were before is not known. */
    final Spans<Gone> lingered = new Spans<>(Gone.class);
    /** The domain's id in each IOMMU where it was seen. */
    private final Map<Long, Long> ids = new LinkedHashMap<>();
    /** The IOMMUs in which it may have lost that id since. */
    private final Set<Long> former = new HashSet<>();
    /** The IOMMUs in which that id was shown by a flush of the domain since a device was last attached or detached. */
    private final Set<Long> certain = new HashSet<>();

    /** The IOMMUs in which the last device with its id has left it. */
    private final Set<Long> left = new HashSet<>();

    private boolean vacant;
    private boolean named;
    private boolean ofChosen;

    /** @param pointer the kernel's to the domain, 0 for all that the trace does not tell apart */
    public AddressSpace(long pointer) {
        this.pointer = pointer;
    }

    /** Whether the trace tells this domain from others. */
    public boolean known() {
        return pointer != 0;
    }

    /** Whether the domain may have this id in this IOMMU. */
    public boolean mayBe(long unit, long id) {
        Long own = ids.get(unit);
        return own == null || own == id || former.contains(unit);
    }

    /** Whether the domain had this id in this IOMMU, and may have lost it since. */
    public boolean hadOnce(long unit, long id) {
        if (former.isEmpty() || !former.contains(unit)) {
            return false;
        }
        Long own = ids.get(unit);
        return own != null && own == id;
    }

    /** Whether it is known which id the domain has in this IOMMU. */
    boolean isNumbered(long unit) {
        return ids.containsKey(unit) && !former.contains(unit);
    }

    /** The domain has this id from now on. Answers of the one that it had; null for none. */
    @Nullable
    Long number(long unit, long id) {
        former.remove(unit);
        return ids.put(unit, id);
    }

    /** The domain may have lost its id in this IOMMU. */
    void lose(long unit) {
        if (ids.containsKey(unit)) {
            former.add(unit);
        }
    }

    /** Or in any. */
    void loseAll() {
        former.addAll(ids.keySet());
    }

    /** Which ids it has, or had, is known no more. */
    void forgetIds() {
        ids.clear();
        former.clear();
    }

    /** Whether the domain certainly has another id than this in this IOMMU. */
    public boolean contradicts(long unit, long id) {
        return certain.contains(unit) && !mayBe(unit, id);
    }

    /**
     * Takes pages out of the tables.
     *
     * @return the runs of pages that were seen to be mapped
     */
    public List<Stale> unmap(long first, long end, TraceEvent.Moment when) {
        List<Stale> runs = new ArrayList<>();
        Removal removal = new Removal(when, mapped.within(first, end));
        for (Mapping m : removal.mappings()) {
            mapped.remove(m);
            Stale last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null && last.end == m.first && last.rights() == m.rights) {
                last.end = m.end;
            } else {
                runs.add(new Stale(this, m, removal));
            }
        }
        List<Stale> added = new ArrayList<>();
        runs.forEach(run -> replace(run, added));
        if (known()) { // otherwise two domains may have mapped the same pages
            runs.forEach(run -> unmapped.add(new Gone(run.first, run.end, when)));
        }
        return added;
    }

    /**
     * Notes those of the pages that an unmap took without anything showing that they were mapped: they may linger. Pages that are known
     * to be unmapped already are none of them.
     */
    public void unmapsUnseen(long first, long end, TraceEvent.Moment when) {
        unseen.within(first, end).forEach(unseen::remove);
        List<Span> known = new ArrayList<>(unmapped.touching(first, end));
        if (!known()) {
            known.addAll(stale.touching(first, end)); // of which it is known that they linger
            known.sort(Comparator.comparingLong(Span::first));
        }
        addBetween(known, new Gone(first, end, when), unseen);
    }

    /** Adds what of a span is in none of these, which are in the order of their pages. */
    private static void addBetween(List<? extends Span> known, Gone all, Spans<Gone> spans) {
        long at = all.first;
        for (Span k : known) {
            if (at < k.first) {
                spans.add(new Gone(at, k.first, all.when()));
            }
            at = Math.max(at, k.end);
        }
        if (at < all.end) {
            spans.add(new Gone(at, all.end, all.when()));
        }
    }

    /** An invalidation is complete: what was unmapped before it was submitted does not linger. */
    public void invalidated(OpenInvalidation inv) {
        for (Spans<Gone> spans : List.of(unseen, lingered)) {
            for (Gone g : spans.within(inv.first, inv.end)) {
                if (g.when().isBefore(inv.when)) {
                    spans.remove(g);
                }
            }
        }
    }

    /** Pages that were not seen to be mapped, then unmapped, and neither invalidated nor mapped since. */
    public Spans<Gone> unseen() {
        return unseen;
    }

    /** Pages are mapped: those that were unmapped are not gone any more. Answers of which it was not known. */
    public List<Gone> back(long first, long end) {
        mayBeBack(first, end);
        return told(first, end);
    }

    /** Pages are mapped here or in another domain, or in part, as by a map that fails: an unmap of them will be no second one. */
    public void mayBeBack(long first, long end) {
        unmapped.within(first, end).forEach(unmapped::remove);
    }

    /** From now on it is known of these pages whether they are mapped. Answers of which it was not. */
    public List<Gone> told(long first, long end) {
        List<Gone> found = doubtful.within(first, end);
        found.forEach(doubtful::remove);
        return found;
    }

    /** An unmap was of this domain or of another: of those of its pages that are mapped it is not known any more. */
    public void doubt(long first, long end, TraceEvent.Moment when) {
        for (Mapping m : mapped.within(first, end)) {
            told(m.first, m.end);
            doubtful.add(new Gone(m.first, m.end, when));
        }
    }

    /** The first of these pages that were unmapped and not mapped since; null for none. */
    public @Nullable Gone gone(long first, long end) {
        List<Gone> found = unmapped.touching(first, end);
        return found.isEmpty() ? null : found.get(0);
    }

    /** How many of these pages. */
    public long gonePages(long first, long end) {
        long pages = 0;
        for (Gone g : unmapped.touching(first, end)) {
            pages += Math.min(end, g.end) - Math.max(first, g.first);
        }
        return pages;
    }

    /** Forgets which pages were unmapped. */
    public void forgetUnmapped() {
        unmapped.clear();
    }

    /** Pages that were unmapped and not mapped since. */
    public Spans<Gone> unmapped() {
        return unmapped;
    }

    /** Pages that are mapped, unless an unmap whose domain is not known was of this one. */
    public Spans<Gone> doubtful() {
        return doubtful;
    }

    /** How many spans of pages are kept of which something is to be judged. */
    public long kept() {
        return (long) mapped.size() + stale.size() + unseen.size() + lingered.size() + doubtful.size();
    }

    /**
     * Where pages linger already, the older window goes on; unless an invalidation that may have covered it was submitted
     * before: then that ends the older one, and what is unmapped now lingers by itself.
     */
    private void replace(Stale run, List<Stale> added) {
        long at = run.first;
        for (Stale old : stale.within(run.first, run.end)) {
            stale.remove(old);
            add(run.part(at, old.first), added);
            if (old.owed()) {
                old.drop();
                add(run.part(old.first, old.end).goOn(old), added);
            } else {
                old.replace();
                add(run.part(old.first, old.end), added);
            }
            at = old.end;
        }
        add(run.part(at, run.end), added);
    }

    private void add(Stale s, List<Stale> added) {
        if (s.first < s.end) {
            stale.add(s);
            added.add(s);
        }
    }

    /** Events were lost: nothing is known any more but that what lingered, or may have, may do so still. */
    public void lost() {
        List<Gone> lingering = stale.all().stream().map(Gone::of).toList();
        List<Gone> perhaps = new ArrayList<>(unseen.all());
        perhaps.addAll(lingering);
        List<Gone> before = lingered.all();
        forget();
        perhaps.forEach(unseen::add);
        before.forEach(lingered::add); // from the older unmap on
        lingering.forEach(g -> addBetween(lingered.touching(g.first, g.end), g, lingered));
    }

    /** Forgets everything; the stale pages are gone without having been invalidated. */
    public void forget() {
        stale.all().forEach(Stale::drop);
        stale.clear();
        mapped.clear();
        unmapped.clear();
        unseen.clear();
        lingered.clear();
        doubtful.clear();
    }

    /** A device is attached, or a flush shows that one is. */
    public void occupy() {
        vacant = false;
        if (!left.isEmpty()) {
            left.clear();
        }
    }

    /**
     * The last device with the domain's id in this IOMMU is detached.
     *
     * @param unit the IOMMU's number in the trace
     */
    public void leave(long unit) {
        left.add(unit);
        vacant |= left.containsAll(ids.keySet());
    }

    /** The last device that is known to be attached is detached. */
    public void vacate() {
        vacant = true;
    }

    /** Whether all devices that were known to be attached were detached. */
    public boolean vacant() {
        return vacant;
    }

    /**
     * A device is behind this domain.
     *
     * @param chosen whether it is one that was asked about
     */
    public void ofDevice(boolean chosen) {
        named = true;
        ofChosen |= chosen;
    }

    /** Which devices are behind it is not known any more. */
    public void ofNobody() {
        named = false;
        ofChosen = false;
    }

    /** Whether a device behind it is known. */
    public boolean isNamed() {
        return named;
    }

    /** Whether a device that was asked about is behind it. */
    public boolean isOfChosen() {
        return ofChosen;
    }

    /** Pages that linger. */
    public Spans<Stale> stale() {
        return stale;
    }

    /** Pages that the tables translate. */
    public Spans<Mapping> mapped() {
        return mapped;
    }

    /** The kernel's pointer to the domain; 0 for all domains together that the trace does not tell apart. */
    public long pointer() {
        return pointer;
    }

    /** The IOMMUs in which its id was shown by a flush of the domain since a device was last attached or detached. */
    Set<Long> certain() {
        return certain;
    }
}
