package dev.moat.audit.follow;

import dev.moat.audit.pages.AddressSpace;
import dev.moat.audit.pages.Invalidation;
import dev.moat.audit.pages.Stale;
import dev.moat.audit.read.Event;
import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.Field;
import dev.moat.audit.result.Window;
import dev.moat.audit.result.Windows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Invalidations: which pages they cover, and when they are complete. The kernel submits with interrupts off and waits, so
 * an invalidation is complete when anything else happens on its CPU or in its task. A window ends with the return of the
 * flush where that is recorded, otherwise with the submission, the last event that belongs to it.
 */
public final class Flushes {
    private static final int CONTEXT_CACHE = 1;
    private static final int PASID_CACHE = 7;

    private final Collection<AddressSpace> spaces;
    private final Windows windows = new Windows();
    private final List<Invalidation> open = new ArrayList<>();
    private final Map<Long, AddressSpace> byId = new LinkedHashMap<>();
    private final Set<Long> identities = new LinkedHashSet<>();
    private final long[] submitted = new long[Invalidation.Scope.values().length];
    private final long[] pages = new long[Invalidation.Scope.values().length];
    private long others;
    private long idle;
    private long unassigned;
    private long foreign;
    private long endedBySubmission;
    private long outlived;
    private long backwards;

    /** @param spaces all address spaces; those added later count, too */
    Flushes(Collection<AddressSpace> spaces) {
        this.spaces = spaces;
    }

    /**
     * Takes in a descriptor.
     *
     * @param belongs the domain that the task is known to flush, or null
     * @param likely the domain that the task has just unmapped, or null; believed where nothing is known to the contrary
     * @param unmaps tasks in the middle of an unmap
     * @return what it invalidates; null when that is no translation
     */
    @Nullable
    Invalidation submit(
            Event e, @Nullable AddressSpace belongs, @Nullable AddressSpace likely, Collection<Task> unmaps) {
        Invalidation inv = Invalidation.of(e);
        if (inv == null) {
            others++;
            int type = (int) (e.get(Field.WORD0) & 0xf);
            if (type == CONTEXT_CACHE || type == PASID_CACHE) {
                idsMayChange();
            }
            return null;
        }
        submitted[inv.scope().index()]++;
        identities.add(inv.unit() << 16 | inv.id());
        boolean useful = false;
        for (AddressSpace space : targets(inv, belongs, likely)) {
            useful |= cover(inv, space);
            for (Task t : unmaps) {
                t.unmapRaced |= touches(t, space, inv);
            }
        }
        idle += useful ? 0 : 1;
        open.add(inv);
        return inv;
    }

    private static boolean touches(Task t, AddressSpace space, Invalidation inv) {
        Task.Call call = t.unmap;
        return call != null
                && call.domain() == space.pointer()
                && call.iova() >>> AddressSpace.PAGE_BITS < inv.end()
                && ((call.iova() + call.size() - 1) >>> AddressSpace.PAGE_BITS) >= inv.first();
    }

    /** Links the domain id to the domain, which a flush of the domain has shown. */
    void learn(long unit, long id, AddressSpace space) {
        link(unit, id, space);
        space.certain().add(unit);
    }

    private void link(long unit, long id, AddressSpace space) {
        space.ids().put(unit, id);
        byId.put(unit << 16 | id, space);
    }

    /** A device is attached or detached: from now on a domain may have another id than before. */
    void idsMayChange() {
        spaces.forEach(s -> s.certain().clear());
    }

    /** The address spaces that an invalidation may be for; more than one when the trace does not tell. */
    private List<AddressSpace> targets(
            Invalidation inv, @Nullable AddressSpace belongs, @Nullable AddressSpace likely) {
        if (inv.scope() == Invalidation.Scope.GLOBAL) {
            return List.copyOf(spaces);
        }
        AddressSpace one = belongs;
        if (one != null && one.known() && !one.contradicts(inv.unit(), inv.id())) {
            learn(inv.unit(), inv.id(), one);
        } else {
            foreign += one != null && one.known() ? 1 : 0;
            one = byId.get(inv.unit() << 16 | inv.id());
            if (one == null && likely != null && likely.known() && !likely.ids().containsKey(inv.unit())) {
                link(inv.unit(), inv.id(), likely);
                one = likely;
            }
        }
        List<AddressSpace> all = new ArrayList<>();
        for (AddressSpace space : spaces) {
            if (space == one || !space.known() || (one == null && space.mayBe(inv.unit(), inv.id()))) {
                all.add(space);
            }
        }
        unassigned += one == null ? 1 : 0;
        return all;
    }

    private boolean cover(Invalidation inv, AddressSpace space) {
        List<Stale> found = space.stale().within(inv.first(), inv.end());
        for (Stale s : found) {
            if (s.pending().isEmpty()) {
                pages[inv.scope().index()] += s.pages();
            }
            s.pending().add(inv);
            inv.covers().add(s);
        }
        return !found.isEmpty() || space.mapped().touches(inv.first(), inv.end());
    }

    /** Ends the invalidations that this event shows to be complete. */
    void complete(Event e) {
        if (open.isEmpty() || e.kind() == EventKind.QI_SUBMIT) {
            return;
        }
        boolean returned = e.kind() == EventKind.SYNC_RETURN || e.kind() == EventKind.FLUSH_ALL_RETURN;
        open.removeIf(inv -> {
            boolean done = inv.cpu() == e.cpu() || inv.task() == e.task();
            if (done) {
                boolean byReturn = returned && inv.task() == e.task();
                close(inv, byReturn ? e.time() : inv.time(), byReturn);
            }
            return done;
        });
    }

    private void close(Invalidation inv, long time, boolean byReturn) {
        for (Stale s : inv.covers()) {
            if (s.gone()) {
                continue;
            }
            s.drop();
            if (!s.replaced()) {
                s.space().stale().remove(s);
            }
            backwards += time < s.since() ? 1 : 0;
            windows.add(new Window(Math.max(0, time - s.since()), s.pages(), s.first(), s.line(), inv.line()));
            endedBySubmission += byReturn ? 0 : 1;
            outlived += s.outlived() ? 1 : 0;
        }
    }

    /** The trace ends: what was submitted is taken as done. */
    void finish() {
        open.forEach(inv -> close(inv, inv.time(), false));
        open.clear();
    }

    /** Forgets the invalidations under way, and that ids are certain. */
    void forget() {
        open.clear();
        idsMayChange();
    }

    /** The domain goes away, and its ids with it. */
    void forget(AddressSpace space) {
        byId.values().removeIf(s -> s == space);
    }

    /** Exposure windows that ended. */
    public Windows windows() {
        return windows;
    }

    /** Invalidations of the translation cache that were submitted. */
    public long submitted(Invalidation.Scope scope) {
        return submitted[scope.index()];
    }

    /** Pages that lingered until one of them, each counted once. */
    public long pages(Invalidation.Scope scope) {
        return pages[scope.index()];
    }

    /** Descriptors for other caches. */
    public long others() {
        return others;
    }

    /** Invalidations that covered nothing that was seen to be mapped. */
    public long idle() {
        return idle;
    }

    /** Invalidations of a domain id that no domain is known to have; each was taken to be for any it may be for. */
    public long unassigned() {
        return unassigned;
    }

    /** Invalidations in a flush of a domain, with an id that the domain does not have. */
    public long foreign() {
        return foreign;
    }

    /** Different domain ids, each counted in each IOMMU. */
    public int identities() {
        return identities.size();
    }

    /** Windows whose end is the submission, because the return of the flush was not recorded. */
    public long endedBySubmission() {
        return endedBySubmission;
    }

    /** Windows that were open when an unmap returned. */
    public long outlived() {
        return outlived;
    }

    /** Windows that the clock says ended before they began; counted with length 0. */
    public long backwards() {
        return backwards;
    }
}
