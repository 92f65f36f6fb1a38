package dev.moat.audit.follow;

import dev.moat.audit.pages.AddressSpace;
import dev.moat.audit.pages.Mapping;
import dev.moat.audit.read.Event;
import dev.moat.audit.read.EventKind;
import dev.moat.audit.read.Field;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.Rule;
import java.util.Locale;

/** Calls of the DMA layer: where they begin, what a map in one of them may ask for, and where they return. */
final class Calls {
    private final Ledger ledger;
    private final Returns returns;
    private final Notes notes;

    Calls(Ledger ledger, Returns returns, Notes notes) {
        this.ledger = ledger;
        this.returns = returns;
        this.notes = notes;
    }

    /** A call begins. */
    void begin(Task t, Event e) {
        t.loose = null;
        t.operations.push(new Operation(e));
        if (t.operations.size() > Task.DEEPEST) {
            t.operations.removeLast();
            notes.neverReturned++;
        }
    }

    /** A call returns; those inside it that were not seen to are given up. */
    void end(Task t, Event e) {
        EventKind begun = Operation.begun(e.kind());
        boolean inside = t.operations.stream().anyMatch(op -> op.kind == begun);
        if (inside) {
            Operation op = t.operations.pop();
            while (op.kind != begun) {
                notes.neverReturned++;
                op = t.operations.pop();
            }
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

    /** A map inside a call: are its rights those of the transfer? */
    void direction(Operation op, Task.Call map, boolean shown) {
        notes.asked += op.size;
        notes.exposed += map.size();
        int allowed = op.direction == 0 ? Mapping.ALL_RIGHTS : op.direction;
        if (!shown || op.direction < 0 || op.direction > 2) {
            ledger.unjudged(Rule.RIGHTS, "direction or rights are not shown");
        } else if ((map.prot() & ~allowed) == 0) {
            ledger.clean(Rule.RIGHTS);
        } else {
            ledger.violated(
                    Rule.RIGHTS,
                    map.line(),
                    () -> String.format(
                            Locale.ROOT,
                            "line %d maps with rights %d for a transfer of direction %d, begun at line %d",
                            map.line(),
                            map.prot(),
                            op.direction,
                            op.line));
        }
    }
}
