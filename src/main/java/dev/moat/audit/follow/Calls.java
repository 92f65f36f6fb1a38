package dev.moat.audit.follow;

import dev.moat.audit.pages.AddressSpace;
import dev.moat.audit.pages.Gone;
import dev.moat.audit.pages.Mapping;
import dev.moat.audit.read.Event;
import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.Field;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.Rule;
import dev.moat.audit.transfer.DirectMaps;
import dev.moat.audit.transfer.Transfers;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What tasks and interrupts call. Calls of the DMA layer: where they begin, what a map in one of them may ask for, and where they
 * return; and in them, or by themselves, maps and unmaps: an entry tells the domain, then a tracepoint that it was done.
 */
final class Calls {
    /** What a map returns that has failed, DMA_MAPPING_ERROR. */
    private static final long MAPPING_ERROR = -1;

    private static final String PERHAPS_OF_INTERRUPT =
            "the map may be that of an interrupt upon the call, which this form does not tell apart";

    private static final String RETURN_MISSING =
            "a call that has mapped its page is not seen to return: the map may be of another";

    private final Ledger ledger;
    private final Tables tables;
    private final Returns returns;
    private final Transfers transfers;
    private final DirectMaps direct;
    private final Notes notes;
    private final Set<Task> unmapping = new LinkedHashSet<>();

    Calls(Ledger ledger, Tables tables, Returns returns, Transfers transfers, DirectMaps direct, Notes notes) {
        this.ledger = ledger;
        this.tables = tables;
        this.returns = returns;
        this.transfers = transfers;
        this.direct = direct;
        this.notes = notes;
    }

    // --- calls of the DMA layer

    /** A call begins. */
    void begin(Task t, Event e) {
        t.loose.clear();
        t.operations.push(new Operation(e));
        if (t.operations.size() > Task.DEEPEST) {
            giveUp(t.operations.removeLast());
        }
    }

    /** A call returns; those inside it that were not seen to are given up. */
    void end(Task t, Event e) {
        EventKind begun = Operation.begun(e.kind());
        boolean inside = t.operations.stream().anyMatch(op -> op.kind == begun);
        if (inside) {
            Operation op = t.operations.pop();
            while (op.kind != begun) {
                giveUp(op);
                op = t.operations.pop();
            }
            decide(op, e);
            returns.call(op, e);
            Operation around = t.operations.peek();
            if (around != null
                    && (e.showsContext() || around.calls(op))) { // else it may be that of an interrupt upon the call
                op.ranges.forEach(around::add);
            }
            t.pageReturned |= begun == EventKind.DMA_UNMAP_PAGE;
            return;
        }
        Operation.Range loose = e.kind() == EventKind.DMA_FREE_RETURN ? t.loose.take() : null;
        if (loose == null) {
            notes.withoutBegin++;
        } else {
            returns.call(new Operation(EventKind.DMA_FREE, loose), e);
        }
    }

    /**
     * The tracepoint at the end of unmapping a page says as much as the probes that are missing. Where the probes have shown the
     * call, it says nothing new.
     */
    void unmapped(Task t, Event e) {
        boolean told = t.pageReturned;
        t.pageReturned = false;
        Operation.Range range =
                e.has(Field.DMA_ADDR) ? t.loose.take(e.get(Field.DMA_ADDR) >>> AddressSpace.PAGE_BITS) : null;
        if (range != null) {
            returns.call(new Operation(EventKind.DMA_UNMAP_PAGE, range), e);
        } else if (!told) {
            ledger.unjudged(Rule.RETURN_PAGE, Returns.NO_UNMAP);
        }
    }

    private void giveUp(Operation op) {
        notes.neverReturned++;
        undecided(op);
    }

    /** A map inside a call: are its rights those of the transfer? */
    private void direction(Operation op, Task.Call map, boolean certain) {
        if (op.mapped != null && certain) {
            ledger.unjudged(Rule.RIGHTS, RETURN_MISSING);
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
            ledger.unjudged(Rule.RIGHTS, "direction or rights are not shown");
        } else if ((map.prot & ~allowed) == 0) {
            ledger.clean(Rule.RIGHTS);
        } else if (certain) {
            tooMuch(op, map);
        } else if (op.suspects.size() < Task.DEEPEST) {
            op.suspects.add(map);
        } else {
            ledger.unjudged(Rule.RIGHTS, PERHAPS_OF_INTERRUPT);
        }
    }

    private void tooMuch(Operation op, Task.Call map) {
        ledger.violated(
                Rule.RIGHTS,
                map.line,
                () -> says(
                        "line %d maps with rights %d for a transfer of direction %d, begun at line %d",
                        map.line, map.prot, op.direction, op.line));
    }

    /** Where a map may have been that of an interrupt upon the call, the address that the call returns tells its own. */
    private void decide(Operation op, Event e) {
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
                ledger.unjudged(Rule.RIGHTS, PERHAPS_OF_INTERRUPT);
            }
        }
    }

    private static boolean isOf(Event e, Task.Call map) {
        return e.has(Field.IOVA) && (e.get(Field.IOVA) ^ map.iova) >>> AddressSpace.PAGE_BITS == 0;
    }

    /** The call will not be seen to return. */
    void undecided(Operation op) {
        op.suspects.forEach(map -> ledger.unjudged(Rule.RIGHTS, PERHAPS_OF_INTERRUPT));
    }

    // --- maps and unmaps

    void enterMap(Task t, Event e) {
        Task.Call call = new Task.Call(e);
        t.maps.enter(call);
        tables.enter(call);
        Operation op = t.operations.peek();
        if (op != null && op.kind == EventKind.DMA_MAP_PAGE) {
            direction(op, call, e.showsContext());
            transfers.directionsJudged();
        }
    }

    void map(Task t, Event e) {
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
        if (Event.isRange(map.iova, map.size)) {
            long first = map.iova >>> AddressSpace.PAGE_BITS;
            long end = ((map.iova + map.size - 1) >>> AddressSpace.PAGE_BITS) + 1;
            long frame = map.frame >>> AddressSpace.PAGE_BITS;
            transfers.made(t.recent, space, new Mapping(first, end, frame, rights, map.line));
        }
    }

    /** Whether a map has not failed. */
    static boolean done(Event e) {
        return e.has(Field.RET) && e.get(Field.RET) == 0;
    }

    /** Without the tracepoint, a successful return tells as much. */
    void mapReturns(Task t, Event e) {
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
    void enterFast(Task t, Event e) {
        if (e.has(Field.DOM) && e.has(Field.IOVA)) {
            enterUnmap(t, e);
        }
    }

    void enterUnmap(Task t, Event e) {
        t.unmaps.enter(new Task.Call(e));
        unmapping.add(t);
    }

    void unmap(Task t, Event e) {
        Task.Call call = t.unmaps.of(e.get(Field.IOVA));
        AddressSpace space = tables.space(call == null ? 0 : call.domain);
        long size = e.get(Field.SIZE);
        long unmapped = e.has(Field.UNMAPPED_SIZE) ? e.get(Field.UNMAPPED_SIZE) : size;
        notes.unmaps++;
        Tables.Taken taken = unmapped == 0 ? null : remove(e, t, space, unmapped);
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

    private Tables.Taken remove(Event e, Task t, AddressSpace space, long size) {
        Tables.Taken taken = tables.unmap(space, e.get(Field.IOVA), size, e.moment());
        long first = e.get(Field.IOVA) >>> AddressSpace.PAGE_BITS;
        long end = ((e.get(Field.IOVA) + size - 1) >>> AddressSpace.PAGE_BITS) + 1;
        Operation.Range range = new Operation.Range(space, first, end, e.moment(), taken);
        Operation op = t.operations.peek();
        if (op == null) {
            t.loose.add(range);
        } else {
            op.add(range);
        }
        return taken;
    }

    private void exact(Event e, Task t, Tables.@Nullable Taken taken, long unmapped) {
        Operation op = t.operations.peek();
        long size = e.get(Field.SIZE);
        Gone already = taken == null ? null : taken.already();
        if (op == null) {
            ledger.unjudged(Rule.EXACT, "outside of a call of the DMA layer");
        } else if (size != unmapped) {
            inexact(e, op, () -> says("removes %#x bytes at %#x, asked for %#x", unmapped, e.get(Field.IOVA), size));
        } else if (already != null && ledger.isUnmarked()) {
            ledger.unjudged(Rule.EXACT, Ledger.UNMARKED);
        } else if (already != null) {
            inexact(e, op, () -> says("unmaps %s, unmapped at line %d already", Tables.range(already), already.line()));
        } else if (taken != null && taken.doubted()) {
            ledger.unjudged(Rule.EXACT, Tables.NO_DOMAIN);
        } else {
            ledger.clean(Rule.EXACT);
        }
    }

    private void inexact(Event e, Operation op, Supplier<String> what) {
        ledger.violated(
                Rule.EXACT,
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
