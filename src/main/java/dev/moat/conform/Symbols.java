package dev.moat.conform;

import dev.moat.logic.InputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The frames that a case names, bound to frames of the machine: {@code D1.P3} a page that was D1's at the start,
 * {@code D1.L1} one that D1 uses as a page table, {@code D1.GT0} one of D1's grant table; {@code 0} frame 0, which is
 * nobody's; {@code BADMFN} a frame number without memory.
 */
final class Symbols {
    static final long BAD_MFN = 0x7fffffffL;
    private static final String BAD_MFN_NAME = "BADMFN";
    private static final int MAX_FRAMES = 500;
    private static final Pattern FRAME = Pattern.compile("D([0-7])\\.(P|L|GT)([0-9]{1,4})");

    /** A frame by name: whose it was at the start, and whether as a page table. */
    record Frame(String name, int owner, boolean pageTable) {}

    private final List<Frame> frames = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    /** Binds every name that appears in the case, in order of appearance, from frame 1 on. */
    Symbols(RecordedCase recorded) {
        for (RecordedRow row : recorded.rows()) {
            for (Column column : List.of(Column.ARGS, Column.OUT, Column.ENTRIES, Column.PTES)) {
                Matcher m = FRAME.matcher(row.text(column));
                while (m.find()) {
                    bind(row.cell(column), m);
                }
            }
        }
    }

    private void bind(Cell cell, Matcher m) {
        if (numbers.containsKey(m.group())) {
            return;
        }
        if (frames.size() == MAX_FRAMES) {
            throw cell.error("the case names more than " + MAX_FRAMES + " frames");
        }
        frames.add(new Frame(m.group(), Integer.parseInt(m.group(1)), m.group(2).equals("L")));
        numbers.put(m.group(), frames.size());
    }

    /** The named frames; the first one is frame 1. */
    List<Frame> frames() {
        return List.copyOf(frames);
    }

    /** The frame number that a cell means; may lie outside of memory. InputException for an unknown symbol. */
    long frameNumber(Cell cell) {
        if (cell.text().equals("0")) {
            return 0;
        }
        return cell.text().equals(BAD_MFN_NAME) ? BAD_MFN : frame(cell);
    }

    /** The frame of memory that a cell names. InputException for an unknown symbol. */
    int frame(Cell cell) {
        Integer number = numbers.get(cell.text());
        if (number == null) {
            throw unknown(cell, "a frame: D1.P0, D1.L0, D1.GT0");
        }
        return number;
    }

    /** The name of a frame number; {@code ?} when nothing names it. */
    String name(long frame) {
        if (frame == BAD_MFN) {
            return BAD_MFN_NAME;
        }
        if (frame == 0) {
            return "0";
        }
        return frame <= frames.size() ? frames.get((int) frame - 1).name() : "?";
    }

    static InputException unknown(Cell cell, String wanted) {
        return cell.error("unknown symbol '" + cell.text() + "', not " + wanted);
    }
}
