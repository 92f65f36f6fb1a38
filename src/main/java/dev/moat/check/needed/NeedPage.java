package dev.moat.check.needed;

import dev.moat.check.Finding;
import dev.moat.check.Verdict;
import dev.moat.check.needed.NeedTable.Answer;
import dev.moat.check.needed.NeedTable.Cell;
import dev.moat.check.needed.NeedTable.Variation;
import dev.moat.model.Parameter;
import dev.moat.output.Counted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@link NeedTable} in Markdown: one table for the capabilities and one for the policies, both beginning with the
 * defaults. Each omission has a row. A cell says which property breaks, after how many actions and in which bounds,
 * and links to the counterexample; or in which bounds everything held.
 */
public final class NeedPage {
    /** The line of a page below which the tables stand, those of the machines that name no IOMMU. */
    public static final String BEGIN = begin("");

    private static final String ABSENT = "-";
    private static final String LEFT_OUT = "| left out | ";
    /** Of a row, at its beginning, or of a column, in the first line. */
    private static final Pattern NAME = Pattern.compile("\\| `([^`]*)` (?=\\|)");
    /** Where the page describes the bounds. */
    private static final String RUNGS = "#the-rungs";

    private final String directory;
    private final NeedFiles files;
    private final List<Variation> columns = new ArrayList<>();
    private final Map<String, Map<String, String>> rows = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /**
     * @param directory where counterexamples are, relative to the page; empty for no links
     * @param files the names of the counterexamples there
     */
    public NeedPage(String directory, NeedFiles files) {
        this.directory = directory;
        this.files = files;
    }

    /** The line of a page below which the tables of an IOMMU stand, each IOMMU's below its own; empty for the default one. */
    public static String begin(String iommu) {
        return "<!-- begin: written by moat needed " + (iommu.isEmpty() ? "" : "--iommu " + iommu + " ") + "--page -->";
    }

    /** Adds a column with its cells, and what its own design did. */
    public void add(Variation column, List<Cell> cells, List<Cell> ownRuns) {
        columns.add(column);
        for (Cell cell : cells) {
            rows.computeIfAbsent(cell.omission(), omission -> new LinkedHashMap<>())
                    .put(column.name(), text(cell));
        }
        notes.addAll(notes(column, ownRuns));
    }

    /** One line for each set of properties that the column breaks by itself: the cheapest rung shows how, all are named. */
    private List<String> notes(Variation column, List<Cell> ownRuns) {
        Map<List<String>, List<Cell>> broken = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        for (Cell own : ownRuns) {
            if (own.answer() == Answer.UNSOUND) {
                broken.computeIfAbsent(own.violated(), names -> new ArrayList<>())
                        .add(own);
            } else if (own.answer() == Answer.UNDECIDED) {
                lines.add("`" + column.name() + "` by itself hit a limit, r" + own.rung() + ".");
            }
        }
        broken.values().forEach(cells -> {
            String rungs = cells.stream().map(c -> String.valueOf(c.rung())).collect(Collectors.joining(" "));
            lines.add("`" + column.name() + "` by itself breaks " + violation(cells.get(0)) + "; not judged on r"
                    + rungs + ".");
        });
        return lines;
    }

    private String text(Cell cell) {
        String held = cell.held().stream().map(String::valueOf).collect(Collectors.joining(" "));
        return switch (cell.answer()) {
            case NEEDED -> "needed: " + violation(cell);
            case SUPERFLUOUS -> "**superfluous**, " + bounds(cell, held);
            case HELD -> "held, " + bounds(cell, held);
            case IDLE -> "nothing owed, [r" + held + "](" + RUNGS + ")";
            case ABSENT -> ABSENT;
            case UNSOUND -> "not judged";
            case UNDECIDED -> "undecided, r" + cell.rung() + (held.isEmpty() ? "" : "; held r" + held);
        };
    }

    private String violation(Cell cell) {
        Verdict verdict = cell.verdict();
        Finding finding = verdict == null ? null : verdict.finding();
        if (finding == null) {
            return "no property, r" + cell.rung();
        }
        String names = String.join(", ", finding.invariants());
        String linked = directory.isEmpty() ? names : "[" + names + "](" + directory + "/" + files.name(cell) + ")";
        return linked + " " + finding.actions() + ", r" + cell.rung();
    }

    private static String bounds(Cell cell, String held) {
        Verdict verdict = cell.verdict();
        long states = verdict == null ? 0 : verdict.run().distinct();
        return String.format(Locale.ROOT, "[r%s](%s), %s", held, RUNGS, Counted.of(states, "state"));
    }

    /** The tables' lines; rows without any cell but absent ones are left out. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Parameter.Kind kind : List.of(Parameter.Kind.CAPABILITY, Parameter.Kind.POLICY)) {
            if (columns.stream().anyMatch(c -> c.kind() == kind)) {
                table(lines, kind);
            }
        }
        if (lines.isEmpty()) {
            table(lines, Parameter.Kind.PARAMETER);
        }
        notes.forEach(note -> lines.add("- " + note));
        return lines;
    }

    /**
     * The first row or column of tables that a page has and that are not written anew: it would be lost.
     *
     * @param lines of the page, as {@link #lines} gave them
     * @param names of the rows and columns that are written
     */
    public static Optional<String> lost(List<String> lines, Set<String> names) {
        return lines.stream()
                .filter(line -> line.startsWith("| "))
                .flatMap(line ->
                        line.startsWith(LEFT_OUT) ? named(line) : named(line).limit(1))
                .filter(name -> !names.contains(name))
                .findFirst();
    }

    private static Stream<String> named(String line) {
        return NAME.matcher(line).results().map(found -> found.group(1));
    }

    private void table(List<String> lines, Parameter.Kind kind) {
        List<String> names = columns.stream()
                .filter(c -> c.kind() == kind || c.kind() == Parameter.Kind.PARAMETER)
                .map(Variation::name)
                .toList();
        lines.add(LEFT_OUT + "`" + String.join("` | `", names) + "` |");
        lines.add("|---".repeat(names.size() + 1) + "|");
        rows.forEach((omission, cells) -> {
            List<String> texts =
                    names.stream().map(c -> cells.getOrDefault(c, "")).toList();
            if (texts.stream().anyMatch(text -> !text.equals(ABSENT))) {
                lines.add("| `" + omission + "` | " + String.join(" | ", texts) + " |");
            }
        });
        lines.add("");
    }
}
