package dev.moat.conform.viommu.row;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One recorded row.
 *
 * @param cells in the order of the kind's columns
 */
public record Row(FileKind kind, List<Cell> cells) {
    /** The cell of a column; of one that the kind does not have, an empty one at the end of the row. */
    public Cell cell(String column) {
        int index = kind.columns().indexOf(column);
        Cell last = cells.get(cells.size() - 1);
        return index >= 0
                ? cells.get(index)
                : new Cell(last.file(), last.line(), last.column() + last.text().length(), "");
    }

    public String text(String column) {
        return cell(column).text();
    }

    /** The codes of a cell, apart from each other. */
    public SortedSet<String> codes(String column) {
        SortedSet<String> codes = new TreeSet<>(List.of(text(column).split("[+; ]+")));
        codes.remove("");
        return codes;
    }

    /** Where it stands and what it is, for messages. */
    public String place() {
        Cell first = cells.get(0);
        String step = kind == FileKind.CAPABILITIES
                ? text("qemu") + " " + text("options")
                : text("case") + " step " + text("step") + " " + text("op") + " " + text("args");
        return first.file() + ":" + first.line() + " " + step.strip();
    }
}
