package dev.moat.audit.trace;

import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What tasks and interrupts call. Calls of the DMA layer: where they begin, what a map in one of them may ask for, and where they
 * return; and in them, or by themselves, maps and unmaps: an entry tells the domain, then a tracepoint that it was done.
 */
final class TaskCalls {
    /** What a map returns that has failed, DMA_MAPPING_ERROR. */
    private static final long MAPPING_ERROR = -1;

    private static final String PERHAPS_OF_INTERRUPT =
            "the map may be that of an interrupt upon the call, which this form does not tell apart";

    private static final String RETURN_MISSING =
            "a call that has mapped its page is not seen to return: the map may be of another";

    private final Ledger ledger;
    private final FollowedSpaces tables;
    private final Returns returns;
    private final Transfers transfers;
    private final DirectMaps direct;
    private final Notes notes;
    private final Set<Task> unmapping = new LinkedHashSet<>();

    TaskCalls(
            Ledger ledger,
            FollowedSpaces tables,
            Returns returns,
            Transfers transfers,
            DirectMaps direct,
            Notes notes) {
        this.ledger = ledger;
        this.tables = tables;
        this.returns = returns;
        this.transfers = transfers;
        this.direct = direct;
        this.notes = notes;
    }

    // --- calls of the DMA layer

    /** A call begins. */
    void begin(Task t, TraceEvent e) {
        t.loose.clear();
        t.operations.push(new DmaCall(e));
        if (t.operations.size() > Task.DEEPEST) {
            giveUp(t.operations.removeLast());
        }
    }

    /** A call returns; those inside it that were not seen to are given up. */
    void end(Task t, TraceEvent e) {
        EventKind begun = DmaCall.begun(e.kind());
        boolean inside = t.operations.stream().anyMatch(op -> op.kind == begun);
        if (inside) {
            DmaCall op = t.operations.pop();
            while (op.kind != begun) {
                giveUp(op);
                op = t.operations.pop();
            }
            decide(op, e);
            returns.call(op, e);
            DmaCall around = t.operations.peek();
            if (around != null
                    && (e.showsContext() || around.calls(op))) { // else it may be that of an interrupt upon the call
                op.ranges.forEach(around::add);
            }
            t.pageReturned |= begun == EventKind.DMA_UNMAP_PAGE;
            return;
        }
        DmaCall.Range loose = e.kind() == EventKind.DMA_FREE_RETURN ? t.loose.take() : null;
        if (loose == null) {
            notes.withoutBegin++;
        } else {
            returns.call(new DmaCall(EventKind.DMA_FREE, loose), e);
        }
    }

    /**
     * The tracepoint at the end of unmapping a page says as much as the probes that are missing. Where the probes have shown the
     * call, it says nothing new.
     */
    void unmapped(Task t, TraceEvent e) {
        boolean told = t.pageReturned;
        t.pageReturned = false;
        DmaCall.Range range =
                e.has(Field.DMA_ADDR) ? t.loose.take(e.get(Field.DMA_ADDR) >>> AddressSpace.PAGE_BITS) : null;
        if (range != null) {
            returns.call(new DmaCall(EventKind.DMA_UNMAP_PAGE, range), e);
        } else if (!told) {
            ledger.unjudged(AuditRule.RETURN_PAGE, Returns.NO_UNMAP);
        }
    }

    private void giveUp(DmaCall op) {
        notes.neverReturned++;
        undecided(op);
    }

    /** A map inside a call: are its rights those of the transfer? */
    private void direction(DmaCall op, Task.Call map, boolean certain) {
        if (op.mapped != null && certain) {
            ledger.unjudged(AuditRule.RIGHTS, RETURN_MISSING);
            return;
        }
        if (op.mapped == null) {
            op.mapped = map;
            notes.mapped(op.size, map.size);
        } else if (op.others.size() < Task.DEEPEST) {
            op.others.add(map);
        }
        int allowed = op.direction == 0 ? Mapping.ALL_RIGHTS : op.direction;
        if (!map.rightsShown || op.direction < 0 || op.direction > 2) {
            ledger.unjudged(AuditRule.RIGHTS, "direction or rights are not shown");
        } else if ((map.prot & ~allowed) == 0) {
            ledger.clean(AuditRule.RIGHTS);
        } else if (certain) {
            tooMuch(op, map);
        } else if (op.suspects.size() < Task.DEEPEST) {
            op.suspects.add(map);
        } else {
            ledger.unjudged(AuditRule.RIGHTS, PERHAPS_OF_INTERRUPT);
        }
    }

    private void tooMuch(DmaCall op, Task.Call map) {
        ledger.violated(
                AuditRule.RIGHTS,
                map.line,
                () -> says(
                        "line %d maps with rights %d for a transfer of direction %d, begun at line %d",
                        map.line, map.prot, op.direction, op.line));
    }

    /** Where a map may have been that of an interrupt upon the call, the address that the call returns tells its own. */
    private void decide(DmaCall op, TraceEvent e) {
        for (Task.Call map : op.others) {
            if (op.mapped != null && isOf(e, map)) {
                notes.mappedInstead(op.mapped.size, map.size);
            }
        }
        if (op.mapped != null && e.has(Field.IOVA) && e.get(Field.IOVA) == MAPPING_ERROR) {
            notes.notMapped(op.size, op.mapped.size);
        }
        for (Task.Call map : op.suspects) {
            if (isOf(e, map)) {
                tooMuch(op, map);
            } else {
                ledger.unjudged(AuditRule.RIGHTS, PERHAPS_OF_INTERRUPT);
            }
        }
    }

    private static boolean isOf(TraceEvent e, Task.Call map) {
        return e.has(Field.IOVA) && (e.get(Field.IOVA) ^ map.iova) >>> AddressSpace.PAGE_BITS == 0;
    }

    /** The call will not be seen to return. */
    void undecided(DmaCall op) {
        op.suspects.forEach(map -> ledger.unjudged(AuditRule.RIGHTS, PERHAPS_OF_INTERRUPT));
    }

    // --- maps and unmaps

    void enterMap(Task t, TraceEvent e) {
        Task.Call call = new Task.Call(e);
        t.maps.enter(call);
        tables.enter(call);
        DmaCall op = t.operations.peek();
        if (op != null && op.kind == EventKind.DMA_MAP_PAGE) {
            direction(op, call, e.showsContext());
            transfers.directionsJudged();
        }
    }

    void map(Task t, TraceEvent e) {
        Task.Call call = t.maps.of(e.get(Field.IOVA));
        AddressSpace space = tables.space(call == null ? 0 : call.domain);
        int rights = call == null ? Mapping.ALL_RIGHTS : call.prot;
        if (call != null) {
            call.seen = true;
        }
        tables.map(space, e.get(Field.IOVA), e.get(Field.SIZE), e.get(Field.PADDR), rights, e.line());
        t.filled = space.known() ? space : null;
        boolean same = e.get(Field.IOVA) == e.get(Field.PADDR); // in a call of the DMA layer by chance
        if (space.known() && same && t.operations.isEmpty()) {
            direct.mapped(space.pointer(), e);
        }
        if (transfers.keeps()) {
            made(t, space, new Task.Call(e), call != null && call.rightsShown ? rights : -1);
        }
    }

    private void made(Task t, AddressSpace space, Task.Call map, int rights) {
        if (TraceEvent.isRange(map.iova, map.size)) {
            long first = map.iova >>> AddressSpace.PAGE_BITS;
            long end = ((map.iova + map.size - 1) >>> AddressSpace.PAGE_BITS) + 1;
            long frame = map.frame >>> AddressSpace.PAGE_BITS;
            transfers.made(t.recent, space, new Mapping(first, end, frame, rights, map.line));
        }
    }

    /** Whether a map has not failed. */
    static boolean done(TraceEvent e) {
        return e.has(Field.RET) && e.get(Field.RET) == 0;
    }

    /** Without the tracepoint, a successful return tells as much. */
    void mapReturns(Task t, TraceEvent e) {
        Task.Call call = t.maps.poll(done(e));
        t.filled = call == null ? null : tables.space(call.domain);
        if (call != null && !call.seen && done(e)) {
            AddressSpace space = tables.space(call.domain);
            tables.map(space, call.iova, call.size, call.frame, call.prot, call.line);
            if (call.frameShown && transfers.keeps()) {
                made(t, space, call, call.rightsShown ? call.prot : -1);
            }
        }
    }

    /** {@code iommu_unmap_fast} does nothing but call what is entered next: its arguments stand for an entry that is missing. */
    void enterFast(Task t, TraceEvent e) {
        if (e.has(Field.DOM) && e.has(Field.IOVA)) {
            enterUnmap(t, e);
        }
    }

    void enterUnmap(Task t, TraceEvent e) {
        t.unmaps.enter(new Task.Call(e));
        unmapping.add(t);
    }

    void unmap(Task t, TraceEvent e) {
        Task.Call call = t.unmaps.of(e.get(Field.IOVA));
        AddressSpace space = tables.space(call == null ? 0 : call.domain);
        long size = e.get(Field.SIZE);
        long unmapped = e.has(Field.UNMAPPED_SIZE) ? e.get(Field.UNMAPPED_SIZE) : size;
        notes.unmaps++;
        FollowedSpaces.Taken taken = unmapped == 0 ? null : remove(e, t, space, unmapped);
        if (taken != null && call != null && call.raced != null) {
            String raced = call.raced;
            taken.lingering().forEach(s -> s.doubt(raced));
        }
        exact(e, t, taken, unmapped);
        if (call != null) {
            t.unmaps.end(call);
        }
        if (t.unmaps.isEmpty()) {
            unmapping.remove(t);
        }
    }

    private FollowedSpaces.Taken remove(TraceEvent e, Task t, AddressSpace space, long size) {
        FollowedSpaces.Taken taken = tables.unmap(space, e.get(Field.IOVA), size, e.moment());
        long first = e.get(Field.IOVA) >>> AddressSpace.PAGE_BITS;
        long end = ((e.get(Field.IOVA) + size - 1) >>> AddressSpace.PAGE_BITS) + 1;
        DmaCall.Range range = new DmaCall.Range(space, first, end, e.moment(), taken);
        DmaCall op = t.operations.peek();
        if (op == null) {
            t.loose.add(range);
        } else {
            op.add(range);
        }
        return taken;
    }

    private void exact(TraceEvent e, Task t, FollowedSpaces.@Nullable Taken taken, long unmapped) {
        DmaCall op = t.operations.peek();
        long size = e.get(Field.SIZE);
        Gone already = taken == null ? null : taken.already();
        if (op == null) {
            ledger.unjudged(AuditRule.EXACT, "outside of a call of the DMA layer");
        } else if (size != unmapped) {
            inexact(e, op, () -> says("removes %#x bytes at %#x, asked for %#x", unmapped, e.get(Field.IOVA), size));
        } else if (already != null && ledger.isUnmarked()) {
            ledger.unjudged(AuditRule.EXACT, Ledger.UNMARKED);
        } else if (already != null) {
            inexact(
                    e,
                    op,
                    () -> says(
                            "unmaps %s, unmapped at line %d already", FollowedSpaces.range(already), already.line()));
        } else if (taken != null && taken.doubted()) {
            ledger.unjudged(AuditRule.EXACT, FollowedSpaces.NO_DOMAIN);
        } else {
            ledger.clean(AuditRule.EXACT);
        }
    }

    private void inexact(TraceEvent e, DmaCall op, Supplier<String> what) {
        ledger.violated(
                AuditRule.EXACT,
                e.line(),
                () -> says("line %d %s; the call began at line %d", e.line(), what.get(), op.line));
    }

    private static String says(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    /** Tasks in the middle of an unmap. */
    Set<Task> unmapping() {
        return unmapping;
    }
}
