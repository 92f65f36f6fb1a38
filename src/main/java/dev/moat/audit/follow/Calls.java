package dev.moat.audit.follow;

import dev.moat.audit.pages.AddressSpace;
import dev.moat.audit.pages.Mapping;
import dev.moat.audit.pages.Stale;
import dev.moat.audit.read.Event;
import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.Field;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.Rule;
import dev.moat.audit.transfer.DirectMaps;
import dev.moat.audit.transfer.Transfers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What tasks and interrupts call. Calls of the DMA layer: where they begin, what a map in one of them may ask for, and where they
 * return; and in them, or by themselves, maps and unmaps: an entry tells the domain, then a tracepoint that it was done.
 */
final class Calls {
    private static final String PERHAPS_OF_INTERRUPT =
            "the map may be that of an interrupt upon the call, which this form does not tell apart";

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
        t.loose = null;
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
        } else if (e.kind() == EventKind.DMA_FREE_RETURN && t.loose != null) {
            Operation op = new Operation(EventKind.DMA_FREE, e.line());
            op.add(t.loose);
            op.unseenPages = t.looseUnseen;
            t.loose = null;
            returns.call(op, e);
        } else {
            notes.withoutBegin++;
        }
    }

    /** The tracepoint at the end of unmapping a page says as much as the probes that are missing. */
    void unmapped(Task t, Event e) {
        Operation.Range range = t.loose;
        long page = e.get(Field.DMA_ADDR) >>> AddressSpace.PAGE_BITS;
        if (range != null && e.has(Field.DMA_ADDR) && range.first() <= page && page < range.end()) {
            Operation op = new Operation(EventKind.DMA_UNMAP_PAGE, range.line());
            op.add(range);
            op.unseenPages = t.looseUnseen;
            t.loose = null;
            returns.call(op, e);
        }
    }

    private void giveUp(Operation op) {
        notes.neverReturned++;
        undecided(op);
    }

    /** A map inside a call: are its rights those of the transfer? */
    private void direction(Operation op, Task.Call map, boolean certain) {
        notes.asked += op.size;
        notes.exposed += map.size;
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
                () -> String.format(
                        Locale.ROOT,
                        "line %d maps with rights %d for a transfer of direction %d, begun at line %d",
                        map.line,
                        map.prot,
                        op.direction,
                        op.line));
    }

    /** Where a map may have been that of an interrupt upon the call, the address that the call returns tells its own. */
    private void decide(Operation op, Event e) {
        for (Task.Call map : op.suspects) {
            if (e.has(Field.IOVA) && (e.get(Field.IOVA) ^ map.iova) >>> AddressSpace.PAGE_BITS == 0) {
                tooMuch(op, map);
            } else {
                ledger.unjudged(Rule.RIGHTS, PERHAPS_OF_INTERRUPT);
            }
        }
    }

    /** The call will not be seen to return. */
    void undecided(Operation op) {
        op.suspects.forEach(map -> ledger.unjudged(Rule.RIGHTS, PERHAPS_OF_INTERRUPT));
    }

    // --- maps and unmaps

    void enterMap(Task t, Event e) {
        Task.Call call = new Task.Call(e);
        t.maps.enter(call, e.showsContext());
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
        if (space.known() && e.get(Field.IOVA) == e.get(Field.PADDR)) {
            direct.mapped(space.pointer(), e);
        }
        if (transfers.active()) {
            transfers.made(t.recent, space, e, call != null && call.rightsShown ? rights : -1);
        }
    }

    /** Without the tracepoint, a successful return tells as much. */
    void mapReturns(Task t, Event e) {
        Task.Call call = t.maps.poll();
        if (call != null && !call.seen && e.has(Field.RET) && e.get(Field.RET) == 0) {
            tables.map(tables.space(call.domain), call.iova, call.size, call.frame, call.prot, call.line);
        }
    }

    void enterUnmap(Task t, Event e) {
        t.unmaps.enter(new Task.Call(e), e.showsContext());
        unmapping.add(t);
    }

    void unmap(Task t, Event e) {
        Task.Call call = t.unmaps.of(e.get(Field.IOVA));
        AddressSpace space = tables.space(call == null ? 0 : call.domain);
        long size = e.get(Field.SIZE);
        long unmapped = e.has(Field.UNMAPPED_SIZE) ? e.get(Field.UNMAPPED_SIZE) : size;
        notes.unmaps++;
        if (unmapped != 0) {
            remove(e, t, space, unmapped, call != null && call.raced);
        }
        exact(e, t, size, unmapped);
        if (call != null) {
            t.unmaps.end(call);
        }
        if (t.unmaps.isEmpty()) {
            unmapping.remove(t);
        }
    }

    private void remove(Event e, Task t, AddressSpace space, long size, boolean raced) {
        long unseen = -tables.unseenPages();
        List<Stale> added = tables.unmap(space, e.get(Field.IOVA), size, e.time(), e.line());
        unseen += tables.unseenPages();
        notes.unseenUnmaps += unseen > 0 ? 1 : 0;
        if (raced) {
            added.forEach(Stale::race);
        }
        long first = e.get(Field.IOVA) >>> AddressSpace.PAGE_BITS;
        long end = ((e.get(Field.IOVA) + size - 1) >>> AddressSpace.PAGE_BITS) + 1;
        Operation.Range range = new Operation.Range(space, first, end, e.line());
        Operation op = t.operations.peek();
        if (op == null) {
            t.loose = range;
            t.looseUnseen = unseen;
        } else {
            op.add(range);
            op.unseenPages += unseen;
        }
    }

    private void exact(Event e, Task t, long size, long unmapped) {
        Operation op = t.operations.peek();
        if (op == null) {
            ledger.unjudged(Rule.EXACT, "outside of a call of the DMA layer");
        } else if (size == unmapped) {
            ledger.clean(Rule.EXACT);
        } else {
            ledger.violated(
                    Rule.EXACT,
                    e.line(),
                    () -> String.format(
                            Locale.ROOT,
                            "line %d removes %#x bytes at %#x, asked for %#x; the call began at line %d",
                            e.line(),
                            unmapped,
                            e.get(Field.IOVA),
                            size,
                            op.line));
        }
    }

    /** Tasks in the middle of an unmap. */
    Set<Task> unmapping() {
        return unmapping;
    }

    /** Nobody is known to be in the middle of anything. */
    void forget() {
        unmapping.clear();
    }
}
