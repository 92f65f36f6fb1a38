package dev.moat.check;

import dev.moat.check.NeedTable.Answer;
import dev.moat.check.NeedTable.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The table of {@link NeedTable} in Markdown: a row for each omission, a column for each variation, a cell that links to
 * its counterexample or says in how many states everything held.
 */
public final class NeedPage {
    /** The lines of a page between which the table stands. */
    public static final String BEGIN = "<!-- begin: written by moat needed --page -->";

    public static final String END = "<!-- end -->";

    private final String directory;
    private final List<String> columns = new ArrayList<>();
    private final Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    private final List<String> unsound = new ArrayList<>();

    /** @param directory where counterexamples are, relative to the page; empty for no links */
    public NeedPage(String directory) {
        this.directory = directory;
    }

    /** Adds a column's own run; nothing is left out in it. */
    public void addBaseline(Cell cell) {
        if (cell.answer() == Answer.SUPERFLUOUS) {
            columns.add(cell.variation());
        } else {
            unsound.add("`" + cell.variation() + "` is " + cell.answer().name().toLowerCase(Locale.ROOT) + " by itself"
                    + (cell.verdict() == null ? "" : ": " + detail(cell)));
        }
    }

    /** Adds a cell. */
    public void add(Cell cell) {
        rows.computeIfAbsent(cell.omission(), omission -> new LinkedHashMap<>()).put(cell.variation(), text(cell));
    }

    private String text(Cell cell) {
        return switch (cell.answer()) {
            case NEEDED -> "**needed**: " + linked(cell);
            case SUPERFLUOUS -> "held in " + states(cell.verdict());
            case ABSENT -> "-";
            case UNSOUND -> "unsound";
            case UNDECIDED -> "undecided";
        };
    }

    private String linked(Cell cell) {
        return directory.isEmpty() ? detail(cell) : "[" + detail(cell) + "](" + directory + "/" + fileName(cell) + ")";
    }

    private static String detail(Cell cell) {
        Verdict verdict = cell.verdict();
        Finding finding = verdict == null ? null : verdict.finding();
        return finding == null
                ? states(verdict)
                : String.join(", ", finding.invariants()) + " after " + finding.actions() + " actions";
    }

    private static String states(@Nullable Verdict verdict) {
        return verdict == null
                ? "no state"
                : String.format(Locale.ROOT, "%,d states", verdict.run().distinct());
    }

    /** The name of a cell's counterexample file. */
    public static String fileName(Cell cell) {
        return cell.omission() + "--" + cell.variation() + ".itf.json";
    }

    /** The table's lines; rows without any cell but absent ones are left out. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("| left out | " + String.join(" | ", columns) + " |");
        lines.add("|---".repeat(columns.size() + 1) + "|");
        rows.forEach((omission, cells) -> {
            if (cells.values().stream().anyMatch(text -> !text.equals("-"))) {
                List<String> texts =
                        columns.stream().map(c -> cells.getOrDefault(c, "")).toList();
                lines.add("| `" + omission + "` | " + String.join(" | ", texts) + " |");
            }
        });
        if (!unsound.isEmpty()) {
            lines.add("");
            unsound.forEach(line -> lines.add("- " + line));
        }
        return lines;
    }

    /**
     * Puts the table between the two marks of a page; everything else on it stays.
     *
     * @throws IOException when the page cannot be read or written, or has no marks
     */
    public void writeInto(Path page) throws IOException {
        String text = Files.readString(page);
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END, Math.max(begin, 0));
        if (begin < 0 || end < 0) {
            throw new IOException(page + " has no lines '" + BEGIN + "' and '" + END + "'");
        }
        String table = String.join("\n", lines());
        String whole = text.substring(0, begin) + BEGIN + "\n\n" + table + "\n\n" + text.substring(end);
        AtomicFile.write(page, whole);
    }
}
