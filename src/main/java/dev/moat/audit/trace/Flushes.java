package dev.moat.audit.trace;

import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.Window;
import dev.moat.audit.result.Windows;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Invalidations: which pages they cover, and when they are complete. The kernel submits with interrupts off and waits, so
 * an invalidation is complete when anything else happens on its CPU or in its task. A window ends with the return of the
 * flush where that is recorded, whatever came in between; otherwise with the submission, the last event that belongs to it.
 */
public final class Flushes {
    private static final int CONTEXT_CACHE = 1;
    private static final int PASID_CACHE = 7;
    /** Granularities of the two. */
    private static final int BY_DEVICE = 3;

    private static final int BY_PASID = 1;

    /** Tables are cleared between the entry and the event of an unmap; when, nothing shows. */
    private static final String IN_UNMAP =
            "an invalidation came between the entry of the unmap and its event: before or behind the clearing";

    private final Collection<AddressSpace> spaces;
    private final DeviceFilter devices;
    private final Windows windows = new Windows();
    private final List<Open> open = new ArrayList<>();
    private final DomainIds ids;
    private final DeviceIds deviceIds = new DeviceIds();
    private final Set<Long> identities = new LinkedHashSet<>();
    private final long[] submitted = new long[OpenInvalidation.Scope.values().length];
    private final long[] pages = new long[OpenInvalidation.Scope.values().length];
    private long others;
    private long idle;
    private long unassigned;
    private long foreign;
    private long endedBySubmission;
    private long outlived;
    private long backwards;
    private boolean tagged;

    /**
     * What is known of the flush in which a descriptor is submitted.
     *
     * @param belongs the domain that the task is known to flush, or null
     * @param likely the domain that the task has just unmapped, or null; believed where nothing is known to the contrary
     * @param announced the ids that the flush has named
     * @param flush the flush itself; null when the task is in none
     */
    record Context(
            @Nullable AddressSpace belongs,
            @Nullable AddressSpace likely,
            OpenFlush.Announced announced,
            @Nullable OpenFlush flush) {}

    /** An invalidation under way, and the flush that it belongs to. */
    private record Open(OpenInvalidation inv, @Nullable OpenFlush flush, List<AddressSpace> of) {}

    /**
     * @param spaces all address spaces; those added later count, too
     * @param devices whose windows are counted
     */
    Flushes(Collection<AddressSpace> spaces, DeviceFilter devices) {
        this.spaces = spaces;
        this.devices = devices;
        ids = new DomainIds(spaces);
    }

    /**
     * Takes in a descriptor.
     *
     * @param own the task that submits it
     * @param unmaps tasks in the middle of an unmap
     */
    void submit(TraceEvent e, Task own, Collection<Task> unmaps) {
        Context context = Syncs.context(own);
        OpenInvalidation inv = OpenInvalidation.of(e);
        if (inv == null) {
            others++;
            int type = (int) (e.get(Field.WORD0) & 0xf);
            if (type == CONTEXT_CACHE || type == PASID_CACHE) {
                ids.mayChange();
                dropped(e);
            }
            return;
        }
        submitted[inv.scope().index()]++;
        identities.add(inv.unit() << 16 | inv.id());
        boolean useful = false;
        List<AddressSpace> targets = targets(inv, context);
        for (AddressSpace space : targets) {
            useful |= cover(inv, space);
            for (Task t : unmaps) {
                for (Task.Call call : t.unmaps.all()) {
                    if (call.raced == null && touches(call, space, inv)) {
                        call.raced = t == own ? IN_UNMAP : Stale.UNDER_WAY;
                    }
                }
            }
        }
        idle += useful ? 0 : 1;
        open.add(new Open(inv, context.flush, targets));
        if (context.flush != null) {
            context.flush.send(inv);
        }
    }

    private static boolean touches(Task.Call call, AddressSpace space, OpenInvalidation inv) {
        return call.domain == space.pointer()
                && call.iova >>> AddressSpace.PAGE_BITS < inv.end()
                && ((call.iova + call.size - 1) >>> AddressSpace.PAGE_BITS) >= inv.first();
    }

    /**
     * A flush names the domain id for which it will send, or has sent, invalidations. An id that contradicts what earlier
     * flushes of the domain have shown is not believed: it is as wrong as a descriptor with it.
     */
    void announce(long unit, long id, Context context) {
        context.announced.add(unit, id);
        AddressSpace space = context.belongs;
        if (space != null && space.known() && !space.contradicts(unit, id)) {
            ids.learn(unit, id, space);
        } else if (space == null) {
            ids.guess(unit, id, context.likely);
        }
    }

    /** Whose ids are. */
    DomainIds ids() {
        return ids;
    }

    /** The trace shows how many devices have an id ({@code cache_tag_assign}); before Linux 6.12 their entries alone tell that one leaves. */
    void showsTags() {
        tagged = true;
    }

    /** A cached entry of a device is dropped: it may have been the last with that domain id. */
    private void dropped(TraceEvent e) {
        long word = e.get(Field.WORD0);
        boolean ofOne = (word >>> 4 & 3) == ((word & 0xf) == CONTEXT_CACHE ? BY_DEVICE : BY_PASID);
        long id = word >>> 16 & 0xffff;
        if (!tagged && ofOne && id != 0) { // which no domain has
            ids.left(e.get(Field.UNIT), id, e);
        }
    }

    /** The address spaces that an invalidation may be for; more than one when the trace does not tell. */
    private List<AddressSpace> targets(OpenInvalidation inv, Context context) {
        if (inv.scope() == OpenInvalidation.Scope.GLOBAL) {
            return List.copyOf(spaces);
        }
        AddressSpace one = context.belongs;
        boolean denied = context.announced.denies(inv.unit(), inv.id());
        if (one != null && one.known() && !denied && !one.contradicts(inv.unit(), inv.id())) {
            ids.learn(inv.unit(), inv.id(), one);
        } else {
            foreign += denied || (one != null && one.known()) ? 1 : 0;
            one = ids.of(inv, denied ? null : context.likely);
        }
        List<AddressSpace> all = new ArrayList<>();
        for (AddressSpace space : spaces) {
            boolean perhaps = one == null ? space.mayBe(inv.unit(), inv.id()) : space.hadOnce(inv.unit(), inv.id());
            if (space == one || !space.known() || (perhaps && !denied)) {
                all.add(space);
            }
        }
        unassigned += one == null ? 1 : 0;
        return all;
    }

    private boolean cover(OpenInvalidation inv, AddressSpace space) {
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
    void complete(TraceEvent e) {
        ids.on(e);
        if (open.isEmpty() || e.kind() == EventKind.QI_SUBMIT) {
            return;
        }
        open.removeIf(o -> {
            boolean done = o.inv.cpu() == e.cpu() || o.inv.task() == e.task();
            if (done) {
                close(o);
            }
            return done;
        });
    }

    private void close(Open o) {
        OpenInvalidation inv = o.inv;
        OpenFlush flush = o.flush;
        o.of.forEach(space -> space.invalidated(inv));
        for (Stale s : inv.covers()) {
            if (s.gone()) {
                continue;
            }
            s.drop();
            s.removal().ended(inv);
            if (!s.replaced()) {
                s.space().stale().remove(s);
            }
            if (flush == null) {
                end(new OpenFlush.Dropped(s, inv), inv.time());
                endedBySubmission++;
            } else {
                flush.drop(s, inv);
            }
        }
    }

    private void end(OpenFlush.Dropped d, long time) {
        Stale s = d.stale();
        if (devices.of(s.space()) != Ledger.Subject.ASKED) {
            return;
        }
        long length = time - s.when().time();
        backwards += length < 0 ? 1 : 0;
        windows.add(new Window(Math.max(0, length), s.pages(), s.first(), s.line(), d.by().line()));
        outlived += s.outlived() ? 1 : 0;
    }

    /** The flush returns: what it dropped was exposed until now. */
    void returned(@Nullable OpenFlush flush, TraceEvent e) {
        if (flush != null) {
            flush.take().forEach(d -> end(d, e.time()));
        }
    }

    /** The return of the flush was not recorded, or is lost: the submission, which came before it, stands for it. */
    void abandoned(@Nullable OpenFlush flush) {
        if (flush != null) {
            for (OpenFlush.Dropped d : flush.take()) {
                end(d, d.by().time());
                endedBySubmission++;
            }
        }
    }

    /** The trace ends: what was submitted is taken as done. */
    void finish() {
        open.forEach(o -> close(o));
        open.clear();
    }

    /** Forgets the invalidations under way, that ids are certain, and whose they are. */
    void forget() {
        open.clear();
        ids.lost();
        deviceIds.forget();
    }

    /** The domain ids of devices, as far as flushes and attaches have named them. */
    DeviceIds devices() {
        return deviceIds;
    }

    /** Exposure windows that ended. */
    public Windows windows() {
        return windows;
    }

    /** Invalidations of the translation cache that were submitted. */
    public long submitted(OpenInvalidation.Scope scope) {
        return submitted[scope.index()];
    }

    /** Pages that lingered until one of them, each counted once. */
    public long pages(OpenInvalidation.Scope scope) {
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

    /** Windows that ended, and were open when an unmap returned. */
    public long outlived() {
        return outlived;
    }

    /** Windows that the clock says ended before they began; counted with length 0. */
    public long backwards() {
        return backwards;
    }
}
