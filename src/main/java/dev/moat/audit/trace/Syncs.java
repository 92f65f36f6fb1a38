package dev.moat.audit.trace;

import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import org.jspecify.annotations.Nullable;

/** Flushes of the kernel: where they begin, what they name, and where they return. */
final class Syncs {
    private static final String NO_RETURN = "the flush is not seen to return";

    private final FollowedSpaces tables;
    private final Flushes flushes;
    private final Returns returns;
    private final Notes notes;
    private final DeviceFilter devices;

    Syncs(FollowedSpaces tables, Flushes flushes, Returns returns, Notes notes, DeviceFilter devices) {
        this.devices = devices;
        this.tables = tables;
        this.flushes = flushes;
        this.returns = returns;
        this.notes = notes;
    }

    /** The flush of a range begins. */
    void enter(Task t, TraceEvent e) {
        long start = e.get(Field.START);
        long last = e.get(Field.END);
        boolean range = e.has(Field.START) && e.has(Field.END) && Long.compareUnsigned(start, last) <= 0;
        long first = start >>> AddressSpace.PAGE_BITS;
        t.syncs.push(new Task.Sync(
                tables.space(e.get(Field.DOM)),
                first,
                range ? (last >>> AddressSpace.PAGE_BITS) + 1 : first,
                e.moment(),
                new OpenFlush(t.operations.size())));
        if (t.syncs.size() > Task.DEEPEST) {
            giveUp(t.syncs.removeLast());
        }
    }

    /** An event that is no part of a flush: its task is in none, unless it may be that of an interrupt upon it. */
    void goesOn(Task t, TraceEvent e) {
        if (!t.syncs.isEmpty() && e.showsContext() && e.kind().outsideFlush()) {
            t.syncs.forEach(this::giveUp);
            t.syncs.clear();
        }
    }

    /** A call of the DMA layer has returned, and so have the flushes in it. */
    void callReturned(Task t) {
        while (!t.syncs.isEmpty() && t.syncs.peek().flush().depth() > t.operations.size()) {
            giveUp(t.syncs.pop());
        }
    }

    private void giveUp(Task.Sync sync) {
        notes.neverReturned++;
        flushes.abandoned(sync.flush());
        returns.unreturned(devices.of(sync.space()), NO_RETURN);
    }

    /** It returns. */
    void returns(Task t, TraceEvent e) {
        Task.Sync sync = t.syncs.poll();
        if (sync == null) {
            notes.withoutBegin++;
            return;
        }
        flushes.returned(sync.flush(), e);
        returns.flush(sync, e);
    }

    /** The flush of a whole domain begins. */
    void enterAll(Task t, TraceEvent e) {
        flushes.abandoned(t.whole);
        t.whole = new OpenFlush(t.operations.size());
        t.flushing = tables.space(e.get(Field.DOM));
    }

    /** It returns. */
    void allReturns(Task t, TraceEvent e) {
        flushes.returned(t.whole, e);
        t.whole = null;
    }

    /** What is known of the flush that the task is in. */
    static Flushes.Context context(Task t) {
        Task.Sync sync = t.syncs.peek();
        OpenFlush flush = t.flushing != null ? t.whole : sync == null ? null : sync.flush();
        return new Flushes.Context(flushed(t), t.filled == null ? unmapped(t) : t.filled, t.announced, flush);
    }

    /** The domain that the task is flushing; null when unknown. */
    static @Nullable AddressSpace flushed(Task t) {
        Task.Sync sync = t.syncs.peek();
        return t.flushing != null ? t.flushing : sync == null ? null : sync.space();
    }

    /** The domain that the call that the task is in unmapped last; null when unknown. */
    static @Nullable AddressSpace unmapped(Task t) {
        DmaCall op = t.operations.peek();
        return op == null ? null : op.space();
    }

    /** A device is attached to a domain with an id, or detached from it. */
    void moves(TraceEvent e) {
        devices.moves(e.device(), tables.spaces());
        flushes.ids().mayChange();
        if (e.has(Field.REF)) {
            flushes.showsTags();
            if (e.kind() == EventKind.CACHE_TAG_UNASSIGN && e.get(Field.REF) == 1) {
                flushes.ids().left(e.get(Field.UNIT), e.get(Field.DID), e);
            }
        }
        String device = e.device();
        if (device == null || !e.has(Field.DID)) {
            return;
        }
        if (e.kind() == EventKind.CACHE_TAG_ASSIGN) {
            flushes.devices().assigned(device, e.get(Field.UNIT), e.get(Field.DID));
        } else {
            flushes.devices().unassigned(device, e.get(Field.UNIT), e.get(Field.DID));
        }
    }

    /** A flush names the domain id that it sends invalidations for. */
    void names(Task t, TraceEvent e) {
        devices.link(
                e.kind() == EventKind.CACHE_TAG_FLUSH_RANGE_NP ? t.filled : flushed(t),
                devices.active() ? e.device() : null);
        if (e.has(Field.DID) && e.has(Field.UNIT)) {
            String device = e.device();
            if (device != null) {
                flushes.devices().flushed(device, e.get(Field.UNIT), e.get(Field.DID));
            }
            flushes.announce(e.get(Field.UNIT), e.get(Field.DID), context(t));
        }
    }
}
