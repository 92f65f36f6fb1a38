package dev.moat.conform.rows;

import dev.moat.input.InputException;

/** One recorded row. Cells are asked for by the name of their column; what they hold is the judge's business. */
public final class Row {
    private static final int MOST_STEPS = 1_000_000;

    private final Format format;
    private final Cell whole;
    /** Where each cell begins, and where one behind the last would. */
    private final int[] starts;

    private final String caseName;
    private final int step;

    /**
     * Divides a line.
     *
     * @throws InputException at a control character, then when it has another number of cells than the format has columns, then at what
     *     does not name a case, then at what is no step
     */
    Row(Format format, Cell whole) {
        this.format = format;
        this.whole = whole;
        int columns = format.columns().size();
        starts = starts(whole, columns);
        StringBuilder name = new StringBuilder();
        for (String column : format.caseBy()) {
            if (cell(column).isEmpty()) {
                throw cell(column).error("the " + column + " is empty");
            }
            name.append(name.isEmpty() ? "" : "/").append(text(column));
        }
        caseName = name.toString();
        step = format.has("step") ? cell("step").decimal(MOST_STEPS) : 0;
    }

    private static int[] starts(Cell whole, int columns) {
        String text = whole.text();
        int[] starts = new int[columns + 1];
        int cells = 1;
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                throw whole.part(i, i + 1).error("there is a control character");
            }
            if (text.charAt(i) == ',') {
                if (cells <= columns) {
                    starts[cells] = i + 1;
                }
                cells++;
            }
        }
        if (cells != columns) {
            throw whole.part(starts[Math.min(cells - 1, columns)])
                    .error("the row has " + cells + " cells, not " + columns);
        }
        starts[columns] = text.length() + 1;
        return starts;
    }

    /** How many cells a line has. */
    static int cells(Cell line) {
        return line.split(',').size();
    }

    /** What its file consists of. */
    public Format format() {
        return format;
    }

    /** Whether the file has such a column. */
    public boolean has(String column) {
        return format.has(column);
    }

    /**
     * The cell of a column; of an optional one that the file lacks an empty one at the end of the row.
     *
     * @throws IllegalArgumentException for a column that the format does not have
     */
    public Cell cell(String column) {
        int place = format.place(column);
        return place < 0 ? whole.part(whole.text().length()) : whole.part(starts[place], starts[place + 1] - 1);
    }

    /** The text of a column's cell. */
    public String text(String column) {
        return cell(column).text();
    }

    /** {@link Cell#hex()} of a column's cell. */
    public long hex(String column) {
        return cell(column).hex();
    }

    /** {@link Cell#hex(long)} of a column's cell. */
    public long hex(String column, long max) {
        return cell(column).hex(max);
    }

    /** {@link Cell#decimal(int)} of a column's cell. */
    public int decimal(String column, int max) {
        return cell(column).decimal(max);
    }

    /** 1-based. */
    public int line() {
        return whole.line();
    }

    /** Name of its case; empty where each row is one. */
    public String caseName() {
        return caseName;
    }

    /** Its number within the case. */
    public int step() {
        return step;
    }

    /** What it does: the text of column {@code op}; nothing where there is none. */
    public String op() {
        return has("op") ? text("op") : "";
    }

    /** Case, step and operation, for messages. */
    public String where() {
        return (caseName.isEmpty() ? "" : caseName + " step " + step + " ") + op();
    }

    /** How many characters it has. */
    int length() {
        return whole.text().length();
    }
}
