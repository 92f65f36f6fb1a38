package dev.moat.conform.amdvi;

import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One recorded row; whatever is malformed in it is found when it is made, cells from left to right. */
final class Row {
    private static final int MOST_BYTES = 1 << 16;
    private static final long LAST_REGISTER = 0xfffff;
    private static final Pattern NAMES = Pattern.compile("[^+/ ]+([+/][^+/ ]+)*");
    private static final Pattern EVENT = Pattern.compile("([1-9][0-9]{0,4}\\*)?[0-9a-f]{8}(\\.[0-9a-f]{8}){3}");

    private final Map<Column, Cell> cells = new EnumMap<>(Column.class);
    private final Op op;
    private final int step;
    private final List<Store> stores = new ArrayList<>();
    private int device;
    private long address;
    private int bytes;

    /** A word written to a register or to memory; of a command, its two words, without places. */
    record Store(long at, long value) {}

    /**
     * Reads a row.
     *
     * @param texts one cell per column
     * @throws InputException at the first malformed cell
     */
    Row(List<Cell> texts) {
        for (Column column : Column.values()) {
            cells.put(column, texts.get(cells.size()));
        }
        requireText(Column.QEMU);
        requireText(Column.CASE);
        step = cell(Column.STEP).decimal(999_999);
        op = op(cell(Column.OP));
        arguments();
        answers();
        expectations();
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
        cell(column).requireEmpty("a row with op " + op.label() + " has no " + column.label());
    }

    private void arguments() {
        if (op.isDma()) {
            device = (int) cell(Column.DEV).hex(0xffff);
            address = cell(Column.ADDR).hex();
            bytes = cell(Column.LEN).decimal(MOST_BYTES);
            if (bytes == 0) {
                throw cell(Column.LEN).error("a device reads or writes at least one byte");
            }
            requireNone(Column.VAL);
            return;
        }
        requireNone(Column.DEV);
        if (op.isRead()) {
            address = cell(Column.ADDR).hex(op == Op.RREG ? LAST_REGISTER : -1L);
            if ((address & (Long.BYTES - 1)) != 0) {
                throw cell(Column.ADDR).error("'" + text(Column.ADDR) + "' is not a multiple of 8");
            }
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
        List<Cell> words = cell(Column.VAL).split(' ');
        if (words.size() != 2) {
            throw cell(Column.VAL).error("a command is two words with a space between");
        }
        words.forEach(word -> stores.add(new Store(0, word.hex())));
    }

    private void words() {
        for (Cell store : cell(Column.VAL).split(';')) {
            List<Cell> sides = store.split('=');
            if (sides.size() != 2) {
                throw store.error("'" + store.text() + "' is not of the form place=value");
            }
            long at = sides.get(0).hex(op == Op.MEM ? -1L : LAST_REGISTER);
            if ((at & (Long.BYTES - 1)) != 0) {
                throw sides.get(0).error("'" + sides.get(0).text() + "' is not a multiple of 8");
            }
            stores.add(new Store(at, sides.get(1).hex()));
        }
    }

    private void answers() {
        Cell obs = cell(Column.OBS);
        switch (op) {
            case DR -> obs.split('+').forEach(Row::requireAddress);
            case DW -> requireAddress(obs);
            case RREG, RMEM -> obs.hex();
            default -> requireNone(Column.OBS);
        }
        requireEvents(cell(Column.EVENTS));
        cell(Column.CMDHEAD).hex();
        cell(Column.EVTTAIL).hex();
        cell(Column.STATUS).hex();
    }

    private static void requireAddress(Cell cell) {
        if (!cell.text().equals("-")) {
            cell.hex();
        }
    }

    private static void requireEvents(Cell cell) {
        if (cell.isEmpty()) {
            return;
        }
        for (Cell event : cell.split(';')) {
            if (!EVENT.matcher(event.text()).matches()) {
                throw event.error("'" + event.text() + "' is no event: four words of 8 digits with dots between");
            }
        }
    }

    private void expectations() {
        Cell spec = cell(Column.SPEC);
        if (!spec.text().equals("=") && !spec.isEmpty()) {
            switch (op) {
                case DR -> spec.split('|').forEach(one -> one.split('+').forEach(Row::requireAddress));
                case DW -> spec.split('|').forEach(Row::requireAddress);
                case RREG, RMEM -> spec.hex();
                default -> throw spec.error("nothing can be expected of a row with op " + op.label() + " but '='");
            }
        }
        Cell wanted = cell(Column.SPEC_EV);
        if (!wanted.text().equals("=")) {
            requireEvents(
                    wanted.text().startsWith("?") ? wanted.part(1, wanted.text().length()) : wanted);
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
    String text(Column column) {
        return cell(column).text();
    }

    /** The error of this message at a cell, to be thrown. */
    InputException error(Column column, String message) {
        return cell(column).error(message);
    }

    int line() {
        return cell(Column.STEP).line();
    }

    int step() {
        return step;
    }

    Op op() {
        return op;
    }

    /** Version and name of the case. */
    String group() {
        return text(Column.QEMU) + "/" + text(Column.CASE);
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

    /** The outcomes that the specification allows, first the one without caches; empty when none is said. */
    List<String> allowed() {
        String spec = text(Column.SPEC);
        if (spec.isEmpty()) {
            return List.of();
        }
        return spec.equals("=") ? List.of(text(Column.OBS)) : Arrays.asList(spec.split("\\|"));
    }

    /** The events that the specification wants, as the file writes them; empty when none is said, or it is left open. */
    String wantedEvents() {
        String wanted = text(Column.SPEC_EV);
        if (wanted.equals("=")) {
            return text(Column.EVENTS);
        }
        return isEventOpen() ? "" : wanted;
    }

    /** Whether the sources leave open which event is wanted. */
    boolean isEventOpen() {
        return text(Column.SPEC_EV).startsWith("?");
    }

    /** The names of deviations in the row. */
    List<String> deviations() {
        return text(Column.WHY).isEmpty()
                ? List.of()
                : Arrays.asList(text(Column.WHY).split("[+/]"));
    }
}
