package dev.moat.conform.amdvi;

import dev.moat.conform.rows.Cell;
import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A recorded row of an AMD-Vi unit, its cells read. */
final class AmdViRow {
    /** A file of these rows. Numbers are hexadecimal without a prefix, steps and lengths decimal. */
    static final Format FORMAT = Format.of(
                    "amd-iommu (QEMU)",
                    "qemu,case,step,op,dev,addr,len,val,obs,events,cmdhead,evttail,status,spec,spec_ev,why,note")
            .casesBy("qemu", "case");

    private static final int MOST_BYTES = 1 << 16;
    private static final long LAST_REGISTER = 0xfffff;
    private static final String NOTHING = "-";
    private static final Map<String, Op> OPS =
            Arrays.stream(Op.values()).collect(Collectors.toMap(Op::label, Function.identity()));
    private static final Pattern NAMES = Pattern.compile("[^+/ ]+([+/][^+/ ]+)*");
    private static final Pattern EVENT = Pattern.compile("([1-9][0-9]{0,4}\\*)?[0-9a-f]{8}(\\.[0-9a-f]{8}){3}");

    private final Row row;
    private final Op op;
    private final List<Store> stores = new ArrayList<>();
    private int device;
    private long address;
    private int bytes;

    /** A word written to a register or to memory; of a command, its two words, without places. */
    record Store(long at, long value) {}

    /** Reads a row; InputException at the first cell from the left that is malformed. */
    AmdViRow(Row row) {
        this.row = row;
        Op named = OPS.get(row.op());
        if (named == null) {
            throw cell("op").unknown("operation", OPS.keySet());
        }
        op = named;
        arguments();
        answers();
        expectations();
    }

    private void requireNone(String column) {
        if (!cell(column).isEmpty()) {
            throw cell(column).error("a row with op " + op.label() + " has no " + column);
        }
    }

    private void arguments() {
        if (op.isDma()) {
            device = (int) cell("dev").hex(0xffff);
            address = cell("addr").hex();
            bytes = cell("len").decimal(MOST_BYTES);
            if (bytes == 0) {
                throw cell("len").error("a device reads or writes at least one byte");
            }
            requireNone("val");
            return;
        }
        requireNone("dev");
        if (op.isRead()) {
            address = place(cell("addr"), op == Op.RREG ? LAST_REGISTER : -1L);
            requireNone("len");
            requireNone("val");
            return;
        }
        requireNone("addr");
        requireNone("len");
        if (op == Op.CMD) {
            command();
        } else {
            words();
        }
    }

    private void command() {
        List<Cell> words = cell("val").split(' ');
        if (words.size() != 2) {
            throw cell("val").error("a command is two words with a space between");
        }
        words.forEach(word -> stores.add(new Store(0, word.hex())));
    }

    private void words() {
        for (Cell.Pair store : cell("val").pairs(';')) {
            long at = place(store.name(), op == Op.MEM ? -1L : LAST_REGISTER);
            stores.add(new Store(at, store.value().hex()));
        }
    }

    private static long place(Cell cell, long max) {
        long value = cell.hex(max);
        if ((value & (Long.BYTES - 1)) != 0) {
            throw cell.error("'" + cell.text() + "' is not a multiple of 8");
        }
        return value;
    }

    private void answers() {
        Cell obs = cell("obs");
        switch (op) {
            case DR, DW -> requireOutcome(obs);
            case RREG, RMEM -> obs.hex();
            default -> requireNone("obs");
        }
        requireEvents(cell("events"));
        cell("cmdhead").hex();
        cell("evttail").hex();
        cell("status").hex();
    }

    private static void requireOutcome(Cell cell) {
        for (Cell word : cell.split('+')) {
            if (!word.text().equals(NOTHING)) {
                word.hex();
            }
        }
    }

    private static void requireEvents(Cell cell) {
        for (Cell event : cell.list(';')) {
            if (!EVENT.matcher(event.text()).matches()) {
                throw event.error("'" + event.text() + "' is no event: four words of 8 digits with dots between");
            }
        }
    }

    private void expectations() {
        Cell spec = cell("spec");
        if (!spec.text().equals("=") && !spec.isEmpty()) {
            switch (op) {
                case DR, DW -> spec.split('|').forEach(AmdViRow::requireOutcome);
                case RREG, RMEM -> spec.hex();
                default -> throw spec.error("nothing can be expected of a row with op " + op.label() + " but '='");
            }
        }
        Cell wanted = isEventOpen() ? cell("spec_ev").part(1) : cell("spec_ev");
        if (!wanted.text().equals("=")) {
            requireEvents(wanted);
        }
        Cell why = cell("why");
        if (!why.isEmpty() && !NAMES.matcher(why.text()).matches()) {
            throw why.error("'" + why.text() + "' is not names of deviations with + or / between");
        }
    }

    private Cell cell(String column) {
        return row.cell(column);
    }

    /** The row as it was recorded. */
    Row row() {
        return row;
    }

    /** What it does. */
    Op op() {
        return op;
    }

    /** DevID of a device's request. */
    int device() {
        return device;
    }

    /** I/O address of a device's request, or what software reads. */
    long address() {
        return address;
    }

    /** Length of a device's request. */
    int bytes() {
        return bytes;
    }

    /** What is written, in order; of a command, its two words. */
    List<Store> stores() {
        return stores;
    }

    /** Whether of a device's write the recorder tells where each 8 bytes landed, and not only where the first ones did. */
    boolean tellsEveryWord() {
        return op == Op.DW && (row.text("obs") + row.text("spec")).contains("+");
    }

    /** What was observed, as the specification's outcomes are written. */
    String observed() {
        return whole(text("obs"));
    }

    /** The text of an answer's cell, with small letters, as recorders have them. */
    String text(String column) {
        return row.text(column).toLowerCase(Locale.ROOT);
    }

    /** Of a write that lands nowhere one sign says it for all words. */
    private String whole(String outcome) {
        int words = (bytes + Long.BYTES - 1) / Long.BYTES;
        return tellsEveryWord() && outcome.equals(NOTHING) ? NOTHING + ("+" + NOTHING).repeat(words - 1) : outcome;
    }

    /** The outcomes that the specification allows, first the one without caches; empty when none is said. */
    List<String> allowed() {
        String spec = text("spec");
        if (spec.isEmpty()) {
            return List.of();
        }
        return spec.equals("=")
                ? List.of(observed())
                : Arrays.stream(spec.split("\\|")).map(this::whole).toList();
    }

    /** The events that the specification wants, as the file writes them; empty when none is said, or it is left open. */
    String wantedEvents() {
        String wanted = text("spec_ev");
        if (wanted.equals("=")) {
            return text("events");
        }
        return isEventOpen() ? "" : wanted;
    }

    /** Whether the sources leave open which event is wanted. */
    boolean isEventOpen() {
        return row.text("spec_ev").startsWith("?");
    }

    /** The names of deviations in the row. */
    List<String> deviations() {
        return row.text("why").isEmpty()
                ? List.of()
                : Arrays.asList(row.text("why").split("[+/]"));
    }
}
