package dev.moat.conform.amdvi.record;

import dev.moat.conform.record.Cell;
import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One recorded row; what is malformed in it is found when it is made, cells from left to right. */
public final class Row {
    private static final int MOST_BYTES = 1 << 16;
    private static final long LAST_REGISTER = 0xfffff;
    private static final Pattern NAMES = Pattern.compile("[^+/ ]+([+/][^+/ ]+)*");
    private static final Pattern EVENT = Pattern.compile("([1-9][0-9]{0,4}\\*)?[0-9a-f]{8}(\\.[0-9a-f]{8}){3}");

    private final Map<Column, Cell> cells = new EnumMap<>(Column.class);
    private final @Nullable InputException malformed;
    private Op op = Op.BOOT;
    private final int step;
    private final List<Store> stores = new ArrayList<>();
    private int device;
    private long address;
    private int bytes;

    /** A word written to a register or to memory; of a command, its two words, without places. */
    public record Store(long at, long value) {}

    /**
     * Reads a row.
     *
     * @param texts one cell per column
     * @throws InputException when a cell of those that tell the row's place is malformed; what is malformed elsewhere is {@link
     *     #malformed}
     */
    public Row(List<Cell> texts) {
        for (Column column : Column.values()) {
            cells.put(column, texts.get(cells.size()));
        }
        requireText(Column.QEMU);
        requireText(Column.CASE);
        step = CellText.decimal(cell(Column.STEP), 999_999);
        malformed = read();
    }

    private @Nullable InputException read() {
        try {
            op = op(cell(Column.OP));
            arguments();
            answers();
            expectations();
            return null;
        } catch (InputException e) {
            return e;
        }
    }

    /** What is malformed in it, the first from the left; nothing else but its place can be asked for then. */
    public Optional<InputException> malformed() {
        return Optional.ofNullable(malformed);
    }

    private static Op op(Cell cell) {
        return Arrays.stream(Op.values())
                .filter(o -> o.label().equals(cell.text()))
                .findFirst()
                .orElseThrow(() ->
                        cell.error("'" + cell.text() + "' is no operation: boot, reg, mem, cmd, dr, dw, rreg, rmem"));
    }

    private void requireText(Column column) {
        if (cell(column).isEmpty()) {
            throw cell(column).error("the row has no " + column.label());
        }
    }

    private void requireNone(Column column) {
        if (!cell(column).isEmpty()) {
            throw cell(column).error("a row with op " + op.label() + " has no " + column.label());
        }
    }

    private void arguments() {
        if (op.isDma()) {
            device = (int) CellText.hex(cell(Column.DEV), 0xffff);
            address = CellText.hex(cell(Column.ADDR));
            bytes = CellText.decimal(cell(Column.LEN), MOST_BYTES);
            if (bytes == 0) {
                throw cell(Column.LEN).error("a device reads or writes at least one byte");
            }
            requireNone(Column.VAL);
            return;
        }
        requireNone(Column.DEV);
        if (op.isRead()) {
            address = CellText.place(cell(Column.ADDR), op == Op.RREG ? LAST_REGISTER : -1L);
            requireNone(Column.LEN);
            requireNone(Column.VAL);
            return;
        }
        requireNone(Column.ADDR);
        requireNone(Column.LEN);
        if (op == Op.CMD) {
            command();
        } else {
            words();
        }
    }

    private void command() {
        List<Cell> words = CellText.split(cell(Column.VAL), ' ');
        if (words.size() != 2) {
            throw cell(Column.VAL).error("a command is two words with a space between");
        }
        words.forEach(word -> stores.add(new Store(0, CellText.hex(word))));
    }

    private void words() {
        for (Cell store : CellText.split(cell(Column.VAL), ';')) {
            List<Cell> sides = CellText.split(store, '=');
            if (sides.size() != 2) {
                throw store.error("'" + store.text() + "' is not of the form place=value");
            }
            long at = CellText.place(sides.get(0), op == Op.MEM ? -1L : LAST_REGISTER);
            stores.add(new Store(at, CellText.hex(sides.get(1))));
        }
    }

    private void answers() {
        Cell obs = cell(Column.OBS);
        switch (op) {
            case DR -> CellText.split(obs, '+').forEach(Row::requireAddress);
            case DW -> requireAddress(obs);
            case RREG, RMEM -> CellText.hex(obs);
            default -> requireNone(Column.OBS);
        }
        requireEvents(cell(Column.EVENTS));
        CellText.hex(cell(Column.CMDHEAD));
        CellText.hex(cell(Column.EVTTAIL));
        CellText.hex(cell(Column.STATUS));
    }

    private static void requireAddress(Cell cell) {
        if (!cell.text().equals("-")) {
            CellText.hex(cell);
        }
    }

    private static void requireEvents(Cell cell) {
        if (cell.isEmpty()) {
            return;
        }
        for (Cell event : CellText.split(cell, ';')) {
            if (!EVENT.matcher(event.text()).matches()) {
                throw event.error("'" + event.text() + "' is no event: four words of 8 digits with dots between");
            }
        }
    }

    private void expectations() {
        Cell spec = cell(Column.SPEC);
        if (!spec.text().equals("=") && !spec.isEmpty()) {
            switch (op) {
                case DR ->
                    CellText.split(spec, '|')
                            .forEach(one -> CellText.split(one, '+').forEach(Row::requireAddress));
                case DW -> CellText.split(spec, '|').forEach(Row::requireAddress);
                case RREG, RMEM -> CellText.hex(spec);
                default -> throw spec.error("nothing can be expected of a row with op " + op.label() + " but '='");
            }
        }
        Cell event = cell(Column.SPEC_EV);
        Cell wanted = isEventOpen() ? event.part(1, event.text().length()) : event;
        if (!wanted.text().equals("=")) {
            requireEvents(wanted);
        }
        Cell why = cell(Column.WHY);
        if (!why.isEmpty() && !NAMES.matcher(why.text()).matches()) {
            throw why.error("'" + why.text() + "' is not names of deviations with + or / between");
        }
    }

    private Cell cell(Column column) {
        Cell cell = cells.get(column);
        if (cell == null) {
            throw new AssertionError(column);
        }
        return cell;
    }

    /** The text of a cell. */
    public String text(Column column) {
        return cell(column).text();
    }

    /** The error of this message at a cell, to be thrown. */
    public InputException error(Column column, String message) {
        return cell(column).error(message);
    }

    /** 1-based. */
    public int line() {
        return cell(Column.STEP).line();
    }

    /** Its number within the case. */
    public int step() {
        return step;
    }

    /** What it does. */
    public Op op() {
        return op;
    }

    /** Version and name of the case. */
    public String group() {
        return text(Column.QEMU) + "/" + text(Column.CASE);
    }

    /** DevID of a device's request. */
    public int device() {
        return device;
    }

    /** I/O address of a device's request, or what software reads. */
    public long address() {
        return address;
    }

    /** Length of a device's request. */
    public int bytes() {
        return bytes;
    }

    /** What is written, in order; of a command, its two words. */
    public List<Store> stores() {
        return stores;
    }

    /** The outcomes that the specification allows, first the one without caches; empty when none is said. */
    public List<String> allowed() {
        String spec = text(Column.SPEC);
        if (spec.isEmpty()) {
            return List.of();
        }
        return spec.equals("=") ? List.of(text(Column.OBS)) : Arrays.asList(spec.split("\\|"));
    }

    /** The events that the specification wants, as the file writes them; empty when none is said, or it is left open. */
    public String wantedEvents() {
        String wanted = text(Column.SPEC_EV);
        if (wanted.equals("=")) {
            return text(Column.EVENTS);
        }
        return isEventOpen() ? "" : wanted;
    }

    /** Whether the sources leave open which event is wanted. */
    public boolean isEventOpen() {
        return text(Column.SPEC_EV).startsWith("?");
    }

    /** The names of deviations in the row. */
    public List<String> deviations() {
        return text(Column.WHY).isEmpty()
                ? List.of()
                : Arrays.asList(text(Column.WHY).split("[+/]"));
    }
}
