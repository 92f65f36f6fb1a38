package dev.moat.conform.dma.row;

import dev.moat.conform.rows.Disagreement;
import dev.moat.dma.release.LinuxRelease;
import java.util.ArrayList;
import java.util.List;

/** Collects the cells that say something else than Moat. */
public final class Judge {
    /** A longer text is shown from a little before the first difference on. */
    private static final int SHOWN = 160;

    private static final int BEFORE = 40;

    private final String file;
    private final LinuxRelease release;
    private final List<Disagreement> found = new ArrayList<>();

    /** @param release whose answers the file has */
    public Judge(String file, LinuxRelease release) {
        this.file = file;
        this.release = release;
    }

    /** Whose answers are judged. */
    public LinuxRelease release() {
        return release;
    }

    /** All disagreements so far, in the order of the file. */
    public List<Disagreement> found() {
        return found;
    }

    /** One cell, compared as text. */
    public void check(Row row, String column, String ours) {
        if (!row.text(column).equals(ours)) {
            report(row, column, row.text(column), ours);
        }
    }

    /** Notes that a cell says something else. */
    public void report(Row row, String column, String recorded, String ours) {
        String where = row.caseName() + " step " + row.step() + " " + row.op();
        int from = Math.max(0, firstDifference(recorded, ours) - BEFORE);
        found.add(new Disagreement(
                file, row.cell(column).line(), where, column, excerpt(recorded, from), excerpt(ours, from)));
    }

    private static int firstDifference(String a, String b) {
        int i = 0;
        while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        return i;
    }

    private static String excerpt(String text, int from) {
        if (text.length() <= SHOWN) {
            return text;
        }
        int begin = Math.min(from, text.length());
        int end = Math.min(text.length(), begin + SHOWN);
        return (begin > 0 ? "..." : "") + text.substring(begin, end) + (end < text.length() ? "..." : "");
    }
}
