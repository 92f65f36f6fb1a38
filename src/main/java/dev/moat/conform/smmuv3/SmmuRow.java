package dev.moat.conform.smmuv3;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Row;
import dev.moat.iommu.smmuv3.format.Event;
import dev.moat.iommu.smmuv3.format.Registers.Errors;
import dev.moat.iommu.smmuv3.semantics.Capabilities;
import dev.moat.iommu.smmuv3.semantics.Transaction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A recorded row of an SMMUv3, its cells read. */
final class SmmuRow {
    /** A file of these rows. Numbers are hexadecimal without a prefix, steps and lengths decimal. */
    static final Format FORMAT = Format.of(
                    "smmuv3 (QEMU)", "qemu,case,step,op,dev,addr,len,val,obs,events,state,evprod,spec,why,note")
            .casesBy("qemu", "case");

    private static final long IDR1 = 0x2730010;
    private static final long IDR5 = 0x74;

    /** What units say that they can do, by version of QEMU and stages. */
    private static final Map<String, Capabilities> UNITS = Map.of(
            "11.1/n", new Capabilities(0xd44101b, IDR1, 0x1414, IDR5, 1),
            "11.1/s1", new Capabilities(0xd44101a, IDR1, 0x1404, IDR5, 1),
            "11.1/s2", new Capabilities(0xd441019, IDR1, 0x1414, IDR5, 1),
            "7.2/s1", new Capabilities(0xd40101a, IDR1, 0x1404, IDR5, 1));

    private static final long LAST_DEVICE = 0xffff;
    private static final long LAST_REGISTER = 0x1ffff;
    private static final int ACCESS_BYTES = 4;
    private static final Pattern NAMES = Pattern.compile("[A-Z0-9_]+([+/][A-Z0-9_]+)*");
    private static final Pattern OUTCOME =
            Pattern.compile("(-|[0-9a-f]{1,16})(/[0-9a-f]{1,16}([.][0-9a-f]{1,16}){3})?");

    private final Row row;
    private final Op op;
    private final List<Store> stores = new ArrayList<>();
    private int device;
    private long address;

    /** What a row does. */
    enum Op {
        BOOT,
        REG,
        MEM,
        CMD,
        REPAIR,
        ACK,
        DRAIN,
        DR,
        DW,
        RREG,
        RMEM;

        private static final Map<String, Op> BY_NAME =
                Arrays.stream(values()).collect(Collectors.toMap(Op::label, Function.identity()));

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        boolean isRequest() {
            return this == DR || this == DW;
        }

        boolean isRead() {
            return this == RREG || this == RMEM;
        }

        private boolean hasWords() {
            return this == BOOT || this == REG || this == MEM || this == CMD;
        }
    }

    /** A value for a register or a word of memory; of a command its two words. */
    record Store(long at, long value) {}

    /** Reads a row; InputException at the first cell from the left that is malformed. */
    SmmuRow(Row row) {
        this.row = row;
        Op named = Op.BY_NAME.get(row.op());
        if (named == null) {
            throw cell("op").unknown("operation", Op.BY_NAME.keySet());
        }
        op = named;
        arguments();
        answers();
        expectations();
    }

    private Cell cell(String column) {
        return row.cell(column);
    }

    private void requireNone(String column) {
        if (!cell(column).isEmpty()) {
            throw cell(column).error("a row with op " + op.label() + " has no " + column);
        }
    }

    private void arguments() {
        if (op.isRequest()) {
            device = (int) cell("dev").hex(LAST_DEVICE);
            address = place(cell("addr"), ACCESS_BYTES, -1L);
            if (cell("len").decimal(ACCESS_BYTES) != ACCESS_BYTES) {
                throw cell("len").error("a device reads or writes 4 bytes");
            }
        } else {
            requireNone("dev");
            if (op.isRead() || op == Op.REPAIR) {
                address = op == Op.RREG
                        ? place(cell("addr"), Integer.BYTES, LAST_REGISTER)
                        : place(cell("addr"), Long.BYTES, -1L);
            } else {
                requireNone("addr");
            }
            requireNone("len");
        }
        if (op.hasWords()) {
            words();
        } else {
            requireNone("val");
        }
    }

    private void words() {
        boolean register = op == Op.BOOT || op == Op.REG;
        for (Cell.Pair pair : cell("val").pairs(';')) {
            long at = op == Op.CMD
                    ? pair.name().hex()
                    : place(pair.name(), register ? Integer.BYTES : Long.BYTES, register ? LAST_REGISTER : -1L);
            stores.add(new Store(at, pair.value().hex()));
        }
    }

    private static long place(Cell cell, int multiple, long max) {
        long value = cell.hex(max);
        if ((value & (multiple - 1)) != 0) {
            throw cell.error("'" + cell.text() + "' is not a multiple of " + multiple);
        }
        return value;
    }

    private void answers() {
        if (op.isRequest()) {
            requireOutcome(cell("obs"));
        } else if (op.isRead()) {
            cell("obs").hex();
        } else {
            requireNone("obs");
        }
        if (op.isRequest()) {
            requireOutcome(
                    cell("events").isEmpty()
                            ? cell("obs")
                            : new Cell(
                                    cell("events").file(),
                                    row.line(),
                                    cell("events").column(),
                                    "-/" + row.text("events")));
        } else {
            requireNone("events");
        }
        requireState(cell("state").split(':'), 3, cell("state"));
        cell("evprod").hex(0xffffffffL);
    }

    private static void requireOutcome(Cell cell) {
        if (!OUTCOME.matcher(cell.text()).matches()) {
            throw cell.error("'" + cell.text() + "' is no outcome: an address or -, then / and an event of four words");
        }
    }

    private static void requireState(List<Cell> parts, int count, Cell whole) {
        if (parts.size() != count) {
            throw whole.error("'" + whole.text() + "' is not " + count + " numbers with : between");
        }
        parts.forEach(part -> part.hex(0xffffffffL));
    }

    private void expectations() {
        List<Cell> spec = cell("spec").split('@');
        if (spec.size() > 2) {
            throw cell("spec").error("there is more than one @");
        }
        Cell outcomes = spec.get(0);
        if (!outcomes.isEmpty() && !outcomes.text().equals("=")) {
            if (op.isRequest()) {
                outcomes.split('|').forEach(SmmuRow::requireOutcome);
            } else if (op.isRead()) {
                outcomes.hex();
            } else {
                throw outcomes.error("a row with op " + op.label() + " has no outcome but '='");
            }
        }
        if (spec.size() == 2) {
            requireState(spec.get(1).split(':'), 4, spec.get(1));
        }
        Cell why = cell("why");
        if (!why.isEmpty() && !NAMES.matcher(why.text()).matches()) {
            throw why.error("'" + why.text() + "' is not names of deviations with + or / between");
        }
    }

    Row row() {
        return row;
    }

    Op op() {
        return op;
    }

    /** The unit of its case; UnrepresentableException for a QEMU that Moat does not know. */
    Capabilities unit() {
        Capabilities can = UNITS.get(row.text("qemu"));
        if (can == null) {
            throw cell("qemu").unknown("unit", UNITS.keySet());
        }
        return can;
    }

    /** StreamID of a device's access. */
    int device() {
        return device;
    }

    /** Of a device's access, of the command that is repaired, or what software reads. */
    long address() {
        return address;
    }

    /** What is written, in order. */
    List<Store> stores() {
        return stores;
    }

    /** A device's access. */
    Transaction transaction() {
        return new Transaction(device, address, op == Op.DW ? Transaction.Access.WRITE : Transaction.Access.READ);
    }

    /** What was observed, as {@link #allowed} writes it. */
    String observed() {
        String events = row.text("events");
        return op.isRead() ? row.text("obs") : judged(row.text("obs") + (events.isEmpty() ? "" : "/" + events));
    }

    /** What the specification allows; the observed outcome alone where nothing else is said. */
    Set<String> allowed() {
        String text = cell("spec").split('@').get(0).text();
        if (text.isEmpty() || text.equals("=")) {
            return Set.of(observed());
        }
        return Arrays.stream(text.split("[|]"))
                .map(one -> op.isRead() ? one : judged(one))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** State and PROD of the event queue that the specification wants, if they are not the observed ones. */
    Optional<String> wantedState() {
        List<Cell> parts = cell("spec").split('@');
        return parts.size() == 2 ? Optional.of(parts.get(1).text()) : Optional.empty();
    }

    /** The observed state and PROD of the event queue. */
    String observedState() {
        return row.text("state") + ":" + row.text("evprod");
    }

    long eventProd() {
        return row.hex("evprod");
    }

    /** Whether EVENTQ_ABT is active in the observed state. */
    boolean isEventQueueAborted() {
        return Errors.EVENTQ_ABT.isSet(cell("state").split(':').get(2).hex());
    }

    /** The names of deviations in the row. */
    List<String> deviations() {
        return row.text("why").isEmpty()
                ? List.of()
                : Arrays.asList(row.text("why").split("[+/]"));
    }

    /** An outcome, of whose event only fields that are judged are kept. */
    private static String judged(String outcome) {
        int slash = outcome.indexOf('/');
        if (slash < 0) {
            return outcome;
        }
        long[] words = Arrays.stream(outcome.substring(slash + 1).split("[.]"))
                .mapToLong(word -> Long.parseUnsignedLong(word, 16))
                .toArray();
        words[0] &= ~UNUSED;
        words[1] &= Event.RNW.mask() | Event.S2.mask() | Event.CLASS.mask() | STALL;
        boolean unknown = Event.isOptional((int) Event.TYPE.get(words[0])) && !Event.S2.isSet(words[1]);
        words[3] = unknown ? 0 : words[3];
        return outcome.substring(0, slash + 1)
                + Arrays.stream(words).mapToObj(Long::toHexString).collect(Collectors.joining("."));
    }

    /** Bits of word 0 without a meaning. */
    private static final long UNUSED = 0x700;

    /** Word 1: the access waits for software. */
    private static final long STALL = 1L << 31;
}
