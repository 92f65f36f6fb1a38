package dev.moat.audit;

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
final class Flushes {
    private static final int IOTLB = 2;
    private static final int IOTLB_OF_PASID = 6;

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
     */
    void submit(Event e, @Nullable AddressSpace belongs, @Nullable AddressSpace likely, Collection<Task> unmaps) {
        long word0 = e.get(Field.WORD0);
        long word1 = e.get(Field.WORD1);
        int type = (int) (word0 & 0xf);
        int granularity = (int) ((word0 >>> 4) & 3);
        if (type == IOTLB_OF_PASID) {
            granularity = Math.max(2, granularity); // per address space, or pages of one
        }
        if ((type != IOTLB && type != IOTLB_OF_PASID) || granularity == 0) {
            others++;
            return;
        }
        Invalidation.Scope scope = granularity == 1
                ? Invalidation.Scope.GLOBAL
                : granularity == 2 ? Invalidation.Scope.DOMAIN : Invalidation.Scope.PAGES;
        long first = 0;
        long end = Long.MAX_VALUE;
        int mask = (int) (word1 & 0x3f);
        if (scope == Invalidation.Scope.PAGES && mask < 52) {
            first = (word1 >>> 12) & -(1L << mask);
            end = first + (1L << mask);
        }
        submitted[scope.index()]++;
        Invalidation inv = new Invalidation(scope, e);
        long unit = e.get(Field.UNIT);
        long id = word0 >>> 16 & 0xffff;
        identities.add(unit << 16 | id);
        boolean useful = false;
        for (AddressSpace space : targets(scope, unit, id, belongs, likely)) {
            useful |= cover(inv, space, first, end);
            for (Task t : unmaps) {
                t.unmapRaced |= touches(t, space, first, end);
            }
        }
        idle += useful ? 0 : 1;
        open.add(inv);
    }

    private static boolean touches(Task t, AddressSpace space, long first, long end) {
        Task.Call call = t.unmap;
        return call != null
                && call.domain() == space.pointer
                && call.iova() >>> 12 < end
                && ((call.iova() + call.size() - 1) >>> 12) >= first;
    }

    /** Links the domain id to the domain. */
    void learn(long unit, long id, AddressSpace space) {
        space.ids.put(unit, id);
        byId.put(unit << 16 | id, space);
    }

    /** The address spaces that an invalidation may be for; more than one when the trace does not tell. */
    private List<AddressSpace> targets(
            Invalidation.Scope scope,
            long unit,
            long id,
            @Nullable AddressSpace belongs,
            @Nullable AddressSpace likely) {
        if (scope == Invalidation.Scope.GLOBAL) {
            return List.copyOf(spaces);
        }
        AddressSpace one = belongs;
        if (one != null && one.known()) {
            learn(unit, id, one);
        } else {
            one = byId.get(unit << 16 | id);
            if (one == null && likely != null && likely.known() && !likely.ids.containsKey(unit)) {
                learn(unit, id, likely);
                one = likely;
            }
        }
        List<AddressSpace> all = new ArrayList<>();
        for (AddressSpace space : spaces) {
            if (space == one || !space.known() || (one == null && space.mayBe(unit, id))) {
                all.add(space);
            }
        }
        unassigned += one == null ? 1 : 0;
        return all;
    }

    private boolean cover(Invalidation inv, AddressSpace space, long first, long end) {
        List<Stale> found = space.stale.within(first, end);
        for (Stale s : found) {
            if (s.pending.isEmpty()) {
                pages[inv.scope.index()] += s.pages();
            }
            s.pending.add(inv);
            inv.covers.add(s);
        }
        return !found.isEmpty() || space.mapped.touches(first, end);
    }

    /** Ends the invalidations that this event shows to be complete. */
    void complete(Event e) {
        if (open.isEmpty() || e.kind == EventKind.QI_SUBMIT) {
            return;
        }
        boolean returned = e.kind == EventKind.SYNC_RETURN || e.kind == EventKind.FLUSH_ALL_RETURN;
        open.removeIf(inv -> {
            boolean done = inv.cpu == e.cpu || inv.task == e.task();
            if (done) {
                boolean byReturn = returned && inv.task == e.task();
                close(inv, byReturn ? e.time : inv.time, byReturn);
            }
            return done;
        });
    }

    private void close(Invalidation inv, long time, boolean byReturn) {
        for (Stale s : inv.covers) {
            if (s.gone) {
                continue;
            }
            s.gone = true;
            s.space.stale.remove(s);
            backwards += time < s.since ? 1 : 0;
            windows.add(new Window(Math.max(0, time - s.since), s.pages(), s.first, s.line, inv.line));
            endedBySubmission += byReturn ? 0 : 1;
            outlived += s.outlived ? 1 : 0;
        }
    }

    /** The trace ends: what was submitted is taken as done. */
    void finish() {
        open.forEach(inv -> close(inv, inv.time, false));
        open.clear();
    }

    /** Forgets the invalidations under way. */
    void forget() {
        open.clear();
    }

    /** The domain goes away, and its ids with it. */
    void forget(AddressSpace space) {
        byId.values().removeIf(s -> s == space);
    }

    Windows windows() {
        return windows;
    }

    /** Invalidations of the translation cache that were submitted. */
    long submitted(Invalidation.Scope scope) {
        return submitted[scope.index()];
    }

    /** Pages that lingered until one of them, each counted once. */
    long pages(Invalidation.Scope scope) {
        return pages[scope.index()];
    }

    /** Descriptors for other caches. */
    long others() {
        return others;
    }

    /** Invalidations that covered nothing that was seen to be mapped. */
    long idle() {
        return idle;
    }

    /** Invalidations of a domain id that no domain is known to have; each was taken to be for any it may be for. */
    long unassigned() {
        return unassigned;
    }

    /** Different domain ids, each counted in each IOMMU. */
    int identities() {
        return identities.size();
    }

    /** Windows whose end is the submission, because the return of the flush was not recorded. */
    long endedBySubmission() {
        return endedBySubmission;
    }

    /** Windows that were open when an unmap returned. */
    long outlived() {
        return outlived;
    }

    /** Windows that the clock says ended before they began; counted with length 0. */
    long backwards() {
        return backwards;
    }
}
