package dev.moat.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of texts in columns, for a terminal of some width. */
final class Columns {
    private static final int GAP = 2;
    private static final int INDENT = 6;
    /** Narrower than that nothing is wrapped any more. */
    private static final int NARROWEST = 40;

    private Columns() {}

    /** Those rows in which a word is found, in whatever column and case; all when it is empty. */
    public static List<List<String>> with(String word, List<List<String>> rows) {
        String sought = word.toLowerCase(Locale.ROOT);
        return rows.stream()
                .filter(row ->
                        row.stream().anyMatch(t -> t.toLowerCase(Locale.ROOT).contains(sought)))
                .toList();
    }

    /**
     * The lines of a table, each row one line; a row that is wider than the terminal goes on below itself.
     *
     * @param width of the terminal in characters; 0 for none
     */
    public static List<String> lines(List<List<String>> rows, int width) {
        int columns = rows.isEmpty() ? 0 : rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(" ".repeat(GAP));
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i));
                line.append(" ".repeat(i + 1 < columns ? widths[i] - row.get(i).length() + GAP : 0));
            }
            String whole = line.toString().stripTrailing();
            if (width < NARROWEST || whole.length() <= width) {
                lines.add(whole);
            } else {
                wrap(" ".repeat(GAP) + String.join(" ".repeat(GAP), row), width, lines);
            }
        }
        return lines;
    }

    /** Broken at spaces where there are any; what follows is indented. */
    private static void wrap(String text, int width, List<String> lines) {
        String rest = text;
        String indent = "";
        while (indent.length() + rest.length() > width) {
            int room = width - indent.length();
            int space = rest.lastIndexOf(' ', room);
            int end = space > GAP ? space : room;
            lines.add((indent + rest.substring(0, end)).stripTrailing());
            rest = rest.substring(end).stripLeading();
            indent = " ".repeat(INDENT);
        }
        lines.add(indent + rest);
    }
}
