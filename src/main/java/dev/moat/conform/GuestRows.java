package dev.moat.conform;

import dev.moat.grant.SharedEntry;
import dev.moat.xen.HostPte;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the rows in which guests act on their own. The contents of pages are kept here, because the model has none; which
 * page an access reaches, and whether it may, is the model's answer.
 */
final class GuestRows {
    private static final int U16 = 0xffff;

    private final XenBench bench;
    private final Symbols symbols;
    /** Bytes that were written, by machine address; all others are 0. */
    private final Map<Long, Integer> bytes = new HashMap<>();

    GuestRows(XenBench bench, Symbols symbols) {
        this.bench = bench;
        this.symbols = symbols;
    }

    /** The domain exists from the start of the case; what is left is its limit. */
    Answer create(RecordedRow row) {
        Fields args = row.args();
        int domain = (int) args.get("dom").number(bench.domains() - 1);
        bench.limitMaptrack(domain, (int) args.get("max_maptrack_frames").number(XenBench.MAX_MAPTRACK_FRAMES));
        return Answer.plain("", List.of());
    }

    Answer store(RecordedRow row) {
        Fields args = row.args();
        int entry = entry(row, args);
        long domid = args.get("domid").number(U16);
        long frame = symbols.frameNumber(args.get("frame"));
        bench.store(entry, SharedEntry.of(args.get("flags").number(U16), domid, frame));
        return Answer.plain("", List.of(entry));
    }

    Answer storeFlags(RecordedRow row) {
        Fields args = row.args();
        int entry = entry(row, args);
        bench.store(
                entry,
                SharedEntry.FLAGS.set(bench.shared(entry), args.get("flags").number(U16)));
        return Answer.plain("", List.of(entry));
    }

    Answer endAccess(RecordedRow row) {
        Fields args = row.args();
        int entry = entry(row, args);
        boolean done = bench.endAccess(row.actor(), (int) args.get("ref").number(XenBench.REFS - 1));
        return Answer.plain(done ? "done" : "busy", List.of(entry));
    }

    private int entry(RecordedRow row, Fields args) {
        return bench.entry(row.actor(), (int) args.get("ref").number(XenBench.REFS - 1));
    }

    Answer read(RecordedRow row) {
        long address = reach(row, false);
        return Answer.plain(address < 0 ? "FAULT" : String.format("0x%02x", byteAt(address)), List.of());
    }

    Answer write(RecordedRow row) {
        int value = (int) row.args().get("val").number(0xff);
        long address = reach(row, true);
        if (address >= 0) {
            bytes.put(address, value);
        }
        return Answer.plain(address < 0 ? "FAULT" : "ok", List.of());
    }

    private int byteAt(long address) {
        return bytes.getOrDefault(address, 0);
    }

    /** The machine address that the actor's own mapping leads to, or -1. */
    private long reach(RecordedRow row, boolean forWrite) {
        Addresses.Place place = Addresses.Place.of(row.args().get("at"));
        if (!Addresses.isSlot(place.base())) {
            return machineAddress(symbols.frame(place.base()), place.offset());
        }
        Addresses.Slot slot = Addresses.slot(place.base(), row.actor(), bench.slots());
        int number = slot.number() + place.offset() / Addresses.PAGE_SIZE;
        long pte = number < bench.slots() ? bench.pte(row.actor(), number) : 0;
        if (!HostPte.PRESENT.isSet(pte) || (forWrite && !HostPte.WRITABLE.isSet(pte))) {
            return -1;
        }
        return machineAddress(HostPte.FRAME.get(pte), place.offset() % Addresses.PAGE_SIZE);
    }

    private static long machineAddress(long frame, int offset) {
        return frame * Addresses.PAGE_SIZE + offset;
    }

    /**
     * Carries over what a recorded copy did to the contents of pages. The copy itself is not run: it is no operation of
     * the model. One that failed changed nothing.
     */
    void carryCopy(RecordedRow row) {
        if (!row.text(Column.STATUS).equals("0")) {
            return;
        }
        Fields args = row.args();
        long from = copied(row, args.get("src"));
        long to = copied(row, args.get("dst"));
        for (int i = (int) args.get("len").number(U16); i > 0; i--) {
            bytes.put(to + i - 1, byteAt(from + i - 1));
        }
    }

    private long copied(RecordedRow row, Cell cell) {
        CopyPart part = CopyPart.of(cell);
        if (!part.isGrant()) {
            return machineAddress(symbols.frame(part.what()), part.offset());
        }
        int domain = part.isSelf() ? row.actor() : (int) part.domain().number(bench.domains() - 1);
        long entry = bench.shared(bench.entry(domain, (int) part.what().number(XenBench.REFS - 1)));
        return machineAddress(SharedEntry.FRAME.get(entry), part.offset());
    }
}
