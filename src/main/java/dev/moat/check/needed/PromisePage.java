package dev.moat.check.needed;

import dev.moat.check.Finding;
import dev.moat.check.Verdict;
import dev.moat.check.needed.PromiseTable.Cell;
import dev.moat.check.needed.PromiseTable.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link PromiseTable} in Markdown: a cell is <i>held</i>, the length of the shortest run and a link to it, or a dash. */
public final class PromisePage {
    /** The line of a page behind which the table stands. */
    public static final String BEGIN = "<!-- begin: written by moat promises --page -->";

    private final String directory;
    private final List<String> lines = new ArrayList<>();

    /** @param directory where counterexamples are, relative to the page; empty for no links */
    public PromisePage(String directory) {
        this.directory = directory;
    }

    /** The name of the file that shows how a cell's promise falls. */
    public static String file(Row row, Cell cell, Finding finding) {
        return row.hardware() + "-" + row.policy() + "-" + cell.scenario().id() + "-"
                + finding.invariants().get(0) + ".itf.json";
    }

    /** Adds a row. */
    public void add(Row row, List<Cell> cells) {
        if (lines.isEmpty()) {
            StringBuilder head = new StringBuilder("| hardware | policy |");
            for (Cell cell : cells) {
                head.append(" `")
                        .append(cell.scenario().id().replaceFirst("^.*-", ""))
                        .append("`: `")
                        .append(cell.invariant())
                        .append("` |");
            }
            lines.add(head.toString());
            lines.add("|---|---|" + "---|".repeat(cells.size()));
        }
        StringBuilder line = new StringBuilder("| " + row.hardware() + " | " + row.policy() + " |");
        cells.forEach(cell -> line.append(' ').append(text(row, cell)).append(" |"));
        lines.add(line.toString());
    }

    private String text(Row row, Cell cell) {
        Finding finding = cell.finding();
        if (cell.kind() == null) {
            return "–";
        }
        if (finding == null) {
            return cell.kind() == Verdict.Kind.HELD
                    ? String.format(Locale.ROOT, "held, %,d", cell.states())
                    : "undecided";
        }
        String length = String.valueOf(finding.transitions());
        return "**"
                + (directory.isEmpty()
                        ? length
                        : "[" + length + "](" + directory + "/" + file(row, cell, finding) + ")")
                + "**";
    }

    /** The table's lines. */
    public List<String> lines() {
        return List.copyOf(lines);
    }
}
